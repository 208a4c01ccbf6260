#include "arena.h"
#include "check.h"
#include "map.h"
#include "regions.h"
#include "words.h"

static bool is_ascii(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s > 126 || *s <= ' ')
            return false;
    return true;
}

/* Names are valid text, addresses are plain ASCII under .example, and no two of thousands have the same name. */
static void test_organisations(void **state)
{
    struct arena *a = arena_new(64 << 20);
    struct map seen;
    struct words_organisation o;
    struct words_person p;
    struct rng r;
    int64_t nth[WORDS_REGIONS] = {0};
    int twice = 0;

    (void)state;
    rng_seed(&r, 3);
    map_init(&seen, a);
    for (int64_t id = 1; id <= 6000; id++) {
        int region = words_region(&r);
        words_organisation(1, region, nth[region]++, &o);
        assert_true(utf8_valid(str_of(o.name)) && is_ascii(o.domain));
        assert_true(str_ends(str_of(o.domain), S(".example")) && str_find(str_of(o.domain), '-') > 2);
        assert_true(o.size > 3 && o.people >= 1 && o.people <= 3);
        twice += map_get(&seen, str_of(o.name)) != NULL;
        map_put(&seen, str_of(o.name), &o);
        words_person(1, id * 3, region, nth[region] - 1, 0, &p);
        assert_true(utf8_valid(str_of(p.name)) && is_ascii(p.email) && str_find(str_of(p.email), '@') > 3);
    }
    assert_int_equal(regions_count(), WORDS_REGIONS);
    assert_true(twice < 10); /* countries of one language share their words */
    arena_free(a);
}

static void test_same_again(void **state)
{
    struct words_organisation a, b;

    (void)state;
    words_organisation(5, 3, 77, &a);
    words_organisation(5, 3, 77, &b);
    assert_string_equal(a.name, b.name);
    assert_string_equal(a.phone, b.phone);
    words_organisation(6, 3, 77, &b);
    assert_string_not_equal(a.name, b.name);
}

static void test_colleagues(void **state)
{
    char name[WORDS_MAX], email[WORDS_MAX];

    (void)state;
    words_colleague(1, 3, name, email);
    assert_string_equal(name, "Greta Lindqvist");
    assert_string_equal(email, "greta.lindqvist@penstock.example");
    words_colleague(1, 400, name, email);
    assert_true(is_ascii(email));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_organisations),
        cmocka_unit_test(test_same_again),
        cmocka_unit_test(test_colleagues),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

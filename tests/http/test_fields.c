#include "ceilings.h"
#include "check.h"
#include "fields.h"

static void test_list(void **state)
{
    struct str rest = S(" a , \"b,\\\",c\" ,, ,d;q=1"), member;

    (void)state;
    assert_true(field_next(&rest, &member));
    assert_str(member, "a");
    assert_true(field_next(&rest, &member));
    assert_str(member, "\"b,\\\",c\"");
    assert_true(field_next(&rest, &member));
    assert_str(member, "d;q=1");
    assert_false(field_next(&rest, &member));
}

static void test_parameters(void **state)
{
    struct arena *a = arena_new(MAX_ARENA);
    struct str s = S("form-data; name=\"a;\\\"b\" ; FileName=x.csv;flag");

    (void)state;
    assert_str(field_value(s), "form-data");
    assert_str(field_param(a, s, "name"), "a;\"b");
    assert_str(field_param(a, s, "filename"), "x.csv");
    assert_non_null(field_param(a, s, "flag").p);
    assert_null(field_param(a, s, "form-data").p);
    assert_str(field_param(a, S("x; b=\""), "b"), "\"");
    assert_null(field_param(a, S(""), "b").p);
    arena_free(a);
}

static void test_quality(void **state)
{
    static const struct {
        const char *member;
        int quality;
    } cases[] = {{"gzip", 1000},      {"gzip;q=0", 0},     {"gzip; Q=0.5", 500},  {"a;q=0.123", 123},
                 {"a;q=1.000", 1000}, {"a;q=0.1239", 123}, {"a;x=1;q=0.25", 250}, {"a;q=", 0},
                 {"a;q=x", 0},        {"a;q=9", 0},        {"a;q=1.9", 1000}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(field_quality(str_of(cases[i].member)), cases[i].quality);
}

static void test_accept(void **state)
{
    (void)state;
    assert_int_equal(field_accepts(STR_NULL, S("text/csv")), 1000);
    assert_int_equal(field_accepts(S("text/*;q=0.3, text/csv;q=0.7, */*;q=0.1"), S("text/csv")), 700);
    assert_int_equal(field_accepts(S("text/*;q=0.3, text/csv;q=0.7, */*;q=0.1"), S("text/html")), 300);
    assert_int_equal(field_accepts(S("text/*;q=0.3, */*;q=0.1"), S("image/png")), 100);
    assert_int_equal(field_accepts(S("application/json"), S("text/html")), 0);
    assert_true(field_accepts_coding(S("deflate, GZIP;q=0.5"), S("gzip")));
    assert_true(field_accepts_coding(S("*"), S("gzip")));
    assert_false(field_accepts_coding(S("*, gzip;q=0"), S("gzip")));
    assert_false(field_accepts_coding(STR_NULL, S("gzip")));
}

static void test_token(void **state)
{
    (void)state;
    assert_true(field_token(S("X-Request-Id")));
    assert_false(field_token(S("")));
    assert_false(field_token(S("a b")));
    assert_false(field_token(S("a\0b")));
    assert_false(field_token(S("ü")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),   cmocka_unit_test(test_parameters), cmocka_unit_test(test_quality),
        cmocka_unit_test(test_accept), cmocka_unit_test(test_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

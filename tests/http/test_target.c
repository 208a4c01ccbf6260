#include <string.h>

#include "ceilings.h"
#include "check.h"
#include "private.h"
#include "target.h"

static const struct http_config config;

static struct http_exchange *parsed(const char *target, int *ret)
{
    struct http_exchange *x = exchange_new(&config);
    struct err err = {0};

    x->target = str_of(target);
    *ret = target_parse(x, &err);
    if (*ret < 0) {
        assert_int_equal(err.code, ERR_MALFORMED);
        assert_true(err.msg[0]);
    }
    return x;
}

static void test_path(void **state)
{
    (void)state;
    int r;
    struct http_exchange *x = parsed("/api/a%2Fb/%C3%BC/?x", &r);

    assert_int_equal(r, 0);
    assert_str(x->path, "/api/a%2Fb/%C3%BC/");
    assert_int_equal(x->nsegments, 4);
    assert_str(x->segments[0], "api");
    assert_str(x->segments[1], "a/b");
    assert_str(x->segments[2], "ü");
    assert_str(x->segments[3], "");
    assert_str(x->query_text, "x");
    exchange_free(x);
}

static void test_forms_of_a_target(void **state)
{
    static const struct {
        const char *target, *path;
        size_t segments;
    } cases[] = {
        {"/", "/", 0},
        {"/a+b", "/a+b", 1},
        {"/?", "/", 0},
        {"//", "//", 2},
        {"http://example.org", "/", 0},
        {"http://example.org?q", "/", 0},
        {"https://example.org:8080/x/y#z", "/x/y", 2},
        {"/x#y", "/x", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int r;
        struct http_exchange *x = parsed(cases[i].target, &r);
        assert_int_equal(r, 0);
        assert_str(x->path, cases[i].path);
        assert_int_equal(x->nsegments, cases[i].segments);
        exchange_free(x);
    }
}

static void test_refused(void **state)
{
    static const char *const cases[] = {
        "",           "x",        "*",
        "/%",         "/%4",      "/%zz",
        "/%00",       "/a b",     "/%ff",
        "/\x7f",      "/\x01",    "http://",
        "http:///x",  "/?a=%",    "/?%zz=1",
        "/?a=%00",    "/?a=%c3",  "/%C0%80",
        "/%ED%A0%80", "mailto:x", "/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int r;
        struct http_exchange *x = parsed(cases[i], &r);
        /* An empty target is the path "/". */
        if (r == 0 && cases[i][0])
            fail_msg("\"%s\" was taken", cases[i]);
        exchange_free(x);
    }
}

static void test_query(void **state)
{
    (void)state;
    int r;
    struct http_exchange *x = parsed("/?a=1&b=&c&a=2&value.gte=1+2%2B3&&=x&%C3%BC=%26", &r);

    assert_int_equal(r, 0);
    assert_int_equal(x->query.n, 7);
    assert_str(http_query(x, "a"), "1");
    assert_str(http_query(x, "b"), "");
    assert_non_null(http_query(x, "b").p);
    assert_str(x->query.v[2].name, "c");
    assert_str(http_query(x, "value.gte"), "1 2+3");
    assert_str(http_query(x, "ü"), "&");
    assert_null(http_query(x, "d").p);
    exchange_free(x);
}

static void test_too_many_arguments(void **state)
{
    char target[1024] = "/?";

    (void)state;
    for (unsigned i = 0; i < MAX_QUERY_ARGS; i++)
        strcat(target, "a=1&");
    int r;
    struct http_exchange *x = parsed(target, &r);
    assert_int_equal(r, 0);
    assert_int_equal(x->query.n, MAX_QUERY_ARGS);
    exchange_free(x);
    strcat(target, "a");
    x = parsed(target, &r);
    assert_int_equal(r, -1);
    exchange_free(x);
}

static void test_encode(void **state)
{
    struct arena *a = arena_new(MAX_ARENA);
    struct str back;

    (void)state;
    assert_str(percent_encode(a, S("Müller & Söhne/~1")), "M%C3%BCller%20%26%20S%C3%B6hne%2F~1");
    assert_true(percent_decode(a, percent_encode(a, S("a+b c%")), true, &back));
    assert_str(back, "a+b c%");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path),    cmocka_unit_test(test_forms_of_a_target),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_query),
        cmocka_unit_test(test_encode),  cmocka_unit_test(test_too_many_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

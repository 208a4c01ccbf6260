#include "call.h"
#include "check.h"
#include "cond.h"

static const struct http_config config;

static struct http_exchange *with(const char *method, const char *name, const char *value)
{
    struct http_exchange *x = http_exchange_new(&config, str_of(method), S("/"));

    x->method = http_method_of(x->method_name);
    http_exchange_header(x, str_of(name), str_of(value));
    return x;
}

static void test_lists(void **state)
{
    (void)state;
    assert_true(etag_list_has(S("\"1\", \"2\""), S("\"2\""), true));
    assert_false(etag_list_has(S("W/\"2\""), S("\"2\""), true));
    assert_true(etag_list_has(S("W/\"2\""), S("\"2\""), false));
    assert_false(etag_list_has(S("\"2\""), S("W/\"2\""), true));
    assert_true(etag_list_has(S("\"a,b\""), S("\"a,b\""), true));
    assert_true(etag_list_has(S("*"), S("\"2\""), true));
    assert_false(etag_list_has(S("*"), STR_NULL, true));
    assert_false(etag_list_has(S(""), S("\"2\""), true));
}

static void test_if_match(void **state)
{
    static const struct {
        const char *value;
        enum http_if match, version;
        int64_t number;
    } cases[] = {
        {"\"7\"", HTTP_IF_HOLDS, HTTP_IF_HOLDS, 7},        {"\"8\"", HTTP_IF_FAILS, HTTP_IF_HOLDS, 8},
        {"*", HTTP_IF_HOLDS, HTTP_IF_ABSENT, 0},           {"W/\"7\"", HTTP_IF_FAILS, HTTP_IF_FAILS, 0},
        {"\"7\", \"8\"", HTTP_IF_HOLDS, HTTP_IF_FAILS, 0}, {"7", HTTP_IF_FAILS, HTTP_IF_FAILS, 0},
        {"\"x\"", HTTP_IF_FAILS, HTTP_IF_FAILS, 0},        {"", HTTP_IF_FAILS, HTTP_IF_FAILS, 0},
        {"\"", HTTP_IF_FAILS, HTTP_IF_FAILS, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_exchange *x = with("PATCH", "If-Match", cases[i].value);
        int64_t number = 0;
        assert_int_equal(http_if_match(x, S("\"7\"")), cases[i].match);
        assert_int_equal(http_if_match_version(x, &number), cases[i].version);
        if (cases[i].version == HTTP_IF_HOLDS)
            assert_int_equal(number, cases[i].number);
        http_exchange_free(x);
    }
    struct http_exchange *x = with("PATCH", "X", "y");
    assert_int_equal(http_if_match(x, S("\"7\"")), HTTP_IF_ABSENT);
    http_exchange_free(x);
}

static void test_not_modified(void **state)
{
    (void)state;
    struct http_exchange *x = with("GET", "If-None-Match", "\"1\", W/\"7\"");
    assert_true(http_not_modified(x, S("\"7\"")));
    assert_int_equal(x->status, 304);
    assert_str(http_reply_header_get(x, "etag"), "\"7\"");
    http_exchange_free(x);

    x = with("PUT", "If-None-Match", "\"7\"");
    assert_false(http_not_modified(x, S("\"7\"")));
    http_reply_text(x, 200, "text/plain", S("x"));
    assert_str(http_reply_header_get(x, "ETag"), "\"7\"");
    http_exchange_free(x);
}

static void test_range(void **state)
{
    static const struct {
        const char *header;
        uint64_t size;
        enum http_range what;
        uint64_t from, count;
    } cases[] = {
        {"bytes=0-0", 10, HTTP_RANGE_PART, 0, 1},
        {"bytes=0-", 10, HTTP_RANGE_PART, 0, 10},
        {"bytes=-20", 10, HTTP_RANGE_PART, 0, 10},
        {"Bytes = 3-9223372036854775807", 10, HTTP_RANGE_PART, 3, 7},
        {"bytes=10-", 10, HTTP_RANGE_IMPOSSIBLE, 0, 0},
        {"bytes=-0", 10, HTTP_RANGE_IMPOSSIBLE, 0, 0},
        {"bytes=0-", 0, HTTP_RANGE_IMPOSSIBLE, 0, 0},
        {"bytes=-5", 0, HTTP_RANGE_IMPOSSIBLE, 0, 0},
        {"bytes=-", 10, HTTP_RANGE_WHOLE, 0, 0},
        {"bytes=a-b", 10, HTTP_RANGE_WHOLE, 0, 0},
        {"bytes=3-99999999999999999999", 10, HTTP_RANGE_WHOLE, 0, 0},
        {"bytes=5-3", 10, HTTP_RANGE_WHOLE, 0, 0},
        {"lines=1-2", 10, HTTP_RANGE_WHOLE, 0, 0},
        {"bytes=1-2-3", 10, HTTP_RANGE_WHOLE, 0, 0},
        {"bytes=--5", 10, HTTP_RANGE_WHOLE, 0, 0},
        {"bytes=+1-2", 10, HTTP_RANGE_WHOLE, 0, 0},
        {"bytes", 10, HTTP_RANGE_WHOLE, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t from = 0, count = 0;
        if (http_range(str_of(cases[i].header), cases[i].size, &from, &count) != cases[i].what)
            fail_msg("%s", cases[i].header);
        if (cases[i].what == HTTP_RANGE_PART) {
            assert_int_equal(from, cases[i].from);
            assert_int_equal(count, cases[i].count);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_if_match),
        cmocka_unit_test(test_not_modified),
        cmocka_unit_test(test_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

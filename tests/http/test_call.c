/* Calls without a socket, and the replies they show. */
#include <stdlib.h>
#include <zlib.h>

#include "call.h"
#include "check.h"
#include "problem.h"
#include "site.h"

static struct site site;

static int setup(void **state)
{
    (void)state;
    site_open(&site, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    site_close(&site);
    return 0;
}

static struct http_exchange *new_call(const char *method, const char *target)
{
    return http_exchange_new(&site.config, str_of(method), str_of(target));
}

static void test_call(void **state)
{
    (void)state;
    int done = atomic_load(&site.done);
    struct http_exchange *x = new_call("POST", "/echo/w?name=n");

    http_exchange_body(x, S("text/plain"), S("body"));
    assert_int_equal(http_call(x), 200);
    assert_str(http_reply_body(x), "POST w|n|body");
    assert_str(http_reply_header_get(x, "Content-Type"), "text/plain");
    http_exchange_free(x);
    assert_int_equal(atomic_load(&site.done), done + 1);
}

static void test_later(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        struct http_exchange *x = new_call("GET", i % 2 ? "/threaded" : "/at-once");
        assert_int_equal(http_call(x), 200);
        assert_str(http_reply_body(x), "threaded");
        http_exchange_free(x);
    }
}

static void test_refusals(void **state)
{
    static char long_body[2000];
    static const struct {
        const char *method, *target, *type;
        size_t body;
        int status;
    } cases[] = {
        {"GET", "/%", NULL, 0, 400},
        {"POST", "/echo/w", NULL, sizeof(long_body), 413},
        {"POST", "/early", NULL, 3, 401},
        {"POST", "/form", "application/json", 3, 415},
        {"POST", "/form", "multipart/form-data; boundary=x", 3, 400},
        {"GET", "/hungry", NULL, 0, 503},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_exchange *x = new_call(cases[i].method, cases[i].target);
        if (cases[i].body)
            http_exchange_body(x, str_of(cases[i].type ? cases[i].type : ""), (struct str){long_body, cases[i].body});
        assert_int_equal(http_call(x), cases[i].status);
        assert_str(http_reply_header_get(x, "Content-Type"), "application/problem+json");
        http_exchange_free(x);
    }
}

static void test_compressed_request(void **state)
{
    (void)state;
    struct http_exchange *x = new_call("POST", "/echo/w");
    http_exchange_header(x, S("content-encoding"), S("gzip"));
    http_exchange_body(x, S("text/plain"), S("body"));
    assert_int_equal(http_call(x), 415);
    http_exchange_free(x);
}

static void test_form(void **state)
{
    (void)state;
    struct http_exchange *x = new_call("POST", "/form");
    http_exchange_body(x, S("multipart/form-data; boundary=b"),
                       S("--b\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\nx\r\n--b--"));
    assert_int_equal(http_call(x), 200);
    assert_str(http_reply_body(x), "1 parts, deal , file a.csv of 1 bytes there");
    assert_int_equal(site_files(&site), 1);
    http_exchange_free(x);
    assert_int_equal(site_files(&site), 0);
}

static void test_gzip(void **state)
{
    (void)state;
    struct http_exchange *x = new_call("GET", "/large");
    assert_int_equal(http_call(x), 200);
    struct http_exchange *y = new_call("GET", "/large");
    http_exchange_header(y, S("Accept-Encoding"), S("gzip"));
    assert_int_equal(http_call(y), 200);
    struct str packed = http_reply_body(y), plain = http_reply_body(x);
    assert_true(packed.n * 2 < plain.n);

    char *back = malloc(plain.n + 1);
    z_stream z = {0};
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)packed.p;
    z.avail_in = (uInt)packed.n;
    z.next_out = (Bytef *)back;
    z.avail_out = (uInt)plain.n + 1;
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, plain.n);
    assert_memory_equal(back, plain.p, plain.n);
    inflateEnd(&z);
    free(back);
    http_exchange_free(x);
    http_exchange_free(y);
}

static void test_events(void **state)
{
    (void)state;
    int gone = atomic_load(&site.gone);
    struct http_exchange *x = new_call("GET", "/events");
    http_exchange_header(x, S("Last-Event-ID"), S("41"));
    assert_int_equal(http_call(x), 200);
    assert_str(http_reply_header_get(x, "Content-Type"), "text/event-stream");
    assert_str(http_events_taken(x), "retry: 2000\n\ndata: after 41\n\n");
    site_push(&site, S("data: 42\n\n"));
    assert_str(http_events_taken(x), "data: 42\n\n");
    http_exchange_free(x);
    assert_int_equal(atomic_load(&site.gone), gone + 1);
}

static void test_problem(void **state)
{
    (void)state;
    struct http_exchange *x = new_call("GET", "/hello");
    struct err err = {0};

    http_reply_header(x, "ETag", S("\"7\""));
    err_field(&err, "title", "required", "Give \"it\" a\ttitle\\name.");
    err_field(&err, "value", "range", "Too much.");
    problem_write(x, &err);
    assert_int_equal(x->status, 422);
    assert_null(http_reply_header_get(x, "ETag").p);
    assert_str(http_reply_body(x),
               "{\"type\":\"invalid\",\"title\":\"Some values cannot be taken\",\"status\":422,"
               "\"detail\":\"title: Give \\\"it\\\" a\\u0009title\\\\name.\",\"errors\":["
               "{\"field\":\"title\",\"code\":\"required\",\"message\":\"Give \\\"it\\\" a\\u0009title\\\\name.\"},"
               "{\"field\":\"value\",\"code\":\"range\",\"message\":\"Too much.\"}]}");
    err_set(&err, ERR_RATE, "Slow down.");
    err.retry_after = 30;
    problem_write(x, &err);
    assert_int_equal(x->status, 429);
    assert_str(http_reply_header_get(x, "Retry-After"), "30");
    http_exchange_free(x);
}

static void test_headers(void **state)
{
    (void)state;
    struct http_exchange *x = new_call("GET", "/hello");

    http_exchange_header(x, S("cookie"), S("a=1; session=\"x=y\"; b=2"));
    assert_str(http_cookie(x, "session"), "x=y");
    assert_str(http_cookie(x, "b"), "2");
    assert_null(http_cookie(x, "sess").p);
    http_reply(x, 204, NULL);
    http_reply_header(x, "X-Split", S(" a\r\nSet-Cookie: b\1 "));
    assert_str(http_reply_header_get(x, "x-split"), "a  Set-Cookie: b");
    http_reply_header(x, "X-SPLIT", S("c"));
    assert_str(http_reply_header_get(x, "x-split"), "c");
    x->secure = true;
    http_reply_cookie(x, "session", S("tok"), 60);
    assert_str(http_reply_header_get(x, "Set-Cookie"),
               "session=tok; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
    http_exchange_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_call),     cmocka_unit_test(test_later),   cmocka_unit_test(test_form),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_gzip),    cmocka_unit_test(test_compressed_request),
        cmocka_unit_test(test_events),   cmocka_unit_test(test_problem), cmocka_unit_test(test_headers),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

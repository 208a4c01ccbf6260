#include "call.h"
#include "check.h"
#include "routes.h"

static int run(void *ctx, struct http_exchange *x)
{
    (void)ctx, (void)x;
    return HTTP_DONE;
}

static const struct http_route table[] = {
    {HTTP_GET, "/", run, 0},
    {HTTP_GET, "/api/v1/{kind}", run, 1},
    {HTTP_POST, "/api/v1/{kind}", run, 2},
    {HTTP_POST, "/api/v1/files", run, 3},
    {HTTP_GET, "/api/v1/{kind}/{id}", run, 4},
    {HTTP_PATCH, "/api/v1/{kind}/{id}", run, 5},
    {HTTP_POST, "/api/v1/{kind}/batch", run, 6},
    {HTTP_GET, "/api/v1/{kind}/{id}/history", run, 7},
    {HTTP_GET, "/api/v1/deals/{deal}/stages", run, 8},
    {HTTP_GET, "/api/v1/board", run, 9},
    {HTTP_GET, "/assets/{path*}", run, 10},
    {HTTP_OPTIONS, "/dav/{path*}", run, 11},
    {HTTP_PROPFIND, "/dav/{path*}", run, 12},
    {HTTP_HEAD, "/api/v1/board", run, 13},
};

#define N (sizeof(table) / sizeof(table[0]))

static struct http_routes *set;

static int setup(void **state)
{
    struct err err = {0};

    (void)state;
    set = http_routes_new();
    return http_routes_add(set, table, N, &err);
}

static int teardown(void **state)
{
    (void)state;
    http_routes_free(set);
    return 0;
}

/* The owner of the calls: finds, and answers with the row's flags as status 200 + flags. */
static void find(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    const struct http_route *r = http_routes_find(set, x);
    if (r)
        http_reply(x, 200 + (int)r->flags, NULL);
}

static struct http_exchange *call(const char *method, const char *target)
{
    static const struct http_config calling = {.owner = {.begin = find}};
    struct http_exchange *x = http_exchange_new(&calling, str_of(method), str_of(target));

    http_call(x);
    return x;
}

static void test_find(void **state)
{
    static const struct {
        const char *method, *target;
        int status;
        const char *name, *value;
    } cases[] = {
        {"GET", "/", 200, NULL, NULL},
        {"GET", "/api/v1/deals", 201, "kind", "deals"},
        {"POST", "/api/v1/deals", 202, "kind", "deals"},
        {"POST", "/api/v1/files", 203, NULL, NULL},
        {"GET", "/api/v1/files", 201, "kind", "files"}, /* on to the row with a parameter */
        {"GET", "/api/v1/deals/7", 204, "id", "7"},
        {"HEAD", "/api/v1/deals/7", 204, "id", "7"},
        {"PATCH", "/api/v1/deals/7", 205, "id", "7"},
        {"POST", "/api/v1/deals/batch", 206, "kind", "deals"},
        {"GET", "/api/v1/deals/batch", 204, "id", "batch"},
        {"GET", "/api/v1/deals/7/history", 207, "kind", "deals"}, /* back from /deals/{deal} */
        {"GET", "/api/v1/deals/7/stages", 208, "deal", "7"},
        {"GET", "/api/v1/people/7/stages", 404, NULL, NULL},
        {"GET", "/api/v1/board", 209, NULL, NULL},
        {"HEAD", "/api/v1/board", 213, NULL, NULL},
        {"GET", "/assets/a%2Fb/c.js", 210, "path", "a/b/c.js"},
        {"GET", "/assets", 404, NULL, NULL},
        {"OPTIONS", "/dav/x/", 211, "path", "x/"},
        {"PROPFIND", "/dav/x", 212, "path", "x"},
        {"GET", "/dav/x", 405, NULL, NULL},
        {"GET", "/api/v1", 404, NULL, NULL},
        {"GET", "/api/v1/", 404, NULL, NULL},
        {"GET", "/api/v1/deals/", 404, NULL, NULL},
        {"DELETE", "/api/v1/deals/7", 405, NULL, NULL},
        {"FROBNICATE", "/api/v1/deals/7", 405, NULL, NULL},
        {"get", "/api/v1/deals/7", 405, NULL, NULL},
        {"OPTIONS", "/api/v1/deals/7", 204, NULL, NULL},
        {"OPTIONS", "/nowhere", 404, NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_exchange *x = call(cases[i].method, cases[i].target);
        if (x->status != cases[i].status)
            fail_msg("%s %s gave %d", cases[i].method, cases[i].target, x->status);
        if (cases[i].name)
            assert_str(http_param(x, cases[i].name), cases[i].value);
        http_exchange_free(x);
    }
}

static void test_allow(void **state)
{
    (void)state;
    struct http_exchange *x = call("DELETE", "/api/v1/deals/batch");
    assert_int_equal(x->status, 405);
    assert_str(http_reply_header_get(x, "Allow"), "OPTIONS, GET, HEAD, POST, PATCH");
    http_exchange_free(x);
}

static void test_walk(void **state)
{
    uint64_t hits;

    (void)state;
    http_exchange_free(call("GET", "/api/v1/board"));
    for (size_t i = 0; i < N; i++)
        assert_ptr_equal(http_routes_at(set, i, NULL), &table[i]);
    assert_null(http_routes_at(set, N, NULL));
    http_routes_at(set, 9, &hits);
    assert_true(hits >= 1);
}

static void test_refused(void **state)
{
    static const struct http_route bad[] = {
        {HTTP_GET, "/api/v1/{other}", run},
        {HTTP_GET, "x", run},
        {HTTP_GET, "/{}", run},
        {HTTP_GET, "/{a", run},
        {HTTP_GET, "/a}", run},
        {HTTP_GET, "/{a*}/b", run},
        {HTTP_GET, "", run},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct err err = {0};
        assert_int_equal(http_routes_add(set, &bad[i], 1, &err), -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_allow),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

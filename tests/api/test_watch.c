/* What the log says about requests, and that it never says too much. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "diag.h"
#include "world.h"

static int slowly(struct api_call *c, struct err *err)
{
    struct value v;
    int n = sql_row(c->ctx.t,
                    "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < $1) SELECT COUNT(*) "
                    "FROM c WHERE 'secret' <> $2",
                    ARGS(value_int(400000), value_text(S("hunter2"))), &v, 1, err);

    buf_z(http_reply(c->x, 200, "text/plain"), "done\n");
    return n < 0 ? -1 : 0;
}

static int fails(struct api_call *c, struct err *err)
{
    (void)c;
    return err_set(err, ERR_INTERNAL, "It broke.");
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/slow/{word}", API_READ, slowly, AUTH_OPEN, .query = "q", .media = "text/plain", .doc = "Slow"},
    {HTTP_GET, API "/broken", API_READ, fails, AUTH_OPEN, .media = "text/plain", .doc = "Broken"},
};
static const struct api_table table = {routes, COUNT(routes), NULL, 0};
static const struct api_table *const tables[] = {&table, NULL};

static int nobody(struct api *api, struct txn *t, struct http_exchange *x, struct api_caller *ret, struct err *err)
{
    (void)api, (void)t, (void)x, (void)err;
    *ret = (struct api_caller){.origin = "api"};
    return 0;
}

static const struct api_identity identity = {.identify = nobody};

static struct {
    struct world w;
    struct api *api;
    int was, file;
    char text[1 << 18];
} run;

static int set_up(void **state)
{
    struct api_config config = {.identity = &identity, .tables = tables, .log = {.every = true, .slow_ms = 1}};
    char name[] = "/tmp/penstock-watch-XXXXXX";

    (void)state;
    if (world_open(&run.w) < 0)
        return -1;
    config.app = run.w.app;
    if (api_new(&run.api, &config, &run.w.err) < 0)
        return -1;
    run.w.config.owner.ctx = run.api;
    run.was = dup(STDERR_FILENO);
    run.file = mkstemp(name);
    unlink(name);
    return run.file >= 0 && dup2(run.file, STDERR_FILENO) >= 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    dup2(run.was, STDERR_FILENO);
    api_stop(run.api);
    world_close(&run.w);
    api_free(run.api);
    return 0;
}

/* The log since the last time it was asked for. */
static const char *logged(void)
{
    ssize_t n = pread(run.file, run.text, sizeof(run.text) - 1, 0);

    run.text[n > 0 ? n : 0] = '\0';
    assert_true(ftruncate(run.file, 0) == 0 && lseek(run.file, 0, SEEK_SET) == 0);
    return run.text;
}

static void ask(const char *method, const char *target, int status)
{
    struct http_exchange *x = world_say(&run.w, NULL, method, target, NULL);

    assert_int_equal(x->status, status);
    http_exchange_free(x);
}

static bool has(const char *text, const char *what)
{
    return strstr(text, what) != NULL;
}

static void test_slow(void **state)
{
    (void)state;
    ask("GET", API "/slow/confidential?q=private", 200);
    const char *text = logged();
    assert_true(has(text, " info request id="));
    assert_true(has(text, "route=/api/v1/slow/{word} status=200"));
    assert_true(has(text, "user=0 by=nobody from=local"));
    assert_true(has(text, " warn slow request id="));
    assert_true(has(text, " warn slow statement id="));
    assert_true(has(text, "rows=1 sql=\"WITH RECURSIVE"));
    assert_true(has(text, " warn slow plan id="));
    assert_true(has(text, "SCAN c") || has(text, "CTE Scan on c")); /* SQLite's words, or PostgreSQL's */
    /* Neither what was asked for nor what the statement was given. */
    assert_false(has(text, "confidential") || has(text, "private") || has(text, "hunter2"));
}

static void test_unknown(void **state)
{
    (void)state;
    ask("GET", "/links/supersecret", 404);
    ask("BREW", API "/broken", 405);
    const char *text = logged();
    assert_true(has(text, "method=GET route=none status=404"));
    assert_true(has(text, "method=OTHER route=none status=405"));
    assert_false(has(text, "supersecret") || has(text, "BREW"));
}

static void test_flood(void **state)
{
    unsigned lines = 0;

    (void)state;
    for (int i = 0; i < 500; i++)
        ask("GET", "/nothing", 404);
    for (const char *p = logged(); (p = strstr(p, "status=404")) != NULL; p++)
        lines++;
    assert_true(lines >= 1 && lines < 400);
}

static void test_failure(void **state)
{
    struct http_exchange *x = world_say(&run.w, NULL, "GET", API "/broken", NULL);
    char told[128], member[128];

    (void)state;
    assert_int_equal(x->status, 500);
    snprintf(member, sizeof(member), "\"request_id\":\"%s\"", x->id);
    assert_true(str_contains(http_reply_body(x), str_of(member)));
    snprintf(told, sizeof(told), "request failed id=%s route=/api/v1/broken reason=\"It broke.\"", x->id);
    http_exchange_free(x);
    assert_true(has(logged(), told));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_slow), cmocka_unit_test(test_unknown),
                                       cmocka_unit_test(test_failure), cmocka_unit_test(test_flood)};

    unsetenv("JOURNAL_STREAM");
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

#include "request_log.h"

#include "auth.h"
#include "diag.h"
#include "private.h"

#define REFUSALS 20u /* lines a second */
#define SLOW 10u
#define PLANS 2u

static struct diag_rate refusals = {.per_second = REFUSALS}, slow_ones = {.per_second = SLOW},
                        plans = {.per_second = PLANS};

static void clear(void *watch)
{
    sql_watch_clear(watch);
}

void request_log_begin(struct api_call *c)
{
    struct sql_watch *w = &c->own->watch;

    w->id = c->x->id;
    arena_defer(c->arena, clear, w);
    sql_watch(c->arena, w);
}

/* -- one line ---------------------------------------------------------------------------------------- */

/* The network of an address: enough to see a pattern, too little to know a person. */
static void put_network(struct buf *b, struct http_exchange *x)
{
    struct str ip = x->peer;
    int dots = 0;

    for (size_t i = 0; i < ip.n; i++)
        if (ip.p[i] == '.' && ++dots == 3) {
            buf_str(b, str_upto(ip, i));
            buf_z(b, ".0/24");
            return;
        }
    buf_str(b, ip.n ? auth_network(x->arena, ip) : S("local"));
}

/* The machines that ask all day whether the program is well. */
static bool is_probe(const struct http_exchange *x)
{
    return x->status == 200 &&
           (str_is(x->path, "/healthz") || str_is(x->path, "/readyz") || str_is(x->path, "/metrics"));
}

static bool is_refusal(const struct http_exchange *x, const struct api_call *c)
{
    return x->status >= 400 && x->status < 500 && (!c || !c->who.user);
}

static void put_int(struct buf *b, const char *key, int64_t value)
{
    buf_z(b, key);
    buf_int(b, value);
}

/* Put together by hand: printf would take as long as a small request does. */
static void tell(struct http_exchange *x, const struct api_call *c, int64_t us)
{
    enum diag_level level = is_probe(x) ? DIAG_DEBUG : DIAG_INFO;
    _cleanup_(buf_clear) struct buf b;
    char rest[4] = {'.', (char)('0' + us / 100 % 10), (char)('0' + us / 10 % 10), (char)('0' + us % 10)};

    buf_init(&b, 2048);
    if (!diag_wants(level) || !buf_reserve(&b, 400))
        return;
    buf_z(&b, "request id=");
    buf_z(&b, x->id);
    buf_z(&b, " method=");
    buf_z(&b, http_method_name(x->method));
    buf_z(&b, " route=");
    buf_z(&b, c ? c->route->path : x->traffic ? "pages" : "none");
    put_int(&b, " status=", x->status);
    put_int(&b, " ms=", us / 1000);
    buf_add(&b, rest, sizeof(rest));
    put_int(&b, " bytes=", (int64_t)x->sent_size);
    put_int(&b, " user=", c ? c->who.user : 0);
    buf_z(&b, " by=");
    buf_z(&b, !c || !c->who.user ? "nobody" : c->caller.session ? "session" : "token");
    buf_z(&b, " from=");
    put_network(&b, x);
    if (buf_ok(&b))
        diag_line(level, buf_view(&b));
}

/* -- slow ones --------------------------------------------------------------------------------------- */

static void tell_plan(struct api_call *c, const char *sql)
{
    struct txn *t;
    struct err err = {0};
    _cleanup_(buf_clear) struct buf plan;

    buf_init(&plan, 4096);
    t = txn_read(c->app->store, c->arena, &err);
    if (t && sql_plan(t, sql, &plan, &err) == 0)
        diag(DIAG_WARN, "slow plan id=%s plan=\"" STR_FMT "\"", c->x->id, STR_ARG(buf_view(&plan)));
    txn_end(t);
}

static void tell_slow(struct api_call *c)
{
    const struct http_exchange *x = c->x;
    const struct sql_watch *w = &c->own->watch;
    unsigned missed;

    if (!diag_may(&slow_ones, &missed))
        return;
    diag(DIAG_WARN, "slow request id=%s method=%s route=%s status=%d ms=%lld user=%lld statements=%u sql_ms=%lld%s",
         x->id, http_method_name(x->method), c->route->path, x->status, (long long)(x->work_us / 1000),
         (long long)c->who.user, w->statements, (long long)w->spent, missed ? " others=not_told" : "");
    for (unsigned i = 0; i < w->n; i++)
        diag(DIAG_WARN, "slow statement id=%s ms=%lld rows=%lld sql=\"%.1500s\"", x->id, (long long)w->slow[i].ms,
             (long long)w->slow[i].rows, w->slow[i].sql);
    if (w->n && diag_may(&plans, &missed))
        tell_plan(c, w->slow[0].sql);
}

struct ended {
    struct api *api;
    struct http_exchange *x;
    int64_t us;
};

static int end(void *arg)
{
    const struct ended *e = arg;
    struct http_exchange *x = e->x;
    struct api_call *c = x->user;
    unsigned missed = 0;

    if (c)
        sql_watch(c->arena, NULL);
    bool told = e->api->log.every && diag_wants(DIAG_INFO);
    if (told && is_refusal(x, c) && !diag_may(&refusals, &missed))
        told = false;
    if (missed)
        diag(DIAG_WARN, "refused requests not told n=%u", missed);
    if (told)
        tell(x, c, e->us);
    if (c && e->api->log.slow_ms && x->work_us >= e->api->log.slow_ms * 1000)
        tell_slow(c);
    return 0;
}

void request_log_end(struct api *api, struct http_exchange *x, int64_t microseconds)
{
    struct ended e = {api, x, microseconds};

    arena_try(end, &e); /* without memory there is no line */
}

#include "metrics.h"

#include "listen.h"
#include "private.h"
#include "secret.h"
#include "stats.h"
#include "traffic.h"

/* -- what only the database can tell ---------------------------------------------------------------- */

#define BASE_METRICS(X)                                                                                                \
    X(COUNTER, seq, "penstock_log_changes_total", "Number of the last change in the log")                              \
    X(GAUGE, lag, "penstock_feed_lag_changes", "Changes that are kept but not handed to event streams yet")            \
    X(GAUGE, waiting, "penstock_jobs{state=\"waiting\"}", "Jobs by state")                                             \
    X(GAUGE, running, "penstock_jobs{state=\"running\"}", "")                                                          \
    X(GAUGE, failed, "penstock_jobs{state=\"failed\"}", "")                                                            \
    X(GAUGE, attempts, "penstock_jobs_attempts", "Attempts that the jobs which are not done have had")                 \
    X(MOMENT, oldest, "penstock_jobs_oldest_seconds", "How long the oldest job has been due without being claimed")    \
    X(GAUGE, build, "penstock_build_info{version=\"" PENSTOCK_VERSION "\"}", "The program's version, always 1")

struct base_metrics {
    BASE_METRICS(METRIC_MEMBER)
};

#define ROW(type, member, name, help) METRIC_ROW(struct base_metrics, type, member, name, help)
static const struct metric base_rows[] = {BASE_METRICS(ROW)};

static int read_jobs(struct txn *t, struct base_metrics *m, struct err *err)
{
    struct value v[5];
    struct value now = value_int(clock_now());
    int n =
        sql_row(t,
                "SELECT COUNT(CASE WHEN state = 'waiting' AND claimed_until <= $1 THEN 1 END), "
                "COUNT(CASE WHEN state = 'waiting' AND claimed_until > $1 THEN 1 END), "
                "COUNT(CASE WHEN state = 'failed' THEN 1 END), "
                "CAST(COALESCE(SUM(attempts), 0) AS BIGINT), "
                "MIN(CASE WHEN state = 'waiting' AND claimed_until <= $1 AND run_at <= $1 THEN run_at END) FROM jobs",
                ARGS(now), v, 5, err);

    if (n < 0)
        return -1;
    metric_set(&m->waiting, v[0].i);
    metric_set(&m->running, v[1].i);
    metric_set(&m->failed, v[2].i);
    metric_set(&m->attempts, v[3].i);
    metric_set(&m->oldest, v[4].type == V_NULL ? 0 : now.i - v[4].i);
    return 0;
}

static int read_base(struct api_call *c, struct base_metrics *m, struct err *err)
{
    int64_t seq, delivered = metric_get(&feed_stats(c->api->feed)->delivered);

    if (log_last_seq(c->ctx.t, &seq, err) < 0)
        return -1;
    metric_set(&m->seq, seq);
    metric_set(&m->lag, seq > delivered ? seq - delivered : 0);
    metric_set(&m->build, 1);
    return read_jobs(c->ctx.t, m, err);
}

/* -- the set ---------------------------------------------------------------------------------------- */

int api_metrics_open(struct api *api)
{
    api->metrics = metrics_new();
    api->no_route = http_routes_traffic(api->routes, "none");
    if (!api->metrics || !api->no_route)
        return -1;
    metrics_add_writer(api->metrics, http_traffic_write, api->routes);
    metrics_add(api->metrics, store_metrics, store_metrics_n, store_stats(api->app->store), store_measure,
                api->app->store);
    metrics_add(api->metrics, feed_metrics, feed_metrics_n, feed_stats(api->feed), feed_measure, api->feed);
    metrics_add_process(api->metrics);
    return 0;
}

struct metrics *api_metrics(const struct api *api)
{
    return api->metrics;
}

/* -- who may read it -------------------------------------------------------------------------------- */

static bool has_token(const struct api_call *c)
{
    struct str wanted = str_of(c->api->metrics_token), scheme, given;

    return wanted.n && str_cut(http_header(c->x, "Authorization"), ' ', &scheme, &given) &&
           str_eq_nocase(scheme, S("Bearer")) && secret_eq(str_trim(given), wanted);
}

/* 1, 0 or -1. */
static int is_admin(struct api_call *c, struct err *err)
{
    struct ctx own;

    if (!c->who.user || c->who.scope != SCOPE_ADMIN)
        return 0;
    if (ctx_read(&own, c->app, c->ctx.t, c->who, err) < 0)
        return -1;
    return own.access->role >= ROLE_ADMIN;
}

static int may_watch(struct api_call *c, struct err *err)
{
    if (has_token(c) || (c->api->metrics_from && addresses_has(c->api->metrics_from, c->x->peer)))
        return 1;
    int n = is_admin(c, err);
    if (n != 0)
        return n;
    return err_set(err, c->who.user ? ERR_FORBIDDEN : ERR_AUTH,
                   "Metrics are for administrators, the token of --metrics-token-file and --metrics-from.");
}

static int show(struct api_call *c, struct err *err)
{
    struct base_metrics base = {0};

    if (may_watch(c, err) < 0 || read_base(c, &base, err) < 0)
        return -1;
    struct buf *b = http_reply(c->x, 200, "text/plain; version=0.0.4");
    http_reply_header(c->x, "Cache-Control", S("no-store"));
    metrics_write(c->api->metrics, b);
    /* These belong to this reply alone, so that two scrapes at once do not mix. */
    struct metrics *now = metrics_new();
    if (!now)
        return err_set(err, ERR_BUSY, "Out of memory.");
    metrics_add(now, base_rows, COUNT(base_rows), &base, NULL, NULL);
    metrics_write(now, b);
    metrics_free(now);
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_GET, "/metrics", API_READ, show, AUTH_OPEN, .media = "text/plain",
     .doc = "Counters for Prometheus; for administrators, and whom the server was told of"},
};

const struct api_table metrics_routes = {routes, COUNT(routes), NULL, 0};

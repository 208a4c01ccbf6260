#include "traffic.h"

#include <stdio.h>

#include "routes.h"
#include "serving.h"

void http_traffic_count(const struct http_exchange *x, struct http_traffic *otherwise, int64_t microseconds)
{
    struct http_traffic *t = x->traffic ? x->traffic : otherwise;
    int class = x->status >= 100 && x->status < 600 && x->status != 499 ? x->status / 100 : 0;

    metric_add(&t->by_class[class], 1);
    metric_add(&t->bytes, (int64_t)x->sent_size);
    metric_observe(&t->times, METRIC_TIMES, microseconds);
}

struct family {
    const char *name, *help;
    enum metric_type type;
    void (*write)(struct buf *b, const char *name, const char *labels, const struct http_traffic *t);
};

static void write_classes(struct buf *b, const char *name, const char *labels, const struct http_traffic *t)
{
    char all[200];

    for (int i = 0; i < TRAFFIC_CLASSES; i++) {
        int64_t n = metric_get(&t->by_class[i]);
        if (!n)
            continue;
        if (i)
            snprintf(all, sizeof(all), "%s,class=\"%dxx\"", labels, i);
        else
            snprintf(all, sizeof(all), "%s,class=\"left\"", labels);
        metric_line(b, name, all, METRIC_COUNTER, n);
    }
}

static void write_bytes(struct buf *b, const char *name, const char *labels, const struct http_traffic *t)
{
    metric_line(b, name, labels, METRIC_COUNTER, metric_get(&t->bytes));
}

static void write_times(struct buf *b, const char *name, const char *labels, const struct http_traffic *t)
{
    metric_histogram_lines(b, name, labels, METRIC_TIMES, &t->times);
}

static const struct family families[] = {
    {"penstock_http_requests_total", "Requests by route, method and class of their status", METRIC_COUNTER,
     write_classes},
    {"penstock_http_reply_bytes_total", "Bytes of reply bodies", METRIC_COUNTER, write_bytes},
    {"penstock_http_request_seconds", "From the first byte of a request to the end of its reply", METRIC_TIMES,
     write_times},
};

static bool used(const struct http_traffic *t)
{
    for (int i = 0; i < TRAFFIC_CLASSES; i++)
        if (metric_get(&t->by_class[i]))
            return true;
    return false;
}

void http_traffic_write(void *routes, struct buf *b)
{
    struct http_traffic *t;
    const char *pattern, *method;
    char labels[160];

    for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++) {
        metric_head(b, families[f].name, families[f].help, families[f].type);
        for (size_t i = 0; (t = http_routes_traffic_at(routes, i, &pattern, &method)) != NULL; i++) {
            if (!used(t))
                continue;
            snprintf(labels, sizeof(labels), "route=\"%s\",method=\"%s\"", pattern, method);
            families[f].write(b, families[f].name, labels, t);
        }
    }
}

/* -- the server ----------------------------------------------------------------------------------- */

#define ROW(type, member, name, help) METRIC_ROW(struct server_metrics, type, member, name, help)
static const struct metric rows[] = {SERVER_METRICS(ROW)};

static void refresh(void *server)
{
    struct http_server *s = server;
    struct http_stats stats;
    struct tls_stats tls;

    http_stats(s, &stats);
    metric_set(&s->metrics.connections, stats.connections);
    metric_set(&s->metrics.running, stats.running);
    metric_set(&s->metrics.streams, stats.streams);
    metric_set(&s->metrics.late, keeper_late(s->keeper));
    if (!s->tls)
        return;
    tls_look(s->tls, &tls);
    metric_set(&s->metrics.handshakes, tls.handshakes);
    metric_set(&s->metrics.handshakes_failed, tls.failed);
    metric_set(&s->metrics.expires, tls.expires);
}

void http_metrics_add(struct http_server *s, struct metrics *m)
{
    metrics_add(m, rows, sizeof(rows) / sizeof(rows[0]), &s->metrics, refresh, s);
}

#include "metrics.h"

static const int64_t bounds_us[METRICS_BUCKETS] = {500,   1000,   2500,   5000,    10000,
                                                   25000, 100000, 500000, 1000000, 5000000};

void metrics_count(struct metrics *m, int status, int64_t microseconds)
{
    int bucket = 0;

    while (bucket < METRICS_BUCKETS && microseconds > bounds_us[bucket])
        bucket++;
    atomic_fetch_add(&m->by_class[status >= 100 && status < 600 ? status / 100 : 0], 1);
    atomic_fetch_add(&m->buckets[bucket], 1);
    atomic_fetch_add(&m->microseconds, (uint64_t)(microseconds > 0 ? microseconds : 0));
}

void metrics_gauge(struct buf *b, const char *name, const char *help, double value)
{
    buf_printf(b, "# HELP %s %s\n# TYPE %s gauge\n%s %.17g\n", name, help, name, name, value);
}

void metrics_write(struct metrics *m, struct buf *b)
{
    uint64_t sum = 0;

    buf_z(b, "# HELP penstock_replies_total Replies by class of their status; 0xx: the client left\n"
             "# TYPE penstock_replies_total counter\n");
    for (int i = 0; i < 6; i++)
        buf_printf(b, "penstock_replies_total{class=\"%dxx\"} %llu\n", i, (unsigned long long)m->by_class[i]);
    buf_z(b, "# HELP penstock_request_seconds From the first byte of a request to its end\n"
             "# TYPE penstock_request_seconds histogram\n");
    for (int i = 0; i < METRICS_BUCKETS; i++) {
        sum += m->buckets[i];
        buf_printf(b, "penstock_request_seconds_bucket{le=\"%g\"} %llu\n", (double)bounds_us[i] / 1e6,
                   (unsigned long long)sum);
    }
    sum += m->buckets[METRICS_BUCKETS];
    buf_printf(b,
               "penstock_request_seconds_bucket{le=\"+Inf\"} %llu\npenstock_request_seconds_sum %.6f\n"
               "penstock_request_seconds_count %llu\n",
               (unsigned long long)sum, (double)m->microseconds / 1e6, (unsigned long long)sum);
}

/*
 * Counters of the running server in the text form that Prometheus reads (exposition format 0.0.4).
 */
#ifndef API_METRICS_H
#define API_METRICS_H

#include <stdatomic.h>

#include "buf.h"

#define METRICS_BUCKETS 10

struct metrics {
    atomic_uint_fast64_t by_class[6]; /* replies by the first digit of their status; 0: the client left */
    atomic_uint_fast64_t buckets[METRICS_BUCKETS + 1], microseconds;
};

void metrics_count(struct metrics *m, int status, int64_t microseconds);
void metrics_write(struct metrics *m, struct buf *b);
void metrics_gauge(struct buf *b, const char *name, const char *help, double value);

#endif

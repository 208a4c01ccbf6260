/*
 * Numbers the running program keeps for whoever watches it, in the text form that Prometheus reads (exposition format
 * 0.0.4). A layer lists what it counts; a row is a member of its struct and a line of the text at once:
 *
 *     #define QUEUE_METRICS(X)                                                                      \
 *         X(COUNTER, taken, "penstock_queue_taken_total", "Things taken out of the queue")          \
 *         X(GAUGE, small, "penstock_queue_things{size=\"small\"}", "Things in the queue now")       \
 *         X(GAUGE, large, "penstock_queue_things{size=\"large\"}", "")                              \
 *         X(TIMES, work, "penstock_queue_work_seconds", "How long one thing took")
 *
 *     struct queue_metrics { QUEUE_METRICS(METRIC_MEMBER) };
 *     static const struct metric queue_rows[] = {
 *     #define ROW(type, member, name, help) METRIC_ROW(struct queue_metrics, type, member, name, help)
 *         QUEUE_METRICS(ROW)
 *     };
 *
 *     metric_add(&q->metrics.taken, 1);
 *     metric_observe(&q->metrics.work, METRIC_TIMES, microseconds);
 *     metrics_add(set, queue_rows, COUNT(queue_rows), &q->metrics, NULL, NULL);
 *
 * Counting takes no lock and orders nothing. Rows of one name stand together; the first has the help. Labels come from
 * short lists of our own, never from a request: each value of a label is a time series for ever.
 */
#ifndef BASE_METRIC_H
#define BASE_METRIC_H

#include <stdatomic.h>
#include <stddef.h>

#include "buf.h"

typedef _Atomic int64_t metric_cell;

#define METRIC_BUCKETS 14 /* and one more for what is above all bounds */

struct metric_histogram {
    metric_cell buckets[METRIC_BUCKETS + 1], sum;
};

enum metric_type {
    METRIC_COUNTER, /* goes up only */
    METRIC_GAUGE,   /* as it is now */
    METRIC_MICROS,  /* a counter of microseconds, told in seconds */
    METRIC_MOMENT,  /* an instant or a span in milliseconds, told in seconds */
    METRIC_TIMES,   /* a histogram of microseconds, told in seconds */
    METRIC_SIZES,   /* a histogram of whole numbers */
};

#define METRIC_CELL_COUNTER metric_cell
#define METRIC_CELL_GAUGE metric_cell
#define METRIC_CELL_MICROS metric_cell
#define METRIC_CELL_MOMENT metric_cell
#define METRIC_CELL_TIMES struct metric_histogram
#define METRIC_CELL_SIZES struct metric_histogram

#define METRIC_MEMBER(type, member, name, help) METRIC_CELL_##type member;
#define METRIC_ROW(of, type, member, name, help) {METRIC_##type, offsetof(of, member), name, help},

struct metric {
    enum metric_type type;
    size_t offset;
    const char *name; /* with its labels: "penstock_jobs{state=\"waiting\"}" */
    const char *help;
};

static inline void metric_add(metric_cell *c, int64_t n)
{
    atomic_fetch_add_explicit(c, n, memory_order_relaxed);
}

static inline void metric_set(metric_cell *c, int64_t n)
{
    atomic_store_explicit(c, n, memory_order_relaxed);
}

static inline int64_t metric_get(const metric_cell *c)
{
    return atomic_load_explicit(c, memory_order_relaxed);
}

void metric_observe(struct metric_histogram *h, enum metric_type type, int64_t value);

/* -- the set of all of them ----------------------------------------------------------------------- */

struct metrics;

struct metrics *metrics_new(void); /* NULL without memory */
void metrics_free(struct metrics *m);

/* `values` is the struct the rows describe; refresh(ctx), when given, sets its gauges before they are told. All of it
 * stays as long as the set, or as long as nobody can ask any more. From any thread. */
void metrics_add(struct metrics *m, const struct metric *rows, size_t n, void *values, void (*refresh)(void *ctx),
                 void *ctx);

/* What does not fit rows (labels that are known at run time only) writes itself with metric_head and metric_*_line. */
void metrics_add_writer(struct metrics *m, void (*write)(void *ctx, struct buf *b), void *ctx);

void metrics_write(struct metrics *m, struct buf *b);

void metric_head(struct buf *b, const char *name, const char *help, enum metric_type type);
void metric_line(struct buf *b, const char *name, const char *labels, enum metric_type type, int64_t value);
void metric_histogram_lines(struct buf *b, const char *name, const char *labels, enum metric_type type,
                            const struct metric_histogram *h);

/* The process as the kernel sees it: memory, descriptors, CPU, start. Names are those of Prometheus' own clients. */
void metrics_add_process(struct metrics *m);

#endif

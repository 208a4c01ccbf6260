#include "metric.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t times_us[METRIC_BUCKETS] = {100,   250,   500,    1000,   2500,   5000,    10000,
                                                 25000, 50000, 100000, 250000, 500000, 1000000, 5000000};
static const int64_t sizes[METRIC_BUCKETS] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192};

static const int64_t *bounds_of(enum metric_type type)
{
    return type == METRIC_TIMES ? times_us : sizes;
}

void metric_observe(struct metric_histogram *h, enum metric_type type, int64_t value)
{
    const int64_t *bounds = bounds_of(type);
    int i = 0;

    while (i < METRIC_BUCKETS && value > bounds[i])
        i++;
    metric_add(&h->buckets[i], 1);
    metric_add(&h->sum, value > 0 ? value : 0);
}

/* -- as text -------------------------------------------------------------------------------------- */

static double told(enum metric_type type, int64_t value)
{
    switch (type) {
    case METRIC_MICROS:
    case METRIC_TIMES:
        return (double)value / 1e6;
    case METRIC_MOMENT:
        return (double)value / 1e3;
    default:
        return (double)value;
    }
}

static void number(struct buf *b, enum metric_type type, int64_t value)
{
    if (type == METRIC_COUNTER || type == METRIC_GAUGE || type == METRIC_SIZES)
        buf_int(b, value);
    else
        buf_printf(b, "%.15g", told(type, value));
    buf_char(b, '\n');
}

void metric_head(struct buf *b, const char *name, const char *help, enum metric_type type)
{
    const char *word = type == METRIC_TIMES || type == METRIC_SIZES      ? "histogram"
                       : type == METRIC_COUNTER || type == METRIC_MICROS ? "counter"
                                                                         : "gauge";

    buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, word);
}

static void start_line(struct buf *b, const char *name, const char *suffix, const char *labels, const char *bound)
{
    bool some = labels && *labels;

    buf_z(b, name);
    buf_z(b, suffix);
    if (some || bound)
        buf_char(b, '{');
    if (some)
        buf_z(b, labels);
    if (bound)
        buf_printf(b, "%sle=\"%s\"", some ? "," : "", bound);
    if (some || bound)
        buf_char(b, '}');
    buf_char(b, ' ');
}

void metric_line(struct buf *b, const char *name, const char *labels, enum metric_type type, int64_t value)
{
    start_line(b, name, "", labels, NULL);
    number(b, type, value);
}

void metric_histogram_lines(struct buf *b, const char *name, const char *labels, enum metric_type type,
                            const struct metric_histogram *h)
{
    const int64_t *bounds = bounds_of(type);
    char bound[32];
    int64_t n = 0;

    for (int i = 0; i < METRIC_BUCKETS; i++) {
        n += metric_get(&h->buckets[i]);
        snprintf(bound, sizeof(bound), "%g", told(type, bounds[i]));
        start_line(b, name, "_bucket", labels, bound);
        number(b, METRIC_COUNTER, n);
    }
    n += metric_get(&h->buckets[METRIC_BUCKETS]);
    start_line(b, name, "_bucket", labels, "+Inf");
    number(b, METRIC_COUNTER, n);
    start_line(b, name, "_sum", labels, NULL);
    number(b, type, metric_get(&h->sum));
    start_line(b, name, "_count", labels, NULL);
    number(b, METRIC_COUNTER, n);
}

/* -- the set -------------------------------------------------------------------------------------- */

struct source {
    struct source *next;
    const struct metric *rows;
    size_t n;
    char *values;
    void (*refresh)(void *ctx);
    void (*write)(void *ctx, struct buf *b);
    void *ctx;
};

struct metrics {
    pthread_mutex_t lock;
    struct source *first, **last;
};

struct metrics *metrics_new(void)
{
    struct metrics *m = calloc(1, sizeof(*m));

    if (!m)
        return NULL;
    pthread_mutex_init(&m->lock, NULL);
    m->last = &m->first;
    return m;
}

void metrics_free(struct metrics *m)
{
    if (!m)
        return;
    for (struct source *s = m->first, *next; s; s = next) {
        next = s->next;
        free(s);
    }
    pthread_mutex_destroy(&m->lock);
    free(m);
}

static void add(struct metrics *m, struct source is)
{
    struct source *s = malloc(sizeof(*s));

    if (!s)
        return; /* a program that starts without memory has other sorrows */
    *s = is;
    pthread_mutex_lock(&m->lock);
    *m->last = s;
    m->last = &s->next;
    pthread_mutex_unlock(&m->lock);
}

void metrics_add(struct metrics *m, const struct metric *rows, size_t n, void *values, void (*refresh)(void *ctx),
                 void *ctx)
{
    add(m, (struct source){.rows = rows, .n = n, .values = values, .refresh = refresh, .ctx = ctx});
}

void metrics_add_writer(struct metrics *m, void (*write)(void *ctx, struct buf *b), void *ctx)
{
    add(m, (struct source){.write = write, .ctx = ctx});
}

/* "name{labels}" taken apart. */
static void split(const struct metric *row, char name[128], char labels[128])
{
    size_t n = strcspn(row->name, "{"), m = strlen(row->name + n);

    snprintf(name, 128, "%.*s", (int)n, row->name);
    snprintf(labels, 128, "%.*s", m > 2 ? (int)m - 2 : 0, m > 2 ? row->name + n + 1 : "");
}

static void write_rows(const struct source *s, struct buf *b)
{
    char name[128], labels[128], before[128] = "";

    for (size_t i = 0; i < s->n; i++) {
        const struct metric *row = &s->rows[i];
        const void *value = s->values + row->offset;
        split(row, name, labels);
        if (strcmp(name, before) != 0)
            metric_head(b, name, row->help, row->type);
        snprintf(before, sizeof(before), "%s", name);
        if (row->type == METRIC_TIMES || row->type == METRIC_SIZES)
            metric_histogram_lines(b, name, labels, row->type, value);
        else
            metric_line(b, name, labels, row->type, metric_get(value));
    }
}

void metrics_write(struct metrics *m, struct buf *b)
{
    pthread_mutex_lock(&m->lock);
    for (const struct source *s = m->first; s; s = s->next) {
        if (s->refresh)
            s->refresh(s->ctx);
        if (s->write)
            s->write(s->ctx, b);
        else
            write_rows(s, b);
    }
    pthread_mutex_unlock(&m->lock);
}

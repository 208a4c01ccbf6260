#include "ceilings.h"
#include "diag.h"
#include "work.h"

#define BACKUP_METRICS(X)                                                                                              \
    X(MOMENT, last_good, "penstock_backup_last_success_timestamp_seconds", "When the last good backup was done")       \
    X(MOMENT, last_ms, "penstock_backup_last_duration_seconds", "How long it took to write and prove it")              \
    X(GAUGE, last_size, "penstock_backup_last_size_bytes", "How large it is")                                          \
    X(GAUGE, ok, "penstock_backup_ok", "1 unless the last attempt failed or a planned one is overdue")                 \
    X(GAUGE, plans, "penstock_backup_plans", "Backup plans that are on")                                               \
    X(GAUGE, good, "penstock_backups{state=\"done\"}", "Backups in the list")                                          \
    X(GAUGE, failed, "penstock_backups{state=\"failed\"}", "")

struct backup_metrics {
    BACKUP_METRICS(METRIC_MEMBER)
    struct app *app;
};

#define ROW(type, member, name, help) METRIC_ROW(struct backup_metrics, type, member, name, help)
static const struct metric rows[] = {BACKUP_METRICS(ROW)};

static void measure(void *ctx)
{
    struct backup_metrics *m = ctx;
    struct arena *a = arena_new(1u << 20);
    struct backup_health h;
    struct err err = {0};
    struct txn *t = a ? txn_read(m->app->store, a, &err) : NULL;

    if (t && backup_health(m->app, t, &h, &err) == 0) {
        metric_set(&m->last_good, h.last_good);
        metric_set(&m->last_ms, h.last_ms);
        metric_set(&m->last_size, h.last_size);
        metric_set(&m->ok, !h.last_failed && !h.overdue);
        metric_set(&m->plans, h.plans);
        metric_set(&m->good, h.good);
        metric_set(&m->failed, h.failed);
    }
    txn_end(t);
    arena_free(a);
}

void backup_metrics_add(struct app *app, struct metrics *set)
{
    struct backup_metrics *m = NEW(app->arena, struct backup_metrics);

    m->app = app;
    metrics_add(set, rows, COUNT(rows), m, measure, m);
}

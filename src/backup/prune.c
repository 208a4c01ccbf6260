#include "prune.h"

#include "backup_plan.h"
#include "diag.h"
#include "plans.h"
#include "work.h"

#define MOST 4000 /* backups that are looked at; a plan keeps fewer */

/* Which day, week or month a moment belongs to. */
static int64_t day_number(struct day d)
{
    return d.n;
}

static int64_t week_number(struct day d)
{
    return ((int64_t)d.n + 3) / 7; /* 1970-01-01 was a Thursday */
}

static int64_t month_number(struct day d)
{
    struct date date = day_date(d);

    return (int64_t)date.year * 12 + date.month;
}

/* Of each of the `most` last days (weeks, months) that have any: its newest. */
static void keep_by(const struct zone *zone, const msec *made_at, size_t n, int64_t most,
                    int64_t (*number)(struct day d), bool *keep)
{
    int64_t last = INT64_MIN;

    for (size_t i = 0; i < n && most > 0; i++) {
        int64_t period = number(zone_day(zone, made_at[i]));
        if (period == last)
            continue;
        last = period;
        keep[i] = true;
        most--;
    }
}

void backup_choose(const struct row *plan, const struct zone *zone, const msec *made_at, size_t n, bool *keep)
{
    for (size_t i = 0; i < n; i++)
        keep[i] = (int64_t)i < row_int(plan, PLAN_KEEP_LAST);
    keep_by(zone, made_at, n, row_int(plan, PLAN_KEEP_DAILY), day_number, keep);
    keep_by(zone, made_at, n, row_int(plan, PLAN_KEEP_WEEKLY), week_number, keep);
    keep_by(zone, made_at, n, row_int(plan, PLAN_KEEP_MONTHLY), month_number, keep);
}

struct list {
    id *ids;
    msec *made_at;
    size_t n;
};

static int read_list(struct txn *t, struct arena *a, const char *sql, id plan, struct list *ret, struct err *err)
{
    struct rows *r = sql_query(t, sql, ARGS(value_int(plan), value_int(MOST)), err);
    int n = r ? 0 : -1;

    *ret = (struct list){.ids = NEW_ARRAY(a, id, MOST), .made_at = NEW_ARRAY(a, msec, MOST)};
    while (r && (n = rows_next(r, err)) == 1) {
        ret->ids[ret->n] = rows_col(r, 0).i;
        ret->made_at[ret->n++] = rows_col(r, 1).i;
    }
    return n;
}

/* Good ones, newest first; and failures before the last good one, which nobody needs to know of any more. */
#define GOOD                                                                                                           \
    "SELECT id, started_at FROM backups WHERE plan_id = $1 AND state = 'done' ORDER BY started_at DESC, id DESC "      \
    "LIMIT $2"
#define FAILED                                                                                                         \
    "SELECT id, started_at FROM backups WHERE plan_id = $1 AND state = 'failed' AND id < (SELECT max(id) FROM "        \
    "backups "                                                                                                         \
    "WHERE plan_id = $1 AND state = 'done') ORDER BY id LIMIT $2"

void prune(struct app *app, struct arena *a, const struct row *plan)
{
    const struct zone *zone;
    struct list good = {0}, failed = {0};
    struct err err = {0};
    struct txn *t = txn_read(app->store, a, &err);
    int n = t ? plan_zone(t, &zone, &err) : -1;

    if (n == 0)
        n = read_list(t, a, GOOD, row_id(plan), &good, &err);
    if (n == 0)
        n = read_list(t, a, FAILED, row_id(plan), &failed, &err);
    txn_end(t);
    if (n < 0) {
        diag(DIAG_WARN, "old backups could not be looked at: %s", err.msg);
        return;
    }
    bool *keep = NEW_ARRAY(a, bool, good.n + 1);
    backup_choose(plan, zone, good.made_at, good.n, keep);
    for (size_t i = 0; i < good.n; i++)
        if (!keep[i] && backup_delete(app, a, good.ids[i], &err) < 0)
            diag(DIAG_WARN, "an old backup stays: %s", err.msg);
    for (size_t i = 0; i < failed.n; i++)
        if (backup_delete(app, a, failed.ids[i], &err) < 0)
            diag(DIAG_WARN, "the note of a failed backup stays: %s", err.msg);
}

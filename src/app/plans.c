#include "plans.h"

#include "backup_plan.h"
#include "jobs.h"
#include "rules.h"
#include "sqlgen.h"

void backups_table(struct buf *b, enum dialect d)
{
    const char *key = sqlgen_id(d), *big = sqlgen_big(d);

    buf_printf(
        b,
        "CREATE TABLE backups (id %s, plan_id %s, user_id %s, state TEXT NOT NULL, path TEXT, error TEXT, "
        "started_at %s NOT NULL, finished_at %s, written_ms %s, verified_ms %s, size %s, rows_n %s, changes_n %s, "
        "contents_n %s, missing_n %s, last_seq %s, encrypted %s NOT NULL);\n"
        "CREATE INDEX backups_by_plan ON backups (plan_id, id);\n",
        key, big, big, big, big, big, big, big, big, big, big, big, big, big);
}

/* -- time ---------------------------------------------------------------------------------------------------- */

/* A time of a local day. On the day that summer time begins it may not exist: then the hour after. */
static msec at_time_of_day(const struct zone *zone, struct day day, struct str text)
{
    int64_t hour = 0, minute = 0;

    str_int(str_upto(text, 2), &hour);
    str_int(str_from(text, 3), &minute);
    msec midnight = zone_midnight(zone, day), at = midnight + hour * HOUR + minute * MINUTE;
    return at + zone_offset(zone, midnight) - zone_offset(zone, at);
}

msec plan_next(const struct row *plan, const struct zone *zone, msec after)
{
    struct day day = zone_day(zone, after);

    if (row_has(plan, PLAN_EVERY_HOURS))
        return after + row_int(plan, PLAN_EVERY_HOURS) * HOUR;
    for (;; day.n++) {
        msec at = at_time_of_day(zone, day, row_str(plan, PLAN_TIME));
        if (at > after)
            return at;
    }
}

msec plan_interval(const struct row *plan)
{
    return row_has(plan, PLAN_EVERY_HOURS) ? row_int(plan, PLAN_EVERY_HOURS) * HOUR : DAY_MS;
}

int plan_zone(struct txn *t, const struct zone **ret, struct err *err)
{
    struct value name = VALUE_NULL;

    if (sql_row(t, "SELECT time_zone FROM workspaces ORDER BY id LIMIT 1", NO_ARGS, &name, 1, err) < 0)
        return -1;
    *ret = name.type == V_TEXT ? zone_find(arena_cstr(txn_arena(t), name.s)) : NULL;
    if (!*ret)
        *ret = zone_find("UTC");
    return 0;
}

/* -- the job that waits -------------------------------------------------------------------------------------- */

static struct value payload_of(struct arena *a, id plan)
{
    return value_text(arena_printf(a, "plan %lld", (long long)plan));
}

/* One that runs is left alone: it makes the next itself. */
static int let_go(struct txn *t, id plan, int64_t *ret_left, struct err *err)
{
    struct arena *a = txn_arena(t);
    struct value payload = payload_of(a, plan), left;
    const char *sql =
        arena_printf(a, "DELETE FROM jobs WHERE type = '" BACKUP_JOB "' AND payload = $1 AND claimed_until <= %s",
                     sqlgen_now(txn_dialect(t)))
            .p;

    if (sql_run(t, sql, ARGS(payload), NULL, err) < 0 ||
        sql_row(t, "SELECT count(*) FROM jobs WHERE type = '" BACKUP_JOB "' AND payload = $1", ARGS(payload), &left, 1,
                err) < 0)
        return -1;
    *ret_left = left.i;
    return 0;
}

int plan_wait(struct txn *t, id plan, msec at, struct err *err)
{
    msec delay = at - clock_now();

    return job_add(t, BACKUP_JOB, payload_of(txn_arena(t), plan).s, delay > 0 ? delay : 0, err);
}

/* A plan that has no good backup from within its interval wants one at once. */
static int first_time(struct txn *t, const struct row *plan, msec *ret, struct err *err)
{
    const struct zone *zone;
    msec now = clock_now();
    struct value last = VALUE_NULL;

    if (plan_zone(t, &zone, err) < 0 ||
        sql_row(t, "SELECT max(started_at) FROM backups WHERE plan_id = $1 AND state = 'done'", ARGS(plan->v[SYS_ID]),
                &last, 1, err) < 0)
        return -1;
    bool fresh = last.type == V_INT && last.i > now - plan_interval(plan);
    *ret = fresh ? plan_next(plan, zone, now) : now;
    return 0;
}

static int derive(struct txn *t, struct app *a, const struct row *old, const struct row *plan, struct err *err)
{
    int64_t runs;
    msec at;

    (void)a;
    if (let_go(t, row_id(plan ? plan : old), &runs, err) < 0)
        return -1;
    if (!plan || !row_int(plan, PLAN_ACTIVE) || runs)
        return 0;
    return first_time(t, plan, &at, err) < 0 ? -1 : plan_wait(t, row_id(plan), at, err);
}

const struct rule rule_backup_plan = {.kind = "backup_plans", .derive = derive};

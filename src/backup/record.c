#include "record.h"

#include "backup_plan.h"
#include "ceilings.h"
#include "plans.h"

/* -- writing -------------------------------------------------------------------------------------------------- */

int record_begin(struct txn *t, id plan, id user, const char *state, id *ret, struct err *err)
{
    return sql_insert(
        t, "INSERT INTO backups (plan_id, user_id, state, started_at, encrypted) VALUES ($1, $2, $3, $4, 0)",
        ARGS(value_ref(plan), value_ref(user), value_text(str_of(state)), value_int(clock_now())), ret, err);
}

int record_run(struct txn *t, id which, struct err *err)
{
    return sql_run(t, "UPDATE backups SET state = 'running', error = NULL, started_at = $1 WHERE id = $2",
                   ARGS(value_int(clock_now()), value_int(which)), NULL, err);
}

int record_done(struct txn *t, id which, const struct make_report *m, bool encrypted, struct err *err)
{
    return sql_run(t,
                   "UPDATE backups SET state = 'done', error = NULL, path = $1, finished_at = $2, written_ms = $3, "
                   "verified_ms = $4, size = $5, rows_n = $6, changes_n = $7, contents_n = $8, missing_n = $9, "
                   "last_seq = $10, encrypted = $11 WHERE id = $12",
                   ARGS(value_text(str_of(m->path)), value_int(clock_now()), value_int(m->written_ms),
                        value_int(m->verified_ms), value_int((int64_t)m->size), value_int(m->rows),
                        value_int(m->changes), value_int(m->contents), value_int(m->missing), value_int(m->last_seq),
                        value_int(encrypted), value_int(which)),
                   NULL, err);
}

int record_failed(struct txn *t, id which, const char *why, struct err *err)
{
    return sql_run(t, "UPDATE backups SET state = 'failed', error = $1, finished_at = $2 WHERE id = $3",
                   ARGS(value_text(str_of(why)), value_int(clock_now()), value_int(which)), NULL, err);
}

int record_interrupted(struct txn *t, id plan, struct err *err)
{
    return sql_run(
        t,
        "UPDATE backups SET state = 'failed', finished_at = $1, error = 'The program ended before the backup "
        "did.' WHERE plan_id = $2 AND state = 'running'",
        ARGS(value_int(clock_now()), value_int(plan)), NULL, err);
}

int record_remove(struct txn *t, id which, struct err *err)
{
    return sql_run(t, "DELETE FROM backups WHERE id = $1", ARGS(value_int(which)), NULL, err);
}

/* -- reading -------------------------------------------------------------------------------------------------- */

#define COLUMNS                                                                                                        \
    "id, plan_id, user_id, state, path, error, started_at, finished_at, written_ms, verified_ms, size, rows_n, "       \
    "changes_n, contents_n, missing_n, last_seq, encrypted"
#define COLUMNS_N 17

static int64_t number(struct value v)
{
    return v.type == V_INT ? v.i : 0;
}

static struct str words(struct value v)
{
    return v.type == V_TEXT ? v.s : STR_NULL;
}

static struct backup_record record_of(const struct value *v)
{
    return (struct backup_record){
        .id = number(v[0]),
        .plan = number(v[1]),
        .user = number(v[2]),
        .state = words(v[3]),
        .path = words(v[4]),
        .error = words(v[5]),
        .started_at = number(v[6]),
        .finished_at = number(v[7]),
        .written_ms = number(v[8]),
        .verified_ms = number(v[9]),
        .size = number(v[10]),
        .rows = number(v[11]),
        .changes = number(v[12]),
        .contents = number(v[13]),
        .missing = number(v[14]),
        .last_seq = number(v[15]),
        .encrypted = number(v[16]) != 0,
    };
}

int record_get(struct txn *t, id which, struct backup_record *ret, struct err *err)
{
    struct value v[COLUMNS_N];
    int n = sql_row(t, "SELECT " COLUMNS " FROM backups WHERE id = $1", ARGS(value_int(which)), v, COLUMNS_N, err);

    if (n < 0)
        return -1;
    if (n == 0)
        return err_set(err, ERR_NOT_FOUND, "There is no such backup.");
    *ret = record_of(v);
    return 0;
}

int record_list(struct txn *t, unsigned limit, struct backup_record **ret, size_t *ret_n, struct err *err)
{
    struct rows *r =
        sql_query(t, "SELECT " COLUMNS " FROM backups ORDER BY id DESC LIMIT $1", ARGS(value_int((int64_t)limit)), err);
    struct backup_record *list = NEW_ARRAY(txn_arena(t), struct backup_record, limit);
    struct value v[COLUMNS_N];
    int n = r ? 0 : -1;

    *ret_n = 0;
    while (r && (n = rows_next(r, err)) == 1) {
        for (int i = 0; i < COLUMNS_N; i++)
            v[i] = rows_col(r, i);
        list[(*ret_n)++] = record_of(v);
    }
    *ret = list;
    return n;
}

/* -- how they stand ------------------------------------------------------------------------------------------- */

static int look_at_plans(struct app *app, struct txn *t, struct backup_health *h, struct err *err)
{
    struct list_query q = {.kind = schema_must(app->schema, "backup_plans"), .limit = MAX_PAGE};
    struct page page;
    msec now = clock_now();

    if (list_run(t, &q, &page, err) < 0)
        return -1;
    for (size_t i = 0; i < page.n; i++) {
        const struct row *plan = page.rows[i];
        struct value last = VALUE_NULL;
        if (!row_int(plan, PLAN_ACTIVE))
            continue;
        h->plans++;
        if (sql_row(t, "SELECT max(started_at) FROM backups WHERE plan_id = $1 AND state = 'done'",
                    ARGS(plan->v[SYS_ID]), &last, 1, err) < 0)
            return -1;
        msec since = last.type == V_INT ? last.i : row_int(plan, SYS_UPDATED_AT);
        h->overdue |= now - since > 2 * plan_interval(plan);
    }
    return 0;
}

int backup_health(struct app *app, struct txn *t, struct backup_health *ret, struct err *err)
{
    struct value good[4] = {VALUE_NULL}, tried[2] = {VALUE_NULL}, counts[3];

    *ret = (struct backup_health){0};
    if (sql_row(t,
                "SELECT finished_at, size, written_ms, verified_ms FROM backups WHERE state = 'done' ORDER BY id DESC "
                "LIMIT 1",
                NO_ARGS, good, 4, err) < 0 ||
        sql_row(t, "SELECT state, error FROM backups WHERE state IN ('done', 'failed') ORDER BY id DESC LIMIT 1",
                NO_ARGS, tried, 2, err) < 0 ||
        sql_row(t,
                "SELECT count(CASE WHEN state = 'done' THEN 1 END), count(CASE WHEN state = 'failed' THEN 1 END), "
                "(SELECT min(run_at) FROM jobs WHERE type = '" BACKUP_JOB
                "' AND state = 'waiting' AND claimed_until <= "
                "$1) FROM backups",
                ARGS(value_int(clock_now())), counts, 3, err) < 0)
        return -1;
    ret->last_good = number(good[0]);
    ret->last_size = number(good[1]);
    ret->last_ms = number(good[2]) + number(good[3]);
    ret->last_failed = str_is(words(tried[0]), "failed");
    ret->last_error = ret->last_failed ? words(tried[1]) : STR_NULL;
    ret->good = number(counts[0]);
    ret->failed = number(counts[1]);
    ret->next_at = number(counts[2]);
    return look_at_plans(app, t, ret, err);
}

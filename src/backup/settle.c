/*
 * A row at a moment is the fold of its changes recorded before it, with the recorded clock, as everywhere (log.h). Rows
 * that have not changed since stay. These are copies of what the log has, so they go past log_write: it would log them.
 */
#include "settle.h"

#include "sqlgen.h"

struct refold {
    struct txn *t;
    const struct row_sql *sql;
};

static int put_row(void *ctx, struct row *row, struct err *err)
{
    struct refold *r = ctx;

    return sql_run(r->t, r->sql->restore, (struct args){row->v, (size_t)row->kind->nfields}, NULL, err);
}

/* Makes the rows of a kind anew whose ids `which` selects. */
static int refold(struct txn *t, const struct kind *k, const char *which, struct args args, msec at, struct err *err)
{
    struct refold r = {t, sqlgen_row(k)};
    struct arena *a = txn_arena(t);

    return sql_script(t, "CREATE TABLE settle_ids (row_id BIGINT PRIMARY KEY)", err) < 0 ||
                   sql_run(t, arena_printf(a, "INSERT INTO settle_ids (row_id) %s", which).p, args, NULL, err) < 0 ||
                   sql_run(t, arena_printf(a, "DELETE FROM %s WHERE id IN (SELECT row_id FROM settle_ids)", k->name).p,
                           NO_ARGS, NULL, err) < 0 ||
                   log_fold(t, k, "settle_ids", at, CLOCK_RECORDED, put_row, &r, err) < 0 ||
                   sql_script(t, "DROP TABLE settle_ids", err) < 0
               ? -1
               : 0;
}

int settle_increment(struct txn *t, void *settle, struct err *err)
{
    struct settle *s = settle;
    const struct kind *k = &s->app->schema->kinds[s->kind++];

    return refold(t, k, "SELECT DISTINCT row_id FROM changes WHERE kind = $1 AND seq >= $2",
                  ARGS(value_text(str_of(k->name)), value_int(s->from_seq)), AT_THE_END, err);
}

int settle_rows_until(struct txn *t, void *settle, struct err *err)
{
    struct settle *s = settle;
    const struct kind *k = &s->app->schema->kinds[s->kind++];

    return refold(t, k, "SELECT DISTINCT row_id FROM changes WHERE kind = $1 AND recorded_at >= $2",
                  ARGS(value_text(str_of(k->name)), value_int(s->until)), s->until, err);
}

/* What is not in the log cannot be taken back: of passwords and tokens those stay that somebody still has; nobody stays
 * signed in, and no work is under way. */
int settle_log_until(struct txn *t, void *settle, struct err *err)
{
    static const char *const before[] = {
        "DELETE FROM changes WHERE recorded_at >= $1",
        "DELETE FROM changesets WHERE recorded_at >= $1",
        "DELETE FROM imports WHERE created_at >= $1",
    };
    struct settle *s = settle;
    struct value left;

    for (size_t i = 0; i < COUNT(before); i++)
        if (sql_run(t, before[i], ARGS(value_int(s->until)), NULL, err) < 0)
            return -1;
    if (sql_row(t, "SELECT count(*) FROM changesets", NO_ARGS, &left, 1, err) < 0)
        return -1;
    if (left.i == 0)
        return err_set(err, ERR_INVALID, "Nothing had been recorded before that moment.");
    return sql_script(t,
                      "UPDATE changesets SET undone_by = NULL WHERE undone_by IS NOT NULL AND undone_by NOT IN "
                      "(SELECT id FROM changesets);"
                      "DELETE FROM import_bad WHERE import_id NOT IN (SELECT id FROM imports);"
                      "UPDATE imports SET changeset_id = NULL WHERE changeset_id IS NOT NULL AND changeset_id NOT IN "
                      "(SELECT id FROM changesets);"
                      "DELETE FROM credentials WHERE user_id NOT IN (SELECT id FROM users);"
                      "DELETE FROM token_secrets WHERE token_id NOT IN (SELECT id FROM tokens);"
                      "DELETE FROM sessions; DELETE FROM links; DELETE FROM idempotency; DELETE FROM jobs",
                      err);
}

int settle_place(struct txn *t, void *settle, struct err *err)
{
    (void)settle;
    return sql_run(t,
                   "UPDATE imports SET state = 'failed', error = $1, path = '' WHERE state <> 'done' AND state <> "
                   "'failed'",
                   ARGS(value_text(S("The file of this import stayed behind when the backup was restored. Import it "
                                     "again: records that came in already are found by their key."))),
                   NULL, err) < 0
               ? -1
               : sql_script(t, "UPDATE imports SET path = ''; DELETE FROM jobs WHERE type = 'import'", err);
}

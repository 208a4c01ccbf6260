#include <assert.h>

#include "ceilings.h"
#include "log.h"
#include "sqlgen.h"

void log_tables(struct buf *b, enum dialect d)
{
    const char *key = sqlgen_id(d), *big = sqlgen_big(d);
    const char *number = d == DIALECT_SQLITE ? key : "bigint PRIMARY KEY"; /* log_order.c */

    buf_printf(b,
               "CREATE TABLE changesets (id %s, actor_id %s, origin TEXT NOT NULL, origin_ref TEXT, label TEXT, "
               "recorded_at %s NOT NULL, undoes %s, undone_by %s, state TEXT NOT NULL);\n"
               "CREATE TABLE changes (seq %s, changeset_id %s NOT NULL, kind TEXT NOT NULL, row_id %s NOT NULL, "
               "op TEXT NOT NULL, occurred_at %s NOT NULL, recorded_at %s NOT NULL, fields TEXT NOT NULL);\n"
               "CREATE INDEX changes_by_changeset ON changes (changeset_id, seq);\n" LOG_INDEXES,
               key, big, big, big, big, number, big, big, big, big);
}

int log_open(struct txn *t, struct change_set *cs, struct err *err)
{
    if (cs->id)
        return 0;
    return sql_insert(t,
                      "INSERT INTO changesets (actor_id,origin,origin_ref,label,recorded_at,undoes,state) "
                      "VALUES ($1,$2,$3,$4,$5,$6,'done')",
                      ARGS(value_ref(cs->actor), value_text(str_of(cs->origin)), value_text(cs->ref),
                           value_text(cs->label), value_int(cs->recorded_at), value_ref(cs->undoes)),
                      &cs->id, err);
}

/* The number of changes a row has had: its version, also across a delete and its undo. */
static int versions_before(struct txn *t, const struct row *row, int64_t *ret, struct err *err)
{
    struct value n;

    if (!row_has(row, SYS_ID)) {
        *ret = 0;
        return 0;
    }
    if (sql_row(t, "SELECT count(*) FROM changes WHERE kind = $1 AND row_id = $2",
                ARGS(value_text(str_of(row->kind->name)), row->v[SYS_ID]), &n, 1, err) < 0)
        return -1;
    *ret = n.i;
    return 0;
}

static int put_row(struct txn *t, const struct change_set *cs, const struct row *before, struct row *after,
                   struct err *err)
{
    int64_t versions;

    if (!after)
        return row_remove(t, before, err);
    after->v[SYS_UPDATED_AT] = value_int(cs->recorded_at);
    if (before) {
        after->v[SYS_VERSION] = value_int(row_int(before, SYS_VERSION) + 1);
        return row_update(t, before, after, err);
    }
    if (versions_before(t, after, &versions, err) < 0)
        return -1;
    after->v[SYS_VERSION] = value_int(versions + 1);
    if (!row_has(after, SYS_CREATED_AT))
        after->v[SYS_CREATED_AT] = value_int(cs->recorded_at);
    return row_insert(t, after, err);
}

static int append(struct txn *t, const struct change_set *cs, const struct kind *k, id which, const char *op,
                  struct str fields, msec occurred_at, struct err *err)
{
    const char *number = log_seq_sql(txn_dialect(t));
    struct value v[] = {value_int(cs->id),      value_text(str_of(k->name)), value_int(which),   value_text(str_of(op)),
                        value_int(occurred_at), value_int(cs->recorded_at),  value_text(fields), value_int(0)};

    if (!number)
        return sql_run(t,
                       "INSERT INTO changes (changeset_id,kind,row_id,op,occurred_at,recorded_at,fields) "
                       "VALUES ($1,$2,$3,$4,$5,$6,$7)",
                       (struct args){v, 7}, NULL, err);
    if (log_line(t, &v[7].i, err) < 0)
        return -1;
    const char *sql = arena_printf(txn_arena(t),
                                   "INSERT INTO changes (changeset_id,kind,row_id,op,occurred_at,recorded_at,fields,"
                                   "seq) VALUES ($1,$2,$3,$4,$5,$6,$7,%s $8)",
                                   number)
                          .p;
    return sql_run(t, sql, (struct args){v, 8}, NULL, err);
}

/* The line's fields as text; ret->p is NULL when nothing differs. */
static int diff(struct arena *a, const struct row *before, const struct row *after, struct str *ret, struct err *err)
{
    struct buf *fields = NEW(a, struct buf);
    struct json_out o;

    buf_init(fields, MAX_JSON_BODY * 2);
    arena_defer(a, buf_let_go, fields);
    out_init(&o, fields);
    bool differs = row_write_diff(a, &o, before, after);
    if (!buf_ok(fields))
        return err_set(err, ERR_TOO_LARGE, "The record is too large to keep.");
    *ret = differs || !before || !after ? buf_view(fields) : STR_NULL;
    return 0;
}

int log_write(struct txn *t, struct change_set *cs, const struct row *before, struct row *after, msec occurred_at,
              struct err *err)
{
    const struct kind *k = before ? before->kind : after->kind;
    const char *op = !before ? "create" : !after ? "delete" : "update";
    struct str fields;

    assert(before || after);
    if (!before && !row_has(after, SYS_CREATED_AT))
        after->v[SYS_CREATED_AT] = value_int(cs->recorded_at);
    if (diff(txn_arena(t), before, after, &fields, err) < 0)
        return -1;
    if (!fields.p)
        return 0;
    if (log_open(t, cs, err) < 0 || put_row(t, cs, before, after, err) < 0 ||
        append(t, cs, k, row_id(before ? before : after), op, fields, occurred_at ? occurred_at : cs->recorded_at,
               err) < 0)
        return -1;
    return cs->written ? cs->written(t, cs, before, after, err) : 0;
}

int log_write_twice(struct txn *t, struct change_set *cs, struct row *first, struct row *row, msec first_at,
                    msec second_at, struct err *err)
{
    const struct kind *k = row->kind;
    struct str created, changed;

    assert(!row_has(first, SYS_ID) && !row_has(row, SYS_ID));
    if (!row_has(row, SYS_CREATED_AT))
        row->v[SYS_CREATED_AT] = value_int(cs->recorded_at);
    first->v[SYS_CREATED_AT] = row->v[SYS_CREATED_AT];
    row->v[SYS_UPDATED_AT] = value_int(cs->recorded_at);
    if (diff(txn_arena(t), NULL, first, &created, err) < 0 || diff(txn_arena(t), first, row, &changed, err) < 0)
        return -1;
    row->v[SYS_VERSION] = value_int(changed.p ? 2 : 1);
    if (log_open(t, cs, err) < 0 || row_insert(t, row, err) < 0 ||
        append(t, cs, k, row_id(row), "create", created, first_at ? first_at : cs->recorded_at, err) < 0 ||
        (changed.p &&
         append(t, cs, k, row_id(row), "update", changed, second_at ? second_at : cs->recorded_at, err) < 0))
        return -1;
    return cs->written ? cs->written(t, cs, NULL, row, err) : 0;
}

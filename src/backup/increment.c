#include "increment.h"

#include <sodium.h>
#include <string.h>

#include "log.h"

static const char *engine_of(struct txn *t)
{
    return txn_dialect(t) == DIALECT_SQLITE ? "sqlite" : "postgres";
}

/* The base's last line of the log must be here, with the same words about when. */
static int check_base(struct txn *t, const struct head *base, struct err *err)
{
    struct value v[2] = {VALUE_NULL, VALUE_NULL};

    if (base->base.n)
        return err_set(err, ERR_INVALID, "An increment goes on from a whole backup, not from another increment.");
    if (sql_row(t,
                "SELECT (SELECT max(number) FROM migrations), (SELECT count(*) FROM changes WHERE seq = $1 AND "
                "recorded_at <= $2)",
                ARGS(value_int(base->last_seq), value_int(base->made_at)), v, 2, err) < 0)
        return -1;
    if (!str_is(base->engine, engine_of(t)) || v[1].i != 1)
        return err_set(err, ERR_INVALID, "The backup to go on from is not of this database.");
    if (v[0].i != base->schema)
        return err_set(err, ERR_INVALID,
                       "The backup to go on from was made before an upgrade; make a whole one first.");
    return 0;
}

static int find_from(struct txn *t, struct increment *i, struct err *err)
{
    struct value v = VALUE_NULL;

    if (sql_row(t, "SELECT min(seq) FROM changes WHERE seq > $1", ARGS(value_int(i->base->mark)), &v, 1, err) < 0)
        return -1;
    i->from_seq = v.type == V_INT ? v.i : i->base->last_seq + 1;
    if (sql_row(t, "SELECT min(changeset_id) FROM changes WHERE seq >= $1", ARGS(value_int(i->from_seq)), &v, 1, err) <
        0)
        return -1;
    i->from_changeset = i->base->last_changeset + 1;
    if (v.type == V_INT && v.i < i->from_changeset)
        i->from_changeset = v.i;
    return 0;
}

int increment_begin(struct txn *t, const struct head *base, struct increment *ret, struct err *err)
{
    unsigned char bytes[16];

    *ret = (struct increment){.base = base};
    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2hex(ret->id, sizeof(ret->id), bytes, sizeof(bytes));
    if (log_last_seq(t, &ret->mark, err) < 0)
        return -1;
    return base && (check_base(t, base, err) < 0 || find_from(t, ret, err) < 0) ? -1 : 0;
}

void increment_write_head(const struct increment *i, struct json_out *o)
{
    out_kv_z(o, "id", i->id);
    out_kv_int(o, "mark", i->mark);
    if (!i->base)
        return;
    out_kv_str(o, "base", i->base->id);
    out_kv_int(o, "from_seq", i->from_seq);
}

int64_t increment_from(const struct increment *i)
{
    return i->from_seq;
}

static int64_t column_int(const struct table *table, const struct value *v, const char *name)
{
    int at = table_column(table, str_of(name));

    return at >= 0 && v[at].type == V_INT ? v[at].i : 0;
}

bool increment_takes(const struct increment *i, const struct table *table, const struct value *v)
{
    if (!i->base)
        return true;
    if (table->kind)
        return false;
    if (strcmp(table->name, "changes") == 0)
        return column_int(table, v, "seq") >= i->from_seq;
    /* New ones, those that have been undone since, and undos, which may have been under way. */
    if (strcmp(table->name, "changesets") == 0)
        return column_int(table, v, "id") >= i->from_changeset ||
               column_int(table, v, "undone_by") >= i->from_changeset || column_int(table, v, "undoes") > 0;
    return true;
}

#include "log.h"
#include "sql.h"
#include "sqlgen.h"

#define KEPT 4 /* tables of the past a connection keeps */

struct fill {
    struct txn *t;
    const char *insert;
};

static int put(void *ctx, struct row *row, struct err *err)
{
    struct fill *f = ctx;

    return sql_run(f->t, f->insert, (struct args){row->v, (size_t)row->kind->nfields}, NULL, err);
}

static const char *insert_into(struct arena *a, const struct kind *k, const char *table)
{
    struct str text = arena_printf(a, "INSERT INTO %s (%s) VALUES (", table, sqlgen_row(k)->columns);

    for (int i = 0; i < k->nfields; i++)
        text = arena_printf(a, STR_FMT "%s$%d", STR_ARG(text), i ? "," : "", i + 1);
    return arena_printf(a, STR_FMT ")", STR_ARG(text)).p;
}

/* Three things stand for one past: NAME_ids, the rows that have changed since; NAME_rows, those as they were; and the
 * view NAME, which puts them in the place of the present ones. */
static int drop(struct txn *t, struct str name, struct err *err)
{
    struct arena *a = txn_arena(t);
    const char *script =
        arena_printf(a, "DROP VIEW " STR_FMT "; DROP TABLE " STR_FMT "_rows; DROP TABLE " STR_FMT "_ids", STR_ARG(name),
                     STR_ARG(name), STR_ARG(name))
            .p;

    return sql_script(t, script, err) < 0 ||
                   sql_run(t, "DELETE FROM past_tables WHERE name = $1", ARGS(value_text(name)), NULL, err) < 0
               ? -1
               : 0;
}

const char *log_past_rows(struct arena *a, const char *table)
{
    return arena_printf(a, "%s_rows", table).p;
}

const char *log_past_ids(struct arena *a, const char *table)
{
    return arena_printf(a, "%s_ids", table).p;
}

/* The names of kept pasts stand in one more temporary table, oldest use first out. */
static int forget_oldest(struct txn *t, struct err *err)
{
    struct value v[2];
    int n = sql_row(t, "SELECT name, (SELECT count(*) FROM past_tables) FROM past_tables ORDER BY used LIMIT 1",
                    NO_ARGS, v, 2, err);

    if (n <= 0 || v[1].i < KEPT)
        return n < 0 ? -1 : 0;
    return drop(t, v[0].s, err);
}

static int remember(struct txn *t, struct str name, struct err *err)
{
    return sql_run(
        t,
        "INSERT INTO past_tables (name, used) VALUES ($1, (SELECT coalesce(max(used), 0) + 1 FROM past_tables)) "
        "ON CONFLICT (name) DO UPDATE SET used = (SELECT max(used) + 1 FROM past_tables)",
        ARGS(value_text(name)), NULL, err);
}

/* What the log does not have is not known of the past. */
static const char *present_columns(struct arena *a, const struct kind *k)
{
    struct str text = S("");

    for (int i = 0; i < k->nfields; i++)
        text = arena_printf(a, STR_FMT "%s%s%s", STR_ARG(text), i ? "," : "",
                            k->fields[i].flags & DERIVED ? "NULL AS " : "t.", k->fields[i].name);
    return text.p;
}

static int build(struct txn *t, const struct kind *k, msec at, enum clock clock, const char *name, struct err *err)
{
    struct arena *a = txn_arena(t);
    const char *rows = log_past_rows(a, name), *ids = log_past_ids(a, name);
    struct fill f = {.t = t, .insert = insert_into(a, k, rows)};
    const char *tables =
        arena_printf(a,
                     "CREATE TEMP TABLE %s (row_id BIGINT PRIMARY KEY); "
                     "CREATE TEMP TABLE %s AS SELECT * FROM %s WHERE 1 = 0; "
                     "CREATE TEMP VIEW %s AS SELECT %s FROM %s t WHERE t.id NOT IN (SELECT row_id FROM %s) "
                     "UNION ALL SELECT %s FROM %s t",
                     ids, rows, k->name, name, present_columns(a, k), k->name, ids, sqlgen_row(k)->columns, rows)
            .p;
    const char *changed =
        arena_printf(a, "INSERT INTO %s SELECT DISTINCT row_id FROM changes WHERE kind = $1 AND %s >= $2", ids,
                     clock == CLOCK_OCCURRED ? "occurred_at" : "recorded_at")
            .p;
    const char *index = arena_printf(a, "CREATE UNIQUE INDEX %s_by_id ON %s (id)", rows, rows).p;

    return sql_script(t, tables, err) < 0 ||
                   sql_run(t, changed, ARGS(value_text(str_of(k->name)), value_int(at)), NULL, err) < 0 ||
                   log_fold(t, k, ids, at, clock, put, &f, err) < 0 || sql_script(t, index, err) < 0
               ? -1
               : 0;
}

int log_table_at(struct txn *t, const struct kind *k, msec at, enum clock clock, const char **ret_table,
                 struct err *err)
{
    struct arena *a = txn_arena(t);
    struct value ignored;
    struct str state;

    if (sql_script(t, "CREATE TEMP TABLE IF NOT EXISTS past_tables (name TEXT PRIMARY KEY, used BIGINT NOT NULL)",
                   err) < 0 ||
        log_state(t, &state, err) < 0)
        return -1;
    struct str name = arena_printf(a, "past_%s_%s%lld_%d_" STR_FMT, k->name, at < 0 ? "m" : "",
                                   (long long)(at < 0 ? -at : at), (int)clock, STR_ARG(state));
    int n = sql_row(t, "SELECT 1 FROM past_tables WHERE name = $1", ARGS(value_text(name)), &ignored, 1, err);
    if (n < 0 || (n == 0 && (forget_oldest(t, err) < 0 || build(t, k, at, clock, name.p, err) < 0)) ||
        remember(t, name, err) < 0) {
        txn_spoil(t); /* half a past must not be found by the next reader */
        return -1;
    }
    *ret_table = name.p;
    return 0;
}

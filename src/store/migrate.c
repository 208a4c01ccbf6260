#include "migrate.h"

#include "ceilings.h"
#include "map.h"
#include "sqlgen.h"

static const char *columns_query(enum dialect d)
{
    return d == DIALECT_SQLITE
               ? "SELECT m.name || '.' || p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = "
                 "'table'"
               : "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = "
                 "current_schema()";
}

static const char *indexes_query(enum dialect d)
{
    return d == DIALECT_SQLITE ? "SELECT name FROM sqlite_master WHERE type = 'index'"
                               : "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()";
}

static int read_names(struct txn *t, const char *query, struct map *into, struct err *err)
{
    struct rows *r = sql_query(t, query, NO_ARGS, err);
    int n = r ? 0 : -1;

    while (r && (n = rows_next(r, err)) == 1)
        map_put(into, rows_col(r, 0).s, into);
    return n;
}

/* The CREATE INDEX lines of a kind's table whose index is not there yet. */
static void missing_indexes(struct buf *b, const struct kind *k, const struct map *there, enum dialect d)
{
    struct buf all;
    struct str rest, line, word, tail;

    buf_init(&all, MAX_JSON_BODY);
    sqlgen_table(&all, k, d);
    rest = buf_view(&all);
    while (str_next(&rest, '\n', &line)) {
        if (!str_starts(line, S("CREATE INDEX ")) && !str_starts(line, S("CREATE UNIQUE INDEX ")))
            continue;
        str_cut(str_from(line, str_starts(line, S("CREATE INDEX ")) ? 13 : 20), ' ', &word, &tail);
        if (!map_get(there, word)) {
            buf_str(b, line);
            buf_char(b, '\n');
        }
    }
    buf_clear(&all);
}

int migrate_plan(struct txn *t, const struct schema *s, struct buf *ret, struct err *err)
{
    struct arena *a = txn_arena(t);
    enum dialect d = txn_dialect(t);
    struct map columns, indexes;

    map_init(&columns, a);
    map_init(&indexes, a);
    if (read_names(t, columns_query(d), &columns, err) < 0 || read_names(t, indexes_query(d), &indexes, err) < 0)
        return -1;
    for (int i = 0; i < s->n; i++) {
        const struct kind *k = &s->kinds[i];
        if (!map_get(&columns, arena_printf(a, "%s.id", k->name))) {
            sqlgen_table(ret, k, d);
            continue;
        }
        for (int f = 0; f < k->nfields; f++)
            if (!map_get(&columns, arena_printf(a, "%s.%s", k->name, k->fields[f].name)))
                sqlgen_add_column(ret, k, &k->fields[f], d);
        missing_indexes(ret, k, &indexes, d);
    }
    return 0;
}

int migrate_run(struct txn *t, struct buf *b, struct err *err)
{
    if (!b->n)
        return 0;
    buf_char(b, '\0');
    if (!buf_ok(b))
        return err_set(err, ERR_BUSY, "There is no memory for this now.");
    return sql_script(t, b->p, err);
}

static int run_step(struct txn *t, const struct migration *m, struct err *err)
{
    struct buf b;

    buf_init(&b, MAX_JSON_BODY);
    m->script(&b, txn_dialect(t));
    int result = migrate_run(t, &b, err);
    buf_clear(&b);
    if (result < 0)
        return -1;
    return sql_run(t, "INSERT INTO migrations (number, name, applied_at) VALUES ($1, $2, $3)",
                   ARGS(value_int(m->number), value_text(str_of(m->name)), value_int(clock_now())), NULL, err);
}

int migrate(struct txn *t, const struct schema *s, const struct migration *steps, int n, struct err *err)
{
    struct value at;
    struct buf plan;

    if (sql_script(t,
                   "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, "
                   "applied_at BIGINT NOT NULL)",
                   err) < 0 ||
        sql_row(t, "SELECT coalesce(max(number), 0) FROM migrations", NO_ARGS, &at, 1, err) < 0)
        return -1;
    if (at.i > n)
        return err_set(
            err, ERR_CONFLICT,
            "This database was made by a newer Penstock (step %lld, this one knows %d). Use that version, or a "
            "backup from before the upgrade.",
            (long long)at.i, n);
    for (int i = (int)at.i; i < n; i++)
        if (run_step(t, &steps[i], err) < 0)
            return -1;
    buf_init(&plan, MAX_JSON_BODY * 2);
    int result = migrate_plan(t, s, &plan, err);
    if (result == 0)
        result = migrate_run(t, &plan, err);
    buf_clear(&plan);
    return result;
}

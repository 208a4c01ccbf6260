#include "migrate.h"

#include "ceilings.h"
#include "day.h"
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

/* What a database has, by name: "table.column", and indexes. */
struct catalogue {
    struct map columns, indexes;
};

static int read_catalogue(struct txn *t, struct catalogue *ret, struct err *err)
{
    enum dialect d = txn_dialect(t);

    map_init(&ret->columns, txn_arena(t));
    map_init(&ret->indexes, txn_arena(t));
    return read_names(t, columns_query(d), &ret->columns, err) < 0
               ? -1
               : read_names(t, indexes_query(d), &ret->indexes, err);
}

static int count_lines(const struct buf *b, size_t from)
{
    int n = 0;

    for (size_t i = from; i < b->n; i++)
        n += b->p[i] == '\n';
    return n;
}

/* The plan, and how much of what it holds. */
static void plan(struct arena *a, const struct schema *s, enum dialect d, const struct catalogue *there,
                 struct buf *ret, struct migrate_look *counts)
{
    for (int i = 0; i < s->n; i++) {
        const struct kind *k = &s->kinds[i];
        size_t from = ret->n;
        if (!map_get(&there->columns, arena_printf(a, "%s.id", k->name))) {
            sqlgen_table(ret, k, d);
            counts->tables++;
            continue;
        }
        for (int f = 0; f < k->nfields; f++)
            if (!map_get(&there->columns, arena_printf(a, "%s.%s", k->name, k->fields[f].name)))
                sqlgen_add_column(ret, k, &k->fields[f], d);
        counts->columns += count_lines(ret, from);
        from = ret->n;
        missing_indexes(ret, k, &there->indexes, d);
        counts->indexes += count_lines(ret, from);
    }
}

int migrate_plan(struct txn *t, const struct schema *s, struct buf *ret, struct err *err)
{
    struct catalogue there;

    if (read_catalogue(t, &there, err) < 0)
        return -1;
    plan(txn_arena(t), s, txn_dialect(t), &there, ret, &(struct migrate_look){0});
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

/* -- who was here ------------------------------------------------------------------------------- */

/* Of all that follows from the kinds. It meets nothing but others made by this function. */
static int64_t shape_of(const struct schema *s, enum dialect d)
{
    struct buf all;

    buf_init(&all, 4 * MAX_JSON_BODY);
    for (int i = 0; i < s->n; i++)
        sqlgen_table(&all, &s->kinds[i], d);
    int64_t shape = (int64_t)(str_hash(buf_view(&all)) >> 1);
    buf_clear(&all);
    return shape;
}

/* "0.10.2" is above "0.9". */
static int compare_versions(struct str a, struct str b)
{
    while (a.n || b.n) {
        struct str x, y;
        int64_t m = 0, n = 0;
        str_cut(a, '.', &x, &a);
        str_cut(b, '.', &y, &b);
        str_int(x, &m);
        str_int(y, &n);
        if (m != n)
            return m < n ? -1 : 1;
    }
    return 0;
}

static int newer(const struct migrate_look *l, const struct migrations *m, struct err *err)
{
    return err_set(err, ERR_CONFLICT,
                   "A newer Penstock (" STR_FMT ", step %d) has changed this database; this is Penstock %s (step %d), "
                   "which leaves it alone. Use that version or a later one, or go back to what was kept before the "
                   "upgrade (docs/OPERATING.md, Going back).",
                   STR_ARG(l->version.p ? l->version : S("of unknown version")), l->step, m->version, m->n);
}

/* The last release and how this program stands to it. `ret_same`: it left the kinds as this one has them. */
static int look_at_releases(struct txn *t, const struct migrations *m, struct migrate_look *l, bool *ret_same,
                            struct err *err)
{
    int64_t shape = shape_of(m->schema, txn_dialect(t));
    struct value last[3], seen;
    int n =
        sql_row(t, "SELECT number, version, shape FROM releases ORDER BY number DESC LIMIT 1", NO_ARGS, last, 3, err);

    if (n <= 0)
        return n;
    l->release = last[0].i;
    l->version = last[1].s;
    *ret_same = last[2].i == shape;
    int order = compare_versions(l->version, str_of(m->version));
    if (*ret_same || order < 0)
        return 0;
    if (sql_row(t, "SELECT count(*) FROM releases WHERE shape = $1", ARGS(value_int(shape)), &seen, 1, err) < 0)
        return -1;
    return order > 0 || seen.i > 0 ? newer(l, m, err) : 0;
}

int migrate_look(struct txn *t, const struct migrations *m, struct migrate_look *ret, struct err *err)
{
    struct migrate_look l = {.state = MIGRATE_EMPTY};
    struct catalogue there;
    struct value at = value_int(0);
    bool same = false;
    struct buf b;

    if (read_catalogue(t, &there, err) < 0)
        return -1;
    bool known = map_get(&there.columns, S("releases.number")) != NULL;
    if (!map_get(&there.columns, S("migrations.number"))) {
        *ret = l;
        return 0;
    }
    if (sql_row(t, "SELECT coalesce(max(number), 0) FROM migrations", NO_ARGS, &at, 1, err) < 0)
        return -1;
    l.step = (int)at.i;
    if (known && look_at_releases(t, m, &l, &same, err) < 0)
        return -1;
    if (l.step > m->n)
        return newer(&l, m, err);
    buf_init(&b, MAX_JSON_BODY * 2);
    plan(txn_arena(t), m->schema, txn_dialect(t), &there, &b, &l);
    buf_clear(&b);
    bool missing = l.tables || l.columns || l.indexes;
    if (l.step < m->n || l.tables || l.columns || (l.indexes && !same))
        l.state = MIGRATE_OLDER;
    else
        l.state = missing || !same ? MIGRATE_MEND : MIGRATE_DONE;
    *ret = l;
    return 0;
}

/* -- steps ---------------------------------------------------------------------------------------- */

static int run_step(struct txn *t, const struct migration *m, struct err *err)
{
    struct err why = {0};
    struct buf b;

    buf_init(&b, MAX_JSON_BODY);
    m->script(&b, txn_dialect(t));
    int result = migrate_run(t, &b, &why);
    buf_clear(&b);
    if (result < 0)
        return err_set(err, why.code, "Step %d (%s) failed: %s", m->number, m->name, why.msg);
    return sql_run(t, "INSERT INTO migrations (number, name, applied_at) VALUES ($1, $2, $3)",
                   ARGS(value_int(m->number), value_text(str_of(m->name)), value_int(clock_now())), NULL, err);
}

/* The tables that tell what the database has been through. */
static int make_records(struct txn *t, struct err *err)
{
    return sql_script(t,
                      "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, "
                      "applied_at BIGINT NOT NULL);\n"
                      "CREATE TABLE IF NOT EXISTS releases (number BIGINT PRIMARY KEY, version TEXT NOT NULL, step "
                      "BIGINT NOT NULL, shape BIGINT NOT NULL, recorded_at BIGINT NOT NULL)",
                      err);
}

static int run_steps(struct txn *t, const struct migration *steps, int from, int to, struct err *err)
{
    for (int i = from; i < to; i++)
        if (run_step(t, &steps[i], err) < 0)
            return -1;
    return 0;
}

int migrate_steps(struct txn *t, const struct migration *steps, int to, struct err *err)
{
    struct value at;

    return make_records(t, err) < 0 ||
                   sql_row(t, "SELECT coalesce(max(number), 0) FROM migrations", NO_ARGS, &at, 1, err) < 0 ||
                   run_steps(t, steps, (int)at.i, to, err) < 0
               ? -1
               : 0;
}

static int note_release(struct txn *t, const struct migrations *m, int64_t number, struct err *err)
{
    return sql_run(t, "INSERT INTO releases (number, version, step, shape, recorded_at) VALUES ($1, $2, $3, $4, $5)",
                   ARGS(value_int(number), value_text(str_of(m->version)), value_int(m->n),
                        value_int(shape_of(m->schema, txn_dialect(t))), value_int(clock_now())),
                   NULL, err);
}

int migrate(struct txn *t, const struct migrations *m, struct err *err)
{
    struct migrate_look look = {0};
    struct buf b;

    if (migrate_look(t, m, &look, err) < 0)
        return -1;
    if (look.state == MIGRATE_DONE)
        return 0;
    if (make_records(t, err) < 0 || run_steps(t, m->steps, look.step, m->n, err) < 0)
        return -1;
    buf_init(&b, MAX_JSON_BODY * 2);
    int result = migrate_plan(t, m->schema, &b, err);
    if (result == 0)
        result = migrate_run(t, &b, err);
    buf_clear(&b);
    return result == 0 ? note_release(t, m, look.release + 1, err) : -1;
}

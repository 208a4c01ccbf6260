#include "catalog.h"

#include <string.h>

#include "ceilings.h"
#include "sqlgen.h"

static const char *columns_query(enum dialect d)
{
    return d == DIALECT_SQLITE
               ? "SELECT m.name, p.name, p.type FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = "
                 "'table' "
                 "AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, p.cid"
               : "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c JOIN "
                 "information_schema.tables t "
                 "ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE' "
                 "WHERE c.table_schema = current_schema() AND c.data_type <> 'xid8' AND c.is_generated = 'NEVER' "
                 "ORDER BY c.table_name COLLATE \"C\", c.ordinal_position";
}

/* Tables that are made anew from the others, and those about this installation alone. */
static bool stays_here(struct str name)
{
    return str_is(name, "migrations") || str_is(name, "releases") || str_is(name, "backups") ||
           str_is(name, "revocations") || str_is(name, "tries") || str_is(name, "contents") ||
           str_is(name, "content_parts") || str_contains(name, S("_search")) || str_starts(name, S("penstock_"));
}

static bool is_json(enum field_type t)
{
    return t == FT_JSON || t == FT_REFS || t == FT_CHOICES;
}

/* INTEGER, bigint, smallint; REAL, double precision; TEXT, text, jsonb. */
static enum value_type type_of(struct str declared)
{
    static const char *const numbers[] = {"INTEGER", "BIGINT", "SMALLINT"}, *const reals[] = {"REAL",
                                                                                              "DOUBLE PRECISION"};

    for (size_t i = 0; i < COUNT(numbers); i++)
        if (str_eq_nocase(declared, str_of(numbers[i])))
            return V_INT;
    for (size_t i = 0; i < COUNT(reals); i++)
        if (str_eq_nocase(declared, str_of(reals[i])))
            return V_REAL;
    return V_TEXT;
}

static void add_column(struct arena *a, struct table *table, struct str name, struct str type)
{
    struct column *c = &table->columns[table->n++];
    const struct field *f = table->kind ? kind_field(table->kind, name) : NULL;

    *c = (struct column){.name = arena_cstr(a, name), .type = type_of(type)};
    if (f) {
        c->json = is_json(f->type);
        c->derived = (f->flags & DERIVED) != 0;
    }
    if (!table->key && (str_is(name, "id") || str_is(name, "seq")))
        table->key = c->name;
}

static void finish(struct arena *a, struct table *table)
{
    struct str list = S("");

    for (int i = 0; i < table->n; i++)
        list = arena_printf(a, STR_FMT "%s%s", STR_ARG(list), i ? "," : "", table->columns[i].name);
    table->rows = arena_printf(a, "SELECT " STR_FMT " FROM %s", STR_ARG(list), table->name).p;
}

int catalog_read(struct txn *t, const struct schema *s, struct catalog *ret, struct err *err)
{
    struct arena *a = txn_arena(t);
    struct rows *r = sql_query(t, columns_query(txn_dialect(t)), NO_ARGS, err);
    struct table *now = NULL;
    int n = r ? 0 : -1;

    *ret = (struct catalog){0};
    while (r && (n = rows_next(r, err)) == 1) {
        struct str name = rows_col(r, 0).s;
        if (stays_here(name))
            continue;
        if (!now || !str_is(name, now->name)) {
            if (ret->n == MAX_TABLES)
                break;
            now = NEW(a, struct table);
            now->name = arena_cstr(a, name);
            now->kind = schema_kind(s, name);
            ret->tables[ret->n++] = now;
        }
        if (now->n == MAX_COLUMNS)
            break;
        add_column(a, now, rows_col(r, 1).s, rows_col(r, 2).s);
    }
    if (n < 0)
        return -1;
    if (n == 1) {
        rows_close(r);
        return err_set(err, ERR_INTERNAL, "The database has more tables or columns than a backup takes.");
    }
    for (int i = 0; i < ret->n; i++)
        finish(a, ret->tables[i]);
    return 0;
}

struct table *catalog_find(const struct catalog *c, struct str name)
{
    for (int i = 0; i < c->n; i++)
        if (str_is(name, c->tables[i]->name))
            return c->tables[i];
    return NULL;
}

int table_column(const struct table *t, struct str name)
{
    for (int i = 0; i < t->n; i++)
        if (str_is(name, t->columns[i].name))
            return i;
    return -1;
}

/* -- numbers that the database gives ------------------------------------------------------------------------ */

int table_last_key(struct txn *t, const struct table *table, int64_t *ret, struct err *err)
{
    struct arena *a = txn_arena(t);
    struct value v[2] = {VALUE_NULL, VALUE_NULL};

    *ret = 0;
    if (!table->key)
        return 0;
    const char *given = txn_dialect(t) == DIALECT_SQLITE
                            ? "SELECT max(seq) FROM sqlite_sequence WHERE name = $1"
                            : "SELECT pg_sequence_last_value(pg_get_serial_sequence($1, $2)::regclass)";
    struct args args = ARGS(value_text(str_of(table->name)), value_text(str_of(table->key)));
    if (txn_dialect(t) == DIALECT_SQLITE)
        args.n = 1;
    const char *there = arena_printf(a, "SELECT max(%s) FROM %s", table->key, table->name).p;
    if (sql_row(t, given, args, &v[0], 1, err) < 0 || sql_row(t, there, NO_ARGS, &v[1], 1, err) < 0)
        return -1;
    for (int i = 0; i < 2; i++)
        if (v[i].type == V_INT && v[i].i > *ret)
            *ret = v[i].i;
    return 0;
}

int table_set_last_key(struct txn *t, const struct table *table, int64_t last, struct err *err)
{
    struct value name = value_text(str_of(table->name));

    if (!table->key || last <= 0)
        return 0;
    if (txn_dialect(t) == DIALECT_SQLITE)
        return sql_run(t, "DELETE FROM sqlite_sequence WHERE name = $1", ARGS(name), NULL, err) < 0
                   ? -1
                   : sql_run(t, "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)", ARGS(name, value_int(last)),
                             NULL, err);
    return sql_row(t, "SELECT setval(pg_get_serial_sequence($1, $2)::regclass, $3)",
                   ARGS(name, value_text(str_of(table->key)), value_int(last)), &(struct value){0}, 1, err) < 0
               ? -1
               : 0;
}

/* -- digest --------------------------------------------------------------------------------------------------- */

int table_digest(struct txn *t, const struct table *table, struct digest *ret, struct err *err)
{
    struct rows *r = sql_stream(t, table->rows, NO_ARGS, err);
    struct value v[MAX_COLUMNS];
    int n = r ? 0 : -1;

    while (r && (n = rows_next(r, err)) == 1) {
        for (int i = 0; i < table->n; i++)
            v[i] = rows_col_peek(r, i);
        digest_add(ret, table->columns, v, table->n);
    }
    if (n == 0 && !buf_ok(&ret->work))
        return err_set(err, ERR_TOO_LARGE, "A record is too large to be compared.");
    return n;
}

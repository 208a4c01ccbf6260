#include "figures.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "map.h"

/* -- the log --------------------------------------------------------------------------------------- */

static void add_value(crypto_generichash_state *h, struct value v)
{
    unsigned char type = (unsigned char)v.type;
    uint64_t n = v.type == V_TEXT ? v.s.n : 0;

    if (v.type == V_INT)
        memcpy(&n, &v.i, sizeof(n));
    else if (v.type == V_REAL)
        memcpy(&n, &v.d, sizeof(n));
    crypto_generichash_update(h, &type, 1);
    crypto_generichash_update(h, (const unsigned char *)&n, sizeof(n));
    if (v.type == V_TEXT)
        crypto_generichash_update(h, (const unsigned char *)v.s.p, v.s.n);
}

int log_digest(struct txn *t, char ret[65], int64_t *ret_changes, struct err *err)
{
    unsigned char digest[32];
    crypto_generichash_state h;
    int64_t changes = 0;
    struct rows *r = sql_stream(t,
                                "SELECT seq, changeset_id, kind, row_id, op, occurred_at, recorded_at, fields FROM "
                                "changes ORDER BY seq",
                                NO_ARGS, err);
    int n = r ? 0 : -1;

    crypto_generichash_init(&h, NULL, 0, sizeof(digest));
    while (r && (n = rows_next(r, err)) == 1) {
        for (int i = 0; i < 8; i++)
            add_value(&h, rows_col_peek(r, i));
        changes++;
    }
    if (n < 0)
        return -1;
    crypto_generichash_final(&h, digest, sizeof(digest));
    sodium_bin2hex(ret, 65, digest, sizeof(digest));
    *ret_changes = changes;
    return 0;
}

/* -- tables ---------------------------------------------------------------------------------------- */

/* Every table but those of the database itself, of migrations and of words to search, which are derived; and the log,
 * which has a digest of its own. */
static const char *columns_query(enum dialect d)
{
    return d == DIALECT_SQLITE
               ? "SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' "
                 "AND substr(m.name, 1, 7) <> 'sqlite_' AND instr(m.name, '_search') = 0 AND m.name NOT IN "
                 "('migrations','releases','changes') ORDER BY 1, 2"
               : "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables "
                 "b ON b.table_schema = c.table_schema AND b.table_name = c.table_name WHERE c.table_schema = "
                 "current_schema() AND b.table_type = 'BASE TABLE' AND position('_search' in c.table_name) = 0 AND "
                 "c.table_name NOT LIKE 'penstock\\_%' AND "
                 "c.column_name <> 'search' AND c.table_name NOT IN ('migrations','releases','changes') ORDER BY 1, 2";
}

static int read_columns(struct txn *t, struct figures *ret, struct err *err)
{
    struct arena *a = txn_arena(t);
    struct rows *r = sql_query(t, columns_query(txn_dialect(t)), NO_ARGS, err);
    size_t room = 0;
    int n = r ? 0 : -1;

    while (r && (n = rows_next(r, err)) == 1) {
        struct str table = rows_col_peek(r, 0).s, column = rows_col_peek(r, 1).s;
        struct figure *f = ret->n ? &ret->tables[ret->n - 1] : NULL;
        if (!f || !str_is(table, f->table)) {
            if (ret->n == room) {
                size_t more = room ? room * 2 : 32;
                ret->tables = arena_grow(a, ret->tables, room * sizeof(*f), more * sizeof(*f));
                room = more;
            }
            f = &ret->tables[ret->n++];
            *f = (struct figure){.table = arena_cstr(a, table), .columns = arena_cstr(a, column)};
        } else {
            f->columns = arena_printf(a, "%s," STR_FMT, f->columns, STR_ARG(column)).p;
        }
        f->has_id = f->has_id || str_is(column, "id");
    }
    return n < 0 ? -1 : 0;
}

/* The same tables and columns as before; those that are gone are marked. */
static int take_columns(struct txn *t, struct figures *ret, const struct figures *like, struct err *err)
{
    struct arena *a = txn_arena(t);
    struct figures now = {0};
    struct map there;

    if (read_columns(t, &now, err) < 0)
        return -1;
    map_init(&there, a);
    for (size_t i = 0; i < now.n; i++) {
        struct str rest = str_of(now.tables[i].columns), column;
        while (str_next(&rest, ',', &column))
            map_put(&there, arena_printf(a, "%s." STR_FMT, now.tables[i].table, STR_ARG(column)), &there);
    }
    ret->n = like->n;
    ret->tables = NEW_ARRAY(a, struct figure, like->n + 1);
    for (size_t i = 0; i < like->n; i++) {
        const struct figure *f = &like->tables[i];
        struct str rest = str_of(f->columns), column;
        ret->tables[i] =
            (struct figure){.table = f->table, .columns = f->columns, .has_id = f->has_id, .every = f->every};
        while (str_next(&rest, ',', &column))
            if (!map_get(&there, arena_printf(a, "%s." STR_FMT, f->table, STR_ARG(column))))
                ret->tables[i].gone = true;
    }
    return 0;
}

/* Adding digests needs them to be well mixed (the finish of MurmurHash3). */
static uint64_t mixed(uint64_t h)
{
    h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdu;
    h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53u;
    return h ^ (h >> 33);
}

static uint64_t digest_value(struct value v)
{
    uint64_t bits = 0;

    if (v.type == V_TEXT)
        return str_hash(v.s) + 3;
    if (v.type == V_REAL)
        memcpy(&bits, &v.d, sizeof(bits));
    else if (v.type == V_INT)
        memcpy(&bits, &v.i, sizeof(bits));
    return mixed(bits + (uint64_t)v.type);
}

static int take_table(struct txn *t, struct figure *f, struct err *err)
{
    struct arena *a = txn_arena(t);
    struct str rest = str_of(f->columns), column;
    struct value count;
    int columns = 0;

    while (str_next(&rest, ',', &column))
        columns++;
    if (sql_row(t, arena_printf(a, "SELECT count(*) FROM %s", f->table).p, NO_ARGS, &count, 1, err) < 0)
        return -1;
    f->count = count.i;
    if (!f->every)
        f->every = f->has_id && f->count > FIGURES_SAMPLE ? f->count / FIGURES_SAMPLE + 1 : 1;
    const char *where = f->every > 1 ? arena_printf(a, " WHERE id %% %lld = 0", (long long)f->every).p : "";
    struct rows *r = sql_stream(t, arena_printf(a, "SELECT %s FROM %s%s", f->columns, f->table, where).p, NO_ARGS, err);
    int n = r ? 0 : -1;
    while (r && (n = rows_next(r, err)) == 1) {
        uint64_t h = 0;
        for (int i = 0; i < columns; i++)
            h = mixed(h * 31 + digest_value(rows_col_peek(r, i)) + (uint64_t)i);
        f->digest += h;
        f->sampled++;
    }
    return n < 0 ? -1 : 0;
}

int figures_take(struct figures *ret, struct txn *t, const struct figures *like, struct err *err)
{
    struct figures f = {0};

    if ((like ? take_columns(t, &f, like, err) : read_columns(t, &f, err)) < 0)
        return -1;
    for (size_t i = 0; i < f.n; i++) {
        if (!f.tables[i].gone && take_table(t, &f.tables[i], err) < 0)
            return -1;
        f.rows += f.tables[i].count;
    }
    if (log_digest(t, f.log, &f.changes, err) < 0)
        return -1;
    *ret = f;
    return 0;
}

/* -- before and after ------------------------------------------------------------------------------ */

static bool is_named(const char *words, const char *name)
{
    struct str rest = str_of(words ? words : ""), word;

    while (str_next(&rest, ' ', &word))
        if (str_is(word, name))
            return true;
    return false;
}

int figures_compare(const struct figures *before, const struct figures *after, const char *let_be,
                    void (*tell)(void *ctx, const char *line), void *ctx)
{
    char line[256];
    int differences = 0;

    for (size_t i = 0; i < before->n; i++) {
        const struct figure *b = &before->tables[i], *f = &after->tables[i];
        bool may = is_named(let_be, b->table);
        if (f->gone)
            snprintf(line, sizeof(line), "%s: the table or one of its columns is gone", b->table);
        else if (f->count != b->count)
            snprintf(line, sizeof(line), "%s: %" PRId64 " rows before, %" PRId64 " after", b->table, b->count,
                     f->count);
        else if (f->digest != b->digest || f->sampled != b->sampled)
            snprintf(line, sizeof(line), "%s: rows have other values than before", b->table);
        else
            continue;
        if (may)
            strncat(line, " (as its step says it may)", sizeof(line) - strlen(line) - 1);
        differences += !may;
        tell(ctx, line);
    }
    if (strcmp(before->log, after->log) != 0) {
        snprintf(line, sizeof(line), "the log: %" PRId64 " changes before, %" PRId64 " after, of another digest",
                 before->changes, after->changes);
        differences++;
        tell(ctx, line);
    }
    return differences;
}

#include "rows.h"

#include "operand.h"
#include "sql.h"
#include "sqlgen.h"
#include "words.h"

struct row *row_take_only(struct rows *r, struct arena *a, const struct kind *k, const bool *only)
{
    struct row *row = row_blank(a, k);

    for (int i = 0, at = 0; i < k->nfields; i++)
        if (only[i])
            row->v[i] = rows_col(r, at++);
    return row;
}

struct row *row_take(struct rows *r, struct arena *a, const struct kind *k, int from)
{
    struct row *row = row_blank(a, k);

    for (int i = 0; i < k->nfields; i++)
        row->v[i] = rows_col(r, from + i);
    return row;
}

static int one_row(struct txn *t, const struct kind *k, const char *sql, struct args args, struct row **ret,
                   struct err *err)
{
    struct rows *r = sql_query(t, sql, args, err);
    int n = r ? rows_next(r, err) : -1;

    if (n == 1) {
        *ret = row_take(r, txn_arena(t), k, 0);
        rows_close(r);
    }
    return n;
}

int row_get(struct txn *t, const struct kind *k, id which, struct row **ret, struct err *err)
{
    int n = one_row(t, k, sqlgen_row(k)->get, ARGS(value_int(which)), ret, err);

    if (n == 0)
        return err_set(err, ERR_NOT_FOUND, "There is no %s %lld.", k->def.one, (long long)which);
    return n < 0 ? -1 : 0;
}

int row_find(struct txn *t, const struct kind *k, const char *field, struct value v, struct row **ret, struct err *err)
{
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));

    sql_z(s, "SELECT ");
    sql_z(s, sqlgen_row(k)->columns);
    sql_z(s, " FROM ");
    sql_z(s, k->name);
    sql_z(s, " t WHERE ");
    sql_equals(s, &k->fields[kind_at(k, field)], v);
    sql_z(s, " ORDER BY id LIMIT 1");
    return one_row(t, k, sql_text(s), sql_args(s), ret, err);
}

/* -- search text --------------------------------------------------------------------------------- */

static struct value search_body(struct arena *a, const struct row *row)
{
    struct str body = S("");

    for (int i = 0; i < row->kind->nfields; i++)
        if ((row->kind->fields[i].flags & SEARCH) && i != row->kind->title_at && row_has(row, i))
            body = arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(body), STR_ARG(row_str(row, i)));
    return value_text(body);
}

static bool same_search_text(const struct row *x, const struct row *y)
{
    for (int i = 0; i < x->kind->nfields; i++)
        if ((i == x->kind->title_at || (x->kind->fields[i].flags & SEARCH)) && !value_eq(x->v[i], y->v[i]))
            return false;
    return true;
}

static int search_put(struct txn *t, const struct row *row, struct err *err)
{
    struct arena *a = txn_arena(t);
    const struct kind *k = row->kind;
    struct str title = row_title(row);

    if (!kind_searchable(k))
        return 0;
    struct value body = search_body(a, row), name = value_text(title.p ? title : S(""));
    if (txn_dialect(t) == DIALECT_SQLITE)
        return sql_run(t, sqlgen_row(k)->search_put, ARGS(value_int(row_id(row)), name, body), NULL, err);
    struct value words = value_text(words_vector(a, name.s, body.s));
    if (value_is_null(words))
        return err_set(err, ERR_BUSY, "There is no memory for this now.");
    return sql_run(t, arena_printf(a, "INSERT INTO %s_search (rowid,words) VALUES ($1,$2)", k->name).p,
                   ARGS(value_int(row_id(row)), words), NULL, err);
}

static int search_remove(struct txn *t, const struct kind *k, id which, struct err *err)
{
    if (!kind_searchable(k))
        return 0;
    return sql_run(t, sqlgen_row(k)->search_remove, ARGS(value_int(which)), NULL, err);
}

bool search_next_word(struct str *rest, struct str *ret)
{
    struct str word = STR_NULL;

    while (rest->n) {
        struct str before = *rest;
        int32_t cp = utf8_take(rest);
        bool part = cp > 0x7f || (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
        if (part && !word.p)
            word = str_upto(before, 0);
        if (part)
            word.n = (size_t)(rest->p - word.p);
        else if (word.p)
            break;
    }
    *ret = word;
    return word.n > 0;
}

struct value search_query(struct arena *a, struct str typed, enum dialect d)
{
    struct str pieces[MAX_SEARCH_WORDS], query = S("");
    size_t n = 0;

    while (n < MAX_SEARCH_WORDS && search_next_word(&typed, &pieces[n]))
        n++;
    if (d == DIALECT_POSTGRES)
        query = words_query(a, pieces, n);
    for (size_t i = 0; i < n && d == DIALECT_SQLITE; i++)
        query = arena_printf(a, STR_FMT "%s\"" STR_FMT "\"*", STR_ARG(query), i ? " " : "", STR_ARG(pieces[i]));
    return query.n ? value_text(query) : VALUE_NULL;
}

int search_renew(struct txn *t, const struct row *row, struct err *err)
{
    return search_remove(t, row->kind, row_id(row), err) < 0 ? -1 : search_put(t, row, err);
}

/* -- writing ------------------------------------------------------------------------------------- */

int row_insert(struct txn *t, struct row *row, struct err *err)
{
    const struct row_sql *sql = sqlgen_row(row->kind);
    size_t n = (size_t)row->kind->nfields;

    if (row_has(row, SYS_ID)) {
        if (sql_run(t, sql->restore, (struct args){row->v, n}, NULL, err) < 0)
            return -1;
    } else {
        id made;
        if (sql_insert(t, sql->insert, (struct args){row->v + 1, n - 1}, &made, err) < 0)
            return -1;
        row->v[SYS_ID] = value_int(made);
    }
    return search_put(t, row, err);
}

/* Sets the columns that differ from `old`, so that only the indexes over them are touched; without it, those derived.
 */
static int set_columns(struct txn *t, const struct row *old, const struct row *row, struct err *err)
{
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));
    int set = 0;

    sql_z(s, "UPDATE ");
    sql_z(s, row->kind->name);
    sql_z(s, " SET ");
    for (int i = SYS_VERSION; i < row->kind->nfields; i++) {
        if (old ? value_eq(old->v[i], row->v[i]) : !(row->kind->fields[i].flags & DERIVED))
            continue;
        if (set++)
            sql_z(s, ",");
        sql_z(s, row->kind->fields[i].name);
        sql_z(s, "=");
        sql_arg(s, row->v[i]);
    }
    sql_z(s, " WHERE id=");
    sql_arg(s, row->v[SYS_ID]);
    return set ? sql_run(t, sql_text(s), sql_args(s), NULL, err) : 0;
}

int row_update(struct txn *t, const struct row *old, const struct row *row, struct err *err)
{
    if (set_columns(t, old, row, err) < 0)
        return -1;
    return same_search_text(old, row) ? 0 : search_renew(t, row, err);
}

int row_put_derived(struct txn *t, const struct row *row, struct err *err)
{
    return set_columns(t, NULL, row, err);
}

int row_remove(struct txn *t, const struct row *row, struct err *err)
{
    if (sql_run(t, sqlgen_row(row->kind)->remove, ARGS(row->v[SYS_ID]), NULL, err) < 0)
        return -1;
    return search_remove(t, row->kind, row_id(row), err);
}

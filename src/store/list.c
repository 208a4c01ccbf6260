#include "list.h"

#include <string.h>

#include "json_scan.h"
#include "operand.h"
#include "secret.h"
#include "sqlgen.h"

/* -- conditions ------------------------------------------------------------------------------------ */

static void has_element(struct sql *s, const struct filter *f)
{
    if (s->dialect == DIALECT_SQLITE) {
        sql_z(s, "EXISTS (SELECT 1 FROM json_each(");
        sql_operand(s, f->field);
        sql_z(s, ") e WHERE e.value = ");
        sql_arg(s, f->values[0]);
        sql_z(s, ")");
    } else {
        sql_operand(s, f->field);
        sql_z(s, "::jsonb @> to_jsonb(");
        sql_arg(s, f->values[0]);
        sql_z(s, f->values[0].type == V_INT ? "::bigint)" : "::text)");
    }
}

static void condition(struct sql *s, const struct filter *f)
{
    static const char *const ops[] = {
        [OP_NE] = " IS DISTINCT FROM ", [OP_LT] = " < ", [OP_LTE] = " <= ", [OP_GT] = " > ", [OP_GTE] = " >= "};

    switch (f->op) {
    case OP_NULL:
        sql_operand(s, f->field);
        sql_z(s, f->values[0].i ? " IS NULL" : " IS NOT NULL");
        return;
    case OP_IN:
        sql_operand(s, f->field);
        sql_z(s, " IN (");
        for (size_t i = 0; i < f->n; i++) {
            sql_z(s, i ? "," : "");
            sql_operand_arg(s, f->field, f->values[i]);
        }
        sql_z(s, ")");
        return;
    case OP_LIKE:
        sql_operand(s, f->field);
        sql_z(s, s->dialect == DIALECT_SQLITE ? " LIKE " : " ILIKE ");
        sql_arg(s, f->values[0]);
        sql_z(s, " ESCAPE '\\'");
        return;
    case OP_HAS:
        has_element(s, f);
        return;
    case OP_EQ:
        sql_equals(s, f->field, f->values[0]);
        return;
    case OP_NE:
    case OP_LT:
    case OP_LTE:
    case OP_GT:
    case OP_GTE:
        sql_operand(s, f->field);
        sql_z(s, ops[f->op]);
        sql_operand_arg(s, f->field, f->values[0]);
    }
}

void list_where(struct sql *s, const struct list_query *q)
{
    struct value words = q->q.n ? search_query(s->arena, q->q, s->dialect) : VALUE_NULL;

    sql_f(s, " FROM %s t", q->table ? q->table : q->kind->name);
    sql_z(s, " WHERE ");
    if (q->table)
        scope_where_past(s, q->access, q->kind, "t");
    else
        scope_where(s, q->access, q->kind, "t", false);
    for (size_t i = 0; i < q->nfilters; i++) {
        sql_z(s, " AND ");
        condition(s, &q->filters[i]);
    }
    if (!value_is_null(words)) {
        /* Not a join: the index of words would be asked anew for every row. */
        sql_f(s,
              s->dialect == DIALECT_SQLITE ? " AND t.id IN (SELECT rowid FROM %s_search WHERE %s_search MATCH "
                                           : " AND t.id IN (SELECT rowid FROM %s_search WHERE words @@ (",
              q->kind->name, q->kind->name);
        sql_arg(s, words);
        sql_z(s, s->dialect == DIALECT_SQLITE ? ")" : "::tsquery))");
    } else if (q->q.n) {
        sql_z(s, " AND 1=0"); /* nothing but punctuation was typed: no record has it as a word */
    }
}

/* -- order and cursor ------------------------------------------------------------------------------ */

/* The sort keys, with the id behind them unless it is among them. */
static size_t all_keys(const struct list_query *q, struct sort_key keys[MAX_SORT_KEYS + 1])
{
    size_t n = q->nsort;

    memcpy(keys, q->sort, n * sizeof(keys[0]));
    for (size_t i = 0; i < n; i++)
        if (keys[i].field->at == SYS_ID && !(keys[i].field->flags & CUSTOM))
            return i + 1;
    keys[n] = (struct sort_key){.field = &q->kind->fields[SYS_ID], .down = n > 0 && keys[n - 1].down};
    return n + 1;
}

static void order_by(struct sql *s, const struct sort_key *keys, size_t n)
{
    sql_z(s, " ORDER BY ");
    for (size_t i = 0; i < n; i++) {
        sql_z(s, i ? ", " : "");
        sql_ordered(s, keys[i].field);
        sql_z(s, keys[i].down ? " DESC" : " ASC");
        if (s->dialect == DIALECT_POSTGRES)
            sql_z(s, keys[i].down ? " NULLS LAST" : " NULLS FIRST");
    }
}

static void key_equals(struct sql *s, const struct sort_key *key, struct value v)
{
    sql_ordered(s, key->field);
    if (value_is_null(v)) {
        sql_z(s, " IS NULL");
        return;
    }
    sql_z(s, " = ");
    sql_ordered_arg(s, key->field, v);
}

/* Nothing comes first going up and last going down. */
static void key_passes(struct sql *s, const struct sort_key *key, struct value v)
{
    if (value_is_null(v)) {
        if (key->down) {
            sql_z(s, "1=0");
        } else {
            sql_ordered(s, key->field);
            sql_z(s, " IS NOT NULL");
        }
        return;
    }
    sql_z(s, "(");
    sql_ordered(s, key->field);
    sql_z(s, key->down ? " < " : " > ");
    sql_ordered_arg(s, key->field, v);
    if (key->down) {
        sql_z(s, " OR ");
        sql_ordered(s, key->field);
        sql_z(s, " IS NULL");
    }
    sql_z(s, ")");
}

/* Rows behind (v0, v1, …): k0 passes v0, or k0 = v0 and k1 passes v1, or … */
static void behind(struct sql *s, const struct sort_key *keys, const struct value *v, size_t n)
{
    sql_z(s, " AND (");
    for (size_t i = 0; i < n; i++) {
        sql_z(s, i ? " OR (" : "(");
        for (size_t j = 0; j < i; j++) {
            key_equals(s, &keys[j], v[j]);
            sql_z(s, " AND ");
        }
        key_passes(s, &keys[i], v[i]);
        sql_z(s, ")");
    }
    sql_z(s, ")");
}

static struct value key_value(struct arena *a, const struct row *row, const struct sort_key *key)
{
    return key->field->flags & CUSTOM ? row_custom(a, row, key->field) : row->v[key->field->at];
}

/* The order it belongs to stands first, so that a cursor is not taken for another list's. */
static struct str order_text(struct arena *a, const struct sort_key *keys, size_t n)
{
    struct str text = S("");

    for (size_t i = 0; i < n; i++)
        text = arena_printf(a, STR_FMT "%s%s ", STR_ARG(text), keys[i].down ? "-" : "", keys[i].field->name);
    return text;
}

static struct str cursor_make(struct arena *a, const struct row *last, const struct sort_key *keys, size_t n)
{
    struct buf *b = buf_new(a, MAX_JSON_BODY);
    struct json_out o;

    out_init(&o, b);
    out_open(&o, '[');
    out_str(&o, order_text(a, keys, n));
    for (size_t i = 0; i < n; i++) {
        struct value v = key_value(a, last, &keys[i]);
        if (v.type == V_TEXT)
            out_str(&o, v.s);
        else if (v.type == V_INT)
            out_int(&o, v.i);
        else
            out_null(&o);
    }
    out_close(&o, ']');
    return base64url(a, buf_view(b));
}

static int cursor_read(struct arena *a, struct str cursor, const struct sort_key *keys, size_t n, struct value *ret,
                       struct err *err)
{
    struct str text, raw;

    if (!base64url_read(a, cursor, &text))
        return err_field(err, "cursor", "format", "The cursor was not given out by this server.");
    struct json_walk w = json_walk(text);
    if (!json_walk_element(&w, &raw) || !str_eq(json_raw_text(a, raw), order_text(a, keys, n)))
        return err_field(err, "cursor", "order", "The cursor belongs to a list in another order.");
    for (size_t i = 0; i < n; i++) {
        if (!json_walk_element(&w, &raw))
            return err_field(err, "cursor", "format", "The cursor was not given out by this server.");
        ret[i] = json_raw_is_string(raw) ? value_text(json_raw_text(a, raw)) : VALUE_NULL;
        if (!json_raw_is_string(raw) && !json_raw_is_null(raw)) {
            ret[i] = value_int(0);
            if (!str_int(raw, &ret[i].i))
                return err_field(err, "cursor", "format", "The cursor was not given out by this server.");
        }
        if (!value_is_null(ret[i]) && ret[i].type != field_ftype(keys[i].field)->storage)
            return err_field(err, "cursor", "format", "The cursor was not given out by this server.");
    }
    return 0;
}

/* -- running ------------------------------------------------------------------------------------- */

/* What is asked for, and what the cursor is made of. */
static const bool *columns(struct sql *s, const struct list_query *q, const struct sort_key *keys, size_t n)
{
    bool *only = NEW_ARRAY(s->arena, bool, (size_t)q->kind->nfields);
    const char *between = "t.";

    for (int i = 0; i < q->kind->nfields; i++)
        only[i] = !q->only || q->only[i] || i == SYS_ID;
    for (size_t i = 0; i < n; i++)
        only[keys[i].field->flags & CUSTOM ? q->kind->custom_at : keys[i].field->at] = true;
    for (int i = 0; i < q->kind->nfields; i++) {
        if (!only[i])
            continue;
        sql_z(s, between);
        sql_z(s, q->kind->fields[i].name);
        between = ",t.";
    }
    return only;
}

struct plan {
    struct sql *sql;
    struct sort_key keys[MAX_SORT_KEYS + 1];
    size_t nkeys;
    const bool *only;
};

static int make_plan(struct txn *t, const struct list_query *q, struct plan *ret, struct err *err)
{
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));
    struct value after[MAX_SORT_KEYS + 1];
    size_t n = all_keys(q, ret->keys);

    ret->sql = s;
    ret->nkeys = n;
    sql_z(s, "SELECT ");
    ret->only = columns(s, q, ret->keys, n);
    list_where(s, q);
    if (q->cursor.n) {
        if (cursor_read(s->arena, q->cursor, ret->keys, n, after, err) < 0)
            return -1;
        behind(s, ret->keys, after, n);
    }
    order_by(s, ret->keys, n);
    sql_f(s, " LIMIT %zu", (size_t)q->limit + 1);
    return 0;
}

int list_statement(struct txn *t, const struct list_query *q, struct sql **ret, struct err *err)
{
    struct plan plan;

    if (make_plan(t, q, &plan, err) < 0)
        return -1;
    *ret = plan.sql;
    return 0;
}

int list_run(struct txn *t, struct list_query *q, struct page *ret, struct err *err)
{
    struct arena *a = txn_arena(t);
    struct page page = {.rows = NEW_ARRAY(a, struct row *, (size_t)q->limit + 1)};
    struct plan plan;
    int more;

    if (make_plan(t, q, &plan, err) < 0)
        return -1;
    struct rows *r = sql_query(t, sql_text(plan.sql), sql_args(plan.sql), err);
    if (!r)
        return -1;
    while ((more = rows_next(r, err)) == 1)
        page.rows[page.n++] = row_take_only(r, a, q->kind, plan.only);
    if (more < 0)
        return -1;
    if (page.n > q->limit) {
        page.n = q->limit;
        page.next_cursor = cursor_make(a, page.rows[page.n - 1], plan.keys, plan.nkeys);
    }
    *ret = page;
    return 0;
}

int list_count(struct txn *t, const struct list_query *q, int64_t *ret, struct err *err)
{
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));
    struct value n;

    sql_z(s, "SELECT count(*)");
    list_where(s, q);
    if (sql_row(t, sql_text(s), sql_args(s), &n, 1, err) < 0)
        return -1;
    *ret = n.i;
    return 0;
}

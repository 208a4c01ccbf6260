#include "export.h"

#include <string.h>

/* A column of the file: a field, the title of what a field refers to, or a custom field. */
struct column {
    struct str name;
    const struct field *field;
    bool title;
    int at; /* in the statement's columns; -1 for a custom field */
};

struct columns {
    struct column *v;
    size_t n;
};

static struct str without_id(struct arena *a, const char *name)
{
    size_t n = strlen(name);

    return n > 3 && strcmp(name + n - 3, "_id") == 0 ? arena_str(a, (struct str){name, n - 3})
                                                     : arena_printf(a, "%s_names", name);
}

static struct columns choose(struct ctx *c, const struct kind *k)
{
    const struct custom_set *set = atomic_load(&k->custom);
    struct columns cols = {.v = NEW_ARRAY(c->arena, struct column, (size_t)k->nfields * 2 + set->n)};

    for (int i = 0; i < k->nfields; i++) {
        const struct field *f = &k->fields[i];
        if (i == k->custom_at)
            continue;
        cols.v[cols.n++] = (struct column){.name = str_of(f->name), .field = f, .at = i};
        if (f->ref_kind)
            cols.v[cols.n++] = (struct column){.name = without_id(c->arena, f->name), .field = f, .title = true};
    }
    for (size_t i = 0; k->custom_at >= 0 && i < set->n; i++)
        cols.v[cols.n++] = (struct column){
            .name = arena_printf(c->arena, "custom.%s", set->fields[i].name), .field = &set->fields[i], .at = -1};
    return cols;
}

/* The title of what a field refers to, if the caller may see it. */
static void title_column(struct sql *s, struct ctx *c, const struct field *f)
{
    const struct kind *k = f->ref_kind;
    const char *title = k->fields[k->title_at].name;
    bool sqlite = s->dialect == DIALECT_SQLITE;

    if (f->type == FT_REFS)
        sql_f(s,
              sqlite
                  ? "(SELECT group_concat(x.%s, '; ') FROM %s x WHERE x.id IN (SELECT value FROM json_each(t.%s)) AND "
                  : "(SELECT string_agg(x.%s, '; ') FROM %s x WHERE to_jsonb(x.id) <@ t.%s::jsonb AND ",
              title, k->name, f->name);
    else
        sql_f(s, "(SELECT x.%s FROM %s x WHERE x.id = t.%s AND ", title, k->name, f->name);
    scope_where(s, c->access, k, "x", false);
    sql_z(s, ")");
}

static struct sql *statement(struct ctx *c, const struct list_query *q, struct columns *cols)
{
    struct sql *s = sql_new(c->arena, txn_dialect(c->t));
    int at = q->kind->nfields;

    sql_z(s, "SELECT ");
    for (int i = 0; i < q->kind->nfields; i++)
        sql_f(s, "%st.%s", i ? "," : "", q->kind->fields[i].name);
    for (size_t i = 0; i < cols->n; i++) {
        if (!cols->v[i].title)
            continue;
        cols->v[i].at = at++;
        sql_z(s, ",");
        title_column(s, c, cols->v[i].field);
    }
    list_where(s, q);
    sql_z(s, " ORDER BY t.id");
    return s;
}

static struct tab_cell cell_of(const struct field *f, int digits, struct value v)
{
    if (value_is_null(v))
        return tab_null();
    switch (f->type) {
    case FT_MONEY:
    case FT_DECIMAL:
        return tab_decimal(v.i, digits);
    case FT_DAY:
        return tab_day_cell((struct day){(int32_t)v.i});
    case FT_INSTANT:
        return tab_at(v.i);
    case FT_BOOLEAN:
        return tab_bool(v.i != 0);
    default:
        return v.type == V_TEXT ? tab_text(v.s) : tab_int(v.i);
    }
}

int export_rows(struct ctx *c, const struct list_query *q, enum tab_file format, struct tab_sink sink,
                int64_t *ret_rows, struct err *err)
{
    struct columns cols = choose(c, q->kind);
    struct str *names = NEW_ARRAY(c->arena, struct str, cols.n);
    struct tab_cell *cells = NEW_ARRAY(c->arena, struct tab_cell, cols.n);
    struct arena *work = arena_inside(c->arena, MAX_ARENA);
    struct row *row = row_blank(c->arena, q->kind);
    int n;

    for (size_t i = 0; i < cols.n; i++)
        names[i] = cols.v[i].name;
    struct tab_writer_options o = {
        .format = format, .columns = names, .n = cols.n, .title = q->kind->def.labels, .zone = c->workspace.zone};
    struct tab_writer *w = tab_writer_new(c->arena, &o, sink);
    struct sql *s = statement(c, q, &cols);
    struct rows *r = sql_stream(c->t, sql_text(s), sql_args(s), err);
    if (!r)
        return -1;
    while ((n = rows_next(r, err)) == 1) {
        for (int i = 0; i < q->kind->nfields; i++)
            row->v[i] = rows_col_peek(r, i);
        for (size_t i = 0; i < cols.n; i++) {
            const struct column *col = &cols.v[i];
            struct value v = col->at < 0 ? row_custom(work, row, col->field) : rows_col_peek(r, col->at);
            int digits = col->at < 0 ? col->field->digits : row_digits(row, col->field);
            cells[i] = col->title ? (v.type == V_TEXT ? tab_text(v.s) : tab_null()) : cell_of(col->field, digits, v);
        }
        if (tab_writer_row(w, cells, err) < 0) {
            rows_close(r);
            return -1;
        }
        arena_reset(work);
    }
    *ret_rows = tab_writer_rows(w);
    return n < 0 ? -1 : tab_writer_end(w, err);
}

#include "import_row.h"

#include <string.h>

#include "deal.h"
#include "json_in.h"
#include "money.h"

static int bad(const struct field *f, const char *why, struct err *err)
{
    return err_field(err, f->name, "value", "%s", why);
}

/* -- cells by type ---------------------------------------------------------------------------------- */

static int put(struct ctx *c, struct row *row, const struct field *f, struct value v, struct err *err)
{
    if (f->flags & CUSTOM)
        return row_put_custom(c->arena, row, f, v, err);
    row->v[f->at] = v;
    return 0;
}

static int put_time(struct ctx *c, struct row *row, const struct import_column *col, struct str cell, struct err *err)
{
    struct tab_why why = {""};
    enum tab_got got;
    struct day d;
    msec t;

    if (col->field->type == FT_DAY) {
        got = tab_day(cell, col->order, &d, &why);
        t = got == TAB_OK ? d.n : 0;
    } else {
        got = tab_instant(cell, col->order, c->workspace.zone, &t, &why);
    }
    if (got == TAB_BAD)
        return bad(col->field, why.msg, err);
    return got == TAB_EMPTY ? 0 : put(c, row, col->field, value_int(t), err);
}

/* An amount may bring its currency along; the row takes it unless the file or the map says another. */
static int put_amount(struct ctx *c, struct row *row, const struct import_column *col, struct str cell, struct err *err)
{
    const struct field *f = col->field;
    struct tab_amount amount;
    struct tab_why why = {""};
    enum tab_got got = tab_amount(cell, col->decimal, &amount, &why);
    int64_t minor = 0;

    if (got == TAB_EMPTY)
        return 0;
    if (got == TAB_OK && amount.currency[0] && f->currency_at >= 0 && !row_has(row, f->currency_at))
        row->v[f->currency_at] = value_text(arena_str(c->arena, str_of(amount.currency)));
    if (got == TAB_OK && f->currency_at >= 0 && !row_has(row, f->currency_at))
        row->v[f->currency_at] = value_text(c->workspace.base_currency);
    int digits = f->type == FT_INTEGER ? 0 : f->flags & CUSTOM ? f->digits : row_digits(row, f);
    if (got == TAB_OK)
        got = tab_amount_minor(&amount, digits, &minor, &why);
    if (got == TAB_BAD)
        return bad(f, why.msg, err);
    /* The field's own reader knows its limits. */
    struct buf b;
    buf_init(&b, 100);
    decimal_write(&b, minor, digits);
    struct value v;
    int result = field_ftype(f)->parse(f, digits, c->arena, buf_keep(&b, c->arena), &v, err);
    return result < 0 ? -1 : put(c, row, f, v, err);
}

static int put_boolean(struct ctx *c, struct row *row, const struct field *f, struct str cell, struct err *err)
{
    struct tab_why why = {""};
    bool yes;
    enum tab_got got = tab_boolean(cell, &yes, &why);

    if (got == TAB_BAD)
        return bad(f, why.msg, err);
    return got == TAB_EMPTY ? 0 : put(c, row, f, value_int(yes), err);
}

/* A choice by its key or by what people see. */
static int put_choice(struct ctx *c, struct row *row, const struct field *f, struct str cell, struct err *err)
{
    struct str folded = utf8_fold(c->arena, cell);

    if (folded.n == 0)
        return 0;
    for (const struct choice *ch = f->choices; ch && ch->key; ch++)
        if (str_eq(folded, utf8_fold(c->arena, str_of(ch->key))) ||
            str_eq(folded, utf8_fold(c->arena, str_of(ch->label))))
            return put(c, row, f, value_text(str_of(ch->key)), err);
    return field_ftype(f)->parse(f, 0, c->arena, str_trim(cell), &row->v[SYS_ID], err); /* says which there are */
}

static int put_list(struct ctx *c, struct import_names *names, struct row *row, const struct import_column *col,
                    struct str cell, struct err *err)
{
    struct str rest = str_trim(cell), piece, list = S("");
    char between = str_find(rest, ';') >= 0 ? ';' : ',';
    struct value v;

    while (rest.n && str_next(&rest, between, &piece)) {
        id which = 0;
        piece = str_trim(piece);
        if (col->field->type == FT_REFS) {
            if (import_find(c, names, col->field, col->match, col->create, 0, piece, &which, err) < 0)
                return -1;
            if (which)
                list = arena_printf(c->arena, STR_FMT "%s%lld", STR_ARG(list), list.n ? "," : "", (long long)which);
        } else if (piece.n) {
            list =
                arena_printf(c->arena, STR_FMT "%s\"" STR_FMT "\"", STR_ARG(list), list.n ? "," : "", STR_ARG(piece));
        }
    }
    if (list.n == 0)
        return 0;
    list = arena_printf(c->arena, "[" STR_FMT "]", STR_ARG(list));
    return field_ftype(col->field)->parse(col->field, 0, c->arena, list, &v, err) < 0 ? -1
                                                                                      : put(c, row, col->field, v, err);
}

static int put_ref(struct ctx *c, struct import_names *names, const struct import_map *m, struct row *row,
                   const struct import_column *col, struct str cell, struct err *err)
{
    id pipeline = m->pipeline, which;

    if (m->kind == c->app->deals && row_has(row, DEAL_PIPELINE))
        pipeline = row_int(row, DEAL_PIPELINE);
    if (import_find(c, names, col->field, col->match, col->create, pipeline, cell, &which, err) < 0)
        return -1;
    return which ? put(c, row, col->field, value_int(which), err) : 0;
}

static int put_cell(struct ctx *c, struct import_names *names, const struct import_map *m, struct row *row,
                    const struct import_column *col, struct str cell, struct err *err)
{
    const struct field *f = col->field;

    switch (f->type) {
    case FT_DAY:
    case FT_INSTANT:
        return put_time(c, row, col, cell, err);
    case FT_MONEY:
    case FT_DECIMAL:
    case FT_INTEGER:
        return put_amount(c, row, col, cell, err);
    case FT_BOOLEAN:
        return put_boolean(c, row, f, cell, err);
    case FT_CHOICE:
        return put_choice(c, row, f, cell, err);
    case FT_REF:
        return put_ref(c, names, m, row, col, cell, err);
    case FT_REFS:
    case FT_CHOICES:
        return put_list(c, names, row, col, cell, err);
    default:
        if (col->part > 1 && row_has(row, f->at) && !(f->flags & CUSTOM))
            cell = arena_printf(c->arena, STR_FMT " " STR_FMT, STR_ARG(row_str(row, f->at)), STR_ARG(str_trim(cell)));
        return cell.n == 0 ? 0 : row_put_text(c->arena, row, f, cell, err);
    }
}

/* -- rules ----------------------------------------------------------------------------------------- */

/* Members of an object go into the row as a request's body would. */
static int put_object(struct ctx *c, struct row *row, const json_t *object, bool *given, struct err *err)
{
    return row_patch(c->arena, row, object, given, err);
}

static const json_t *value_for(struct ctx *c, const json_t *values, struct str cell)
{
    struct str folded = utf8_fold(c->arena, cell);
    const char *text;
    json_t *to;

    json_object_foreach((json_t *)(uintptr_t)values, text, to) {
        if (str_eq(utf8_fold(c->arena, str_of(text)), folded))
            return to;
    }
    return NULL;
}

static int apply(struct ctx *c, struct import_names *names, const struct import_map *m, const struct import_column *col,
                 struct str cell, struct row *row, bool *given, struct err *err)
{
    const json_t *to = col->values ? value_for(c, col->values, cell) : NULL;

    if (to && json_is_object(to))
        return put_object(c, row, to, given, err);
    if (to && json_is_null(to))
        return 0;
    if (to && !json_is_string(to)) {
        json_t *one = json_object();
        arena_defer(c->arena, (void (*)(void *))json_decref, one);
        json_object_set(one, col->field ? col->field->name : "?", (json_t *)(uintptr_t)to);
        return put_object(c, row, one, given, err);
    }
    if (to)
        cell = json_text(to);
    if (!col->field)
        return str_trim(cell).n == 0
                   ? 0
                   : err_field(err, arena_cstr(c->arena, str_upto(col->header, 60)), "value",
                               "The map says nothing about \"" STR_FMT "\".", STR_ARG(str_upto(cell, 60)));
    if (cell.n == 0 || (str_trim(cell).n == 0 && !field_ftype(col->field)->is_text))
        return 0;
    if (put_cell(c, names, m, row, col, cell, err) < 0)
        return -1;
    if (!(col->field->flags & CUSTOM))
        given[col->field->at] = true;
    if (col->also && !str_is(row_str(row, kind_at(m->kind, "status")), DEAL_OPEN)) {
        struct import_column too = *col;
        too.field = col->also;
        given[too.field->at] = true;
        return put_cell(c, names, m, row, &too, cell, err);
    }
    return 0;
}

/* A column that others depend on comes first: the currency of amounts, the pipeline of stages; parts in their order;
 * last what depends on the status. */
#define TURNS 6
static int turn(const struct import_column *col)
{
    if (col->when.n || col->also)
        return TURNS - 1;
    if (col->part > 1)
        return col->part < 3 ? 2 : col->part == 3 ? 3 : 4;
    return col->field && (col->field->type == FT_CURRENCY || strcmp(col->field->name, "pipeline_id") == 0) ? 0 : 1;
}

int import_fill(struct ctx *c, struct import_names *names, const struct import_map *m, const struct tab_row *in,
                struct row *row, bool *given, size_t *ret_column, struct err *err)
{
    if (m->defaults && row_int(row, SYS_VERSION) == 0 && put_object(c, row, m->defaults, given, err) < 0)
        return -1;
    for (int now = 0; now < TURNS; now++) {
        for (size_t i = 0; i < m->n; i++) {
            const struct import_column *col = &m->columns[i];
            if (turn(col) != now)
                continue;
            *ret_column = col->at;
            if (col->when.n && !str_eq_nocase(col->when, row_str(row, kind_at(m->kind, "status"))))
                continue;
            if (apply(c, names, m, col, in->cells[col->at], row, given, err) < 0)
                return -1;
        }
    }
    return 0;
}

int import_key(struct ctx *c, const struct import_map *m, const struct tab_row *in, struct value *ret, struct err *err)
{
    struct import_map only = *m;
    struct row *row = row_blank(c->arena, m->kind);
    bool *given = NEW_ARRAY(c->arena, bool, (size_t)m->kind->nfields);

    *ret = VALUE_NULL;
    for (size_t i = 0; m->key && i < m->n; i++) {
        if (m->columns[i].field != m->key)
            continue;
        if (apply(c, NULL, &only, &m->columns[i], in->cells[m->columns[i].at], row, given, err) < 0)
            return -1;
        *ret = row->v[m->key->at];
    }
    return 0;
}

void import_title(struct ctx *c, struct row *row)
{
    const struct kind *k = row->kind;
    struct str name = STR_NULL;
    struct row *org;
    struct err never = {0};

    if (row_has(row, k->title_at) || !(k->fields[k->title_at].flags & REQUIRED) || k != c->app->deals)
        return;
    if (row_has(row, DEAL_ORGANISATION) &&
        row_get(c->t, c->app->organisations, row_int(row, DEAL_ORGANISATION), &org, &never) == 0)
        name = row_title(org);
    struct str key = row_str(row, DEAL_EXTERNAL_ID);
    if (name.n && key.n)
        name = arena_printf(c->arena, STR_FMT " " STR_FMT, STR_ARG(str_upto(name, 100)), STR_ARG(str_upto(key, 90)));
    else if (!name.n)
        name = key.n ? arena_printf(c->arena, "Deal " STR_FMT, STR_ARG(str_upto(key, 190))) : S("Deal");
    row->v[k->title_at] = value_text(name);
}

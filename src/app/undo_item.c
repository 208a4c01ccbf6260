#include "undo_item.h"

#include "json_in.h"
#include "json_scan.h"

static struct str key_of(struct arena *a, const struct log_item *item)
{
    return arena_printf(a, STR_FMT "/%lld", STR_ARG(item->kind), (long long)item->row);
}

static int conflict(struct undo_walk *w, const struct log_item *item, const struct row *now, struct str field,
                    struct str expected, struct str found, const char *reason)
{
    struct undo_report *r = w->report;

    r->all_conflicts++;
    map_put(w->skip, key_of(w->keep, item), w->skip);
    map_put(w->found, key_of(w->keep, item), w->skip);
    if (r->nconflicts < UNDO_MAX_CONFLICTS)
        r->conflicts[r->nconflicts++] = (struct undo_conflict){
            .kind = schema_kind(w->c->app->schema, item->kind),
            .row = item->row,
            .title = now && row_title(now).p ? arena_str(w->keep, row_title(now)) : STR_NULL,
            .field = arena_str(w->keep, field),
            .expected = arena_str(w->keep, expected),
            .found = arena_str(w->keep, found),
            .reason = reason,
        };
    return 0;
}

/* The value a field has now, in the log's form. */
static struct str raw_now(struct arena *a, const struct row *row, struct str name)
{
    struct json_out o;
    struct buf b;
    struct str text = S("null");

    if (str_starts(name, S("custom."))) {
        struct err never = {0};
        json_t *tree;
        int at = row->kind->custom_at;
        const json_t *j = NULL;
        if (at >= 0 && row_has(row, at) && json_read_object(a, row_str(row, at), &tree, &never) == 0)
            j = json_object_get(tree, arena_cstr(a, str_from(name, 7)));
        return j ? json_dump(a, j) : text;
    }
    const struct field *f = kind_field(row->kind, name);
    if (!f)
        return text;
    buf_init(&b, MAX_JSON_BODY);
    out_init(&o, &b);
    field_write(&o, f, row_digits(row, f), row->v[f->at]);
    text = buf_keep(&b, a);
    return text;
}

static bool same_value(struct arena *a, const struct kind *k, struct str name, struct str x, struct str y)
{
    const struct field *f = str_starts(name, S("custom.")) ? NULL : kind_field(k, name);
    struct value v, w;

    if (!f)
        return str_eq(x, y);
    return field_from_log(f, a, x, &v) && field_from_log(f, a, y, &w) && value_eq(v, w);
}

/* Has every field the value that this change gave it? Fields the kind no longer has do not matter. */
static bool still_as_left(struct undo_walk *w, const struct log_item *item, const struct row *now)
{
    struct arena *a = w->c->arena;
    struct json_walk members = json_walk(item->fields);
    struct str name, pair, was, is;

    while (json_walk_member(&members, &name, &pair)) {
        struct json_walk sides = json_walk(pair);
        if (!json_walk_element(&sides, &was) || !json_walk_element(&sides, &is))
            continue;
        if (!str_starts(name, S("custom.")) && !kind_field(now->kind, name))
            continue;
        struct str found = raw_now(a, now, name);
        if (!same_value(a, now->kind, name, is, found)) {
            conflict(w, item, now, name, is, found, "changed since");
            return false;
        }
    }
    return true;
}

/* Does any record refer to this one? 1, 0, -1. */
static int referred_to(struct undo_walk *w, const struct kind *k, id which, const char **ret_by, struct err *err)
{
    const struct schema *s = w->c->app->schema;
    struct value v = value_int(which);
    int64_t n = 0;

    for (int i = 0; i < s->n && n == 0; i++) {
        for (int f = 0; !w->table_empty[i] && f < s->kinds[i].nfields && n == 0; f++) {
            const struct field *field = &s->kinds[i].fields[f];
            struct value found;
            if (field->ref_kind != k || (field->flags & DERIVED))
                continue;
            struct list_query q = {.kind = &s->kinds[i], .limit = 1, .nfilters = 1};
            q.filters[0] =
                (struct filter){.field = field, .op = field->type == FT_REFS ? OP_HAS : OP_EQ, .values = &v, .n = 1};
            struct sql *sql = sql_new(w->c->arena, txn_dialect(w->c->t));
            sql_z(sql, "SELECT 1");
            list_where(sql, &q);
            sql_z(sql, " LIMIT 1");
            int there = sql_row(w->c->t, sql_text(sql), sql_args(sql), &found, 1, err);
            if (there < 0)
                return -1;
            n += there;
            *ret_by = s->kinds[i].def.labels;
        }
    }
    return n > 0;
}

/* The first reference of a row that leads nowhere now, or NULL. */
static int dangling(struct undo_walk *w, const struct row *row, const struct field **ret, struct err *err)
{
    *ret = NULL;
    for (int i = 0; i < row->kind->nfields && !*ret; i++) {
        const struct field *f = &row->kind->fields[i];
        if (f->type != FT_REF || (f->flags & DERIVED) || !row_has(row, i))
            continue;
        int there = scope_reaches(w->c->t, NULL, f->ref_kind, row_int(row, i), false, err);
        if (there < 0)
            return -1;
        if (there == 0)
            *ret = f;
    }
    return 0;
}

/* Is a record that is there, or that was, among those the caller sees and may change? */
static int within(struct undo_walk *w, const struct row *row, bool there, bool edit, struct err *err)
{
    const struct access *access = w->c->access;
    const struct kind *k = row->kind;

    if (scope_is_all(access, k, edit))
        return 1;
    if (there)
        return scope_reaches(w->c->t, access, k, row_id(row), edit, err);
    return op_row_within(w->c, row, edit ? access_edit(access, k) : access_see(access, k), err);
}

static int may_touch(struct undo_walk *w, const struct row *row, bool there, struct err *err)
{
    int may = within(w, row, there, false, err);

    if (may > 0)
        may = within(w, row, there, true, err);
    if (may == 0)
        return err_set(err, ERR_FORBIDDEN, "You may not change %s that this undo would change.", row->kind->def.labels);
    return may < 0 ? -1 : 0;
}

/* Imported claims about the past are taken back from the past; what was done at the time is taken back now. */
static msec undone_at(const struct log_item *item)
{
    return item->occurred_at == item->recorded_at ? 0 : item->occurred_at;
}

static int put_back(struct undo_walk *w, const struct log_item *item, const struct kind *k, const struct row *now,
                    struct err *err)
{
    struct row *row = row_blank(w->c->arena, k);
    const struct field *lost;

    if (now)
        return conflict(w, item, now, S(""), S("null"), S("null"), "there again already");
    row->v[SYS_ID] = value_int(item->row);
    if (!row_apply_diff(w->c->arena, row, item->fields, 0))
        return err_set(err, ERR_INTERNAL, "The log of %s %lld is damaged.", k->def.one, (long long)item->row);
    if (may_touch(w, row, false, err) < 0 || dangling(w, row, &lost, err) < 0)
        return -1;
    if (lost)
        return conflict(w, item, row, str_of(lost->name), raw_now(w->c->arena, row, str_of(lost->name)), S("null"),
                        "refers to a record that is gone");
    if (log_write(w->c->t, &w->c->cs, NULL, row, undone_at(item), err) < 0) {
        if (err->code != ERR_CONFLICT)
            return -1;
        err_clear(err);
        return conflict(w, item, row, S(""), S("null"), S("null"), "another record has taken its place");
    }
    w->report->restored++;
    return 1;
}

static int take_out(struct undo_walk *w, const struct log_item *item, const struct row *now, struct err *err)
{
    const char *by = "";
    int refers = referred_to(w, now->kind, item->row, &by, err);

    if (refers < 0)
        return -1;
    if (refers)
        return conflict(w, item, now, S(""), S("null"), arena_printf(w->c->arena, "\"%s\"", by),
                        "others refer to it now");
    if (log_write(w->c->t, &w->c->cs, now, NULL, undone_at(item), err) < 0)
        return -1;
    w->report->removed++;
    return 1;
}

static int turn_back(struct undo_walk *w, const struct log_item *item, const struct row *now, struct err *err)
{
    struct row *row = row_copy(w->c->arena, now);

    if (!row_apply_diff(w->c->arena, row, item->fields, 0))
        return err_set(err, ERR_INTERNAL, "The log of %s %lld is damaged.", now->kind->def.one, (long long)item->row);
    if (log_write(w->c->t, &w->c->cs, now, row, undone_at(item), err) < 0) {
        if (err->code != ERR_CONFLICT)
            return -1;
        err_clear(err);
        return conflict(w, item, now, S(""), S("null"), S("null"), "another record has taken its place");
    }
    w->report->updated++;
    return 1;
}

int undo_item(struct undo_walk *w, const struct log_item *item, struct err *err)
{
    const struct kind *k = schema_kind(w->c->app->schema, item->kind);
    struct row *now = NULL;

    if (map_get(w->skip, key_of(w->c->arena, item)))
        return 0;
    if (!k)
        return conflict(w, item, NULL, S(""), S("null"), S("null"), "this kind of record does not exist any more");
    if (row_get(w->c->t, k, item->row, &now, err) < 0) {
        if (err->code != ERR_NOT_FOUND)
            return -1;
        err_clear(err);
    }
    if (access_edit(w->c->access, k) == LEVEL_NONE)
        return err_set(err, ERR_FORBIDDEN, "You may not change %s that this undo would change.", k->def.labels);
    if (now && may_touch(w, now, true, err) < 0)
        return -1;
    if (str_is(item->op, "delete"))
        return put_back(w, item, k, now, err);
    if (!now)
        return conflict(w, item, NULL, S(""), S("null"), S("null"), "deleted since");
    if (!still_as_left(w, item, now))
        return 0;
    return str_is(item->op, "create") ? take_out(w, item, now, err) : turn_back(w, item, now, err);
}

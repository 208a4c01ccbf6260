#include "op.h"

#include "ceilings.h"
#include "json_in.h"
#include "rules.h"

#define MAX_DEPTH 8 /* of changes that follow from one another */

/* -- seeing -------------------------------------------------------------------------------------- */

static int not_there(const struct kind *k, id which, struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "There is no %s %lld.", k->def.one, (long long)which);
}

int op_get(struct ctx *c, const struct kind *k, id which, struct row **ret, struct err *err)
{
    int sees = scope_is_all(c->access, k, false) ? 1 : scope_reaches(c->t, c->access, k, which, false, err);

    if (sees <= 0)
        return sees < 0 ? -1 : not_there(k, which, err);
    return row_get(c->t, k, which, ret, err);
}

int op_row_within(struct ctx *c, const struct row *row, enum level level, struct err *err)
{
    const struct kind *k = row->kind;
    bool owned = level == LEVEL_ALL || !c->access;

    if (level == LEVEL_NONE)
        return 0;
    for (size_t i = 0; !owned && k->owner_at >= 0 && i < c->access->nteam; i++)
        owned = c->access->team[i] == row_int(row, k->owner_at) &&
                (level == LEVEL_TEAM || c->access->team[i] == c->access->user);
    if (!owned && k->shared_at >= 0 && row_int(row, k->shared_at))
        owned = true;
    for (const char *const *ref = k->def.via; ref && *ref; ref++) {
        id parent = row_ref(row, *ref);
        int sees =
            parent ? scope_reaches(c->t, c->access, k->fields[kind_at(k, *ref)].ref_kind, parent, false, err) : 0;
        if (sees < 0 || (sees == 0 && parent && level == LEVEL_ALL))
            return sees;
        owned |= sees == 1;
    }
    return owned;
}

/* A record that is gone, as it was when it was deleted; NULL when it is not gone or never was. */
static int last_seen(struct ctx *c, const struct kind *k, id which, struct row **ret, struct err *err)
{
    struct value fields;
    int n = sql_row(c->t,
                    "SELECT fields FROM changes WHERE kind = $1 AND row_id = $2 AND op = 'delete' "
                    "ORDER BY seq DESC LIMIT 1",
                    ARGS(value_text(str_of(k->name)), value_int(which)), &fields, 1, err);

    *ret = NULL;
    if (n <= 0)
        return n;
    *ret = row_blank(c->arena, k);
    (*ret)->v[SYS_ID] = value_int(which);
    return row_apply_diff(c->arena, *ret, fields.s, 0) ? 0 : err_set(err, ERR_INTERNAL, "The log is damaged.");
}

static int sees_present_or_past(struct ctx *c, const struct kind *k, id which, struct err *err)
{
    struct row *gone;

    if (scope_is_all(c->access, k, false))
        return 1;
    int sees = scope_reaches(c->t, c->access, k, which, false, err);
    if (sees != 0)
        return sees;
    struct value ignored;
    const char *exists = arena_printf(c->arena, "SELECT 1 FROM %s WHERE id = $1", k->name).p;
    int there = sql_row(c->t, exists, ARGS(value_int(which)), &ignored, 1, err);
    if (there != 0)
        return there < 0 ? -1 : 0;
    if (last_seen(c, k, which, &gone, err) < 0)
        return -1;
    return gone ? op_row_within(c, gone, access_see(c->access, k), err) : 0;
}

int op_get_at(struct ctx *c, const struct kind *k, id which, msec at, enum clock clock, struct row **ret,
              struct err *err)
{
    int sees = sees_present_or_past(c, k, which, err);
    int there = sees == 1 ? log_row_at(c->t, k, which, at, clock, ret, err) : sees;

    return there == 1 ? 0 : there < 0 ? -1 : not_there(k, which, err);
}

int op_sees_item(struct ctx *c, const struct log_item *item, struct err *err)
{
    const struct kind *k = schema_kind(c->app->schema, item->kind);

    return k ? sees_present_or_past(c, k, item->row, err) : 0;
}

/* -- checks before writing ------------------------------------------------------------------------- */

int op_change_allowed(struct ctx *c, const struct row *row, struct err *err)
{
    const struct kind *k = row->kind;
    int may = scope_is_all(c->access, k, true) ? 1 : scope_reaches(c->t, c->access, k, row_id(row), true, err);

    if (may == 0)
        return err_set(err, ERR_FORBIDDEN, "You may look at this %s but not change it.", k->def.one);
    return may < 0 ? -1 : 0;
}

static int same_version(const struct row *row, int64_t version, struct err *err)
{
    if (version && version != row_int(row, SYS_VERSION))
        return err_set(err, ERR_STALE, "This %s has been changed meanwhile: it is at version %lld, not %lld.",
                       row->kind->def.one, (long long)row_int(row, SYS_VERSION), (long long)version);
    return 0;
}

static int one_ref_exists(struct ctx *c, const struct field *f, id which, struct err *err)
{
    const struct kind *k = f->ref_kind;
    int sees = scope_reaches(c->t, c->access, k, which, false, err);

    if (sees == 0)
        return err_field(err, f->name, "reference", "There is no %s %lld.", k->def.one, (long long)which);
    return sees < 0 ? -1 : 0;
}

/* References that are new in this change must lead somewhere the caller can see. */
static int refs_exist(struct ctx *c, const struct row *old, const struct row *row, struct err *err)
{
    int result = 0;

    for (int i = 0; i < row->kind->nfields; i++) {
        const struct field *f = &row->kind->fields[i];
        if (!f->ref_kind || (f->flags & DERIVED) || !row_has(row, i) || (old && value_eq(old->v[i], row->v[i])))
            continue;
        if (f->type == FT_REF) {
            if (one_ref_exists(c, f, row_int(row, i), err) < 0)
                result = -1;
            continue;
        }
        const json_t *e;
        json_t *list;
        size_t at;
        if (json_read(c->arena, row_str(row, i), &list, err) < 0)
            return -1;
        json_array_foreach(list, at, e)
            if (one_ref_exists(c, f, json_integer_value(e), err) < 0)
                result = -1;
    }
    return result;
}

static int custom_required(struct ctx *c, const struct row *row, struct err *err)
{
    const struct custom_set *set = atomic_load(&row->kind->custom);
    int result = 0;

    for (size_t i = 0; !c->by_import && c->who.user && row->kind->custom_at >= 0 && i < set->n; i++)
        if ((set->fields[i].flags & REQUIRED) && value_is_null(row_custom(c->arena, row, &set->fields[i])))
            result = err_field(err, set->fields[i].name, "required", "%s is missing.", set->fields[i].label);
    return result;
}

/* A change in the past must not contradict what is known to have happened to the same field later. */
static int no_later_change(struct ctx *c, const struct row *old, const struct row *row, struct err *err)
{
    struct value latest;

    if (!c->occurred_at || !old)
        return 0;
    for (int i = SYS__N; i < row->kind->nfields; i++) {
        if (value_eq(old->v[i], row->v[i]))
            continue;
        const char *name = row->kind->fields[i].name;
        int n = sql_row(c->t, "SELECT max(occurred_at) FROM changes WHERE kind = $1 AND row_id = $2 AND fields LIKE $3",
                        ARGS(value_text(str_of(row->kind->name)), old->v[SYS_ID],
                             value_text(arena_printf(c->arena, "%%\"%s\":[%%", name))),
                        &latest, 1, err);
        if (n < 0)
            return -1;
        if (n == 1 && latest.type == V_INT && latest.i > c->occurred_at)
            return err_field(err, "occurred_at", "order", "%s was changed after that moment; give a later one.",
                             row->kind->fields[i].label);
    }
    return 0;
}

/* Amounts without a currency are in the base currency. */
static void preset_currencies(struct ctx *c, struct row *row)
{
    for (int i = 0; i < row->kind->nfields; i++) {
        const struct field *f = &row->kind->fields[i];
        if (f->type == FT_CURRENCY && !row_has(row, i) && (f->flags & REQUIRED))
            row->v[i] = value_text(c->workspace.base_currency);
        if (f->currency_at >= 0 && row_has(row, i) && !row_has(row, f->currency_at))
            row->v[f->currency_at] = value_text(c->workspace.base_currency);
    }
}

/* -- writing ------------------------------------------------------------------------------------- */

int op_insert(struct ctx *c, struct row *row, const bool *given, struct err *err)
{
    const struct kind *k = row->kind;
    const struct rule *rule = rule_of(k);

    if (c->access && !c->access->create[k->number])
        return err_set(err, ERR_FORBIDDEN, "You may not add %s.", k->def.labels);
    if (++c->depth > MAX_DEPTH)
        return err_set(err, ERR_CONFLICT, "One change led to another too many times.");
    if (k->owner_at >= 0 && !row_has(row, k->owner_at) && !(given && given[k->owner_at]))
        row->v[k->owner_at] = value_ref(c->who.user);
    preset_currencies(c, row);
    if ((rule->before && rule->before(c, NULL, row, given, err) < 0) || row_check(c->arena, NULL, row, err) < 0 ||
        custom_required(c, row, err) < 0 || refs_exist(c, NULL, row, err) < 0)
        return -1;
    int written = rule->insert ? rule->insert(c, row, err) : log_write(c->t, &c->cs, NULL, row, c->occurred_at, err);
    if (written < 0 || op_change_allowed(c, row, err) < 0 || (rule->after && rule->after(c, NULL, row, err) < 0))
        return -1;
    c->depth--;
    return 0;
}

int op_change(struct ctx *c, const struct row *old, struct row *row, const bool *given, struct err *err)
{
    const struct rule *rule = rule_of(row->kind);

    if (++c->depth > MAX_DEPTH)
        return err_set(err, ERR_CONFLICT, "One change led to another too many times.");
    preset_currencies(c, row);
    if ((rule->before && rule->before(c, old, row, given, err) < 0) || row_check(c->arena, old, row, err) < 0 ||
        custom_required(c, row, err) < 0 || refs_exist(c, old, row, err) < 0 || no_later_change(c, old, row, err) < 0)
        return -1;
    if (log_write(c->t, &c->cs, old, row, c->occurred_at, err) < 0 ||
        (rule->after && rule->after(c, old, row, err) < 0))
        return -1;
    c->depth--;
    return 0;
}

/* Takes "occurred_at" out of the body, which otherwise holds fields only. */
static int take_occurred_at(struct ctx *c, const struct kind *k, const json_t *body, const json_t **ret,
                            struct err *err)
{
    const json_t *at = json_object_get(body, "occurred_at");
    json_t *rest;

    *ret = body;
    if (!at || kind_field(k, S("occurred_at")))
        return 0;
    if (json_is_null(at) || !msec_parse(json_text(at), &c->occurred_at) || c->occurred_at > c->now)
        return err_field(err, "occurred_at", "format",
                         "occurred_at must be a date and time in the past, like 2026-03-01T09:30:00Z.");
    if (json_read_object(c->arena, json_dump(c->arena, body), &rest, err) < 0)
        return -1;
    json_object_del(rest, "occurred_at");
    *ret = rest;
    return 0;
}

int op_create(struct ctx *c, const struct kind *k, const json_t *body, struct row **ret, struct err *err)
{
    bool *given = NEW_ARRAY(c->arena, bool, (size_t)k->nfields);
    struct row *row = row_new(c->arena, k);
    const json_t *fields;

    if (c->access && !c->access->create[k->number])
        return err_set(err, ERR_FORBIDDEN, "You may not add %s.", k->def.labels);
    preset_currencies(c, row);
    if (take_occurred_at(c, k, body, &fields, err) < 0 || row_patch(c->arena, row, fields, given, err) < 0 ||
        op_insert(c, row, given, err) < 0)
        return -1;
    *ret = row;
    return 0;
}

int op_update(struct ctx *c, const struct kind *k, id which, int64_t version, const json_t *body, struct row **ret,
              struct err *err)
{
    bool *given = NEW_ARRAY(c->arena, bool, (size_t)k->nfields);
    struct row *old, *row;
    const json_t *fields;

    if (op_get(c, k, which, &old, err) < 0 || op_change_allowed(c, old, err) < 0 ||
        same_version(old, version, err) < 0 || take_occurred_at(c, k, body, &fields, err) < 0)
        return -1;
    row = row_copy(c->arena, old);
    if (row_patch(c->arena, row, fields, given, err) < 0 || op_change(c, old, row, given, err) < 0)
        return -1;
    /* Still the caller's to change, unless it was given away by one who may do that. */
    *ret = row;
    return 0;
}

/* -- deleting ------------------------------------------------------------------------------------- */

static int delete_row(struct ctx *c, struct row *row, struct err *err);

static int clear_ref(struct ctx *c, const struct field *f, struct row *row, id gone, struct err *err)
{
    struct row *after = row_copy(c->arena, row);
    json_t *list, *e;
    size_t i;

    after->v[f->at] = VALUE_NULL;
    if (f->type == FT_REFS) {
        if (json_read(c->arena, row_str(row, f->at), &list, err) < 0)
            return -1;
        json_array_foreach(list, i, e)
            if (json_integer_value(e) == gone) {
                json_array_remove(list, i);
                break;
            }
        if (field_read(f, 0, c->arena, list, &after->v[f->at], err) < 0)
            return -1;
    }
    return log_write(c->t, &c->cs, row, after, 0, err);
}

static int free_one_field(struct ctx *c, const struct kind *k, const struct field *f, const struct row *gone,
                          struct err *err)
{
    struct value which = gone->v[SYS_ID];
    struct list_query q = {.kind = k, .limit = 200, .nfilters = 1};
    struct page page;

    q.filters[0] = (struct filter){.field = f, .op = f->type == FT_REFS ? OP_HAS : OP_EQ, .values = &which, .n = 1};
    /* Each round takes away what the next one would find. */
    do {
        if (list_run(c->t, &q, &page, err) < 0)
            return -1;
        if (page.n > 0 && (f->on_delete == REF_REFUSE || (f->on_delete == REF_CLEAR && (f->flags & REQUIRED)))) {
            int64_t n = 0;
            if (list_count(c->t, &q, &n, err) < 0)
                return -1;
            return err_set(err, ERR_CONFLICT, "%lld %s still belong to this %s; move them first.", (long long)n,
                           k->def.labels, gone->kind->def.one);
        }
        /* All of it is one write, and everybody waits for it. */
        c->touched += (int)page.n;
        if (c->touched > MAX_TOUCHED)
            return err_set(err, ERR_CONFLICT,
                           "More than %d records refer to this %s; change or delete %s in parts first.", MAX_TOUCHED,
                           gone->kind->def.one, k->def.labels);
        for (size_t i = 0; i < page.n; i++) {
            int done = f->on_delete == REF_CASCADE ? delete_row(c, page.rows[i], err)
                                                   : clear_ref(c, f, page.rows[i], which.i, err);
            if (done < 0)
                return -1;
        }
    } while (page.n == q.limit);
    return 0;
}

static int free_references(struct ctx *c, const struct row *gone, struct err *err)
{
    const struct schema *s = c->app->schema;

    /* What stands in the way is found before anything is touched. */
    for (int refuse = 1; refuse >= 0; refuse--)
        for (int i = 0; i < s->n; i++)
            for (int f = 0; f < s->kinds[i].nfields; f++) {
                const struct field *field = &s->kinds[i].fields[f];
                if (field->ref_kind != gone->kind || (field->flags & DERIVED) ||
                    (field->on_delete == REF_REFUSE) != refuse)
                    continue;
                if (free_one_field(c, &s->kinds[i], field, gone, err) < 0)
                    return -1;
            }
    return 0;
}

static int delete_row(struct ctx *c, struct row *row, struct err *err)
{
    const struct rule *rule = rule_of(row->kind);
    id outer = c->deleting;

    if (++c->depth > MAX_DEPTH)
        return err_set(err, ERR_CONFLICT, "One change led to another too many times.");
    if (rule->may_delete && rule->may_delete(c, row, err) < 0)
        return -1;
    c->deleting = outer ? outer : row_id(row);
    if (free_references(c, row, err) < 0 || log_write(c->t, &c->cs, row, NULL, c->occurred_at, err) < 0 ||
        (rule->after && rule->after(c, row, NULL, err) < 0))
        return -1;
    c->deleting = outer;
    c->depth--;
    return 0;
}

int op_delete(struct ctx *c, const struct kind *k, id which, int64_t version, struct err *err)
{
    struct row *row;

    if (op_get(c, k, which, &row, err) < 0 || op_change_allowed(c, row, err) < 0 || same_version(row, version, err) < 0)
        return -1;
    return delete_row(c, row, err);
}

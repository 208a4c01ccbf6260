#include <string.h>

#include "json_in.h"
#include "rules.h"

/* -- the workspace: one row ---------------------------------------------------------------------- */

static int workspace_before(struct ctx *c, const struct row *old, struct row *row, const bool *given, struct err *err)
{
    struct value n;

    (void)given, (void)row;
    if (old)
        return 0;
    if (sql_row(c->t, "SELECT count(*) FROM workspaces", NO_ARGS, &n, 1, err) < 0)
        return -1;
    return n.i ? err_set(err, ERR_CONFLICT, "There is one workspace already; change that.") : 0;
}

static int workspace_may_delete(struct ctx *c, const struct row *row, struct err *err)
{
    (void)c, (void)row;
    return err_set(err, ERR_CONFLICT, "The workspace cannot be deleted.");
}

const struct rule rule_workspace = {
    .kind = "workspaces",
    .before = workspace_before,
    .may_delete = workspace_may_delete,
};

/* -- rights and custom fields name a kind ---------------------------------------------------------- */

static int kind_exists(struct ctx *c, const struct row *row, const struct kind **ret, struct err *err)
{
    struct value name = row_value(row, "kind");

    *ret = schema_kind(c->app->schema, name.type == V_TEXT ? name.s : S(""));
    if (!*ret)
        return err_field(err, "kind", "unknown", "There is no kind \"" STR_FMT "\"; one is deals.",
                         STR_ARG(str_upto(name.type == V_TEXT ? name.s : S(""), 60)));
    return 0;
}

static int right_before(struct ctx *c, const struct row *old, struct row *row, const bool *given, struct err *err)
{
    const struct kind *k;

    (void)old, (void)given;
    if (kind_exists(c, row, &k, err) < 0)
        return -1;
    if (k->def.class == CLASS_OPERATION)
        return err_field(err, "kind", "fixed", "%s are the business of administrators alone.", k->def.labels);
    if ((k == c->app->users || k == c->app->rights || k == c->app->tokens) &&
        !str_is(row_value(row, "edit").s, level_name(preset_edit(ROLE_VIEWER, k))))
        return err_field(err, "edit", "fixed", "Who changes %s cannot be set otherwise.", k->def.labels);
    return 0;
}

const struct rule rule_right = {.kind = "rights", .before = right_before};

static int field_before(struct ctx *c, const struct row *old, struct row *row, const bool *given, struct err *err)
{
    const struct kind *k;
    struct field made;

    (void)old, (void)given;
    if (kind_exists(c, row, &k, err) < 0)
        return -1;
    if (k->custom_at < 0)
        return err_field(err, "kind", "custom", "%s cannot have fields of the team's own.", k->def.labels);
    if (!old && atomic_load(&k->custom)->n >= MAX_CUSTOM_FIELDS)
        return err_field(err, "kind", "too_many", "At most %u fields can be added to one kind.", MAX_CUSTOM_FIELDS);
    return custom_field_make(c->app, c->arena, row, &made, err);
}

const struct rule rule_custom_field = {.kind = "fields", .before = field_before};

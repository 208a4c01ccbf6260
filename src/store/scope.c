#include "list.h"
#include "sqlgen.h"

static enum level level_of(const struct access *access, const struct kind *k, bool edit)
{
    return access ? (enum level)(edit ? access->edit : access->see)[k->number] : LEVEL_ALL;
}

enum level access_see(const struct access *access, const struct kind *k)
{
    return level_of(access, k, false);
}

enum level access_edit(const struct access *access, const struct kind *k)
{
    return level_of(access, k, true);
}

static const struct kind *parent_of(const struct kind *k, const char *ref)
{
    return k->fields[kind_at(k, ref)].ref_kind;
}

bool scope_is_all(const struct access *access, const struct kind *k, bool edit)
{
    if (level_of(access, k, edit) != LEVEL_ALL)
        return false;
    for (const char *const *ref = k->def.via; access && ref && *ref; ref++)
        if (!scope_is_all(access, parent_of(k, *ref), edit))
            return false;
    return true;
}

static void owned(struct sql *s, const struct access *access, const struct kind *k, const char *alias, enum level level)
{
    sql_f(s, "%s.%s IN ", alias, k->def.owner);
    if (level == LEVEL_TEAM)
        sql_ids(s, access->team, access->nteam);
    else
        sql_ids(s, &access->user, 1);
}

static void parent_within(struct sql *s, const struct access *access, const struct kind *k, const char *alias,
                          const char *ref, bool edit)
{
    const struct kind *parent = parent_of(k, ref);
    const char *inner = arena_printf(s->arena, "%s_%s", alias, ref).p;

    if (scope_is_all(access, parent, edit)) {
        sql_f(s, "%s.%s IS NOT NULL", alias, ref);
        return;
    }
    sql_f(s, "EXISTS (SELECT 1 FROM %s %s WHERE %s.id = %s.%s AND ", parent->name, inner, inner, alias, ref);
    scope_where(s, access, parent, inner, edit);
    sql_z(s, ")");
}

/* With all of a kind to see, what belongs to a hidden record is hidden all the same. */
static void no_hidden_parent(struct sql *s, const struct access *access, const struct kind *k, const char *alias,
                             bool edit)
{
    const char *and = "";

    for (const char *const *ref = k->def.via; *ref; ref++, and = " AND ") {
        sql_f(s, "%s(%s.%s IS NULL OR ", and, alias, *ref);
        parent_within(s, access, k, alias, *ref, edit);
        sql_z(s, ")");
    }
}

static void some_reason(struct sql *s, const struct access *access, const struct kind *k, const char *alias,
                        enum level level, bool edit)
{
    const char * or = "";

    if (k->def.owner) {
        owned(s, access, k, alias, level);
        or = " OR ";
    }
    if (k->def.shared && !edit) {
        sql_f(s, "%s%s.%s <> 0", or, alias, k->def.shared);
        or = " OR ";
    }
    for (const char *const *ref = k->def.via; ref && *ref; ref++, or = " OR ") {
        sql_z(s, or);
        parent_within(s, access, k, alias, *ref, edit);
    }
    /* Nobody owns such records and nothing leads to them: less than all of them is none. */
    if (* or == '\0')
        sql_z(s, "1=0");
}

void scope_where(struct sql *s, const struct access *access, const struct kind *k, const char *alias, bool edit)
{
    enum level level = level_of(access, k, edit);

    if (level == LEVEL_NONE || scope_is_all(access, k, edit)) {
        sql_z(s, level == LEVEL_NONE ? "1=0" : "1=1");
        return;
    }
    sql_z(s, "(");
    if (level == LEVEL_ALL)
        no_hidden_parent(s, access, k, alias, edit);
    else
        some_reason(s, access, k, alias, level, edit);
    sql_z(s, ")");
}

void scope_where_past(struct sql *s, const struct access *access, const struct kind *k, const char *alias)
{
    if (scope_is_all(access, k, false)) {
        scope_where(s, access, k, alias, false);
        return;
    }
    sql_f(s, "(EXISTS (SELECT 1 FROM %s now WHERE now.id = %s.id AND ", k->name, alias);
    scope_where(s, access, k, "now", false);
    sql_f(s, ") OR (NOT EXISTS (SELECT 1 FROM %s now WHERE now.id = %s.id) AND ", k->name, alias);
    scope_where(s, access, k, alias, false);
    sql_z(s, "))");
}

int scope_reaches(struct txn *t, const struct access *access, const struct kind *k, id which, bool edit,
                  struct err *err)
{
    struct value ignored;

    if (level_of(access, k, edit) == LEVEL_NONE)
        return 0;
    if (scope_is_all(access, k, edit))
        return sql_row(t, sqlgen_row(k)->there, ARGS(value_int(which)), &ignored, 1, err);
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));
    sql_f(s, "SELECT 1 FROM %s t WHERE t.id = ", k->name);
    sql_arg(s, value_int(which));
    sql_z(s, " AND ");
    scope_where(s, access, k, "t", edit);
    return sql_row(t, sql_text(s), sql_args(s), &ignored, 1, err);
}

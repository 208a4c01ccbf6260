#include "list.h"

enum level access_see(const struct access *access, const struct kind *k)
{
    return access ? (enum level)access->see[k->number] : LEVEL_ALL;
}

enum level access_edit(const struct access *access, const struct kind *k)
{
    return access ? (enum level)access->edit[k->number] : LEVEL_ALL;
}

static void owned_by(struct sql *s, const struct access *access, const struct kind *k, const char *alias,
                     enum level level)
{
    const char *owner = k->def.owner;

    sql_f(s, "%s.%s IN ", alias, owner);
    if (level == LEVEL_TEAM)
        sql_ids(s, access->team, access->nteam);
    else
        sql_ids(s, &access->user, 1);
}

/* A record reached through another: whoever sees the deal sees its lines and notes. */
static void reached_via(struct sql *s, const struct access *access, const struct kind *k, const char *alias,
                        const char *ref)
{
    const struct kind *parent = k->fields[kind_at(k, ref)].ref_kind;
    enum level level = access_see(access, parent);

    if (level == LEVEL_ALL) {
        sql_f(s, "%s.%s IS NOT NULL", alias, ref);
        return;
    }
    sql_f(s, "EXISTS (SELECT 1 FROM %s p_%s WHERE p_%s.id = %s.%s AND ", parent->name, alias, alias, alias, ref);
    scope_where(s, access, parent, arena_printf(s->arena, "p_%s", alias).p, level);
    sql_z(s, ")");
}

void scope_where(struct sql *s, const struct access *access, const struct kind *k, const char *alias, enum level level)
{
    int parts = 0;

    if (!access || level == LEVEL_ALL || level == LEVEL_NONE) {
        sql_z(s, !access || level == LEVEL_ALL ? "1=1" : "1=0");
        return;
    }
    sql_z(s, "(");
    if (k->def.owner) {
        owned_by(s, access, k, alias, level);
        parts++;
    }
    if (k->def.shared) {
        sql_f(s, "%s%s.%s <> 0", parts ? " OR " : "", alias, k->def.shared);
        parts++;
    }
    for (const char *const *ref = k->def.via; ref && *ref; ref++, parts++) {
        sql_z(s, parts ? " OR " : "");
        reached_via(s, access, k, alias, *ref);
    }
    /* Nobody owns such records, and nothing leads to them: they are everybody's or nobody's. */
    sql_z(s, parts ? ")" : "1=1)");
}

int scope_reaches(struct txn *t, const struct access *access, const struct kind *k, id which, bool edit,
                  struct err *err)
{
    enum level level = edit ? access_edit(access, k) : access_see(access, k);
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));
    struct value ignored;

    if (level == LEVEL_NONE)
        return 0;
    sql_f(s, "SELECT 1 FROM %s t WHERE t.id = ", k->name);
    sql_arg(s, value_int(which));
    sql_z(s, " AND ");
    /* Changing goes by ownership alone: a shared view is still its owner's. */
    if (edit && k->def.shared && level != LEVEL_ALL)
        owned_by(s, access, k, "t", level);
    else
        scope_where(s, access, k, "t", level);
    return sql_row(t, sql_text(s), sql_args(s), &ignored, 1, err);
}

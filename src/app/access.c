#include <string.h>

#include "app.h"
#include "user.h"

static const char *const level_names[] = {"none", "own", "team", "all"};
static const char *const role_names[] = {"viewer", "rep", "manager", "admin", "system"};

const char *level_name(enum level l)
{
    return level_names[l];
}

bool level_find(struct str name, enum level *ret)
{
    for (int i = LEVEL_NONE; i <= LEVEL_ALL; i++) {
        if (str_is(name, level_names[i])) {
            *ret = (enum level)i;
            return true;
        }
    }
    return false;
}

const char *role_name(enum role r)
{
    return role_names[r];
}

bool role_find(struct str name, enum role *ret)
{
    for (int i = ROLE_VIEWER; i <= ROLE_ADMIN; i++) {
        if (str_is(name, role_names[i])) {
            *ret = (enum role)i;
            return true;
        }
    }
    return false;
}

/* The preset rights: a row a class, a column a role. */
static const struct preset {
    unsigned char see, edit, create;
} presets[][ROLE_ADMIN + 1] = {
    [CLASS_RECORD] = {{LEVEL_ALL, LEVEL_NONE, 0},
                      {LEVEL_ALL, LEVEL_ALL, 1},
                      {LEVEL_ALL, LEVEL_ALL, 1},
                      {LEVEL_ALL, LEVEL_ALL, 1}},
    [CLASS_SHARED] = {{LEVEL_ALL, LEVEL_NONE, 0},
                      {LEVEL_ALL, LEVEL_NONE, 0},
                      {LEVEL_ALL, LEVEL_ALL, 1},
                      {LEVEL_ALL, LEVEL_ALL, 1}},
    [CLASS_PEOPLE] = {{LEVEL_ALL, LEVEL_NONE, 0},
                      {LEVEL_ALL, LEVEL_NONE, 0},
                      {LEVEL_ALL, LEVEL_NONE, 0},
                      {LEVEL_ALL, LEVEL_ALL, 1}},
    [CLASS_ADMIN] = {{LEVEL_ALL, LEVEL_NONE, 0},
                     {LEVEL_ALL, LEVEL_NONE, 0},
                     {LEVEL_ALL, LEVEL_NONE, 0},
                     {LEVEL_ALL, LEVEL_ALL, 1}},
    [CLASS_OPERATION] = {{LEVEL_NONE, LEVEL_NONE, 0},
                         {LEVEL_NONE, LEVEL_NONE, 0},
                         {LEVEL_NONE, LEVEL_NONE, 0},
                         {LEVEL_ALL, LEVEL_ALL, 1}},
    [CLASS_OWN] = {{LEVEL_OWN, LEVEL_OWN, 1},
                   {LEVEL_OWN, LEVEL_OWN, 1},
                   {LEVEL_OWN, LEVEL_OWN, 1},
                   {LEVEL_ALL, LEVEL_ALL, 1}},
};

enum level preset_see(enum role role, const struct kind *k)
{
    return (enum level)presets[k->def.class][role].see;
}

enum level preset_edit(enum role role, const struct kind *k)
{
    return (enum level)presets[k->def.class][role].edit;
}

bool preset_create(enum role role, const struct kind *k)
{
    return presets[k->def.class][role].create;
}

/* What the team has set for the role instead of the presets. */
static int override(struct app *a, struct txn *t, enum role role, unsigned char *see, unsigned char *edit,
                    struct err *err)
{
    struct rows *r = sql_query(t, "SELECT kind, see, edit FROM rights WHERE role = $1",
                               ARGS(value_text(str_of(role_name(role)))), err);
    int n = r ? 0 : -1;

    while (r && (n = rows_next(r, err)) == 1) {
        const struct kind *k = schema_kind(a->schema, rows_col(r, 0).s);
        enum level level;
        if (k && level_find(rows_col(r, 1).s, &level))
            see[k->number] = (unsigned char)level;
        if (k && level_find(rows_col(r, 2).s, &level))
            edit[k->number] = (unsigned char)level;
    }
    return n;
}

static int load_team(struct txn *t, struct arena *a, struct access *access, id team, struct err *err)
{
    id *members = NEW_ARRAY(txn_arena(t), id, 1001);
    struct rows *r;
    int n = 0;

    members[access->nteam++] = access->user;
    if (team) {
        r = sql_query(t, "SELECT id FROM users WHERE team_id = $1 AND id <> $2 ORDER BY id LIMIT 1000",
                      ARGS(value_int(team), value_int(access->user)), err);
        n = r ? 0 : -1;
        while (r && (n = rows_next(r, err)) == 1)
            members[access->nteam++] = rows_col(r, 0).i;
    }
    access->team = arena_grow(a, members, access->nteam * sizeof(id), access->nteam * sizeof(id));
    return n;
}

/* No setting lets anybody but administrators change users and rights, see other people's tokens or say how the program
 * is run: whoever could would be one. */
static void fence(struct app *a, unsigned char *see, unsigned char *edit)
{
    edit[a->users->number] = edit[a->rights->number] = LEVEL_NONE;
    if (see[a->tokens->number] > LEVEL_OWN)
        see[a->tokens->number] = LEVEL_OWN;
    if (edit[a->tokens->number] > LEVEL_OWN)
        edit[a->tokens->number] = LEVEL_OWN;
    for (int i = 0; i < a->schema->n; i++)
        if (a->schema->kinds[i].def.class == CLASS_OPERATION)
            see[i] = edit[i] = LEVEL_NONE;
}

/* A token that only reads, or that may not settle other people's things, loses those rights whoever's it is. */
static void narrow(struct app *a, enum token_scope scope, unsigned char *edit, unsigned char *create)
{
    for (int i = 0; i < a->schema->n; i++) {
        enum kind_class class = a->schema->kinds[i].def.class;
        bool settings = class == CLASS_PEOPLE || class == CLASS_ADMIN || class == CLASS_OPERATION ||
                        &a->schema->kinds[i] == a->tokens;
        if (scope == SCOPE_READ || (scope == SCOPE_WRITE && settings))
            edit[i] = create[i] = 0;
    }
}

int access_load(struct app *a, struct txn *t, struct arena *arena, struct who who, const struct access **ret,
                struct err *err)
{
    struct access *access = NEW(arena, struct access);
    size_t kinds = (size_t)a->schema->n;
    unsigned char *see = NEW_ARRAY(arena, unsigned char, kinds), *edit = NEW_ARRAY(arena, unsigned char, kinds),
                  *create = NEW_ARRAY(arena, unsigned char, kinds);
    struct value v[3];

    if (!who.user) {
        *ret = NULL;
        return 0;
    }
    int n = sql_row(t, "SELECT role, team_id, active FROM users WHERE id = $1", ARGS(value_int(who.user)), v, 3, err);
    if (n < 0)
        return -1;
    if (n == 0 || v[2].i == 0 || !role_find(v[0].s, &access->role))
        return err_set(err, ERR_AUTH, "This account is not active any more.");
    for (size_t i = 0; i < kinds; i++) {
        see[i] = (unsigned char)preset_see(access->role, &a->schema->kinds[i]);
        edit[i] = (unsigned char)preset_edit(access->role, &a->schema->kinds[i]);
        create[i] = preset_create(access->role, &a->schema->kinds[i]);
    }
    if (access->role != ROLE_ADMIN) {
        if (override(a, t, access->role, see, edit, err) < 0)
            return -1;
        fence(a, see, edit);
    }
    for (size_t i = 0; i < kinds; i++)
        create[i] = create[i] && edit[i] != LEVEL_NONE;
    narrow(a, who.scope, edit, create);
    access->user = who.user;
    access->see = see;
    access->edit = edit;
    access->create = create;
    *ret = access;
    return load_team(t, arena, access, v[1].type == V_INT ? v[1].i : 0, err);
}

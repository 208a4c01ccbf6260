#include "link.h"

#include <string.h>

#include "op.h"
#include "password.h"
#include "secret.h"
#include "user.h"

static const struct {
    const char *name;
    msec age;
} purposes[] = {
    [LINK_SETUP] = {"setup", 7 * DAY_MS},
    [LINK_INVITE] = {"invite", 7 * DAY_MS},
    [LINK_RESET] = {"reset", DAY_MS},
    [LINK_SIGNIN] = {"signin", HOUR},
};

const char *link_purpose_name(enum link_purpose p)
{
    return purposes[p].name;
}

static bool purpose_find(struct str name, enum link_purpose *ret)
{
    for (size_t i = 0; i < COUNT(purposes); i++) {
        if (str_is(name, purposes[i].name)) {
            *ret = (enum link_purpose)i;
            return true;
        }
    }
    return false;
}

int link_needs_setup(struct txn *t, struct err *err)
{
    struct value v[2];
    int n = sql_row(t,
                    "SELECT u.id, u.active FROM credentials c JOIN users u ON u.id = c.user_id WHERE u.role = 'admin' "
                    "AND u.email IS NOT NULL ORDER BY u.active DESC LIMIT 1",
                    NO_ARGS, v, 2, err);

    return n < 0 ? -1 : n == 0 || v[1].i == 0;
}

/* -- making ---------------------------------------------------------------------------------------------- */

static int may_come_in(struct app *a, struct txn *t, id user, struct err *err)
{
    struct row *row;

    if (row_get(t, a->users, user, &row, err) < 0)
        return -1;
    if (!row_int(row, USER_ACTIVE))
        return err_set(err, ERR_CONFLICT, "This user is not active.");
    if (!row_has(row, USER_EMAIL))
        return err_field(err, "email", "required", "Give the user a mail address first; it is needed to sign in.");
    return 0;
}

int link_make(struct app *a, struct txn *t, enum link_purpose purpose, id user, struct str *ret_secret,
              msec *ret_expires_at, struct err *err)
{
    msec now = auth_now(a), expires_at = now + purposes[purpose].age;
    struct str secret = token_new(txn_arena(t), "");
    struct value name = value_text(str_of(purposes[purpose].name));

    if (purpose != LINK_SETUP && may_come_in(a, t, user, err) < 0)
        return -1;
    if (sql_run(t, "DELETE FROM links WHERE expires_at <= $1 OR (purpose = $2 AND coalesce(user_id, 0) = $3)",
                ARGS(value_int(now), name, value_int(user)), NULL, err) < 0 ||
        sql_run(t, "INSERT INTO links (digest, purpose, user_id, expires_at) VALUES ($1, $2, $3, $4)",
                ARGS(value_text(sha256_hex(txn_arena(t), secret)), name, value_ref(user), value_int(expires_at)), NULL,
                err) < 0)
        return -1;
    *ret_secret = secret;
    *ret_expires_at = expires_at;
    return 0;
}

struct making {
    struct app *app;
    enum link_purpose purpose;
    id user;
    struct str secret;
    msec expires_at;
};

static int make_write(struct txn *t, void *arg, struct err *err)
{
    struct making *m = arg;

    return link_make(m->app, t, m->purpose, m->user, &m->secret, &m->expires_at, err);
}

int link_text(struct app *a, struct arena *arena, enum link_purpose purpose, id user, struct str base,
              struct str *ret_text, msec *ret_expires_at, struct err *err)
{
    struct making m = {.app = a, .purpose = purpose, .user = user};

    if (store_write(a->store, arena, make_write, &m, err) < 0)
        return -1;
    if (str_ends(base, S("/")))
        base.n--;
    *ret_text = arena_printf(arena, STR_FMT "/welcome/" STR_FMT, STR_ARG(base), STR_ARG(m.secret));
    *ret_expires_at = m.expires_at;
    return 0;
}

/* -- looking --------------------------------------------------------------------------------------------- */

static int no_link(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "This link was used already or is too old; ask for a new one.");
}

int link_look(struct app *a, struct txn *t, struct str secret, struct link *ret, struct err *err)
{
    struct link link = {0};
    struct value v[6];
    int n = sql_row(t,
                    "SELECT l.purpose, l.user_id, l.expires_at, u.name, u.email, u.active FROM links l LEFT JOIN users "
                    "u ON u.id = l.user_id WHERE l.digest = $1 AND l.used_at IS NULL AND l.expires_at > $2",
                    ARGS(value_text(sha256_hex(txn_arena(t), secret)), value_int(auth_now(a))), v, 6, err);

    if (n < 0)
        return -1;
    if (n == 0 || !purpose_find(v[0].s, &link.purpose))
        return no_link(err);
    if (link.purpose == LINK_SETUP) {
        int needed = link_needs_setup(t, err);
        if (needed != 1)
            return needed < 0 ? -1 : no_link(err);
    } else if (v[5].type != V_INT || v[5].i == 0) {
        return no_link(err);
    } else {
        link.user = v[1].i;
        link.name = v[3].type == V_TEXT ? v[3].s : STR_NULL;
        link.email = v[4].type == V_TEXT ? v[4].s : STR_NULL;
    }
    link.expires_at = v[2].i;
    *ret = link;
    return 0;
}

/* -- using ----------------------------------------------------------------------------------------------- */

struct using
{
    struct app *app;
    struct str secret, hash;
    const struct welcome *w;
    struct link link;
    struct str session;
};

static void put(json_t *body, const char *name, struct str s)
{
    if (s.p)
        json_object_set_new(body, name, json_stringn(s.p, s.n));
}

static void drop(void *json)
{
    json_decref(json);
}

static json_t *new_object(struct arena *a)
{
    json_t *body = json_object();

    arena_defer(a, drop, body);
    return body;
}

/* The owner's account, and the workspace as he wants it: one change set. */
static int set_up(struct ctx *c, struct using *u, struct err *err)
{
    json_t *owner = new_object(c->arena), *workspace = new_object(c->arena);
    struct value first;
    struct row *row;

    c->cs.label = S("First set-up");
    put(owner, "name", u->w->name);
    put(owner, "email", u->w->email);
    put(owner, "role", S("admin"));
    put(workspace, "name", u->w->workspace_name);
    put(workspace, "base_currency", u->w->base_currency);
    put(workspace, "time_zone", u->w->time_zone);
    if (op_create(c, c->app->users, owner, &row, err) < 0)
        return -1;
    u->link.user = row_id(row);
    int n = sql_row(c->t, "SELECT id FROM workspaces ORDER BY id LIMIT 1", NO_ARGS, &first, 1, err);
    if (n == 0)
        return err_set(err, ERR_INTERNAL, "The workspace is missing.");
    if (n < 0 || op_update(c, c->app->workspaces, first.i, 0, workspace, &row, err) < 0)
        return -1;
    return 0;
}

static int use_write(struct txn *t, void *arg, struct err *err)
{
    struct using *u = arg;
    struct app *a = u->app;
    struct ctx c;

    /* Whether it still works is looked at again here, where only one can use it. */
    if (link_look(a, t, u->secret, &u->link, err) < 0 ||
        sql_run(t, "UPDATE links SET used_at = $1 WHERE digest = $2",
                ARGS(value_int(auth_now(a)), value_text(sha256_hex(txn_arena(t), u->secret))), NULL, err) < 0 ||
        ctx_write_for(&c, a, t, u->link.user, u->link.purpose == LINK_SETUP ? "setup" : "ui", err) < 0)
        return -1;
    if (u->link.purpose == LINK_SETUP && set_up(&c, u, err) < 0)
        return -1;
    if (u->link.purpose != LINK_SETUP)
        c.cs.label = S("Password set");
    if (u->hash.p && password_put(&c, u->link.user, u->hash, 0, err) < 0)
        return -1;
    return session_start(a, t, u->link.user, &u->w->client, &u->session, err);
}

static int check_welcome(struct arena *arena, const struct link *link, const struct welcome *w, struct err *err)
{
    struct str name = link->name, email = link->email;

    err_clear(err);
    if (link->purpose == LINK_SETUP) {
        name = w->name;
        email = w->email;
        if (!str_trim(name).n)
            err_field(err, "name", "required", "Give your name.");
        if (!str_trim(email).n)
            err_field(err, "email", "required", "Give your mail address; you sign in with it.");
    }
    if (!w->password.p)
        err_field(err, "password", "required", "Choose a password.");
    else
        password_check(arena, w->password, name, email, err);
    return err->code == ERR_NONE ? 0 : -1;
}

int link_use(struct app *a, struct arena *arena, struct str secret, const struct welcome *w, id *ret_user,
             struct str *ret_session, struct err *err)
{
    struct using u = {.app = a, .secret = secret, .w = w};
    struct txn *t = txn_read(a->store, arena, err);
    int n = t ? link_look(a, t, secret, &u.link, err) : -1;

    txn_end(t);
    if (n < 0)
        return -1;
    if (u.link.purpose != LINK_SIGNIN &&
        (check_welcome(arena, &u.link, w, err) < 0 || password_make(arena, w->password, &u.hash, err) < 0))
        return -1;
    if (store_write(a->store, arena, use_write, &u, err) < 0)
        return -1;
    *ret_user = u.link.user;
    *ret_session = u.session;
    return 0;
}

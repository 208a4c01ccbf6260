/* One-time links, one's own account, invitations and tokens: what hands out or takes in a secret. Those run on the
 * pool, because they hash, and so that nothing of their answers is kept for a repeated request. */
#include "identity.h"
#include "link.h"
#include "password.h"

static struct str given(const struct api_call *c, const char *name)
{
    return json_member_str(c->body, name);
}

/* -- links --------------------------------------------------------------------------------------------------- */

static int show_link(struct api_call *c, struct err *err)
{
    struct link link;

    if (link_look(c->app, c->ctx.t, http_param(c->x, "token"), &link, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    out_kv_z(o, "purpose", link_purpose_name(link.purpose));
    if (link.user) {
        out_kv_str(o, "name", link.name);
        out_kv_str(o, "email", link.email);
    }
    out_close(o, '}');
    return 0;
}

static int use_link(struct api_call *c, struct err *err)
{
    struct welcome w = {
        .name = given(c, "name"),
        .email = given(c, "email"),
        .password = given(c, "password"),
        .workspace_name = given(c, "workspace_name"),
        .base_currency = given(c, "base_currency"),
        .time_zone = given(c, "time_zone"),
        .client = identity_client(c),
    };
    struct str secret;
    id user;

    if (link_use(c->app, c->arena, http_param(c->x, "token"), &w, &user, &secret, err) < 0 ||
        identity_reply(c, 200, user, err) < 0)
        return -1;
    identity_set_cookie(c, secret);
    return 0;
}

/* Where people reach this server: as configured, or as the one who asks does. */
static struct str base_of(const struct api_call *c)
{
    struct str host = http_header(c->x, "Host");

    if (c->app->public_url)
        return str_of(c->app->public_url);
    return arena_printf(c->arena, "%s://" STR_FMT, c->x->secure ? "https" : "http", STR_ARG(host));
}

static int invite(struct api_call *c, struct err *err)
{
    struct txn *t = txn_read(c->app->store, c->arena, err);
    struct str text, hash;
    msec expires_at;
    int has_password = t ? password_hash_of(t, c->id, &hash, err) : -1;

    txn_end(t);
    if (has_password < 0 || link_text(c->app, c->arena, has_password ? LINK_RESET : LINK_INVITE, c->id, base_of(c),
                                      &text, &expires_at, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 201);
    out_open(o, '{');
    out_kv_str(o, "link", text);
    out_kv_msec(o, "expires_at", expires_at);
    out_close(o, '}');
    return 0;
}

/* -- one's own account --------------------------------------------------------------------------------------- */

static int change_me(struct api_call *c, struct err *err)
{
    static const char *const mine[] = {"name", "email", "locale"};
    const char *name;
    json_t *value;
    struct row *row;

    json_object_foreach(c->body, name, value) {
        bool known = false;
        for (size_t i = 0; i < COUNT(mine); i++)
            known |= str_is(str_of(name), mine[i]);
        if (!known)
            err_field(err, name, "unknown", "This is not yours to change; name, email and locale are.");
        else if (str_is(str_of(name), "email") && !str_trim(json_text(value)).n)
            err_field(err, name, "required", "You need a mail address to sign in.");
    }
    /* Users are the administrators' to change; of himself everybody changes these. */
    if (err->code != ERR_NONE || ctx_write_for(&c->ctx, c->app, c->ctx.t, c->who.user, c->caller.origin, err) < 0 ||
        op_update(&c->ctx, c->app->users, c->who.user, 0, c->body, &row, err) < 0)
        return -1;
    row_write(api_reply(c, 200), row, NULL);
    api_reply_row(c, row);
    return 0;
}

static int change_password(struct api_call *c, struct err *err)
{
    struct str current = given(c, "current"), fresh = given(c, "password");

    if (!current.p)
        err_field(err, "current", "required", "Give your present password.");
    if (!fresh.p)
        err_field(err, "password", "required", "Choose a password.");
    if (err->code != ERR_NONE ||
        password_change(c->app, c->arena, c->who.user, c->caller.session, current, fresh, err) < 0)
        return -1;
    http_reply(c->x, 204, NULL);
    return 0;
}

/* -- tokens -------------------------------------------------------------------------------------------------- */

struct new_token {
    struct api_call *call;
    struct row *row;
    struct str text;
    id changeset;
};

static int create_token(struct txn *t, void *arg, struct err *err)
{
    struct new_token *n = arg;
    struct api_call *c = n->call;
    struct ctx ctx;

    if (ctx_write(&ctx, c->app, t, c->who, c->caller.origin, err) < 0)
        return -1;
    ctx.new_token = &n->text;
    if (op_create(&ctx, c->app->tokens, c->body, &n->row, err) < 0)
        return -1;
    n->changeset = ctx.cs.id;
    return 0;
}

static int add_token(struct api_call *c, struct err *err)
{
    struct new_token n = {.call = c};

    if (store_write(c->app->store, c->arena, create_token, &n, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 201);
    out_open(o, '{');
    row_write_members(o, n.row, NULL);
    out_kv_str(o, "token", n.text);
    out_close(o, '}');
    api_reply_row(c, n.row);
    api_reply_changeset(c, n.changeset);
    http_reply_header(c->x, "Location", arena_printf(c->arena, API "/tokens/%lld", (long long)row_id(n.row)));
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/links/{token}", API_READ, show_link, AUTH_OPEN, .answer = "Link",
     .doc = "What a one-time link is for; 404 when it was used or is too old"},
    {HTTP_POST, API "/links/{token}", API_SLOW, use_link, AUTH_OPEN, .body = "Welcome", .answer = "Session",
     .doc = "Uses a one-time link up and signs in"},
    {HTTP_POST, API "/users/{id}/invite", API_SLOW, invite, AUTH_ADMIN, .answer = "Invitation", .status = 201,
     .doc = "A one-time link for a user to choose a password; shown once"},
    {HTTP_PATCH, API "/me", API_WRITE, change_me, AUTH_SESSION, .body = "Me", .answer = "User",
     .doc = "Changes one's own name, address or locale"},
    {HTTP_POST, API "/me/password", API_SLOW, change_password, AUTH_SESSION, .body = "NewPassword", .status = 204,
     .doc = "Changes one's password; other sessions end"},
    {HTTP_POST, API "/tokens", API_SLOW, add_token, .body = "TokenInput", .answer = "TokenMade", .status = 201,
     .doc = "Makes a token; its text is shown this once"},
};

#define TEXT "{\"type\":\"string\"}"
#define TEXT_OR_NULL "{\"type\":[\"string\",\"null\"]}"

static const struct api_schema schemas[] = {
    {"Link",
     "{\"type\":\"object\",\"required\":[\"purpose\"],\"additionalProperties\":false,\"properties\":{\"purpose\":"
     "{\"type\":\"string\",\"enum\":[\"setup\",\"signin\",\"invite\",\"reset\"]},\"name\":" TEXT
     ",\"email\":" TEXT_OR_NULL "}}"},
    {"Welcome",
     "{\"type\":\"object\",\"description\":\"setup takes all of it, invite and reset the password, signin nothing\","
     "\"properties\":{\"name\":" TEXT ",\"email\":" TEXT ",\"password\":" TEXT ",\"workspace_name\":" TEXT
     ",\"base_currency\":" TEXT ",\"time_zone\":" TEXT "}}"},
    {"Invitation",
     "{\"type\":\"object\",\"required\":[\"link\",\"expires_at\"],\"additionalProperties\":false,\"properties\":{"
     "\"link\":" TEXT ",\"expires_at\":{\"type\":\"string\",\"format\":\"date-time\"}}}"},
    {"Me", "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"name\":" TEXT ",\"email\":" TEXT
           ",\"locale\":" TEXT_OR_NULL "}}"},
    {"NewPassword", "{\"type\":\"object\",\"required\":[\"current\",\"password\"],\"properties\":{\"current\":" TEXT
                    ",\"password\":" TEXT "}}"},
    {"TokenMade", "{\"type\":\"object\",\"required\":[\"id\",\"name\",\"token\"],\"properties\":{\"id\":{\"type\":"
                  "\"integer\"},\"name\":" TEXT ",\"token\":" TEXT "}}"},
};

const struct api_table account_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};

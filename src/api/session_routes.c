/* Signing in and out, and the sessions somebody has open. */
#include "identity.h"

static struct str given(const struct api_call *c, const char *name)
{
    return json_member_str(c->body, name);
}

static int sign_in_here(struct api_call *c, struct err *err)
{
    struct sign_in in = {.email = given(c, "email"), .password = given(c, "password"), .client = identity_client(c)};
    struct str secret;
    id user;

    if (!in.email.p)
        err_field(err, "email", "required", "Give your mail address.");
    if (!in.password.p)
        err_field(err, "password", "required", "Give your password.");
    if (err->code != ERR_NONE || sign_in(c->app, c->arena, &in, &user, &secret, err) < 0)
        return -1;
    if (identity_reply(c, 200, user, err) < 0)
        return -1;
    identity_set_cookie(c, secret);
    return 0;
}

static int show(struct api_call *c, struct err *err)
{
    return identity_reply(c, 200, c->who.user, err);
}

static int sign_out(struct api_call *c, struct err *err)
{
    if (session_end(c->app, c->ctx.t, c->who.user, c->caller.session, err) < 0)
        return -1;
    http_reply(c->x, 204, NULL);
    identity_clear_cookie(c);
    return 0;
}

static int list(struct api_call *c, struct err *err)
{
    struct session *sessions;
    size_t n;

    if (session_list(c->app, c->ctx.t, c->who.user, &sessions, &n, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    out_kv_open(o, "data", '[');
    for (size_t i = 0; i < n; i++) {
        out_open(o, '{');
        out_kv_int(o, "id", sessions[i].id);
        out_kv_msec(o, "created_at", sessions[i].created_at);
        out_kv_msec(o, "last_seen_at", sessions[i].last_seen_at);
        out_kv_str(o, "ip", sessions[i].ip);
        out_kv_str(o, "agent", sessions[i].agent);
        out_kv_bool(o, "current", sessions[i].id == c->caller.session);
        out_close(o, '}');
    }
    out_close(o, ']');
    out_close(o, '}');
    return 0;
}

static int revoke(struct api_call *c, struct err *err)
{
    if (session_end(c->app, c->ctx.t, c->who.user, c->id, err) < 0)
        return -1;
    http_reply(c->x, 204, NULL);
    return 0;
}

static int revoke_all(struct api_call *c, struct err *err)
{
    struct row *user;

    if (row_get(c->ctx.t, c->app->users, c->id, &user, err) < 0 ||
        session_end_all(c->app, c->ctx.t, c->id, c->caller.session, err) < 0)
        return -1;
    http_reply(c->x, 204, NULL);
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_POST, API "/session", API_SLOW, sign_in_here, AUTH_OPEN, .body = "SignIn", .answer = "Session",
     .doc = "Signs in; the session's cookie comes with the reply"},
    {HTTP_GET, API "/session", API_READ, show, .answer = "Session", .doc = "Who is signed in"},
    {HTTP_DELETE, API "/session", API_WRITE, sign_out, AUTH_SESSION, .status = 204, .doc = "Signs out"},
    {HTTP_GET, API "/sessions", API_READ, list, AUTH_SESSION, .answer = "Sessions", .doc = "One's open sessions"},
    {HTTP_DELETE, API "/sessions/{id}", API_WRITE, revoke, AUTH_SESSION, .status = 204,
     .doc = "Ends one of one's sessions"},
    {HTTP_DELETE, API "/users/{id}/sessions", API_WRITE, revoke_all, AUTH_ADMIN, .status = 204,
     .doc = "Ends all sessions of a user, but not the one that asks"},
};

#define TEXT "{\"type\":\"string\"}"
#define TEXT_OR_NULL "{\"type\":[\"string\",\"null\"]}"

static const struct api_schema schemas[] = {
    {"SignIn", "{\"type\":\"object\",\"required\":[\"email\",\"password\"],\"properties\":{\"email\":" TEXT
               ",\"password\":" TEXT "}}"},
    {"Session",
     "{\"type\":\"object\",\"required\":[\"user\",\"workspace\"],\"additionalProperties\":false,\"properties\":{"
     "\"user\":{\"type\":\"object\",\"required\":[\"id\",\"name\",\"email\",\"role\",\"team_id\",\"locale\"],"
     "\"additionalProperties\":false,\"properties\":{\"id\":{\"type\":\"integer\"},\"name\":" TEXT
     ",\"email\":" TEXT_OR_NULL ",\"role\":{\"type\":\"string\",\"enum\":[\"admin\",\"manager\",\"rep\",\"viewer\"]},"
     "\"team_id\":{\"type\":[\"integer\",\"null\"]},\"locale\":" TEXT_OR_NULL "}},"
     "\"workspace\":{\"type\":\"object\",\"required\":[\"name\",\"base_currency\",\"time_zone\",\"locale\"],"
     "\"additionalProperties\":false,\"properties\":{\"name\":" TEXT ",\"base_currency\":" TEXT ",\"time_zone\":" TEXT
     ",\"locale\":" TEXT "}}}}"},
    {"Sessions",
     "{\"type\":\"object\",\"required\":[\"data\"],\"additionalProperties\":false,\"properties\":{\"data\":{\"type\":"
     "\"array\",\"items\":{\"type\":\"object\",\"required\":[\"id\",\"created_at\",\"last_seen_at\",\"ip\",\"agent\","
     "\"current\"],\"additionalProperties\":false,\"properties\":{\"id\":{\"type\":\"integer\"},\"created_at\":"
     "{\"type\":\"string\",\"format\":\"date-time\"},\"last_seen_at\":{\"type\":\"string\",\"format\":\"date-time\"},"
     "\"ip\":" TEXT ",\"agent\":" TEXT ",\"current\":{\"type\":\"boolean\"}}}}}}"},
};

const struct api_table session_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};

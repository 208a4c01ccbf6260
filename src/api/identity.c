#include "identity.h"

#include "user.h"

/* -- the cookie -------------------------------------------------------------------------------------------- */

static bool over_https(const struct app *app, const struct http_exchange *x)
{
    return x->secure || str_starts(str_of(app->public_url), S("https://"));
}

static const char *cookie_name(const struct app *app, const struct http_exchange *x)
{
    return over_https(app, x) ? "__Host-penstock" : "penstock";
}

/* Not http_reply_cookie: an installation may know its https address without being told by a proxy each time. */
static void put_cookie(struct api_call *c, struct str value, msec age)
{
    http_reply_header_add(c->x, "Set-Cookie",
                          arena_printf(c->arena, "%s=" STR_FMT "; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld%s",
                                       cookie_name(c->app, c->x), STR_ARG(value), (long long)(age / SECOND),
                                       over_https(c->app, c->x) ? "; Secure" : ""));
}

void identity_set_cookie(struct api_call *c, struct str secret)
{
    put_cookie(c, secret, SESSION_AGE);
}

void identity_clear_cookie(struct api_call *c)
{
    put_cookie(c, S(""), 0);
}

struct client identity_client(const struct api_call *c)
{
    return (struct client){.ip = c->x->peer, .agent = http_header(c->x, "User-Agent")};
}

/* -- who ----------------------------------------------------------------------------------------------------- */

static int by_token(struct app *app, struct txn *t, struct str secret, struct api_caller *ret, struct err *err)
{
    struct proof proof;
    int n = auth_by_token(app, t, secret, &proof, err);

    if (n != 1)
        return n < 0 ? -1 : err_set(err, ERR_AUTH, "This token is not valid, or not any more.");
    *ret = (struct api_caller){.who = proof.who, .origin = "api", .token = proof.token};
    return 0;
}

static int by_cookie(struct app *app, struct txn *t, const struct http_exchange *x, struct str secret,
                     struct api_caller *ret, struct err *err)
{
    struct proof proof;
    int n = auth_by_session(app, t, secret, &proof, err);

    if (n != 1)
        return n < 0 ? -1 : err_set(err, ERR_AUTH, "This session has ended; sign in again.");
    if (!http_method_safe(x->method) && !http_header(x, "X-Penstock").p)
        return err_set(err, ERR_FORBIDDEN, "A change with a session's cookie needs the header X-Penstock.");
    *ret = (struct api_caller){.who = proof.who, .origin = "ui", .session = proof.session};
    return 0;
}

static int identify(struct api *api, struct txn *t, struct http_exchange *x, struct api_caller *ret, struct err *err)
{
    struct app *app = api_app(api);
    struct str cookie = http_cookie(x, cookie_name(app, x)), header = http_header(x, "Authorization"), scheme, secret;

    *ret = (struct api_caller){.origin = "api"};
    /* A proxy in front may have an Authorization of its own; only Bearer is ours. */
    if (header.p && str_cut(header, ' ', &scheme, &secret) && str_eq_nocase(scheme, S("Bearer")))
        return by_token(app, t, str_trim(secret), ret, err);
    return cookie.n ? by_cookie(app, t, x, cookie, ret, err) : 0;
}

static int still(struct api *api, struct txn *t, const struct api_caller *caller, struct err *err)
{
    struct proof proof = {.who = caller->who, .session = caller->session, .token = caller->token};

    return auth_still(api_app(api), t, &proof, err);
}

const struct api_identity identity_by_secret = {.identify = identify, .still = still};

/* -- what is told about him ------------------------------------------------------------------------------------ */

static void write_session(struct json_out *o, const struct ctx *ctx, const struct row *user)
{
    struct value team = user->v[USER_TEAM];

    out_open(o, '{');
    out_kv_open(o, "user", '{');
    out_kv_int(o, "id", row_id(user));
    out_kv_str(o, "name", row_str(user, USER_NAME));
    out_kv_str(o, "email", row_str(user, USER_EMAIL));
    out_kv_str(o, "role", row_str(user, USER_ROLE));
    out_key(o, S("team_id"));
    if (team.type == V_INT)
        out_int(o, team.i);
    else
        out_null(o);
    out_kv_str(o, "locale", row_str(user, USER_LOCALE));
    out_close(o, '}');
    out_kv_open(o, "workspace", '{');
    out_kv_str(o, "name", ctx->workspace.name);
    out_kv_str(o, "base_currency", ctx->workspace.base_currency);
    out_kv_str(o, "time_zone", ctx->workspace.zone_name);
    out_kv_str(o, "locale", ctx->workspace.locale);
    out_close(o, '}');
    out_close(o, '}');
}

int identity_reply(struct api_call *c, int status, id user, struct err *err)
{
    struct txn *t = txn_read(c->app->store, c->arena, err);
    struct row *row;
    struct ctx ctx;
    int n = t ? ctx_read(&ctx, c->app, t, (struct who){.user = user, .scope = SCOPE_ADMIN}, err) : -1;

    if (n == 0 && (n = row_get(t, c->app->users, user, &row, err)) == 0)
        write_session(api_reply(c, status), &ctx, row);
    txn_end(t);
    return n;
}

struct str identity_masked(struct arena *a, struct str target)
{
    static const char *const before[] = {"/links/", "/welcome/"};

    for (size_t i = 0; i < COUNT(before); i++) {
        struct str mark = str_of(before[i]);
        for (size_t at = 0; at + mark.n <= target.n; at++)
            if (str_starts(str_from(target, at), mark))
                return arena_printf(a, STR_FMT "…", STR_ARG(str_upto(target, at + mark.n)));
    }
    return target;
}

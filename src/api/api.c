#include "private.h"

#include <stdlib.h>

#include "auth.h"
#include "ceilings.h"
#include "diag.h"
#include "listen.h"
#include "traffic.h"

#define SLOW_THREADS 4           /* unless the configuration says otherwise */
#define SHORT_READ (10 * SECOND) /* on a thread that others wait for */
#define LONG_READ (2 * MINUTE)   /* on one of the pool */
#define SMALL_BODY 4096u         /* where none is wanted; clients like to send {} */

/* -- coming and going ------------------------------------------------------------------------------ */

static int add_tables(struct api *api, struct err *err)
{
    for (const struct api_table *const *t = api->tables; *t; t++) {
        struct http_route *rows = NEW_ARRAY(api->arena, struct http_route, (*t)->nroutes);
        for (size_t i = 0; i < (*t)->nroutes; i++) {
            const struct api_route *r = &(*t)->routes[i];
            rows[i] = (struct http_route){.method = r->method, .pattern = r->path, .data = r, .doc = r->doc};
        }
        if (http_routes_add(api->routes, rows, (*t)->nroutes, err) < 0)
            return -1;
    }
    return 0;
}

static void on_commit(void *ctx)
{
    struct api *api = ctx;

    feed_wake(api->feed);
}

/* Somebody may not come in any more: open streams must not go on. */
static void on_revoked(void *ctx)
{
    api_recheck(ctx);
}

int api_new(struct api **ret, const struct api_config *config, struct err *err)
{
    struct api *api = calloc(1, sizeof(*api));

    if (!api)
        return err_set(err, ERR_BUSY, "There is no memory for the API.");
    api->app = config->app;
    api->identity = config->identity;
    api->tables = config->tables ? config->tables : api_tables;
    api->arena = arena_new(MAX_ARENA);
    api->routes = http_routes_new();
    api->pool = pool_new(config->slow_threads ? config->slow_threads : SLOW_THREADS);
    if (!api->arena || !api->routes || !api->pool) {
        api_free(api);
        return err_set(err, ERR_BUSY, "There is no memory or no thread for the API.");
    }
    api->metrics_token = config->metrics_token;
    api->log = config->log;
    if ((config->metrics_from && addresses_parse(&api->metrics_from, config->metrics_from, err) < 0) ||
        add_tables(api, err) < 0 || feed_new(&api->feed, api->app->store, err) < 0) {
        api_free(api);
        return -1;
    }
    if (api_metrics_open(api) < 0) {
        api_free(api);
        return err_set(err, ERR_BUSY, "There is no memory for the API.");
    }
    store_on_commit(api->app->store, on_commit, api);
    auth_on_revoked(api->app, on_revoked, api);
    *ret = api;
    return 0;
}

void api_leave(struct api *api)
{
    atomic_store(&api->leaving, true);
}

void api_end_streams(struct api *api)
{
    atomic_store(&api->leaving, true);
    feed_stop(api->feed);
}

void api_stop(struct api *api)
{
    atomic_store(&api->leaving, true);
    atomic_store(&api->stopping, true);
    auth_on_revoked(api->app, NULL, NULL);
    feed_stop(api->feed);
    pool_stop(api->pool);
}

void api_free(struct api *api)
{
    if (!api)
        return;
    pool_free(api->pool);
    feed_free(api->feed);
    metrics_free(api->metrics);
    addresses_free(api->metrics_from);
    http_routes_free(api->routes);
    arena_free(api->arena);
    free(api);
}

struct app *api_app(const struct api *api)
{
    return api->app;
}

struct feed *api_feed(const struct api *api)
{
    return api->feed;
}

struct http_routes *api_routes(const struct api *api)
{
    return api->routes;
}

void api_recheck(struct api *api)
{
    feed_recheck(api->feed);
}

/* -- who ------------------------------------------------------------------------------------------- */

int api_admit(struct api_call *c, struct txn *t, struct err *err)
{
    enum api_auth auth = c->route->auth;
    bool open = auth == AUTH_OPEN;

    if (!c->own->identified && c->api->identity->identify(c->api, t, c->x, &c->caller, err) < 0) {
        if (!open || err->code != ERR_AUTH)
            return -1;
        err_clear(err); /* an open door does not mind a worn-out key */
        c->caller = (struct api_caller){.origin = "api"};
    }
    c->own->identified = true;
    c->who = c->caller.who;
    if (!c->who.user && !open)
        return err_set(err, ERR_AUTH, "Sign in, or send a token.");
    if (!http_method_safe(c->x->method) && c->who.user && c->who.scope == SCOPE_READ)
        return err_set(err, ERR_FORBIDDEN, "This token may only read.");
    if (auth == AUTH_SESSION && !c->caller.session)
        return err_set(err, ERR_FORBIDDEN, "This takes a person who is signed in, not a token.");
    if (ctx_read(&c->ctx, c->app, t, open ? WHO_SYSTEM : c->who, err) < 0)
        return -1;
    if (auth == AUTH_ADMIN && (c->ctx.access->role < ROLE_ADMIN || c->who.scope != SCOPE_ADMIN))
        return err_set(err, ERR_FORBIDDEN, "Only administrators may do this.");
    return 0;
}

static int admit_alone(struct api_call *c, struct err *err)
{
    struct txn *t = txn_read(c->app->store, c->arena, err);
    int r = t ? api_admit(c, t, err) : -1;

    txn_end(t);
    c->ctx.t = NULL;
    return r;
}

/* -- the four ways to run ---------------------------------------------------------------------------- */

static int finished(struct api_call *c, struct err *err)
{
    if (c->out.b && !buf_ok(c->out.b))
        return err_set(err, ERR_TOO_LARGE, "The answer is larger than %u bytes; ask for less.", MAX_REPLY);
    return 0;
}

static bool takes_long(const struct api_call *c);

static int run_read(struct api_call *c, struct err *err)
{
    struct txn *t = txn_read(c->app->store, c->arena, err);
    bool unchanged = false;
    int r = -1;

    if (t)
        txn_limit(t, takes_long(c) ? LONG_READ : SHORT_READ);
    if (t && api_admit(c, t, err) == 0 && api_read_request(c, err) == 0 && api_unchanged(c, &unchanged, err) == 0)
        r = unchanged ? 0 : c->route->run(c, err) < 0 ? -1 : finished(c, err);
    txn_end(t);
    return r;
}

static int write_run(struct txn *t, void *arg, struct err *err)
{
    struct api_call *c = arg;
    struct who who = c->route->auth == AUTH_OPEN ? WHO_SYSTEM : c->who;

    if (ctx_write(&c->ctx, c->app, t, who, c->caller.origin, err) < 0)
        return -1;
    int known = repeat_find(c, err);
    if (known != 0)
        return known < 0 ? -1 : 0;
    if (c->route->run(c, err) < 0 || finished(c, err) < 0)
        return -1;
    if (c->ctx.cs.id)
        api_reply_changeset(c, c->ctx.cs.id);
    return repeat_keep(c, err);
}

struct refusal {
    struct api_call *c;
    const struct err *err;
};

static int refuse_in_arena(void *arg)
{
    struct refusal *r = arg;

    api_refuse(r->c, r->err);
    return 0;
}

/* On threads that have no arena_try around them. */
static void refuse_safely(struct api_call *c, const struct err *err)
{
    struct refusal r = {c, err};

    if (err->code == ERR_INTERNAL)
        diag(DIAG_ERROR, "request failed id=%s route=%s reason=\"%s\"", c->x->id, c->route->path, err->msg);
    if (arena_try(refuse_in_arena, &r) == ARENA_OOM)
        http_reply(c->x, 503, NULL);
}

static void write_done(struct write_job *job)
{
    struct api_call *c = job->arg;

    if (job->result < 0)
        refuse_safely(c, &job->err);
    http_finish(c->x);
}

static int slow_in_arena(void *arg)
{
    struct refusal *r = arg;
    struct err *err = &r->c->own->job.err;

    if (r->c->route->mode != API_SLOW)
        return run_read(r->c, err);
    return r->c->route->run(r->c, err) < 0 ? -1 : finished(r->c, err);
}

static void slow_run(void *arg)
{
    struct api_call *c = arg;
    struct err *err = &c->own->job.err;
    struct refusal r = {c, err};
    int done = arena_try(slow_in_arena, &r);

    if (done == ARENA_OOM)
        err_set(err, ERR_BUSY, "Out of memory.");
    if (done < 0)
        refuse_safely(c, err);
    http_finish(c->x);
}

/* -- from the server ----------------------------------------------------------------------------------- */

void api_begin(void *ctx, struct http_exchange *x)
{
    struct api *api = ctx;
    const struct http_route *found = http_routes_find(api->routes, x);
    struct err err = {0};

    if (!found)
        return;
    struct api_call *c = NEW(x->arena, struct api_call);
    *c = (struct api_call){.api = api, .app = api->app, .x = x, .arena = x->arena, .route = found->data};
    c->own = NEW(x->arena, struct api_private);
    c->caller.origin = "api";
    x->user = c;
    request_log_begin(c);
    if (c->route->form)
        http_expect_form(x, c->route->form);
    else if (!c->route->body)
        http_expect_body(x, SMALL_BODY);
    /* Who may not come in need not send a body. */
    if (!http_method_safe(x->method) && admit_alone(c, &err) < 0)
        api_refuse(c, &err);
}

/* Looking into the past may mean to fold the whole log, and a page of long texts as HTML is much to parse; other
 * requests of this thread shall not wait for that. */
static bool takes_long(const struct api_call *c)
{
    bool texts = !http_param(c->x, "id").p && str_contains(api_query(c, "expand"), S("html"));

    return c->route->mode == API_SLOW || c->route->mode == API_LONG_READ ||
           (c->route->mode == API_READ && (api_query(c, "as_of").p || texts));
}

static int submit(struct api_call *c, struct err *err)
{
    if (takes_long(c)) {
        if (http_method_safe(c->x->method) && admit_alone(c, err) < 0)
            return -1;
        if (api_read_request(c, err) < 0)
            return -1;
        c->own->slow = (struct pool_job){.run = slow_run, .arg = c};
        if (atomic_load(&c->api->stopping) || !pool_submit(c->api->pool, &c->own->slow))
            return err_set(err, ERR_BUSY, "Too much is being worked on.");
        return HTTP_LATER;
    }
    if (api_read_request(c, err) < 0 || repeat_begin(c, err) < 0)
        return -1;
    c->own->job = (struct write_job){.arena = c->arena, .fn = write_run, .arg = c, .done = write_done};
    return store_submit(c->app->store, &c->own->job, err) < 0 ? -1 : HTTP_LATER;
}

int api_handle(void *ctx, struct http_exchange *x)
{
    struct api_call *c = x->user;
    struct err err = {0};
    bool at_once = (c->route->mode == API_READ || c->route->mode == API_STREAM) && !takes_long(c);
    int r = at_once ? run_read(c, &err) : submit(c, &err);

    (void)ctx;
    if (r >= 0)
        return r;
    refuse_safely(c, &err);
    return HTTP_DONE;
}

void api_done(void *ctx, struct http_exchange *x, int64_t microseconds)
{
    struct api *api = ctx;

    http_traffic_count(x, api->no_route, microseconds);
    request_log_end(api, x, microseconds);
}

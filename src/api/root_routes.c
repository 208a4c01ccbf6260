/* What stands at the root: is it alive, is it ready, what does the API look like. */
#include "openapi.h"
#include "private.h"

static int healthz(struct api_call *c, struct err *err)
{
    (void)err;
    buf_z(http_reply(c->x, 200, "text/plain"), "ok\n");
    return 0;
}

/* Ready means that the database answers. */
static int readyz(struct api_call *c, struct err *err)
{
    int64_t seq;

    if (atomic_load(&c->api->leaving))
        return err_set(err, ERR_BUSY, "The server is about to stop.");
    if (log_last_seq(c->ctx.t, &seq, err) < 0)
        return -1;
    buf_z(http_reply(c->x, 200, "text/plain"), "ready\n");
    return 0;
}

static int openapi(struct api_call *c, struct err *err)
{
    (void)err;
    openapi_write(api_reply(c, 200), c->arena, c->app->schema, c->api->tables);
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_GET, "/healthz", API_READ, healthz, AUTH_OPEN, .media = "text/plain", .doc = "The program runs"},
    {HTTP_GET, "/readyz", API_READ, readyz, AUTH_OPEN, .media = "text/plain", .doc = "The database answers"},
    {HTTP_GET, "/openapi.json", API_READ, openapi, AUTH_OPEN, .answer = "OpenApi", .doc = "This description"},
};

static const struct api_schema schemas[] = {
    {"OpenApi", "{\"type\":\"object\",\"required\":[\"openapi\",\"info\",\"paths\",\"components\"]}"},
};

const struct api_table root_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};

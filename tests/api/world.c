#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceilings.h"
#include "import_job.h"

const char *const world_people[] = {"ada", "max", "ann", "ben", "vic", NULL};

static const char *const things[][2] = {
    {"teams", "{\"name\":\"North\"}"},
    {"teams", "{\"name\":\"South\"}"},
    {"users", "{\"name\":\"Ada Admin\",\"email\":\"ada@example.com\",\"role\":\"admin\"}"},
    {"users", "{\"name\":\"Max Manager\",\"email\":\"max@example.com\",\"role\":\"manager\",\"team_id\":1}"},
    {"users", "{\"name\":\"Ann Rep\",\"email\":\"ann@example.com\",\"role\":\"rep\",\"team_id\":1}"},
    {"users", "{\"name\":\"Ben Rep\",\"email\":\"ben@example.com\",\"role\":\"rep\",\"team_id\":2}"},
    {"users", "{\"name\":\"Vic Viewer\",\"email\":\"vic@example.com\",\"role\":\"viewer\",\"team_id\":1}"},
};

static int furnish(struct txn *t, void *arg, struct err *err)
{
    struct world *w = arg;
    struct row *made;
    json_t *body;
    struct ctx c;

    if (ctx_write(&c, w->app, t, WHO_SYSTEM, "test", err) < 0)
        return -1;
    for (size_t i = 0; i < COUNT(things); i++)
        if (json_read_object(c.arena, str_of(things[i][1]), &body, err) < 0 ||
            op_create(&c, schema_must(w->app->schema, things[i][0]), body, &made, err) < 0)
            return -1;
    return 0;
}

/* Whom a request names in a header of its own; the real proof is tested with the routes that give it out. */
static int identify(struct api *api, struct txn *t, struct http_exchange *x, struct api_caller *ret, struct err *err)
{
    struct str as = http_header(x, "Test-User"), scope = http_header(x, "Test-Scope");

    (void)api, (void)t;
    *ret = (struct api_caller){.origin = "ui", .session = 1, .who.scope = SCOPE_ADMIN};
    for (int i = 0; as.p && world_people[i]; i++)
        if (str_is(as, world_people[i]))
            ret->who.user = i + 1;
    if (as.p && !ret->who.user)
        return err_set(err, ERR_AUTH, "Nobody is called that.");
    if (scope.p) {
        ret->origin = "api";
        ret->session = 0;
        ret->token = 1;
        ret->who.scope = str_is(scope, "read") ? SCOPE_READ : str_is(scope, "write") ? SCOPE_WRITE : SCOPE_ADMIN;
    }
    return 0;
}

static int still(struct api *api, struct txn *t, const struct api_caller *caller, struct err *err)
{
    struct value active;
    int n = sql_row(t, "SELECT active FROM users WHERE id = $1", ARGS(value_int(caller->who.user)), &active, 1, err);

    (void)api;
    return n == 1 ? active.i != 0 : n;
}

static const struct api_identity identity = {identify, still};
static const struct job_type jobs[] = {{"import", import_job_run, 5}};

int world_open(struct world *w)
{
    *w = (struct world){.dir = "/tmp/penstock-test-XXXXXX"};
    w->arena = arena_new(MAX_ARENA);
    if (!mkdtemp(w->dir))
        return err_set(&w->err, ERR_INTERNAL, "There is no room in /tmp.");
    if (app_open(&w->app, &(struct app_config){.data_dir = w->dir, .db_url = engine_new(w->url)}, &w->err) < 0 ||
        app_follow(w->app, &w->err) < 0 || store_write(w->app->store, w->arena, furnish, w, &w->err) < 0 ||
        api_new(&w->api, &(struct api_config){.app = w->app, .identity = &identity}, &w->err) < 0 ||
        jobs_start(&w->jobs, w->app->store, jobs, COUNT(jobs), w->app, &w->err) < 0)
        return -1;
    w->config.owner = (struct http_owner){.ctx = w->api, .begin = api_begin, .handle = api_handle, .done = api_done};
    w->config.temp_dir = w->dir;
    return 0;
}

void world_close(struct world *w)
{
    char command[128];

    jobs_stop(w->jobs);
    if (w->api)
        api_stop(w->api);
    app_close(w->app);
    api_free(w->api);
    arena_free(w->arena);
    snprintf(command, sizeof(command), "rm -rf '%s'", w->dir);
    if (system(command) != 0)
        printf("%s stays behind\n", w->dir);
}

struct http_exchange *world_ask(struct world *w, const char *as, struct str method, struct str target,
                                const struct header *headers, size_t nheaders, struct str body)
{
    struct http_exchange *x = http_exchange_new(&w->config, method, target);

    if (!x)
        return NULL;
    if (as)
        http_exchange_header(x, S("Test-User"), str_of(as));
    for (size_t i = 0; i < nheaders; i++)
        http_exchange_header(x, headers[i].name, headers[i].value);
    bool typed = false;
    for (size_t i = 0; i < nheaders; i++)
        typed |= str_is(headers[i].name, "Content-Type");
    if (body.n)
        http_exchange_body(x, typed ? STR_NULL : S("application/json"), body);
    http_call(x);
    return x;
}

struct http_exchange *world_say(struct world *w, const char *as, const char *method, const char *target,
                                const char *body)
{
    return world_ask(w, as, str_of(method), str_of(target), NULL, 0, str_of(body));
}

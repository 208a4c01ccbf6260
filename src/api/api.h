/*
 * The JSON API: what a request is to its handler, and how a file of routes puts its rows in the table. From a row
 * follow routing, the body's limit, sign-in, rights, the transaction, the API description and the test that some
 * conversation visits it. A handler translates: it reads the request, calls the app, writes JSON.
 *
 *     static int show_thing(struct api_call *c, struct err *err)
 *     {
 *         ...
 *         struct json_out *o = api_reply(c, 200);
 *         out_open(o, '{'), out_kv_int(o, "id", c->id), out_close(o, '}');
 *         return 0;
 *     }
 *
 *     static const struct api_route routes[] = {
 *         {HTTP_GET, API "/things/{id}", API_READ, show_thing, .answer = "Thing", .doc = "One thing"},
 *     };
 *     static const struct api_schema schemas[] = {{"Thing", "{\"type\":\"object\",…}"}};
 *     const struct api_table thing_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};
 *
 * and one word in tables.c. {kind} stands for every kind and is there as c->kind, {id} as c->id. A handler returns 0
 * with its reply made, or -1 with err, which becomes the problem document; a reply begun before is dropped then.
 *
 *   API_READ       runs at once in a read transaction; ctx is for reading. With as_of it runs as API_LONG_READ
 *   API_LONG_READ  the same on a thread of the pool
 *   API_WRITE      runs on the writer thread with ctx for one change set; the reply leaves when it is durable. When it
 *                  fails nothing is kept. Only milliseconds of work.
 *   API_SLOW       runs on a thread of the pool without transaction or ctx; may call txn_read, store_write, undo_run,
 *                  hash passwords. 503 when the pool has too much to do.
 *   API_STREAM     runs as API_READ and turns the exchange into an event stream or a pulled reply
 */
#ifndef API_API_H
#define API_API_H

#include "exchange.h"
#include "json_in.h"
#include "json_out.h"
#include "op.h"
#include "request_log.h"
#include "routes.h"

#define API "/api/v1"

struct api;
struct api_call;

enum api_mode { API_READ, API_LONG_READ, API_WRITE, API_SLOW, API_STREAM };

/* Whom a route serves. A token's scope counts too: `read` reaches safe methods only, and AUTH_ADMIN takes `admin`. With
 * AUTH_OPEN ctx has the rights of the program itself: the handler decides what it gives away. */
enum api_auth {
    AUTH_USER,    /* somebody signed in */
    AUTH_OPEN,    /* anybody; c->who.user is 0 unless signed in */
    AUTH_ADMIN,   /* administrators */
    AUTH_SESSION, /* somebody signed in with a cookie, not with a token */
};

typedef int api_handler(struct api_call *c, struct err *err);

struct api_route {
    enum http_method method;
    const char *path;
    enum api_mode mode;
    api_handler *run;
    enum api_auth auth;
    const char *query;  /* arguments it takes, blank separated; "*" for a kind's filters; others are refused by name */
    const char *body;   /* schema of the JSON body: the object is c->body. NULL: no body is read */
    uint64_t form;      /* instead of JSON a form; its files may have so many bytes each */
    const char *answer; /* schema of the reply; {Kind} in it is the kind's own: "{Kind}Page". NULL: no JSON */
    const char *media;  /* media type of a reply that is not JSON */
    int status;         /* of success; 0: 200 */
    bool polled;        /* API_READ and API_LONG_READ: the answer follows from the log, the caller's rights and the
                           minute, so asking again while nothing has changed is answered with 304 */
    const char *doc;    /* one line for the API description */
};

/* A schema by name: JSON text, where {"$ref":"#/components/schemas/Name"} names another. */
struct api_schema {
    const char *name, *text;
};

struct api_table {
    const struct api_route *routes;
    size_t nroutes;
    const struct api_schema *schemas;
    size_t nschemas;
};

/* Who sends a request. `session` or `token` is the id of what proved it. */
struct api_caller {
    struct who who;
    const char *origin; /* of change sets: ui with a cookie, api with a token */
    id session, token;
};

/* Finds out who sends a request, by cookie or bearer token. 0 also when nobody is signed in (who.user is 0 then);
 * ERR_AUTH when what was sent proves nothing (any more), ERR_FORBIDDEN when a cookie comes with a method that changes
 * things but without the header X-Penstock. `still` tells whether a caller of before is still good: 1, 0 or -1. */
struct api_identity {
    int (*identify)(struct api *api, struct txn *t, struct http_exchange *x, struct api_caller *ret, struct err *err);
    int (*still)(struct api *api, struct txn *t, const struct api_caller *caller, struct err *err);
};

struct api_call {
    struct api *api;
    struct app *app;
    struct http_exchange *x;
    struct arena *arena; /* of the exchange */
    const struct api_route *route;
    struct api_caller caller;
    struct who who;
    struct ctx ctx;
    const struct kind *kind; /* of {kind} */
    id id;                   /* of {id} */
    json_t *body;
    struct json_out out;
    struct str extra; /* members a problem document gets besides its own: "\"current\":{…}" */
    struct api_private *own;
};

/* Starts a JSON reply anew. */
struct json_out *api_reply(struct api_call *c, int status);

/* Headers that go with a record or a change: Penstock-Changeset when something was written, ETag. */
void api_reply_row(struct api_call *c, const struct row *row);
void api_reply_changeset(struct api_call *c, id changeset);

/* Query arguments. `ret` stays as it was when the argument is absent. */
struct str api_query(const struct api_call *c, const char *name); /* STR_NULL when absent */
int api_query_int(const struct api_call *c, const char *name, int64_t least, int64_t most, int64_t *ret,
                  struct err *err);
int api_query_bool(const struct api_call *c, const char *name, bool *ret, struct err *err);
/* An instant, or a day, which means the midnight that starts it in the workspace's zone. */
int api_query_when(const struct api_call *c, const char *name, msec *ret, struct err *err);
/* as_of= and clock=; *ret_past false when there is no as_of. */
int api_query_past(const struct api_call *c, bool *ret_past, msec *ret_at, enum clock *ret_clock, struct err *err);

/* -- for whoever runs the API ---------------------------------------------------------------------- */

struct feed;

/* All tables together, for routing, the API description and tests; ended by NULL. */
extern const struct api_table *const api_tables[];

struct api_config {
    struct app *app;
    const struct api_identity *identity;
    const struct api_table *const *tables; /* NULL: api_tables */
    unsigned slow_threads;                 /* 0: 4 */
    struct request_log log;                /* nothing: no lines */
    const char *metrics_from;              /* addresses and networks that may read /metrics; NULL: none */
    const char *metrics_token;             /* whoever sends it as a bearer token may too; NULL: nobody */
};

int api_new(struct api **ret, const struct api_config *config, struct err *err);
void api_leave(struct api *api);       /* /readyz says no from now on; everything else goes on */
void api_end_streams(struct api *api); /* asks their clients to come back at once; /readyz says no from now on */
void api_stop(struct api *api);        /* no more streams, the pool's work is done; before the server stops */
void api_free(struct api *api);        /* after app_close, because the store calls it after commits; NULL is fine */

struct app *api_app(const struct api *api);
struct feed *api_feed(const struct api *api);
struct http_routes *api_routes(const struct api *api);
struct metrics *api_metrics(const struct api *api); /* before the server starts, to add rows (metric.h) */

/* Sessions or tokens were revoked, users changed: streams ask `still` at once. From any thread. */
void api_recheck(struct api *api);

/* For struct http_owner, with the api as ctx. */
void api_begin(void *api, struct http_exchange *x);
int api_handle(void *api, struct http_exchange *x);
void api_done(void *api, struct http_exchange *x, int64_t microseconds);

#endif

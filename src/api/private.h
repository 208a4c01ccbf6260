/*
 * What the files that run the API know of each other; route files include api.h only.
 */
#ifndef API_PRIVATE_H
#define API_PRIVATE_H

#include <stdatomic.h>

#include "api.h"
#include "feed.h"
#include "metrics.h"
#include "pool.h"

struct api {
    struct app *app;
    const struct api_identity *identity;
    const struct api_table *const *tables;
    struct arena *arena;
    struct http_routes *routes;
    struct feed *feed;
    struct pool *pool;
    struct metrics *metrics;
    struct http_traffic *no_route;  /* where requests count that found none */
    struct addresses *metrics_from; /* who may read them beside administrators; NULL: nobody */
    const char *metrics_token;      /* NULL: none */
    struct request_log log;
    atomic_bool leaving;  /* no more event streams; another process may take them over */
    atomic_bool stopping; /* no more work for the pool */
};

/* A POST that the client may send again; see idempotency.c. */
struct repeat {
    struct str key, digest; /* key.p is NULL without the header */
    bool replayed;
};

struct api_private {
    struct write_job job;
    struct pool_job slow;
    struct repeat repeat;
    bool identified;
    struct sql_watch watch;
};

/* Makes the problem document, with what the handler left in `extra`. */
void api_refuse(struct api_call *c, const struct err *err);

/* Who sends it and may he come in here at all? Fills caller, who and ctx for reading in t. */
int api_admit(struct api_call *c, struct txn *t, struct err *err);

/* {kind}, {id}, the query's names and the JSON body. */
int api_read_request(struct api_call *c, struct err *err);

/* Of a polled route: true when the caller has the answer already; the reply is a 304 then. Otherwise it gets its tag.
 */
int api_unchanged(struct api_call *c, bool *ret, struct err *err);

int repeat_begin(struct api_call *c, struct err *err);
/* On the writer: 1 when the reply is that of the first time, 0 to go on, -1. */
int repeat_find(struct api_call *c, struct err *err);
int repeat_keep(struct api_call *c, struct err *err);

#endif

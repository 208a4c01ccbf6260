/* GET /events: the log as server-sent events (WHATWG HTML, 9.2). */
#include "events.h"

#include <stdio.h>
#include <stdlib.h>

#include "feed.h"
#include "private.h"

#define BACK_FROM 50u    /* milliseconds until a client comes back when the server stops, */
#define BACK_SPREAD 450u /* and up to so many more */

/* What outlives the exchange: who listens, and what he may see in the present turn of the feed. */
struct listener {
    struct api *api;
    struct api_caller caller;
    struct http_events *stream;
    struct subscriber *subscriber;
    uint64_t turn;
    struct ctx ctx;
};

static int sees(void *arg, struct txn *t, const struct log_item *item, uint64_t turn, struct err *err)
{
    struct listener *l = arg;

    if (l->turn != turn && ctx_read(&l->ctx, l->api->app, t, l->caller.who, err) < 0)
        return -1;
    l->turn = turn;
    return op_sees_item(&l->ctx, item, err);
}

static int still(void *arg, struct txn *t, struct err *err)
{
    struct listener *l = arg;

    return l->api->identity->still(l->api, t, &l->caller, err);
}

static bool push(void *arg, struct str bytes)
{
    struct listener *l = arg;

    return http_events_push(l->stream, bytes);
}

/* Not all at once, after a stop of the server. */
static void ask_back(struct listener *l)
{
    char hint[32];

    snprintf(hint, sizeof(hint), "retry: %u\n\n", BACK_FROM + (unsigned)(clock_micros() % BACK_SPREAD));
    http_events_push(l->stream, str_of(hint));
}

static void end(void *arg)
{
    struct listener *l = arg;

    if (atomic_load(&l->api->leaving))
        ask_back(l);
    http_events_close(l->stream);
}

static void on_close(void *arg)
{
    struct listener *l = arg;

    if (l->subscriber)
        feed_leave(l->subscriber);
    else
        free(l);
}

/* Where to go on: behind the item the client had last, or from now. An id from another database is no use. */
static int start_after(struct api_call *c, int64_t *ret, struct err *err)
{
    struct str last = http_header(c->x, "Last-Event-ID");
    int64_t seq, now;

    if (log_last_seq(c->ctx.t, &now, err) < 0)
        return -1;
    *ret = last.n && str_int(last, &seq) && seq >= 0 && seq < now ? seq : now;
    return 0;
}

static int events(struct api_call *c, struct err *err)
{
    struct listener *l = calloc(1, sizeof(*l));
    int64_t after;

    if (!l)
        return err_set(err, ERR_BUSY, "There is no memory for another stream.");
    *l = (struct listener){.api = c->api, .caller = c->caller};
    if (start_after(c, &after, err) < 0) {
        free(l);
        return -1;
    }
    l->stream = http_reply_events(c->x, on_close, l);
    if (!l->stream) {
        free(l);
        return 0;
    }
    /* An event without data sets where the client resumes, even when nothing happens before the line breaks. */
    http_events_push(l->stream, arena_printf(c->arena, "retry: 2000\nid: %lld\n\n", (long long)after));
    struct subscription is = {
        .after = after, .sees = sees, .still = still, .push = push, .end = end, .free = free, .ctx = l};
    l->subscriber = feed_join(c->api->feed, &is);
    if (!l->subscriber) {
        /* A browser comes back from a stream that ended, but never from one that was refused. */
        ask_back(l);
        http_events_close(l->stream);
    }
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/events", API_STREAM, events, .media = "text/event-stream",
     .doc = "Every change the caller may see, as it is kept; Last-Event-ID resumes without a gap"},
};

const struct api_table events_routes = {routes, COUNT(routes), NULL, 0};

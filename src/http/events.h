/*
 * Event streams (server-sent events, WHATWG HTML 9.2). A handler turns its exchange into a stream; from then on any
 * thread pushes bytes, which are whole events already ("id: 7\ndata: {}\n\n") or comments (": beat\n\n").
 *
 *     struct http_events *s = http_reply_events(x, gone, subscriber);
 *     if (!s)
 *         return HTTP_DONE;          the reply is a 503 already: too many streams
 *     http_events_push(s, S("retry: 2000\n\n"));
 *     return HTTP_DONE;
 *
 * Pushing never waits. What the client has not taken yet is kept up to MAX_STREAM_BUFFER; a client further behind is
 * disconnected and comes back with Last-Event-ID. An idle stream is a socket and some hundred bytes.
 *
 * on_close runs exactly once, on a thread of the server and never inside a push, when the client left, was too slow,
 * http_events_close was called or the server stops. The stream may be used until on_close returns, so the owner
 * unlinks it there under the lock that its pushes hold too. on_close also runs if the reply was never sent.
 */
#ifndef HTTP_EVENTS_H
#define HTTP_EVENTS_H

#include "exchange.h"

struct http_events *http_reply_events(struct http_exchange *x, void (*on_close)(void *ctx), void *ctx);

/* false when the stream is closed or the client too slow; on_close follows. */
bool http_events_push(struct http_events *s, struct str bytes);

/* Sends what is kept, then ends the stream. */
void http_events_close(struct http_events *s);

/* In calls without a socket: takes what was pushed so far. */
struct str http_events_taken(struct http_exchange *x);

#endif

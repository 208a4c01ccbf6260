/*
 * What keeps an eye on sockets: one thread that serves all event streams and cuts off connections that are past their
 * deadline.
 *
 * An event stream leaves libmicrohttpd: its socket is duplicated before libmicrohttpd lets go of its own descriptor,
 * and is served here by one epoll set. A suspended libmicrohttpd connection would cost its whole memory pool, would
 * not notice that the client left, and every resume of any other connection walks the list of all suspended ones.
 */
#ifndef HTTP_STREAM_H
#define HTTP_STREAM_H

#include <pthread.h>
#include <stdatomic.h>

#include "events.h"

struct keeper;

/* A libmicrohttpd connection as the keeper sees it. deadline is of clock_monotonic, 0 for none. */
struct sock {
    struct sock *next, *prev;
    int fd;
    _Atomic msec deadline;
    atomic_bool in_body; /* a late body gets a 408 before the connection is cut */
    atomic_bool expired;
};

struct keeper *keeper_new(unsigned max_streams); /* NULL when there is no thread or descriptor to be had */
void keeper_free(struct keeper *k);              /* ends every stream first; no connection may be left */
void keeper_end_streams(struct keeper *k);       /* and takes no new ones */
void keeper_watch(struct keeper *k, struct sock *s);
void keeper_forget(struct keeper *k, struct sock *s); /* from then on its fd may be closed */
unsigned keeper_streams(struct keeper *k);
unsigned keeper_late(struct keeper *k); /* connections cut off so far */

struct http_events {
    struct http_events *next, *prev; /* the keeper's, under its lock */
    struct keeper *keeper;           /* NULL: a call without a socket */
    pthread_mutex_t lock;            /* over what follows */
    int fd;                          /* -1 until started */
    bool over, ending;               /* no more pushes; nothing more once `waiting` is sent */
    struct buf waiting;
    size_t sent; /* bytes of `waiting` that are gone */
    msec stalled_since;
    bool lingers;      /* ends by waiting for the client to close */
    msec linger_until; /* 0 until that began */
    void (*on_close)(void *ctx);
    void *ctx;
};

/* A stream is born with the reply, and started with its socket once the handler is through. NULL when there are too
 * many or no memory; on_close does not run then. */
struct http_events *stream_new(struct keeper *k, void (*on_close)(void *), void *ctx);
void stream_abandon(struct http_events *s); /* one that was never started */

/* Takes over the descriptor; on failure closes it and abandons the stream. */
int stream_start(struct http_events *s, int fd, struct str head);

/* Sends these last bytes and closes in a way that lets the client read them although it is still sending: what it
 * sends is read and forgotten until it closes too (RFC 9112, 9.6). Takes over the descriptor. false: nothing was done
 * but closing it. */
bool stream_last_words(struct keeper *k, int fd, struct str bytes);

/* For the keeper's thread: is there any use in going on? */
bool stream_turn(struct http_events *s, unsigned epoll_events);
bool stream_check(struct http_events *s, msec now);
void stream_free(struct http_events *s); /* closes, and tells the owner */

/* Room for one more stream is taken, and given back by whoever frees it. */
bool keeper_take_room(struct keeper *k);
void keeper_give_room(struct keeper *k);
int keeper_serve(struct keeper *k, struct http_events *s);

#endif

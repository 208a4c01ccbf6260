/*
 * The server: libmicrohttpd with one event loop per core behind a few promises of our own. A client cannot hold a
 * connection for long without sending (idle, header and body deadlines), cannot send more than it is allowed to
 * (ceilings.h, http_expect_body), and gets a clear answer or a clean close whatever it sends.
 *
 *     struct http_config c = {.listen = "127.0.0.1:8080", .owner = {.ctx = app, .begin = begin, .handle = handle}};
 *     struct http_server *s;
 *     if (http_serve(&s, &c, err) < 0) ...
 *     http_stop(s, 10 * SECOND);
 *
 * Stopping without anybody noticing: http_quiesce, then whatever ends event streams, then http_drain, then http_stop.
 * Whoever connects meanwhile waits in a listening socket that somebody else keeps open (http_inherited).
 *
 * The owner's callbacks run on the server's threads, several at once:
 *   begin   the headers are in. Says what body it wants (http_expect_*; without a word: MAX_JSON_BODY) or makes a
 *           reply, which refuses the request before its body is read.
 *   handle  the request is whole. Fills the reply and returns HTTP_DONE, or returns HTTP_LATER.
 *   done    the exchange is over, with its status and time; also for requests that never came to begin (status 400,
 *           408, 431 …) and for clients that left (status 499). For logs and metrics; the exchange is freed behind it.
 * begin and handle run inside arena_try: when memory runs out the client gets 503.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "err.h"
#include "exchange.h"

struct http_owner {
    void *ctx;
    void (*begin)(void *ctx, struct http_exchange *x);
    int (*handle)(void *ctx, struct http_exchange *x);
    void (*done)(void *ctx, struct http_exchange *x, int64_t microseconds);
};

/* Zero means the default in brackets. */
struct http_config {
    struct http_owner owner;
    const char *listen;             /* "127.0.0.1:8080", "[::1]:8080", ":8080" for all; port 0 for any free one */
    int listen_fd;                  /* a socket that listens already, see http_inherited; used when > 0 */
    unsigned threads;               /* [one per core] */
    unsigned max_connections;       /* [MAX_CONNECTIONS] */
    unsigned max_per_address;       /* connections of one address [no limit] */
    unsigned max_streams;           /* open event streams [MAX_STREAMS] */
    msec idle_time;                 /* a connection without a byte [60 s] */
    msec header_time;               /* from the first byte of a request to the last of its headers [15 s] */
    msec body_grace;                /* a body or a reply may take this long [30 s] … */
    uint64_t slowest;               /* … and further so many bytes per second [4096] */
    const char *temp_dir;           /* for file parts; without one they are refused */
    const char *trusted_proxies;    /* "127.0.0.1, 10.0.0.0/8": who may say X-Forwarded-For and -Proto [nobody] */
    const char *tls_cert, *tls_key; /* PEM files; with both everything is spoken inside TLS [neither] */
    const char *csp; /* Content-Security-Policy of every reply [default-src 'none'; frame-ancestors 'none'] */
    int gzip_level;  /* 1..6 [5]; -1 never */
};

struct http_server;

int http_serve(struct http_server **ret, const struct http_config *config, struct err *err);

unsigned http_port(const struct http_server *s);

/* Takes no new connections, and lets each that is there end with its next reply. */
void http_quiesce(struct http_server *s);

/* Waits until nobody is left, or nobody has asked for anything for a little while (then all that could be told has been
 * told), or for at most `most`. */
void http_drain(struct http_server *s, msec most);

/* Stops listening, ends event streams, lets what runs finish for at most `grace`, then closes. A handler that has
 * not finished by then may still call http_finish later; it is dropped. */
void http_stop(struct http_server *s, msec grace);

/* Loads certificate and key anew when the files have changed, or `always`. 1 loaded, 0 nothing to do, -1 with what was
 * loaded before still in use. Connections that are open do not notice. */
int http_reload(struct http_server *s, bool always, struct err *err);

struct http_stats {
    unsigned connections, running, streams;
};
void http_stats(struct http_server *s, struct http_stats *ret);

/* Is a request of our own answered in time, whatever the answer? For watchdogs; not after http_quiesce. */
bool http_alive(struct http_server *s, msec patience);

/* The first socket handed over by systemd (LISTEN_FDS, sd_listen_fds(3)), or -1. */
int http_inherited(void);

#endif

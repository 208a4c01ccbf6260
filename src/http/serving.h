/*
 * The server's insides: what server.c starts and stops, and connection.c keeps in step with libmicrohttpd.
 *
 * A `struct request` stands for one request on its connection and lives as long as libmicrohttpd talks about it. The
 * exchange belongs to it, except after a stop that could not wait: then the handler that has it frees it.
 */
#ifndef HTTP_SERVING_H
#define HTTP_SERVING_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "listen.h"
#include "private.h"
#include "stream.h"
#include "tls.h"
#include "traffic.h"

/* Where a request is. REFUSED reads and forgets what is left of a short body, so that the client sees the reply. */
enum phase { PHASE_HEAD, PHASE_BODY, PHASE_REFUSED, PHASE_LATER, PHASE_SENT };

struct request {
    struct request *next, *prev; /* the server's */
    struct http_server *server;
    struct http_exchange *x; /* NULL once dropped */
    struct MHD_Connection *connection;
    struct sock *sock;
    enum phase phase;
    bool must_close, sleeping;
    bool chunks; /* the client understands chunked replies */
    uint64_t drained;
    msec body_since;
};

struct http_server {
    struct http_config config;
    struct addresses *proxies;
    struct MHD_Daemon *daemon;
    struct keeper *keeper;
    struct tls *tls; /* NULL: spoken in the clear */
    int listen_fd;
    bool own_listen_fd;
    _Atomic msec last_request; /* when one began or ended last, by clock_coarse; kept up while stopping */
    unsigned port;
    atomic_bool stopping;
    atomic_uint refs, connections, running;
    struct server_metrics metrics;
    pthread_mutex_t lock; /* over what follows, and request.x and .sleeping while they are given up */
    bool closing;         /* no connection may fall asleep any more */
    struct request *requests;
};

void server_unref(struct http_server *s);
bool request_drop(struct request *r, enum turn now);

void request_no_deadline(struct request *r);
void request_transfer_deadline(struct request *r, msec since, uint64_t bytes);
enum MHD_Result request_reply(struct request *r);
enum MHD_Result request_refuse(struct request *r); /* while the body is still coming in */

void *on_target(void *cls, const char *uri, struct MHD_Connection *c);
enum MHD_Result on_access(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                          const char *data, size_t *size, void **closure);
void on_completed(void *cls, struct MHD_Connection *c, void **closure, enum MHD_RequestTerminationCode why);
void on_connection(void *cls, struct MHD_Connection *c, void **socket_context,
                   enum MHD_ConnectionNotificationCode what);

#endif

/* A small site that shows every kind of reply, for the tests of the server and of calls without a socket. */
#ifndef TESTS_HTTP_SITE_H
#define TESTS_HTTP_SITE_H

#include <pthread.h>
#include <stdatomic.h>

#include "events.h"
#include "routes.h"
#include "server.h"

struct site {
    struct http_routes *routes;
    struct http_config config;
    struct http_server *server;
    char temp_dir[64];

    atomic_int begun, handled, done, refused_done, gone, closed;
    atomic_int last_status;

    /* Exchanges put off, finished by site_release or by a thread of their own. */
    pthread_mutex_t lock;
    struct http_exchange *put_off[512];
    size_t nput_off;
    struct http_events *streams[2048];
    size_t nstreams;
};

void site_open(struct site *s, const struct http_config *with); /* `with` may be NULL */
void site_serve(struct site *s);
void site_close(struct site *s); /* stops the server if it runs */

size_t site_put_off(struct site *s);
void site_release(struct site *s); /* finishes all that are put off */
size_t site_streams(struct site *s);
void site_push(struct site *s, struct str bytes);
bool site_wait(struct site *s, atomic_int *counter, int value); /* up to 10 s */
unsigned site_files(struct site *s);                            /* in the temporary directory */

#endif

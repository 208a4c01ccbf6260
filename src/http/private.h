/*
 * The part of an exchange that only this folder sees, and the steps every request takes, with a socket or without.
 */
#ifndef HTTP_PRIVATE_H
#define HTTP_PRIVATE_H

#include <semaphore.h>
#include <stdatomic.h>

#include "form.h"
#include "server.h"

enum reply_kind { REPLY_NONE, REPLY_BUFFER, REPLY_STATIC, REPLY_FILE, REPLY_STREAM, REPLY_EVENTS };

/* Who has the exchange. RUNNING -> SLEEPING when a handler answers later, -> FINISHED by http_finish from either;
 * SLEEPING -> DROPPED when the server gives up on it, and then http_finish frees it. */
enum turn { TURN_RUNNING, TURN_SLEEPING, TURN_FINISHED, TURN_DROPPED };

struct http_private {
    /* the request */
    uint64_t body_limit, most_file, received;
    bool wants_form, begun;
    bool unseen; /* the owner is not told of its end */
    struct form *form_reader;
    struct buf body;

    /* the reply */
    enum reply_kind kind;
    const char *type;
    struct http_pairs headers;
    struct buf out;
    struct str fixed;
    int fd;
    uint64_t size, from, count;
    http_pull *pull;
    void (*close)(void *);
    void *close_ctx;
    struct http_events *events;
    bool prepared;

    /* its life */
    atomic_int turn;
    void (*wake)(struct http_exchange *x, enum turn before, void *link);
    sem_t finished;        /* calls without a socket */
    struct keeper *keeper; /* NULL without a socket */
    void *link;            /* the server's */
    int64_t began_us, whole_us;
};

struct http_exchange *exchange_new(const struct http_config *config);
void exchange_free(struct http_exchange *x); /* owner's done first */
void exchange_drop_reply(struct http_exchange *x);
void exchange_close_stream(struct http_exchange *x);

/* Fills what follows from method, target and headers, and asks the owner. -1: the reply is made already. */
int step_begin(struct http_exchange *x);
int step_body(struct http_exchange *x, struct str bytes);
int step_end(struct http_exchange *x);        /* HTTP_DONE or HTTP_LATER */
void step_exhausted(struct http_exchange *x); /* memory ran out: a reply that needs none */

/* Turns the reply into its final form: ranges, compression, headers that go with every reply. */
void reply_prepare(struct http_exchange *x);

#endif

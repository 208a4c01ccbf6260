/*
 * The inside of tls.c: a connection, which knows how to take its turn, and the loop that gives it one. All of a
 * connection is done on its loop's thread.
 */
#ifndef HTTP_TLS_PRIVATE_H
#define HTTP_TLS_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "buf.h"
#include "tls.h"

#define TLS_RECORD 16384u /* bytes of the largest record */

enum stage { STAGE_HANDSHAKE, STAGE_OPEN, STAGE_GOODBYE, STAGE_LINGER };

struct conn {
    struct conn *next, *prev;
    struct conn *again; /* has more to do at once */
    bool is_again;
    struct loop *loop;
    int raw, inner; /* to the client; our end of the pair, -1 until the handshake is done */
    gnutls_session_t session;
    struct tls_keys *keys;
    enum stage stage;
    struct buf up;    /* decrypted, and not taken by the server yet */
    bool up_ended;    /* the client sends no more */
    bool down_unsent; /* libgnutls still has part of a record for the client */
    msec deadline;    /* 0: the server behind looks after it */
    struct sockaddr_storage address;
    socklen_t address_size;
};

struct loop {
    struct tls *tls;
    pthread_t thread;
    int epoll, wake;
    struct conn *conns;
    struct conn *again;
};

struct tls {
    struct tls_config config;
    pthread_mutex_t lock; /* over keys */
    struct tls_keys *keys;
    atomic_bool quiet, stop;
    atomic_uint nconns, unfinished;
    _Atomic int64_t handshakes, failed;
    unsigned nloops;
    struct loop loops[];
};

bool tls_watch(const struct loop *l, int fd, struct conn *c); /* events of either descriptor give c a turn */
bool tls_turn(struct conn *c);                                /* whatever can be done now; false: it is over */

#endif

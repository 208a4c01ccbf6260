/*
 * TLS in front of the server: connections are accepted and decrypted here, and each is passed on through a pair of
 * sockets as if it had come in the clear. So everything behind (deadlines, refusals in the middle of a body, event
 * streams that leave libmicrohttpd) has a plain socket whatever the client speaks. TLS 1.2 and 1.3; HTTP/1.1.
 *
 * The certificate may be exchanged at any time: connections that are open keep the one they began with.
 */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include <gnutls/gnutls.h>
#include <sys/socket.h>

#include "day.h"
#include "err.h"

/* -- certificate and key, tls_keys.c ---------------------------------------------------------------- */

struct tls_keys; /* counted: a session holds the ones it uses */

int tls_keys_load(struct tls_keys **ret, const char *cert_file, const char *key_file, struct err *err);
struct tls_keys *tls_keys_ref(struct tls_keys *k);
void tls_keys_unref(struct tls_keys *k);                                 /* NULL is fine */
int tls_keys_session(struct tls_keys *k, int fd, gnutls_session_t *ret); /* a new server session on fd, or -1 */
msec tls_keys_expire(const struct tls_keys *k);                          /* when the certificate ends to be valid */
bool tls_keys_changed(const struct tls_keys *k);                         /* do the files differ from what was loaded? */

/* -- connections ------------------------------------------------------------------------------------ */

struct tls;

struct tls_config {
    const char *cert_file, *key_file;
    int listen_fd;
    unsigned threads, max_connections;
    msec handshake_time, stall_time;
    void *ctx;
    /* The other end of the pair and the client's address; takes the descriptor over, also when it says no. */
    bool (*pass)(void *ctx, int fd, const struct sockaddr *address, socklen_t size);
};

struct tls_stats {
    int64_t handshakes, failed; /* so far */
    unsigned unfinished;        /* handshakes under way */
    msec expires;
};

int tls_start(struct tls **ret, const struct tls_config *config, struct err *err);
void tls_quiesce(struct tls *t); /* accepts no more */
void tls_stop(struct tls *t);    /* after everything behind has closed; what is on its way out gets a little time */

/* Loads the files anew, if they changed or `always`; on failure everything stays as it was. */
int tls_reload(struct tls *t, bool always, struct err *err);
void tls_look(struct tls *t, struct tls_stats *ret);

#endif

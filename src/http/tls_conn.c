#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "diag.h"
#include "tls_private.h"

#define TURN 32                  /* records a connection moves before others have their turn */
#define LINGER_TIME (1 * SECOND) /* for the client to close after we said goodbye */

static bool pass_on(struct conn *c)
{
    const struct tls_config *config = &c->loop->tls->config;
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
        return false;
    c->inner = pair[0];
    return tls_watch(c->loop, c->inner, c) &&
           config->pass(config->ctx, pair[1], (struct sockaddr *)&c->address, c->address_size);
}

/* 1 done, 0 not yet, -1 over. */
static int shake_hands(struct conn *c)
{
    struct tls *t = c->loop->tls;
    int r = gnutls_handshake(c->session);

    while (r < 0 && r != GNUTLS_E_AGAIN && !gnutls_error_is_fatal(r))
        r = gnutls_handshake(c->session);
    if (r == GNUTLS_E_AGAIN)
        return 0;
    if (r < 0) {
        atomic_fetch_add(&t->failed, 1);
        diag(DIAG_DEBUG, "tls: handshake failed reason=\"%s\"", gnutls_strerror(r));
        gnutls_alert_send_appropriate(c->session, r);
        return -1;
    }
    atomic_fetch_add(&t->handshakes, 1);
    atomic_fetch_sub(&t->unfinished, 1);
    c->stage = STAGE_OPEN;
    c->deadline = 0;
    return pass_on(c) ? 1 : -1;
}

static void end_up(struct conn *c)
{
    c->up_ended = true;
    shutdown(c->inner, SHUT_WR);
}

/* What was decrypted goes to the server. false when it takes no more. */
static bool flush_up(struct conn *c)
{
    while (c->up.n) {
        ssize_t n = send(c->inner, c->up.p, c->up.n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return false;
        if (n < 0) { /* it has closed: what the client still says is read and forgotten */
            buf_reset(&c->up);
            return true;
        }
        memmove(c->up.p, c->up.p + n, c->up.n - (size_t)n);
        c->up.n -= (size_t)n;
    }
    if (c->up_ended)
        shutdown(c->inner, SHUT_WR);
    return true;
}

/* From the client to the server, one record. 1 moved, 0 nothing to be had, -1 the client is gone. */
static int move_up(struct conn *c)
{
    char record[TLS_RECORD];

    if (!flush_up(c) || c->up_ended)
        return 0;
    ssize_t n = gnutls_record_recv(c->session, record, sizeof(record));
    if (n == GNUTLS_E_AGAIN)
        return 0;
    if (n == 0) {
        end_up(c);
        return 0;
    }
    if (n < 0)
        return gnutls_error_is_fatal((int)n) ? -1 : 1;
    if (c->stage != STAGE_OPEN)
        return 1;
    buf_add(&c->up, record, (size_t)n);
    if (!buf_ok(&c->up))
        return -1;
    if (flush_up(c) && c->up.room > TLS_RECORD)
        buf_clear(&c->up);
    return 1;
}

/* Waiting data of libgnutls first: 1 it is gone, 0 the client takes no more, -1 the client is gone. */
static int flush_down(struct conn *c)
{
    while (c->down_unsent) {
        ssize_t n = gnutls_record_send(c->session, NULL, 0);
        if (n == GNUTLS_E_INTERRUPTED)
            continue;
        if (n == GNUTLS_E_AGAIN)
            return 0;
        if (n < 0)
            return -1;
        c->down_unsent = false;
        c->deadline = 0;
    }
    return 1;
}

/* From the server to the client, one record. 1 moved, 0 nothing to do, -1 the client is gone, -2 the server closed. */
static int move_down(struct conn *c)
{
    char record[TLS_RECORD];
    int r = flush_down(c);

    if (r < 1)
        return r;
    ssize_t n = recv(c->inner, record, sizeof(record), MSG_DONTWAIT);
    if (n < 0 && errno == EINTR)
        return 1;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return 0;
    if (n <= 0)
        return -2;
    ssize_t sent = gnutls_record_send(c->session, record, (size_t)n);
    if (sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED) {
        c->down_unsent = true;
        c->deadline = clock_monotonic() + c->loop->tls->config.stall_time;
        return sent == GNUTLS_E_INTERRUPTED;
    }
    return sent < 0 ? -1 : 1;
}

/* Everything was said; the client shall read it, and then close. */
static bool say_goodbye(struct conn *c)
{
    int r = gnutls_bye(c->session, GNUTLS_SHUT_WR);

    if (r == GNUTLS_E_AGAIN || r == GNUTLS_E_INTERRUPTED)
        return true;
    shutdown(c->raw, SHUT_WR);
    c->stage = STAGE_LINGER;
    c->deadline = clock_monotonic() + LINGER_TIME;
    return r == 0;
}

static bool linger(struct conn *c)
{
    char unwanted[TLS_RECORD];
    ssize_t n;

    while ((n = recv(c->raw, unwanted, sizeof(unwanted), MSG_DONTWAIT)) > 0)
        ;
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

static void come_again(struct conn *c)
{
    if (c->is_again)
        return;
    c->is_again = true;
    c->again = c->loop->again;
    c->loop->again = c;
}

/* Whatever can be done now. false when the connection is over. */
bool tls_turn(struct conn *c)
{
    if (c->stage == STAGE_HANDSHAKE) {
        int r = shake_hands(c);
        if (r < 1)
            return r == 0;
    }
    for (int i = 0; c->stage == STAGE_OPEN; i++) {
        if (i == TURN) {
            come_again(c);
            return true;
        }
        int down = move_down(c), up = down == -1 ? 0 : move_up(c);
        if (down == -1 || up == -1)
            return false;
        if (down == -2) {
            c->stage = STAGE_GOODBYE;
            c->deadline = clock_monotonic() + c->loop->tls->config.stall_time;
        } else if (down == 0 && up == 0) {
            return true;
        }
    }
    if (c->stage == STAGE_GOODBYE && !say_goodbye(c))
        return false;
    return c->stage != STAGE_LINGER || linger(c);
}

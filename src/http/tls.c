#include "tls.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "buf.h"
#include "diag.h"

#define RECORD 16384u            /* bytes of the largest TLS record */
#define TURN 32                  /* records a connection moves before others have their turn */
#define ROUND 1000               /* milliseconds between two looks at the deadlines */
#define LINGER_TIME (1 * SECOND) /* for the client to close after we said goodbye */
#define STOP_TIME (3 * SECOND)
#define BATCH 128

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

static char end_mark, wake_mark; /* for epoll, beside connections: the listening socket, the eventfd */

/* -- one connection --------------------------------------------------------------------------------- */

static void conn_free(struct conn *c)
{
    struct loop *l = c->loop;
    struct tls *t = l->tls;

    if (c->stage == STAGE_HANDSHAKE)
        atomic_fetch_sub(&t->unfinished, 1);
    if (c->prev)
        c->prev->next = c->next;
    else
        l->conns = c->next;
    if (c->next)
        c->next->prev = c->prev;
    gnutls_deinit(c->session);
    tls_keys_unref(c->keys);
    close(c->raw);
    if (c->inner >= 0)
        close(c->inner);
    buf_clear(&c->up);
    free(c);
    atomic_fetch_sub(&t->nconns, 1);
}

static bool watch(const struct loop *l, int fd, struct conn *c)
{
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};

    return epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e) == 0;
}

static bool pass_on(struct conn *c)
{
    const struct tls_config *config = &c->loop->tls->config;
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
        return false;
    c->inner = pair[0];
    return watch(c->loop, c->inner, c) &&
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
    char record[RECORD];

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
    if (flush_up(c) && c->up.room > RECORD)
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
    char record[RECORD];
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
    char unwanted[RECORD];
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
static bool turn(struct conn *c)
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

/* -- the loop --------------------------------------------------------------------------------------- */

static void welcome(struct loop *l, int fd, const struct sockaddr_storage *address, socklen_t size)
{
    struct tls *t = l->tls;
    struct conn *c = calloc(1, sizeof(*c));
    int on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (c) {
        pthread_mutex_lock(&t->lock);
        c->keys = tls_keys_ref(t->keys);
        pthread_mutex_unlock(&t->lock);
    }
    if (!c || tls_keys_session(c->keys, fd, &c->session) < 0) {
        if (c)
            tls_keys_unref(c->keys);
        free(c);
        close(fd);
        return;
    }
    c->loop = l;
    c->raw = fd;
    c->inner = -1;
    c->address = *address;
    c->address_size = size;
    c->deadline = clock_monotonic() + t->config.handshake_time;
    buf_init(&c->up, (size_t)4 * RECORD);
    c->next = l->conns;
    if (c->next)
        c->next->prev = c;
    l->conns = c;
    atomic_fetch_add(&t->nconns, 1);
    atomic_fetch_add(&t->unfinished, 1);
    if (!watch(l, fd, c))
        conn_free(c);
}

static void accept_some(struct loop *l)
{
    struct tls *t = l->tls;

    for (int i = 0; i < BATCH && !atomic_load(&t->quiet); i++) {
        struct sockaddr_storage address = {0};
        socklen_t size = sizeof(address);
        int fd = accept4(t->config.listen_fd, (struct sockaddr *)&address, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0)
            return;
        if (atomic_load(&t->nconns) >= t->config.max_connections)
            close(fd);
        else
            welcome(l, fd, &address, size);
    }
}

static void cut_late(struct loop *l, msec now)
{
    for (struct conn *c = l->conns, *next; c; c = next) {
        next = c->next;
        if (c->deadline && now > c->deadline && !c->is_again)
            conn_free(c);
    }
}

static void take_turns_again(struct loop *l)
{
    struct conn *list = l->again;

    l->again = NULL;
    while (list) {
        struct conn *c = list;
        list = c->again;
        c->is_again = false;
        if (!turn(c))
            conn_free(c);
    }
}

/* A connection has two descriptors, and the first of them may end it. */
static void take_turns(struct loop *l, const struct epoll_event *happened, int n)
{
    struct conn *done[BATCH];
    int ndone = 0;

    for (int i = 0; i < n; i++) {
        struct conn *c = happened[i].data.ptr;
        bool over = false;
        for (int k = 0; k < ndone && !over; k++)
            over = done[k] == c;
        if ((void *)c == &end_mark) {
            accept_some(l);
        } else if ((void *)c == &wake_mark) {
            uint64_t count;
            ssize_t got = read(l->wake, &count, sizeof(count));
            (void)got;
            if (atomic_load(&l->tls->quiet))
                epoll_ctl(l->epoll, EPOLL_CTL_DEL, l->tls->config.listen_fd, NULL);
        } else if (!over && !c->is_again && !turn(c)) {
            done[ndone++] = c;
            conn_free(c);
        }
    }
}

static void *run(void *arg)
{
    struct loop *l = arg;
    struct epoll_event happened[BATCH];
    msec next_round = 0, until = 0;

    for (;;) {
        int n = epoll_wait(l->epoll, happened, BATCH, l->again ? 0 : ROUND);
        take_turns(l, happened, n);
        take_turns_again(l);
        msec now = clock_monotonic();
        if (atomic_load(&l->tls->stop)) {
            until = until ? until : now + STOP_TIME;
            if (!l->conns || now > until)
                break;
        }
        if (now >= next_round) {
            next_round = now + ROUND;
            cut_late(l, now);
        }
    }
    for (struct conn *c = l->conns, *next; c; c = next) {
        next = c->next;
        conn_free(c);
    }
    return NULL;
}

static void nudge(struct tls *t)
{
    uint64_t one = 1;

    for (unsigned i = 0; i < t->nloops; i++) {
        ssize_t n = write(t->loops[i].wake, &one, sizeof(one));
        (void)n;
    }
}

/* -- life ------------------------------------------------------------------------------------------- */

static bool loop_start(struct loop *l, struct tls *t)
{
    struct epoll_event listening = {.events = EPOLLIN | EPOLLEXCLUSIVE, .data.ptr = &end_mark};
    struct epoll_event waking = {.events = EPOLLIN, .data.ptr = &wake_mark};

    l->tls = t;
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    l->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (l->epoll >= 0 && l->wake >= 0 && epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->wake, &waking) == 0 &&
        epoll_ctl(l->epoll, EPOLL_CTL_ADD, t->config.listen_fd, &listening) == 0 &&
        pthread_create(&l->thread, NULL, run, l) == 0)
        return true;
    if (l->epoll >= 0)
        close(l->epoll);
    if (l->wake >= 0)
        close(l->wake);
    return false;
}

int tls_start(struct tls **ret, const struct tls_config *config, struct err *err)
{
    struct tls *t = calloc(1, sizeof(*t) + config->threads * sizeof(t->loops[0]));

    if (!t)
        return err_set(err, ERR_BUSY, "Out of memory.");
    t->config = *config;
    if (tls_keys_load(&t->keys, config->cert_file, config->key_file, err) < 0) {
        free(t);
        return -1;
    }
    pthread_mutex_init(&t->lock, NULL);
    fcntl(config->listen_fd, F_SETFL, fcntl(config->listen_fd, F_GETFL) | O_NONBLOCK);
    while (t->nloops < config->threads && loop_start(&t->loops[t->nloops], t))
        t->nloops++;
    if (t->nloops < config->threads) {
        int e = errno;
        tls_stop(t);
        return err_set(err, ERR_INTERNAL, "TLS cannot start: %s.", strerror(e));
    }
    *ret = t;
    return 0;
}

void tls_quiesce(struct tls *t)
{
    if (!atomic_exchange(&t->quiet, true))
        nudge(t);
}

void tls_stop(struct tls *t)
{
    atomic_store(&t->quiet, true);
    atomic_store(&t->stop, true);
    nudge(t);
    for (unsigned i = 0; i < t->nloops; i++) {
        pthread_join(t->loops[i].thread, NULL);
        close(t->loops[i].epoll);
        close(t->loops[i].wake);
    }
    tls_keys_unref(t->keys);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

int tls_reload(struct tls *t, bool always, struct err *err)
{
    struct tls_keys *fresh = NULL;

    pthread_mutex_lock(&t->lock);
    bool wanted = always || tls_keys_changed(t->keys);
    pthread_mutex_unlock(&t->lock);
    if (!wanted)
        return 0;
    if (tls_keys_load(&fresh, t->config.cert_file, t->config.key_file, err) < 0)
        return -1;
    pthread_mutex_lock(&t->lock);
    struct tls_keys *before = t->keys;
    t->keys = fresh;
    pthread_mutex_unlock(&t->lock);
    tls_keys_unref(before);
    diag(DIAG_INFO, "certificate loaded file=\"%s\"", t->config.cert_file);
    return 1;
}

void tls_look(struct tls *t, struct tls_stats *ret)
{
    pthread_mutex_lock(&t->lock);
    msec expires = tls_keys_expire(t->keys);
    pthread_mutex_unlock(&t->lock);
    *ret =
        (struct tls_stats){atomic_load(&t->handshakes), atomic_load(&t->failed), atomic_load(&t->unfinished), expires};
}

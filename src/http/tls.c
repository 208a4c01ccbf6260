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

#include "diag.h"
#include "tls_private.h"

#define ROUND 1000 /* milliseconds between two looks at the deadlines */
#define STOP_TIME (3 * SECOND)
#define BATCH 128

static char end_mark, wake_mark; /* for epoll, beside connections: the listening socket, the eventfd */

/* -- connections come and go --------------------------------------------------------------------------------------- */

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

bool tls_watch(const struct loop *l, int fd, struct conn *c)
{
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};

    return epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e) == 0;
}

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
    buf_init(&c->up, (size_t)4 * TLS_RECORD);
    c->next = l->conns;
    if (c->next)
        c->next->prev = c;
    l->conns = c;
    atomic_fetch_add(&t->nconns, 1);
    atomic_fetch_add(&t->unfinished, 1);
    if (!tls_watch(l, fd, c))
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

/* -- the loop --------------------------------------------------------------------------------------- */

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
        if (!tls_turn(c))
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
        } else if (!over && !c->is_again && !tls_turn(c)) {
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

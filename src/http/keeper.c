#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "stream.h"

#define ROUND 1000 /* milliseconds between two looks at the deadlines */
#define BATCH 256

struct keeper {
    pthread_t thread;
    int epoll, wake;
    atomic_bool stop, ending;
    atomic_uint nstreams, nlate;
    unsigned max_streams;
    pthread_mutex_t lock; /* over the two lists */
    struct sock *socks;
    struct http_events *streams;
};

static void nudge(struct keeper *k)
{
    uint64_t one = 1;
    ssize_t n = write(k->wake, &one, sizeof(one));

    (void)n; /* a full counter wakes as well */
}

/* -- deadlines ---------------------------------------------------------------------------------- */

void keeper_watch(struct keeper *k, struct sock *s)
{
    pthread_mutex_lock(&k->lock);
    bool first = !k->socks && !k->streams;
    s->prev = NULL;
    s->next = k->socks;
    if (s->next)
        s->next->prev = s;
    k->socks = s;
    pthread_mutex_unlock(&k->lock);
    if (first)
        nudge(k);
}

void keeper_forget(struct keeper *k, struct sock *s)
{
    pthread_mutex_lock(&k->lock);
    if (s->prev)
        s->prev->next = s->next;
    else
        k->socks = s->next;
    if (s->next)
        s->next->prev = s->prev;
    pthread_mutex_unlock(&k->lock);
}

static void cut_late(struct keeper *k, msec now)
{
    static const char too_late[] = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

    pthread_mutex_lock(&k->lock);
    for (struct sock *s = k->socks; s; s = s->next) {
        msec deadline = atomic_load(&s->deadline);
        if (!deadline || now < deadline)
            continue;
        /* Unless the connection moved on in this very moment. */
        if (!atomic_compare_exchange_strong(&s->deadline, &deadline, 0))
            continue;
        atomic_store(&s->expired, true);
        atomic_fetch_add(&k->nlate, 1);
        if (atomic_load(&s->in_body)) {
            ssize_t n = send(s->fd, too_late, sizeof(too_late) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
            (void)n;
        }
        shutdown(s->fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&k->lock);
}

/* -- streams ------------------------------------------------------------------------------------ */

bool keeper_take_room(struct keeper *k)
{
    if (!atomic_load(&k->ending) && atomic_fetch_add(&k->nstreams, 1) < k->max_streams)
        return true;
    keeper_give_room(k);
    return false;
}

void keeper_give_room(struct keeper *k)
{
    atomic_fetch_sub(&k->nstreams, 1);
}

unsigned keeper_streams(struct keeper *k)
{
    return atomic_load(&k->nstreams);
}

unsigned keeper_late(struct keeper *k)
{
    return atomic_load(&k->nlate);
}

static void unlink_stream(struct keeper *k, struct http_events *s)
{
    pthread_mutex_lock(&k->lock);
    if (s->prev)
        s->prev->next = s->next;
    else
        k->streams = s->next;
    if (s->next)
        s->next->prev = s->prev;
    pthread_mutex_unlock(&k->lock);
}

int keeper_serve(struct keeper *k, struct http_events *s)
{
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = s};

    pthread_mutex_lock(&k->lock);
    /* Inside the lock: the stream may be over at once, and the thread unlinks it then. */
    int r = atomic_load(&k->ending) ? -1 : epoll_ctl(k->epoll, EPOLL_CTL_ADD, s->fd, &e);
    if (r == 0) {
        s->prev = NULL;
        s->next = k->streams;
        if (s->next)
            s->next->prev = s;
        k->streams = s;
    }
    pthread_mutex_unlock(&k->lock);
    nudge(k);
    return r;
}

static void drop_stream(struct keeper *k, struct http_events *s)
{
    epoll_ctl(k->epoll, EPOLL_CTL_DEL, s->fd, NULL);
    unlink_stream(k, s);
    stream_free(s);
}

/* Only this thread unlinks streams, so the list can be walked between two holds of the lock. */
static void check_streams(struct keeper *k, msec now, bool end)
{
    pthread_mutex_lock(&k->lock);
    struct http_events *s = k->streams;
    pthread_mutex_unlock(&k->lock);
    while (s) {
        pthread_mutex_lock(&k->lock);
        struct http_events *next = s->next;
        pthread_mutex_unlock(&k->lock);
        if (end || !stream_check(s, now))
            drop_stream(k, s);
        s = next;
    }
}

static void *run(void *arg)
{
    struct keeper *k = arg;
    struct epoll_event happened[BATCH];
    msec next_round = 0;

    while (!atomic_load(&k->stop)) {
        pthread_mutex_lock(&k->lock);
        bool idle = !k->socks && !k->streams;
        pthread_mutex_unlock(&k->lock);
        int n = epoll_wait(k->epoll, happened, BATCH, idle ? -1 : ROUND);
        for (int i = 0; i < n; i++) {
            struct http_events *s = happened[i].data.ptr;
            uint64_t count;
            if (!s) {
                ssize_t got = read(k->wake, &count, sizeof(count));
                (void)got;
            } else if (!stream_turn(s, happened[i].events)) {
                drop_stream(k, s);
            }
        }
        if (atomic_load(&k->ending))
            check_streams(k, 0, /* end= */ true);
        msec now = clock_monotonic();
        if (now < next_round)
            continue;
        next_round = now + ROUND;
        cut_late(k, now);
        check_streams(k, now, /* end= */ false);
    }
    check_streams(k, 0, /* end= */ true);
    return NULL;
}

/* -- life --------------------------------------------------------------------------------------- */

struct keeper *keeper_new(unsigned max_streams)
{
    struct keeper *k = calloc(1, sizeof(*k));
    struct epoll_event e = {.events = EPOLLIN};

    if (!k)
        return NULL;
    k->max_streams = max_streams;
    pthread_mutex_init(&k->lock, NULL);
    k->epoll = epoll_create1(EPOLL_CLOEXEC);
    k->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (k->epoll >= 0 && k->wake >= 0 && epoll_ctl(k->epoll, EPOLL_CTL_ADD, k->wake, &e) == 0 &&
        pthread_create(&k->thread, NULL, run, k) == 0)
        return k;
    if (k->epoll >= 0)
        close(k->epoll);
    if (k->wake >= 0)
        close(k->wake);
    free(k);
    return NULL;
}

void keeper_end_streams(struct keeper *k)
{
    atomic_store(&k->ending, true);
    nudge(k);
}

void keeper_free(struct keeper *k)
{
    atomic_store(&k->ending, true);
    atomic_store(&k->stop, true);
    nudge(k);
    pthread_join(k->thread, NULL);
    close(k->epoll);
    close(k->wake);
    pthread_mutex_destroy(&k->lock);
    free(k);
}

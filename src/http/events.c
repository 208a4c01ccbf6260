#include "events.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ceilings.h"
#include "private.h"
#include "stream.h"

#define STALLED_TIME (60 * SECOND)
#define LINGER_TIME (5 * SECOND)
#define SOCKET_BUFFER (128 << 10)

struct http_events *stream_new(struct keeper *k, void (*on_close)(void *), void *ctx)
{
    if (k && !keeper_take_room(k))
        return NULL;
    struct http_events *s = calloc(1, sizeof(*s));
    if (!s) {
        if (k)
            keeper_give_room(k);
        return NULL;
    }
    pthread_mutex_init(&s->lock, NULL);
    s->keeper = k;
    s->fd = -1;
    s->on_close = on_close;
    s->ctx = ctx;
    buf_init(&s->waiting, MAX_STREAM_BUFFER);
    return s;
}

void stream_free(struct http_events *s)
{
    struct keeper *k = s->keeper;

    pthread_mutex_lock(&s->lock);
    s->over = true;
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
    pthread_mutex_unlock(&s->lock);
    if (s->on_close)
        s->on_close(s->ctx);
    pthread_mutex_destroy(&s->lock);
    buf_clear(&s->waiting);
    free(s);
    if (k)
        keeper_give_room(k);
}

void stream_abandon(struct http_events *s)
{
    stream_free(s);
}

/* All of the functions below hold the stream's lock. */

static void give_up(struct http_events *s)
{
    s->over = true;
    if (s->fd >= 0)
        shutdown(s->fd, SHUT_RDWR); /* wakes the keeper */
}

/* How many bytes the socket took; it may be none. */
static size_t offer(struct http_events *s, struct str bytes)
{
    size_t done = 0;

    while (done < bytes.n) {
        ssize_t n = send(s->fd, bytes.p + done, bytes.n - done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            if (errno != EAGAIN && errno != EWOULDBLOCK)
                give_up(s);
            break;
        }
        done += (size_t)n;
    }
    return done;
}

static void keep(struct http_events *s, struct str bytes)
{
    if (!bytes.n || s->over)
        return;
    if (s->sent) {
        s->waiting.n -= s->sent;
        memmove(s->waiting.p, s->waiting.p + s->sent, s->waiting.n);
        s->sent = 0;
    }
    if (!s->waiting.n)
        s->stalled_since = clock_monotonic();
    buf_str(&s->waiting, bytes);
    if (!buf_ok(&s->waiting))
        give_up(s);
}

static void flush(struct http_events *s)
{
    struct str rest = str_from(buf_view(&s->waiting), s->sent);
    size_t n = s->over || s->fd < 0 ? 0 : offer(s, rest);

    if (n) {
        s->sent += n;
        s->stalled_since = clock_monotonic();
    }
    if (s->waiting.n && s->sent == s->waiting.n) {
        buf_clear(&s->waiting); /* an idle stream keeps no buffer */
        s->sent = 0;
    }
    if (!s->ending || s->waiting.n || s->fd < 0 || s->linger_until)
        return;
    if (s->lingers) {
        shutdown(s->fd, SHUT_WR);
        s->linger_until = clock_monotonic() + LINGER_TIME;
    } else {
        give_up(s);
    }
}

bool http_events_push(struct http_events *s, struct str bytes)
{
    pthread_mutex_lock(&s->lock);
    bool open = !s->over && !s->ending;
    if (open) {
        size_t n = s->fd >= 0 && !s->waiting.n ? offer(s, bytes) : 0;
        keep(s, str_from(bytes, n));
        open = !s->over;
    }
    pthread_mutex_unlock(&s->lock);
    return open;
}

void http_events_close(struct http_events *s)
{
    pthread_mutex_lock(&s->lock);
    s->ending = true;
    flush(s);
    pthread_mutex_unlock(&s->lock);
}

int stream_start(struct http_events *s, int fd, struct str head)
{
    int on = 1, off = 0, room = SOCKET_BUFFER, patience = (int)STALLED_TIME;

    setsockopt(fd, IPPROTO_TCP, TCP_CORK, &off, sizeof(off));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof(patience)); /* a peer that vanished */
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
    pthread_mutex_lock(&s->lock);
    s->fd = fd;
    /* What was pushed before stays behind the head: a fresh socket takes a head whole, or is broken. */
    size_t n = offer(s, head);
    if (n < head.n && s->waiting.n)
        give_up(s);
    keep(s, str_from(head, n));
    flush(s);
    pthread_mutex_unlock(&s->lock);
    if (keeper_serve(s->keeper, s) < 0) {
        stream_free(s);
        return -1;
    }
    return 0;
}

bool stream_last_words(struct keeper *k, int fd, struct str bytes)
{
    struct http_events *s = stream_new(k, NULL, NULL);

    if (!s) {
        close(fd);
        return false;
    }
    s->lingers = true;
    s->ending = true;
    return stream_start(s, fd, bytes) == 0;
}

bool stream_turn(struct http_events *s, unsigned happened)
{
    pthread_mutex_lock(&s->lock);
    if (happened & EPOLLIN) {
        char unwanted[16384];
        ssize_t n;
        while ((n = recv(s->fd, unwanted, sizeof(unwanted), MSG_DONTWAIT)) > 0)
            ;
        if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
            give_up(s);
    }
    if (happened & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        s->over = true;
    flush(s);
    bool go_on = !s->over;
    pthread_mutex_unlock(&s->lock);
    return go_on;
}

bool stream_check(struct http_events *s, msec now)
{
    pthread_mutex_lock(&s->lock);
    if ((s->waiting.n && now - s->stalled_since > STALLED_TIME) || (s->linger_until && now > s->linger_until))
        give_up(s);
    bool go_on = !s->over;
    pthread_mutex_unlock(&s->lock);
    return go_on;
}

struct str http_events_taken(struct http_exchange *x)
{
    struct http_events *s = x->own->events;
    struct str taken = STR_NULL;

    if (!s)
        return taken;
    pthread_mutex_lock(&s->lock);
    taken = arena_str(x->arena, buf_view(&s->waiting));
    buf_reset(&s->waiting);
    pthread_mutex_unlock(&s->lock);
    return taken;
}

#include "feed.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "ceilings.h"
#include "diag.h"
#include "ring.h"

#define BATCH 500u /* items a subscriber gets from the log before others have their turn */

struct subscriber {
    struct subscriber *next, *prev;
    struct feed *feed;
    struct subscription is;
    int64_t seq;          /* the last item he has, or has been passed over for him; the feed's thread alone */
    unsigned refs;        /* the owner's, and the thread's while it works; under feed->lock */
    bool ended;           /* the feed's thread alone */
    pthread_mutex_t lock; /* over `gone`, held while calling back */
    bool gone;
};

struct feed {
    struct store *store;
    struct arena *arena; /* of one round */
    struct ring ring;    /* the thread's own */
    int64_t seq;         /* the last item put into the ring */
    struct feed_stats stats;
    pthread_t thread;
    bool started;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t wake;
    bool news, recheck, stop;
    uint64_t turns;
    struct subscriber *first;
    size_t n;
};

/* -- subscribers ------------------------------------------------------------------------------------ */

struct subscriber *feed_join(struct feed *f, const struct subscription *is)
{
    struct subscriber *s = calloc(1, sizeof(*s));

    if (!s)
        return NULL;
    *s = (struct subscriber){.feed = f, .is = *is, .seq = is->after, .refs = 1};
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_lock(&f->lock);
    bool open = !f->stop;
    if (open) {
        s->next = f->first;
        if (f->first)
            f->first->prev = s;
        f->first = s;
        f->n++;
        f->news = true;
        pthread_cond_signal(&f->wake);
    }
    pthread_mutex_unlock(&f->lock);
    if (open)
        return s;
    pthread_mutex_destroy(&s->lock);
    free(s);
    return NULL;
}

static void unref(struct subscriber *s)
{
    struct feed *f = s->feed;

    pthread_mutex_lock(&f->lock);
    bool last = --s->refs == 0;
    pthread_mutex_unlock(&f->lock);
    if (!last)
        return;
    s->is.free(s->is.ctx);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

void feed_leave(struct subscriber *s)
{
    struct feed *f = s->feed;

    pthread_mutex_lock(&s->lock);
    s->gone = true;
    pthread_mutex_unlock(&s->lock);
    pthread_mutex_lock(&f->lock);
    if (s->prev)
        s->prev->next = s->next;
    else
        f->first = s->next;
    if (s->next)
        s->next->prev = s->prev;
    f->n--;
    pthread_mutex_unlock(&f->lock);
    unref(s);
}

size_t feed_subscribers(struct feed *f)
{
    pthread_mutex_lock(&f->lock);
    size_t n = f->n;
    pthread_mutex_unlock(&f->lock);
    return n;
}

#define ROW(type, member, name, help) METRIC_ROW(struct feed_stats, type, member, name, help)
const struct metric feed_metrics[] = {FEED_METRICS(ROW)};
const size_t feed_metrics_n = COUNT(feed_metrics);

struct feed_stats *feed_stats(struct feed *f)
{
    return &f->stats;
}

void feed_measure(void *feed)
{
    struct feed *f = feed;

    metric_set(&f->stats.subscribers, (int64_t)feed_subscribers(f));
}

static void end(struct subscriber *s)
{
    if (s->ended)
        return;
    s->ended = true;
    pthread_mutex_lock(&s->lock);
    if (!s->gone)
        s->is.end(s->is.ctx);
    pthread_mutex_unlock(&s->lock);
}

static void push(struct subscriber *s, struct str bytes)
{
    bool taken;

    pthread_mutex_lock(&s->lock);
    taken = !s->gone && s->is.push(s->is.ctx, bytes);
    pthread_mutex_unlock(&s->lock);
    if (!taken)
        end(s);
}

/* -- bringing everybody up to date -------------------------------------------------------------------- */

struct round {
    struct feed *feed;
    struct txn *t;
    uint64_t number;
    bool check, beat;
};

static void offer(struct round *r, struct subscriber *s, const struct log_item *item, struct str event)
{
    struct err err = {0};
    int sees = s->is.sees(s->is.ctx, r->t, item, r->number, &err);

    s->seq = item->seq;
    if (sees < 0)
        end(s);
    else if (sees == 1)
        push(s, event);
}

static int from_log(struct round *r, struct subscriber *s, struct err *err)
{
    struct feed *f = r->feed;
    struct log_item item;
    struct rows *rows = log_since(r->t, s->seq, BATCH, err);
    int n = rows ? 0 : -1;
    unsigned count = 0;
    struct buf *event = buf_new(f->arena, MAX_REPLY);

    while (rows && !s->ended && (n = log_next(rows, &item, err)) == 1) {
        buf_reset(event);
        ring_event(event, &item);
        offer(r, s, &item, buf_view(event));
        count++;
    }
    rows_close(rows);
    if (n < 0)
        return -1;
    return count == BATCH;
}

/* 1 when there is more for him, 0 when he has all, -1. */
static int bring_forward(struct round *r, struct subscriber *s, struct err *err)
{
    struct feed *f = r->feed;

    if (s->seq >= f->seq || s->ended)
        return 0;
    if (!ring_reaches(&f->ring, s->seq))
        return from_log(r, s, err);
    for (const struct ring_item *i; !s->ended && (i = ring_after(&f->ring, s->seq));)
        offer(r, s, &i->item, i->event);
    s->seq = f->seq;
    return 0;
}

static int read_some(struct round *r, unsigned *ret_n, struct err *err)
{
    struct feed *f = r->feed;
    struct log_item item;
    struct rows *rows = log_since(r->t, f->seq, MAX_FEED_ITEMS, err);
    int n = rows ? 0 : -1;

    for (*ret_n = 0; rows && (n = log_next(rows, &item, err)) == 1; ++*ret_n) {
        ring_put(&f->ring, &item);
        f->seq = item.seq;
    }
    return n;
}

static int read_news(struct round *r, struct err *err)
{
    struct feed *f = r->feed;
    unsigned n;

    if (feed_subscribers(f) == 0) { /* whoever comes reads what he has missed from the log */
        if (log_last_seq(r->t, &f->seq, err) < 0)
            return -1;
        ring_begin(&f->ring, f->seq);
        return 0;
    }
    if (read_some(r, &n, err) < 0)
        return -1;
    if (n < MAX_FEED_ITEMS)
        return 0;
    /* There may be far more than the ring holds, and its beginning would only be thrown out again. */
    if (log_before_end(r->t, MAX_FEED_ITEMS, &f->seq, err) < 0)
        return -1;
    ring_begin(&f->ring, f->seq);
    return read_some(r, &n, err);
}

static int serve_one(struct round *r, struct subscriber *s, struct err *err)
{
    int still = r->check ? s->is.still(s->is.ctx, r->t, err) : 1;

    if (still < 1)
        end(s);
    int more = s->ended ? 0 : bring_forward(r, s, err);
    if (r->beat && !s->ended)
        push(s, S(": beat\n\n"));
    return more;
}

/* The subscribers as they are now, each kept alive until release. */
static struct subscriber **hold_all(struct feed *f, struct arena *a, size_t *ret_n)
{
    size_t room = feed_subscribers(f) + 16, n = 0;
    struct subscriber **all = NEW_ARRAY(a, struct subscriber *, room);

    pthread_mutex_lock(&f->lock);
    for (struct subscriber *s = f->first; s && n < room; s = s->next) {
        s->refs++;
        all[n++] = s;
    }
    pthread_mutex_unlock(&f->lock);
    *ret_n = n;
    return all;
}

struct turn {
    struct feed *feed;
    bool check, beat;
    uint64_t number;
    bool more;
};

static int take_turn(void *arg)
{
    struct turn *turn = arg;
    struct feed *f = turn->feed;
    struct err err = {0};
    struct round r = {.feed = f, .number = turn->number, .check = turn->check, .beat = turn->beat};
    size_t n;

    r.t = txn_read(f->store, f->arena, &err);
    int result = r.t ? read_news(&r, &err) : -1;
    struct subscriber **all = hold_all(f, f->arena, &n);
    for (size_t i = 0; i < n; i++) {
        struct err one = {0};
        int more = result < 0 ? 0 : serve_one(&r, all[i], &one);
        if (more < 0)
            diag(DIAG_WARN, "event stream: %s", one.msg);
        turn->more |= more == 1;
        unref(all[i]);
    }
    txn_end(r.t);
    metric_set(&f->stats.delivered, f->seq);
    metric_set(&f->stats.ring, (int64_t)f->ring.n);
    metric_set(&f->stats.ring_bytes, (int64_t)f->ring.bytes);
    metric_add(&f->stats.turns, 1);
    if (result < 0)
        diag(DIAG_WARN, "feed: %s", err.msg);
    return result;
}

static void *run(void *arg)
{
    struct feed *f = arg;
    msec beat_at = clock_monotonic() + FEED_BEAT;

    pthread_mutex_lock(&f->lock);
    while (!f->stop) {
        msec wait = beat_at - clock_monotonic();
        if (!f->news && !f->recheck && wait > 0) {
            struct timespec until;
            clock_gettime(CLOCK_MONOTONIC, &until);
            until.tv_sec += wait / 1000 + 1;
            pthread_cond_timedwait(&f->wake, &f->lock, &until);
            continue;
        }
        struct turn turn = {.feed = f, .beat = wait <= 0, .check = wait <= 0 || f->recheck};
        turn.number = ++f->turns;
        f->news = f->recheck = false;
        pthread_mutex_unlock(&f->lock);
        if (turn.beat)
            beat_at = clock_monotonic() + FEED_BEAT;
        if (arena_try(take_turn, &turn) < 0)
            turn.more = false;
        arena_reset(f->arena);
        pthread_mutex_lock(&f->lock);
        f->news |= turn.more;
    }
    pthread_mutex_unlock(&f->lock);
    return NULL;
}

/* -- coming and going ----------------------------------------------------------------------------------- */

int feed_new(struct feed **ret, struct store *store, struct err *err)
{
    struct feed *f = calloc(1, sizeof(*f));
    pthread_condattr_t attr;

    if (!f || !ring_init(&f->ring) || !(f->arena = arena_new(MAX_ARENA))) {
        feed_free(f);
        return err_set(err, ERR_BUSY, "There is no memory for the feed.");
    }
    f->store = store;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&f->wake, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&f->lock, NULL);
    struct txn *t = txn_read(store, f->arena, err);
    int result = t ? log_last_seq(t, &f->seq, err) : -1;
    ring_begin(&f->ring, f->seq);
    txn_end(t);
    metric_set(&f->stats.delivered, f->seq);
    f->started = result == 0 && pthread_create(&f->thread, NULL, run, f) == 0;
    if (result == 0 && !f->started)
        result = err_set(err, ERR_BUSY, "There is no thread for the feed.");
    if (result < 0) {
        feed_free(f);
        return -1;
    }
    *ret = f;
    return 0;
}

void feed_stop(struct feed *f)
{
    if (!f || !f->started)
        return;
    pthread_mutex_lock(&f->lock);
    f->stop = true;
    pthread_cond_signal(&f->wake);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->thread, NULL);
    f->started = false;
    size_t n;
    struct subscriber **all = hold_all(f, f->arena, &n);
    for (size_t i = 0; i < n; i++) {
        end(all[i]);
        unref(all[i]);
    }
}

void feed_free(struct feed *f)
{
    if (!f)
        return;
    feed_stop(f);
    ring_clear(&f->ring);
    arena_free(f->arena);
    free(f);
}

static void signal_to(struct feed *f, bool recheck)
{
    pthread_mutex_lock(&f->lock);
    f->news = true;
    f->recheck |= recheck;
    pthread_cond_signal(&f->wake);
    pthread_mutex_unlock(&f->lock);
}

void feed_wake(struct feed *f)
{
    signal_to(f, false);
}

void feed_recheck(struct feed *f)
{
    signal_to(f, true);
}

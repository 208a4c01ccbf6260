#include "conn.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "diag.h"

#define POOL_WAIT_MS 2000
#define READERS 16u /* connections to a server unless the configuration says otherwise, of readers … */
#define WRITERS 8u  /* … and of those who write */
#define BUSY_MS 10000
#define HOLD_MS 50 /* how long readers may be kept waiting for the end of those before them */

bool store_is_server(const char *url)
{
    return postgres_is_url(url);
}

static const struct backend *backend_for(const char *url, struct err *err)
{
    struct str u = str_of(url);

    if (!u.n) {
        err_set(err, ERR_INVALID, "Say where the database is.");
        return NULL;
    }
    return postgres_is_url(url) ? &backend_postgres : &backend_sqlite;
}

void cond_init_monotonic(pthread_cond_t *c)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(c, &attr);
    pthread_condattr_destroy(&attr);
}

static void store_free(struct store *s)
{
    for (struct conn *c = s->idle, *next; c; c = next) {
        next = c->next;
        conn_close(c);
    }
    executor_free(s);
    if (s->db)
        s->b->close(s->db);
    pthread_cond_destroy(&s->pool_freed);
    pthread_cond_destroy(&s->pool_quiet);
    pthread_cond_destroy(&s->wake);
    pthread_mutex_destroy(&s->pool_lock);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

int store_open(struct store **ret, const struct store_config *config, struct err *err)
{
    const struct backend *b = backend_for(config->url, err);

    if (!b)
        return -1;
    struct store *s = calloc(1, sizeof(*s));
    if (!s)
        return err_set(err, ERR_BUSY, "Out of memory.");
    s->b = b;
    s->trace = config->trace;
    queue_init(&s->writes);
    queue_init(&s->work);
    pthread_mutex_init(&s->pool_lock, NULL);
    pthread_mutex_init(&s->lock, NULL);
    cond_init_monotonic(&s->pool_freed);
    cond_init_monotonic(&s->pool_quiet);
    cond_init_monotonic(&s->wake);
    s->max_readers = config->readers && config->readers < MAX_READERS ? config->readers
                     : b->many_writers                                ? READERS
                                                                      : MAX_READERS;
    s->busy_ms = config->busy_ms ? config->busy_ms : BUSY_MS;
    s->nwriters = config->writers ? config->writers : WRITERS;
    if (b->open(&s->db, config, err) < 0 || executor_start(s, err) < 0) {
        store_free(s);
        return -1;
    }
    *ret = s;
    return 0;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    if (s->b->closing)
        s->b->closing(s->db);
    executor_stop(s);
    assert(s->nidle == s->nreaders); /* every txn_read was ended */
    store_free(s);
}

enum dialect store_dialect(const struct store *s)
{
    return s->b->dialect;
}

struct timespec in_msec(int64_t ms)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    int64_t nsec = t.tv_nsec + ms % 1000 * 1000000;
    return (struct timespec){.tv_sec = t.tv_sec + ms / 1000 + nsec / 1000000000, .tv_nsec = nsec % 1000000000};
}

/* -- read connections -------------------------------------------------------------------------- */

static struct conn *pool_pick(struct store *s)
{
    struct conn **at = &s->idle;

    for (struct conn **p = &s->idle; *p; p = &(*p)->next)
        if (pthread_equal((*p)->user, pthread_self())) {
            at = p;
            break;
        }
    struct conn *c = *at;
    if (c) {
        *at = c->next;
        s->nidle--;
    }
    return c;
}

/* The connection this thread had last, or any idle one, or a new one. */
static struct conn *pool_take(struct store *s, struct err *err)
{
    struct timespec until = in_msec(POOL_WAIT_MS);
    int waited = 0;

    pthread_mutex_lock(&s->pool_lock);
    metric_add(&s->stats.reads, 1);
    if (s->held || (!s->idle && s->nreaders >= s->max_readers))
        metric_add(&s->stats.read_waits, 1);
    while ((s->held || (!s->idle && s->nreaders >= s->max_readers)) && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&s->pool_freed, &s->pool_lock, &until);
    struct conn *c = pool_pick(s);
    bool fresh = !c && s->nreaders < s->max_readers;
    s->nreaders += fresh;
    pthread_mutex_unlock(&s->pool_lock);

    if (fresh && !(c = conn_open(s, CONN_READ, err))) {
        pthread_mutex_lock(&s->pool_lock);
        s->nreaders--;
        pthread_cond_signal(&s->pool_freed);
        pthread_cond_signal(&s->pool_quiet);
        pthread_mutex_unlock(&s->pool_lock);
        return NULL;
    }
    if (!c) {
        metric_add(&s->stats.read_refusals, 1);
        err_set(err, ERR_BUSY, "Too many readers at once.");
        err->retry_after = 1;
        return NULL;
    }
    c->user = pthread_self();
    return c;
}

static void pool_give(struct store *s, struct conn *c)
{
    bool broken = s->b->inside(c->raw);

    conn_tell(c, &s->stats);
    if (broken)
        conn_close(c);
    pthread_mutex_lock(&s->pool_lock);
    if (broken) {
        s->nreaders--;
    } else {
        c->next = s->idle;
        s->idle = c;
        s->nidle++;
    }
    pthread_cond_signal(s->held ? &s->pool_quiet : &s->pool_freed);
    pthread_mutex_unlock(&s->pool_lock);
}

bool pool_hold(struct store *s)
{
    struct timespec until = in_msec(HOLD_MS);
    int waited = 0;

    pthread_mutex_lock(&s->pool_lock);
    s->held = true;
    while (s->nidle < s->nreaders && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&s->pool_quiet, &s->pool_lock, &until);
    bool quiet = s->nidle == s->nreaders;
    pthread_mutex_unlock(&s->pool_lock);
    return quiet;
}

void pool_resume(struct store *s)
{
    pthread_mutex_lock(&s->pool_lock);
    s->held = false;
    pthread_cond_broadcast(&s->pool_freed);
    pthread_mutex_unlock(&s->pool_lock);
}

/* -- read transactions ------------------------------------------------------------------------- */

static void end_read(struct txn *t, bool keep)
{
    struct conn *c = t->conn;

    if (!c)
        return;
    t->conn = NULL;
    conn_quiet(c);
    if (c->b->limit)
        c->b->limit(c->raw, 0);
    c->watch = NULL;
    /* A reader has nothing to keep but temporary tables, and those only when he made them to the end. */
    struct err ignored = {0};
    if (!keep || t->spoilt || !c->b->inside(c->raw) || c->b->commit(c->raw, &ignored) < 0)
        c->b->rollback(c->raw);
    pool_give(t->store, c);
}

static void abandon_read(void *t)
{
    end_read(t, false);
}

struct txn *txn_read(struct store *s, struct arena *a, struct err *err)
{
    struct txn *t = NEW(a, struct txn);

    *t = (struct txn){.store = s, .arena = a};
    arena_defer(a, abandon_read, t); /* for whoever jumps away before txn_end; may jump itself, so it comes first */
    t->conn = pool_take(s, err);
    if (!t->conn)
        return NULL;
    t->conn->watch = arena_note(a);
    if (s->b->begin(t->conn->raw, err) < 0) {
        end_read(t, false);
        return NULL;
    }
    return t;
}

void txn_end(struct txn *t)
{
    if (!t)
        return;
    assert(!t->job); /* the writer ends its own */
    end_read(t, true);
}

void txn_spoil(struct txn *t)
{
    t->spoilt = true;
}

int txn_renew(struct txn *t, struct err *err)
{
    struct conn *c = t->conn;

    assert(c && !txn_writing(t));
    conn_quiet(c);
    if (c->b->commit(c->raw, err) < 0)
        return -1;
    return c->b->begin(c->raw, err);
}

void txn_limit(struct txn *t, msec ms)
{
    assert(t->conn && !txn_writing(t));
    if (t->conn->b->limit)
        t->conn->b->limit(t->conn->raw, clock_monotonic() + ms);
}

bool txn_writing(const struct txn *t)
{
    return t->job != NULL;
}

void txn_endp(struct txn **t)
{
    txn_end(*t);
}

struct arena *txn_arena(struct txn *t)
{
    return t->arena;
}

struct store *txn_store(struct txn *t)
{
    return t->store;
}

void txn_tell_first(struct txn *t)
{
    if (t->job)
        t->job->tell_first = true;
}

int64_t txn_count(struct txn *t)
{
    return ++t->count;
}

int txn_alone(struct txn *t, struct err *err)
{
    return t->store->b->alone ? t->store->b->alone(t->conn->raw, err) : 0;
}

enum dialect txn_dialect(const struct txn *t)
{
    return t->store->b->dialect;
}

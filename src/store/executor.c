/*
 * The writer: one thread, one connection. A batch begins with the first write that waits, takes those that come
 * while it runs, and ends with one commit for all of them. Each write has its savepoint, so one that fails takes back
 * its own changes only.
 */
#include "conn.h"

#include <assert.h>
#include <errno.h>
#include <time.h>

#include "ceilings.h"
#include "day.h"
#include "diag.h"

#define BATCH_JOBS 256u
#define BATCH_MS 8       /* a batch that has run so long commits before it takes another write */
#define WATCH_MS 250     /* how often an idle writer looks for commits of other processes */
#define COMPANY_MS 2000  /* having seen one, it leaves them room for so long */
#define ROOM_NS 1500000l /* between two batches, more than a waiting process sleeps between two tries */

static struct write_job *pop(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    struct write_job *job = s->first;
    if (job) {
        s->first = job->next;
        if (!s->first)
            s->last = &s->first;
        s->queued--;
    }
    pthread_mutex_unlock(&s->lock);
    return job;
}

static void call_hooks(struct store *s)
{
    struct hook hooks[MAX_HOOKS];

    pthread_mutex_lock(&s->lock);
    unsigned n = s->nhooks;
    for (unsigned i = 0; i < n; i++)
        hooks[i] = s->hooks[i];
    pthread_mutex_unlock(&s->lock);
    for (unsigned i = 0; i < n; i++)
        hooks[i].fn(hooks[i].ctx);
}

struct call {
    struct txn txn;
    struct write_job *job;
};

static int call_fn(void *arg)
{
    struct call *c = arg;

    return c->job->fn(&c->txn, c->job->arg, &c->job->err);
}

/* One write in its savepoint. -1 when the batch is lost with it; why is in `err`. */
static int run_job(struct store *s, struct write_job *job, struct err *err)
{
    const struct backend *b = s->b;
    struct back_conn *raw = s->writer->raw;
    struct call call = {.txn = {.store = s, .conn = s->writer, .arena = job->arena}, .job = job};

    job->result = -1;
    if (b->savepoint(raw, err) < 0)
        return -1;
    int r = arena_try(job->arena, call_fn, &call);
    if (r == ARENA_OOM) {
        err_set(&job->err, ERR_BUSY, "Out of memory.");
        job->err.retry_after = 1;
    } else if (r < 0 && job->err.code == ERR_NONE) {
        err_set(&job->err, ERR_INTERNAL, "The change failed without a reason.");
    }
    conn_quiet(s->writer);
    if (!b->inside(raw)) { /* a full disk and the like end the whole transaction */
        *err = job->err;
        if (err->code == ERR_NONE)
            err_set(err, ERR_INTERNAL, "The transaction was ended from inside.");
        return -1;
    }
    if (r < 0)
        return b->rollback_to(raw, err);
    if (b->release(raw, err) < 0)
        return -1;
    job->result = 0;
    return 0;
}

static void finish(struct write_job *job)
{
    while (job) {
        struct write_job *next = job->next; /* `done` may free the job */
        job->done(job);
        job = next;
    }
}

/* The database cannot be had: nobody who waits now shall wait that long again. */
static void refuse_all(struct store *s, const struct err *err)
{
    pthread_mutex_lock(&s->lock);
    struct write_job *jobs = s->first;
    s->first = NULL;
    s->last = &s->first;
    s->queued = 0;
    pthread_mutex_unlock(&s->lock);
    for (struct write_job *job = jobs; job; job = job->next) {
        job->result = -1;
        job->err = *err;
    }
    finish(jobs);
}

/* True when something was committed. */
static bool run_batch(struct store *s)
{
    const struct backend *b = s->b;
    struct back_conn *raw = s->writer->raw;
    struct write_job *jobs = NULL, **last = &jobs, *job;
    unsigned kept = 0, n = 0;
    struct err err = {0};

    if (b->begin(raw, &err) < 0) {
        b->rollback(raw);
        refuse_all(s, &err);
        return false;
    }
    msec start = clock_monotonic();
    bool lost = false;
    do {
        if (!(job = pop(s)))
            break;
        job->next = NULL;
        *last = job;
        last = &job->next;
        lost = run_job(s, job, &err) < 0;
        kept += job->result == 0;
    } while (!lost && ++n < BATCH_JOBS && clock_monotonic() - start < BATCH_MS);

    if (!lost)
        lost = b->commit(raw, &err) < 0;
    if (lost) {
        b->rollback(raw);
        for (job = jobs; job; job = job->next)
            if (job->result == 0 || job->err.code == ERR_NONE) {
                job->result = -1;
                job->err = err;
            }
    }
    finish(jobs);
    return !lost && kept > 0;
}

static void tidy(struct store *s)
{
    if (!s->b->tidy(s->writer->raw, false))
        return;
    if (pool_hold(s))
        s->b->tidy(s->writer->raw, true);
    pool_resume(s);
}

static void *writer_main(void *arg)
{
    struct store *s = arg;
    msec company_until = 0;

    pthread_mutex_lock(&s->lock);
    for (;;) {
        while (!s->first && !s->stop) {
            struct timespec until = in_msec(WATCH_MS);
            if (pthread_cond_timedwait(&s->wake, &s->lock, &until) == ETIMEDOUT)
                break;
        }
        bool work = s->first != NULL;
        if (!work && s->stop)
            break;
        pthread_mutex_unlock(&s->lock);

        bool moved = s->b->moved(s->writer->raw);
        if (moved)
            company_until = clock_monotonic() + COMPANY_MS;
        if (work && clock_monotonic() < company_until)
            nanosleep(&(struct timespec){.tv_nsec = ROOM_NS}, NULL);
        bool committed = work && run_batch(s);
        if (moved || committed)
            call_hooks(s);
        if (committed)
            tidy(s);
        pthread_mutex_lock(&s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

int executor_start(struct store *s, struct err *err)
{
    s->b->moved(s->writer->raw);
    if (pthread_create(&s->thread, NULL, writer_main, s) != 0)
        return err_set(err, ERR_BUSY, "The writer thread cannot be started.");
    return 0;
}

void executor_stop(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
}

void store_on_commit(struct store *s, void (*hook)(void *ctx), void *ctx)
{
    pthread_mutex_lock(&s->lock);
    assert(s->nhooks < MAX_HOOKS);
    s->hooks[s->nhooks++] = (struct hook){hook, ctx};
    pthread_mutex_unlock(&s->lock);
}

int store_submit(struct store *s, struct write_job *job, struct err *err)
{
    pthread_mutex_lock(&s->lock);
    bool full = s->stop || s->queued >= MAX_WRITE_QUEUE;
    if (!full) {
        job->next = NULL;
        err_clear(&job->err);
        *s->last = job;
        s->last = &job->next;
        s->queued++;
        pthread_cond_signal(&s->wake);
    }
    pthread_mutex_unlock(&s->lock);
    if (!full)
        return 0;
    err_set(err, ERR_BUSY, "Too many changes are waiting to be written.");
    err->retry_after = 1;
    return -1;
}

struct waiting {
    struct write_job job; /* first, so that `done` finds the rest */
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool finished;
};

static void wake_waiting(struct write_job *job)
{
    struct waiting *w = (struct waiting *)job;

    pthread_mutex_lock(&w->lock);
    w->finished = true;
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
}

int store_write(struct store *s, struct arena *a, write_fn *fn, void *arg, struct err *err)
{
    struct waiting w = {.job = {.arena = a, .fn = fn, .arg = arg, .done = wake_waiting}};

    assert(!pthread_equal(pthread_self(), s->thread)); /* it would wait for itself */
    pthread_mutex_init(&w.lock, NULL);
    pthread_cond_init(&w.cond, NULL);
    int r = store_submit(s, &w.job, err);
    if (r == 0) {
        pthread_mutex_lock(&w.lock);
        while (!w.finished)
            pthread_cond_wait(&w.cond, &w.lock);
        pthread_mutex_unlock(&w.lock);
        r = w.job.result;
        if (r < 0)
            *err = w.job.err;
    }
    pthread_cond_destroy(&w.cond);
    pthread_mutex_destroy(&w.lock);
    return r;
}

/*
 * The queues of writes and what every way of running them shares. How they run is the database's: one writer with group
 * commit (executor_group.c), or several side by side (executor_pool.c).
 *
 * Steps of long work stand in a queue of their own. One runs when nobody waits for an answer, or when it has waited
 * long enough itself.
 */
#include "conn.h"

#include <assert.h>
#include <errno.h>

#include "ceilings.h"
#include "day.h"

#define WORK_WAIT_MS 20  /* how long others may go before a step of long work */
#define STEP_WANTED_MS 4 /* a step of long work while somebody waits: less would be all commits and no work */
#define STEP_SHARED_MS 8 /* while others write, if not at this moment: its commit takes time as well */
#define STEP_ALONE_MS 40 /* when nobody else has written lately */
#define LATELY_MS 1000

static _Thread_local const struct store *writing; /* whose write this thread runs */

void queue_init(struct write_queue *q)
{
    q->first = NULL;
    q->last = &q->first;
}

static void queue_put(struct write_queue *q, struct write_job *job)
{
    job->next = NULL;
    *q->last = job;
    q->last = &job->next;
}

static struct write_job *queue_take(struct write_queue *q)
{
    struct write_job *job = q->first;

    if (!job)
        return NULL;
    if (!(q->first = job->next))
        q->last = &q->first;
    job->next = NULL; /* jobs_finish goes along these */
    return job;
}

struct write_job *job_pop(struct store *s, bool work)
{
    struct write_job *job = NULL;

    pthread_mutex_lock(&s->lock);
    if (work && s->work.first && (!s->writes.first || clock_monotonic() - s->work_since >= WORK_WAIT_MS)) {
        job = queue_take(&s->work);
        s->work_since = clock_monotonic();
    } else if ((job = queue_take(&s->writes))) {
        atomic_fetch_sub(&s->queued, 1);
        s->written_at = clock_monotonic();
    }
    pthread_mutex_unlock(&s->lock);
    return job;
}

bool job_await(struct store *s, bool work, const struct timespec *until)
{
    pthread_mutex_lock(&s->lock);
    while (!s->writes.first && !(work && s->work.first) && !s->stop)
        if ((until ? pthread_cond_timedwait(&s->wake, &s->lock, until) : pthread_cond_wait(&s->wake, &s->lock)) ==
            ETIMEDOUT)
            break;
    bool more = s->writes.first || (work && s->work.first) || !s->stop;
    pthread_mutex_unlock(&s->lock);
    return more;
}

void call_hooks(struct store *s)
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

/* -- running one ------------------------------------------------------------------------------- */

struct call {
    struct txn txn;
    struct write_job *job;
};

static int call_fn(void *arg)
{
    struct call *c = arg;

    return c->job->fn(&c->txn, c->job->arg, &c->job->err);
}

int job_call(struct store *s, struct write_job *job, struct conn *c)
{
    struct call call = {.txn = {.store = s, .conn = c, .arena = job->arena, .job = job}, .job = job};

    err_clear(&job->err);
    job->tell_first = false;
    writing = s;
    c->watch = arena_note(job->arena);
    int r = arena_try(call_fn, &call);
    writing = NULL;
    if (r == ARENA_OOM) {
        err_set(&job->err, ERR_BUSY, "Out of memory.");
        job->err.retry_after = 1;
    } else if (r < 0 && job->err.code == ERR_NONE) {
        err_set(&job->err, ERR_INTERNAL, "The change failed without a reason.");
    }
    conn_quiet(c);
    c->watch = NULL;
    return job->result = r < 0 ? -1 : 0;
}

void jobs_finish(struct write_job *job)
{
    while (job) {
        struct write_job *next = job->next; /* `done` may free the job */
        job->done(job);
        job = next;
    }
}

/* The database cannot be had: nobody who waits now shall wait that long again. */
void jobs_refuse(struct store *s, const struct err *err)
{
    pthread_mutex_lock(&s->lock);
    struct write_job *jobs = s->writes.first;
    *s->writes.last = s->work.first;
    if (!jobs)
        jobs = s->work.first;
    queue_init(&s->writes);
    queue_init(&s->work);
    atomic_store(&s->queued, 0);
    pthread_mutex_unlock(&s->lock);
    for (struct write_job *job = jobs; job; job = job->next) {
        job->result = -1;
        job->err = *err;
    }
    jobs_finish(jobs);
}

/* -- for the layers above ----------------------------------------------------------------------- */

int executor_start(struct store *s, struct err *err)
{
    return s->b->many_writers ? workers_start(s, err) : writer_start(s, err);
}

void executor_stop(struct store *s)
{
    if (!s->run)
        return;
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
    if (s->b->many_writers)
        workers_stop(s);
    else
        writer_stop(s);
}

void executor_free(struct store *s)
{
    if (!s->run)
        return;
    if (s->b->many_writers)
        workers_free(s);
    else
        writer_free(s);
    s->run = NULL;
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
    bool full = s->stop || (!job->work && atomic_load(&s->queued) >= MAX_WRITE_QUEUE);
    if (!full) {
        err_clear(&job->err);
        if (job->work && !s->work.first)
            s->work_since = clock_monotonic();
        queue_put(job->work ? &s->work : &s->writes, job);
        if (!job->work)
            atomic_fetch_add(&s->queued, 1);
        if (job->work)
            pthread_cond_broadcast(&s->wake); /* not everybody takes it */
        else
            pthread_cond_signal(&s->wake);
    }
    pthread_mutex_unlock(&s->lock);
    if (!full)
        return 0;
    metric_add(&s->stats.refused, 1);
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

static int write_and_wait(struct store *s, struct arena *a, write_fn *fn, void *arg, bool work, struct err *err)
{
    struct waiting w = {.job = {.arena = a, .fn = fn, .arg = arg, .done = wake_waiting, .work = work}};

    assert(writing != s); /* it would wait for itself */
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

int store_write(struct store *s, struct arena *a, write_fn *fn, void *arg, struct err *err)
{
    return write_and_wait(s, a, fn, arg, /* work= */ false, err);
}

int store_work(struct store *s, struct arena *a, write_fn *fn, void *arg, struct err *err)
{
    return write_and_wait(s, a, fn, arg, /* work= */ true, err);
}

msec txn_patience(const struct txn *t)
{
    const struct store *s = t->store;

    if (atomic_load_explicit(&s->queued, memory_order_relaxed) > 0)
        return STEP_WANTED_MS;
    return clock_monotonic() - s->written_at < LATELY_MS ? STEP_SHARED_MS : STEP_ALONE_MS;
}

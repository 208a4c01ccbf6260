/*
 * The writer: one thread, one connection. A batch begins with the first write that waits, takes those that come
 * while it runs, and ends with one commit for all of them. One that fails takes back its own changes only.
 *
 * Few writes fail after they have changed something, and a savepoint around each of the others would make the
 * database copy every page once more. So a batch goes without: when one must be taken back, the whole transaction is,
 * and those before it are done again. From then on the batch is careful, each write in a savepoint. Steps of long
 * work are in one always, for doing them again would take long.
 *
 * Such steps stand in a queue of their own. One runs when nobody waits for an answer, or when it has waited long
 * enough itself, and at the beginning of a batch, so that no answer waits for its commit behind it.
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
#define WORK_WAIT_MS 20  /* how long others may go before a step of long work */
#define STEP_WANTED_MS 4 /* a step of long work while somebody waits: less would be all commits and no work */
#define STEP_SHARED_MS 8 /* while others write, if not at this moment: its commit takes time as well */
#define STEP_ALONE_MS 40 /* when nobody else has written lately */
#define LATELY_MS 1000
#define WATCH_MS 250     /* how often an idle writer looks for commits of other processes */
#define COMPANY_MS 2000  /* having seen one, it leaves them room for so long */
#define ROOM_NS 1500000l /* between two batches, more than a waiting process sleeps between two tries */

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

    if (job && !(q->first = job->next))
        q->last = &q->first;
    return job;
}

/* With `work` a step of long work too, if its turn has come. */
static struct write_job *pop(struct store *s, bool work)
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

/* Runs it once; 1 when it must be taken back and has changed something. */
static int attempt(struct store *s, struct write_job *job)
{
    struct call call = {.txn = {.store = s, .conn = s->writer, .arena = job->arena}, .job = job};

    err_clear(&job->err);
    s->writer->watch = arena_note(job->arena);
    int r = arena_try(call_fn, &call);
    if (r == ARENA_OOM) {
        err_set(&job->err, ERR_BUSY, "Out of memory.");
        job->err.retry_after = 1;
    } else if (r < 0 && job->err.code == ERR_NONE) {
        err_set(&job->err, ERR_INTERNAL, "The change failed without a reason.");
    }
    conn_quiet(s->writer);
    s->writer->watch = NULL;
    bool wrote = s->b->wrote(s->writer->raw);
    job->result = r < 0 ? -1 : 0;
    return r < 0 && wrote;
}

/* A full disk and the like end the whole transaction. */
static int ended_inside(const struct write_job *job, struct err *err)
{
    *err = job->err;
    if (err->code == ERR_NONE)
        err_set(err, ERR_INTERNAL, "The transaction was ended from inside.");
    return -1;
}

/* One write in its savepoint. -1 when the batch is lost with it; why is in `err`. */
static int run_carefully(struct store *s, struct write_job *job, struct err *err)
{
    const struct backend *b = s->b;
    struct back_conn *raw = s->writer->raw;

    job->result = -1;
    if (b->savepoint(raw, err) < 0)
        return -1;
    attempt(s, job);
    if (!b->inside(raw))
        return ended_inside(job, err);
    if (job->result < 0)
        return b->rollback_to(raw, err);
    if (b->release(raw, err) < 0) {
        job->result = -1;
        return -1;
    }
    return 0;
}

/* Everything is taken back, and what was well done again. */
static int do_again(struct store *s, struct write_job *jobs, struct err *err)
{
    const struct backend *b = s->b;

    metric_add(&s->stats.again, 1);
    b->rollback(s->writer->raw);
    if (b->begin(s->writer->raw, err) < 0)
        return -1;
    for (struct write_job *job = jobs; job; job = job->next)
        if (job->result == 0 && run_carefully(s, job, err) < 0)
            return -1;
    return 0;
}

struct batch {
    struct write_job *first, **last;
    bool careful;
};

/* -1 when the batch is lost. */
static int run_job(struct store *s, struct batch *batch, struct write_job *job, struct err *err)
{
    job->next = NULL;
    job->result = -1;
    *batch->last = job;
    batch->last = &job->next;
    if (batch->careful || job->work)
        return run_carefully(s, job, err);
    bool again = attempt(s, job) == 1;
    if (!s->b->inside(s->writer->raw))
        return ended_inside(job, err);
    if (!again)
        return 0;
    batch->careful = true;
    return do_again(s, batch->first, err);
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
    finish(jobs);
}

static void count_batch(struct store *s, unsigned n, unsigned kept, int64_t work_us, int64_t commit_us)
{
    struct store_stats *stats = &s->stats;

    conn_tell(s->writer, stats);
    metric_add(&stats->taken_back, n - kept);
    if (!kept)
        return;
    metric_add(&stats->kept, kept);
    metric_add(&stats->commits, 1);
    metric_observe(&stats->batch, METRIC_SIZES, n);
    metric_observe(&stats->work, METRIC_TIMES, work_us);
    metric_observe(&stats->commit, METRIC_TIMES, commit_us);
}

/* True when something was committed. */
static bool run_batch(struct store *s)
{
    const struct backend *b = s->b;
    struct back_conn *raw = s->writer->raw;
    struct batch batch = {.last = &batch.first};
    struct write_job *job;
    unsigned n = 0;
    struct err err = {0};

    if (b->begin(raw, &err) < 0) {
        b->rollback(raw);
        refuse_all(s, &err);
        return false;
    }
    b->wrote(raw);
    int64_t start = clock_micros();
    bool lost = false;
    while (!lost && n < BATCH_JOBS && clock_micros() - start < BATCH_MS * 1000 && (job = pop(s, n == 0))) {
        lost = run_job(s, &batch, job, &err) < 0;
        n++;
    }
    int64_t worked = clock_micros();

    if (!lost)
        lost = b->commit(raw, &err) < 0;
    if (lost) {
        metric_add(&s->stats.commits_lost, 1);
        b->rollback(raw);
        for (job = batch.first; job; job = job->next)
            if (job->result == 0 || job->err.code == ERR_NONE) {
                job->result = -1;
                job->err = err;
            }
    }
    unsigned kept = 0;
    for (job = batch.first; job; job = job->next)
        kept += job->result == 0;
    count_batch(s, n, kept, worked - start, clock_micros() - worked);
    finish(batch.first);
    return kept > 0;
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
        while (!s->writes.first && !s->work.first && !s->stop) {
            struct timespec until = in_msec(WATCH_MS);
            if (pthread_cond_timedwait(&s->wake, &s->lock, &until) == ETIMEDOUT)
                break;
        }
        bool waiting = s->writes.first || s->work.first;
        if (!waiting && s->stop)
            break;
        pthread_mutex_unlock(&s->lock);

        bool moved = s->b->moved(s->writer->raw);
        if (moved)
            company_until = clock_monotonic() + COMPANY_MS;
        if (waiting && clock_monotonic() < company_until)
            nanosleep(&(struct timespec){.tv_nsec = ROOM_NS}, NULL);
        bool committed = waiting && run_batch(s);
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
    bool full = s->stop || (!job->work && atomic_load(&s->queued) >= MAX_WRITE_QUEUE);
    if (!full) {
        err_clear(&job->err);
        if (job->work && !s->work.first)
            s->work_since = clock_monotonic();
        queue_put(job->work ? &s->work : &s->writes, job);
        if (!job->work)
            atomic_fetch_add(&s->queued, 1);
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

/*
 * One writer: one thread, one connection. A batch begins with the first write that waits, takes those that come
 * while it runs, and ends with one commit for all of them. One that fails takes back its own changes only.
 *
 * Few writes fail after they have changed something, and a savepoint around each of the others would make the
 * database copy every page once more. So a batch goes without: when one must be taken back, the whole transaction is,
 * and those before it are done again. From then on the batch is careful, each write in a savepoint. Steps of long
 * work are in one always, for doing them again would take long. They run at the
 * beginning of a batch, so that no answer waits for its commit behind them.
 */
#include "conn.h"

#include <stdlib.h>
#include <time.h>

#include "day.h"

#define BATCH_JOBS 256u
#define BATCH_MS 8       /* a batch that has run so long commits before it takes another write */
#define WATCH_MS 250     /* how often an idle writer looks for commits of other processes */
#define COMPANY_MS 2000  /* having seen one, it leaves them room for so long */
#define ROOM_NS 1500000l /* between two batches, more than a waiting process sleeps between two tries */

struct writers {
    struct conn *conn;
    pthread_t thread;
};

/* Runs it once; 1 when it must be taken back and has changed something. */
static int attempt(struct store *s, struct write_job *job)
{
    int r = job_call(s, job, s->run->conn);
    bool wrote = s->b->wrote(s->run->conn->raw);

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
    struct back_conn *raw = s->run->conn->raw;

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
    b->rollback(s->run->conn->raw);
    if (b->begin(s->run->conn->raw, err) < 0)
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
    if (!s->b->inside(s->run->conn->raw))
        return ended_inside(job, err);
    if (!again)
        return 0;
    batch->careful = true;
    return do_again(s, batch->first, err);
}

static void count_batch(struct store *s, unsigned n, unsigned kept, int64_t work_us, int64_t commit_us)
{
    struct store_stats *stats = &s->stats;

    conn_tell(s->run->conn, stats);
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
    struct back_conn *raw = s->run->conn->raw;
    struct batch batch = {.last = &batch.first};
    struct write_job *job;
    unsigned n = 0;
    struct err err = {0};

    if (b->begin(raw, &err) < 0) {
        b->rollback(raw);
        jobs_refuse(s, &err);
        return false;
    }
    b->wrote(raw);
    int64_t start = clock_micros();
    bool lost = false;
    while (!lost && n < BATCH_JOBS && clock_micros() - start < BATCH_MS * 1000 && (job = job_pop(s, n == 0))) {
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
    bool tell = false;
    for (job = batch.first; job; job = job->next) {
        kept += job->result == 0;
        tell |= job->result == 0 && job->tell_first;
    }
    if (tell)
        call_hooks(s);
    count_batch(s, n, kept, worked - start, clock_micros() - worked);
    jobs_finish(batch.first);
    return kept > 0;
}

static void tidy(struct store *s)
{
    if (!s->b->tidy(s->run->conn->raw, false))
        return;
    if (pool_hold(s))
        s->b->tidy(s->run->conn->raw, true);
    pool_resume(s);
}

static void *writer_main(void *arg)
{
    struct store *s = arg;
    msec company_until = 0;

    for (;;) {
        struct timespec until = in_msec(WATCH_MS);
        if (!job_await(s, /* work= */ true, &until))
            return NULL;
        pthread_mutex_lock(&s->lock);
        bool waiting = s->writes.first || s->work.first;
        pthread_mutex_unlock(&s->lock);

        bool moved = s->b->moved(s->run->conn->raw);
        if (moved)
            company_until = clock_monotonic() + COMPANY_MS;
        if (waiting && clock_monotonic() < company_until)
            nanosleep(&(struct timespec){.tv_nsec = ROOM_NS}, NULL);
        bool committed = waiting && run_batch(s);
        if (moved || committed)
            call_hooks(s);
        if (committed)
            tidy(s);
    }
}

int writer_start(struct store *s, struct err *err)
{
    struct writers *w = s->run = calloc(1, sizeof(*w));

    if (!w)
        return err_set(err, ERR_BUSY, "Out of memory.");
    w->conn = conn_open(s, CONN_WRITE, err);
    if (w->conn) {
        s->b->moved(w->conn->raw);
        if (pthread_create(&w->thread, NULL, writer_main, s) == 0)
            return 0;
        err_set(err, ERR_BUSY, "The writer thread cannot be started.");
    }
    conn_close(w->conn);
    free(w);
    s->run = NULL;
    return -1;
}

void writer_stop(struct store *s)
{
    pthread_join(s->run->thread, NULL);
}

void writer_free(struct store *s)
{
    conn_close(s->run->conn);
    free(s->run);
}

/*
 * Several writers: a pool of threads, each with a connection of its own. Every write is a transaction of its own, and
 * the database keeps them apart as if they ran one after another; one that got in another's way is run again, from its
 * beginning. One that has lost several times in a row runs while the others of this process stand still.
 *
 * One more thread watches for what was committed, here or by another process, and calls the hooks.
 */
#include "conn.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "day.h"
#include "diag.h"

#define TRIES 40         /* of one write */
#define TRIES_AMONG 3    /* of them while others write too */
#define NAP_MOST_US 4000 /* between two tries */
#define TELL_MS 2000     /* how long an answer waits for the hooks */
#define LOOK_MS 1000     /* how often the watch looks when nobody tells it anything */
#define NEWS_MS 5        /* … at first, while transactions are under way … */
#define NEWS_MOST_MS 100 /* … and later */

struct worker {
    struct store *store;
    struct conn *conn;
    pthread_t thread;
    unsigned seed;
    bool work; /* takes steps of long work; the others are there for those who wait for an answer */
};

struct writers {
    struct worker *workers;
    unsigned n;            /* started */
    pthread_rwlock_t turn; /* held by everybody who writes; exclusively by one who has lost too often */
    struct conn *watch;
    pthread_t thread;
    bool watching;
    int news; /* an eventfd: something was committed here */
    _Atomic bool stop;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t told_more;
    uint64_t asked, told; /* calls of the hooks that were asked for, and those that are done */
};

/* -- writing ------------------------------------------------------------------------------------- */

static void count_kept(struct store *s, int64_t work_us, int64_t commit_us)
{
    metric_add(&s->stats.kept, 1);
    metric_add(&s->stats.commits, 1);
    metric_observe(&s->stats.batch, METRIC_SIZES, 1);
    metric_observe(&s->stats.work, METRIC_TIMES, work_us);
    metric_observe(&s->stats.commit, METRIC_TIMES, commit_us);
}

static int attempt(struct worker *w, struct write_job *job)
{
    const struct backend *b = w->store->b;
    struct back_conn *raw = w->conn->raw;

    err_clear(&job->err);
    if (b->begin(raw, &job->err) < 0)
        return -1;
    int64_t start = clock_micros();
    int r = job_call(w->store, job, w->conn);
    int64_t worked = clock_micros();
    if (r == 0)
        r = b->commit(raw, &job->err);
    if (r < 0)
        b->rollback(raw);
    else
        count_kept(w->store, worked - start, clock_micros() - worked);
    conn_tell(w->conn, &w->store->stats);
    return r;
}

static void nap(struct worker *w, int tries)
{
    long most = tries < 5 ? 250l << tries : NAP_MOST_US;

    nanosleep(&(struct timespec){.tv_nsec = (long)((unsigned)rand_r(&w->seed) % (unsigned)most) * 1000}, NULL);
}

static void run_write(struct worker *w, struct write_job *job)
{
    struct store *s = w->store;
    bool alone = false;

    pthread_rwlock_rdlock(&s->run->turn);
    for (int tries = 1;; tries++) {
        job->result = attempt(w, job);
        if (job->result == 0 || tries == TRIES || !s->b->again(w->conn->raw))
            break;
        metric_add(&s->stats.again, 1);
        if (!alone && tries == TRIES_AMONG) {
            pthread_rwlock_unlock(&s->run->turn);
            pthread_rwlock_wrlock(&s->run->turn);
            alone = true;
        } else {
            nap(w, tries); /* those of other processes go on */
        }
    }
    pthread_rwlock_unlock(&s->run->turn);
    if (job->result < 0)
        metric_add(&s->stats.taken_back, 1);
}

/* Has the watch call the hooks and waits for that, though not for ever: they read, and the server may go away. */
static void tell_now(struct store *s)
{
    struct writers *p = s->run;
    struct timespec until = in_msec(TELL_MS);

    pthread_mutex_lock(&p->lock);
    uint64_t mine = ++p->asked;
    workers_wake(s);
    while (p->told < mine)
        if (pthread_cond_timedwait(&p->told_more, &p->lock, &until) == ETIMEDOUT)
            break;
    pthread_mutex_unlock(&p->lock);
}

static void *worker_main(void *arg)
{
    struct worker *w = arg;
    struct store *s = w->store;
    struct write_job *job;

    while (job_await(s, w->work, NULL)) {
        if (!(job = job_pop(s, w->work)))
            continue;
        run_write(w, job);
        bool kept = job->result == 0;
        if (kept && job->tell_first)
            tell_now(s);
        jobs_finish(job);
        if (kept)
            workers_wake(s);
    }
    return NULL;
}

void workers_wake(struct store *s)
{
    if (write(s->run->news, &(uint64_t){1}, sizeof(uint64_t)) < 0)
        diag(DIAG_WARN, "the watch could not be woken");
}

/* -- watching ------------------------------------------------------------------------------------ */

static void tell(struct store *s)
{
    struct writers *p = s->run;

    pthread_mutex_lock(&p->lock);
    uint64_t asked = p->asked;
    pthread_mutex_unlock(&p->lock);
    call_hooks(s);
    pthread_mutex_lock(&p->lock);
    p->told = asked;
    pthread_cond_broadcast(&p->told_more);
    pthread_mutex_unlock(&p->lock);
}

static void *watch_main(void *arg)
{
    struct store *s = arg;
    const struct backend *b = s->b;
    struct back_conn *raw = s->run->watch->raw;
    int wait = LOOK_MS;

    b->moved(raw);
    while (!atomic_load(&s->run->stop)) {
        bool here = b->wait(raw, s->run->news, wait) > 0;
        bool moved = b->moved(raw);
        if (here || moved)
            tell(s);
        if (here)
            b->tell(raw);
        wait = b->settled(raw) ? LOOK_MS : here || moved ? NEWS_MS : wait * 2 < NEWS_MOST_MS ? wait * 2 : NEWS_MOST_MS;
        if (b->away(s->db) > s->busy_ms) {
            struct err err = {0};
            err_set(&err, ERR_BUSY, "The database server cannot be reached.");
            err.retry_after = 2;
            jobs_refuse(s, &err);
        }
    }
    return NULL;
}

/* -- coming and going ------------------------------------------------------------------------------ */

static int start_threads(struct store *s, struct err *err)
{
    struct writers *p = s->run;

    for (; p->n < s->nwriters; p->n++) {
        struct worker *w = &p->workers[p->n];
        *w =
            (struct worker){.store = s, .conn = conn_open(s, CONN_WRITE, err), .seed = p->n + 1, .work = p->n % 2 == 0};
        if (!w->conn)
            return -1;
        if (pthread_create(&w->thread, NULL, worker_main, w) != 0) {
            conn_close(w->conn);
            return err_set(err, ERR_BUSY, "The writer threads cannot be started.");
        }
    }
    p->watch = conn_open(s, CONN_WATCH, err);
    if (!p->watch)
        return -1;
    p->watching = pthread_create(&p->thread, NULL, watch_main, s) == 0;
    return p->watching ? 0 : err_set(err, ERR_BUSY, "The writer threads cannot be started.");
}

int workers_start(struct store *s, struct err *err)
{
    struct writers *p = s->run = calloc(1, sizeof(*p));
    pthread_rwlockattr_t attr;

    if (p)
        p->workers = calloc(s->nwriters, sizeof(*p->workers));
    if (!p || !p->workers) {
        free(p);
        s->run = NULL;
        return err_set(err, ERR_BUSY, "Out of memory.");
    }
    pthread_rwlockattr_init(&attr);
    pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&p->turn, &attr);
    pthread_rwlockattr_destroy(&attr);
    pthread_mutex_init(&p->lock, NULL);
    cond_init_monotonic(&p->told_more);
    p->news = eventfd(0, EFD_CLOEXEC);
    if (p->news >= 0 && start_threads(s, err) == 0)
        return 0;
    if (p->news < 0)
        err_set(err, ERR_BUSY, "The system gives no more files.");
    executor_stop(s);
    return -1;
}

void workers_stop(struct store *s)
{
    struct writers *p = s->run;

    for (unsigned i = 0; i < p->n; i++)
        pthread_join(p->workers[i].thread, NULL);
    atomic_store(&p->stop, true);
    if (p->watching) {
        workers_wake(s);
        pthread_join(p->thread, NULL);
    }
}

void workers_free(struct store *s)
{
    struct writers *p = s->run;

    for (unsigned i = 0; i < p->n; i++)
        conn_close(p->workers[i].conn);
    conn_close(p->watch);
    if (p->news >= 0)
        close(p->news);
    pthread_rwlock_destroy(&p->turn);
    pthread_cond_destroy(&p->told_more);
    pthread_mutex_destroy(&p->lock);
    free(p->workers);
    free(p);
}

#include "jobs.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ceilings.h"
#include "diag.h"
#include "sqlgen.h"

#define CLAIM (2 * MINUTE) /* how long a claim lasts unless it is extended */
#define LOOK (1 * SECOND)

struct jobs {
    struct store *store;
    const struct job_type *types;
    size_t n;
    void *ctx;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping, woken;
};

void jobs_table(struct buf *b, enum dialect d)
{
    const char *key = sqlgen_id(d), *big = sqlgen_big(d);

    buf_printf(
        b,
        "CREATE TABLE jobs (id %s, type TEXT NOT NULL, payload TEXT NOT NULL, state TEXT NOT NULL, run_at %s NOT "
        "NULL, claimed_until %s NOT NULL, attempts %s NOT NULL, error TEXT);\n"
        "CREATE INDEX jobs_by_turn ON jobs (state, run_at);\n",
        key, big, big, big);
}

int job_add(struct txn *t, const char *type, struct str payload, msec run_at, struct err *err)
{
    return sql_run(
        t,
        "INSERT INTO jobs (type, payload, state, run_at, claimed_until, attempts) VALUES ($1, $2, 'waiting', $3, "
        "0, 0)",
        ARGS(value_text(str_of(type)), value_text(payload), value_int(run_at)), NULL, err);
}

/* -- claiming ------------------------------------------------------------------------------------ */

struct claim {
    struct job *job;
    struct str type;
    bool found;
};

static int claim_next(struct txn *t, void *arg, struct err *err)
{
    struct claim *c = arg;
    struct value v[4];
    msec now = clock_now();
    int n = sql_row(t,
                    "SELECT id, type, payload, attempts FROM jobs WHERE state = 'waiting' AND run_at <= $1 AND "
                    "claimed_until <= $1 ORDER BY run_at, id LIMIT 1",
                    ARGS(value_int(now)), v, 4, err);

    c->found = n == 1;
    if (n <= 0)
        return n;
    c->job->id = v[0].i;
    c->type = v[1].s;
    c->job->payload = v[2].s;
    c->job->attempt = (int)v[3].i + 1;
    return sql_run(t, "UPDATE jobs SET claimed_until = $1, attempts = attempts + 1 WHERE id = $2",
                   ARGS(value_int(now + CLAIM), v[0]), NULL, err);
}

struct mark {
    const char *sql;
    struct args args;
};

static int run_mark(struct txn *t, void *arg, struct err *err)
{
    struct mark *m = arg;

    return sql_run(t, m->sql, m->args, NULL, err);
}

static void mark(struct jobs *j, struct job *job, const char *sql, struct args args)
{
    struct mark m = {sql, args};
    struct err err = {0};

    if (store_write(j->store, job->arena, run_mark, &m, &err) < 0)
        diag(DIAG_WARN, "job could not be marked id=%lld reason=%s", (long long)job->id, err.msg);
}

static bool is_stopping(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
    bool stopping = j->stopping;
    pthread_mutex_unlock(&j->lock);
    return stopping;
}

bool job_stopping(struct job *job)
{
    mark(job->jobs, job, "UPDATE jobs SET claimed_until = $1 WHERE id = $2",
         ARGS(value_int(clock_now() + CLAIM), value_int(job->id)));
    return is_stopping(job->jobs);
}

/* -- running ------------------------------------------------------------------------------------- */

static const struct job_type *type_of(const struct jobs *j, struct str name)
{
    for (size_t i = 0; i < j->n; i++)
        if (str_is(name, j->types[i].name))
            return &j->types[i];
    return NULL;
}

static void failed(struct jobs *j, struct job *job, const struct job_type *type, const struct err *why)
{
    struct value reason = value_text(str_of(why->msg)), which = value_int(job->id);

    if (why->code == ERR_BUSY && is_stopping(j)) {
        mark(j, job, "UPDATE jobs SET claimed_until = 0, attempts = attempts - 1 WHERE id = $1", ARGS(which));
    } else if (!type || job->attempt >= type->most_attempts) {
        diag(DIAG_ERROR, "job failed id=%lld reason=%s", (long long)job->id, why->msg);
        mark(j, job, "UPDATE jobs SET state = 'failed', error = $1 WHERE id = $2", ARGS(reason, which));
    } else {
        msec again = clock_now() + (MINUTE << (job->attempt < 10 ? job->attempt - 1 : 9));
        mark(j, job, "UPDATE jobs SET claimed_until = 0, run_at = $1, error = $2 WHERE id = $3",
             ARGS(value_int(again), reason, which));
    }
}

/* One job, if one waits. */
static bool run_one(struct jobs *j)
{
    struct arena *a = arena_new(MAX_ARENA);
    struct job job = {.jobs = j, .arena = a};
    struct claim claim = {.job = &job};
    struct err err = {0};

    if (!a)
        return false;
    if (store_write(j->store, a, claim_next, &claim, &err) < 0 || !claim.found) {
        arena_free(a);
        return false;
    }
    const struct job_type *type = type_of(j, claim.type);
    if (!type)
        err_set(&err, ERR_INTERNAL, "Nobody knows how to do a job of type " STR_FMT ".", STR_ARG(claim.type));
    if (!type || type->run(j->ctx, &job, &err) < 0)
        failed(j, &job, type, &err);
    else
        mark(j, &job, "DELETE FROM jobs WHERE id = $1", ARGS(value_int(job.id)));
    arena_free(a);
    return true;
}

static void wait_a_while(struct jobs *j)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LOOK / SECOND;
    pthread_mutex_lock(&j->lock);
    while (!j->stopping && !j->woken && pthread_cond_timedwait(&j->wake, &j->lock, &until) == 0)
        ;
    j->woken = false;
    pthread_mutex_unlock(&j->lock);
}

static void *runner(void *arg)
{
    struct jobs *j = arg;

    while (!is_stopping(j))
        if (!run_one(j))
            wait_a_while(j);
    return NULL;
}

int jobs_start(struct jobs **ret, struct store *store, const struct job_type *types, size_t n, void *ctx,
               struct err *err)
{
    struct jobs *j = calloc(1, sizeof(*j));

    if (!j)
        return err_set(err, ERR_BUSY, "There is no memory for the runner of jobs.");
    *j = (struct jobs){.store = store, .types = types, .n = n, .ctx = ctx};
    pthread_mutex_init(&j->lock, NULL);
    pthread_cond_init(&j->wake, NULL);
    if (pthread_create(&j->thread, NULL, runner, j) != 0) {
        free(j);
        return err_set(err, ERR_BUSY, "There is no thread for the runner of jobs.");
    }
    *ret = j;
    return 0;
}

void jobs_wake(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
    j->woken = true;
    pthread_cond_signal(&j->wake);
    pthread_mutex_unlock(&j->lock);
}

void jobs_stop(struct jobs *j)
{
    if (!j)
        return;
    pthread_mutex_lock(&j->lock);
    j->stopping = true;
    pthread_cond_signal(&j->wake);
    pthread_mutex_unlock(&j->lock);
    pthread_join(j->thread, NULL);
    pthread_cond_destroy(&j->wake);
    pthread_mutex_destroy(&j->lock);
    free(j);
}

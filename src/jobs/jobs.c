#include "jobs.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ceilings.h"
#include "diag.h"
#include "sqlgen.h"

#define CLAIM (20 * SECOND) /* how long a claim lasts unless it is extended */
#define BEAT (CLAIM / 4)    /* how often it is */
#define LOOK (1 * SECOND)

struct jobs {
    struct store *store;
    const struct job_type *types;
    size_t n;
    void *ctx;
    pthread_t thread, heart;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t wake, beat;
    bool stopping, woken, heart_stops;
    id running;  /* job, 0 for none */
    int attempt; /* of it */
    msec held;   /* until then it is ours without doubt, by our own clock */
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

int job_add(struct txn *t, const char *type, struct str payload, msec delay, struct err *err)
{
    const char *sql = arena_printf(txn_arena(t),
                                   "INSERT INTO jobs (type, payload, state, run_at, claimed_until, attempts) VALUES "
                                   "($1, $2, 'waiting', %s$3, 0, 0)",
                                   delay ? arena_printf(txn_arena(t), "%s + ", sqlgen_now(txn_dialect(t))).p : "")
                          .p;

    return sql_run(t, sql, ARGS(value_text(str_of(type)), value_text(payload), value_int(delay)), NULL, err);
}

/* -- claiming ------------------------------------------------------------------------------------ */

/* A claim that lasts longer than any was made before the clock was set back: its owner is gone or extends it anew. */
#define CLAIM_TEXT "20000"
_Static_assert(CLAIM == 20000, "as in the text");

#define NEXT                                                                                                           \
    "SELECT id FROM jobs WHERE state = 'waiting' AND run_at <= %s AND type IN (%s) AND "                               \
    "(claimed_until <= %s OR claimed_until > %s + " CLAIM_TEXT ") ORDER BY run_at, id LIMIT 1"

struct claim {
    struct job *job;
    const char *types; /* that this runner knows: 'import','backup' */
    struct str type;
    bool found;
};

static int claim_next(struct txn *t, void *arg, struct err *err)
{
    const char *now = sqlgen_now(txn_dialect(t));
    struct claim *c = arg;
    struct value v[4];
    /* Another node that looks at the same moment passes over what this one is about to take. */
    const char *sql =
        arena_printf(txn_arena(t),
                     "UPDATE jobs SET claimed_until = %s + $1, attempts = attempts + 1 WHERE id = (" NEXT
                     "%s) RETURNING id, type, payload, attempts",
                     now, now, c->types, now, now, txn_dialect(t) == DIALECT_SQLITE ? "" : " FOR UPDATE SKIP LOCKED")
            .p;
    int n = sql_row(t, sql, ARGS(value_int(CLAIM)), v, 4, err);

    c->found = n == 1;
    if (n <= 0)
        return n;
    c->job->id = v[0].i;
    c->type = v[1].s;
    c->job->payload = v[2].s;
    c->job->attempt = (int)v[3].i;
    return 0;
}

/* Work of other types waits for a runner of its own, or for a newer program. */
static const char *known_types(const struct jobs *j, struct arena *a)
{
    struct str text = S("");

    for (size_t i = 0; i < j->n; i++)
        text = arena_printf(a, STR_FMT "%s'%s'", STR_ARG(text), i ? "," : "", j->types[i].name);
    return text.p;
}

/* Looks before it asks for a transaction that writes. */
static bool any_waits(struct jobs *j, struct arena *a, const char *types)
{
    struct err err = {0};
    struct value v;
    struct txn *t = txn_read(j->store, a, &err);
    const char *now = t ? sqlgen_now(txn_dialect(t)) : "";
    int n = t ? sql_row(t, arena_printf(a, NEXT, now, types, now, now).p, NO_ARGS, &v, 1, &err) : -1;

    txn_end(t);
    return n == 1;
}

int job_hold(const struct job *job, struct txn *t, struct err *err)
{
    const char *sql =
        arena_printf(txn_arena(t), "UPDATE jobs SET claimed_until = %s + $1 WHERE id = $2 AND attempts = $3",
                     sqlgen_now(txn_dialect(t)))
            .p;
    int64_t changed = 0;

    if (sql_run(t, sql, ARGS(value_int(CLAIM), value_int(job->id), value_int(job->attempt)), &changed, err) < 0)
        return -1;
    return changed == 1 ? 0 : err_set(err, ERR_BUSY, "Another node has taken this work over.");
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

/* `sql` names the job and the attempt, so that nothing happens when it is another's by now. */
static void mark(struct jobs *j, struct job *job, const char *sql, struct args args)
{
    struct mark m = {sql, args};
    struct err err = {0};

    if (store_work(j->store, job->arena, run_mark, &m, &err) < 0)
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
    struct jobs *j = job->jobs;

    pthread_mutex_lock(&j->lock);
    bool stop = j->stopping || clock_monotonic() >= j->held;
    pthread_mutex_unlock(&j->lock);
    return stop;
}

/* -- the heart: it beats while a job runs ---------------------------------------------------------- */

static int beat(struct txn *t, void *arg, struct err *err)
{
    return job_hold(arg, t, err);
}

static void extend(struct jobs *j, const struct job *job)
{
    struct arena *a = arena_new(1u << 20);
    struct err err = {0};
    msec from = clock_monotonic();

    if (!a)
        return;
    bool kept = store_write(j->store, a, beat, (void *)(uintptr_t)job, &err) == 0;
    pthread_mutex_lock(&j->lock);
    if (kept && j->running == job->id && j->attempt == job->attempt)
        j->held = from + CLAIM;
    pthread_mutex_unlock(&j->lock);
    arena_free(a);
}

static void *heart_main(void *arg)
{
    struct jobs *j = arg;

    pthread_mutex_lock(&j->lock);
    while (!j->heart_stops) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += BEAT / SECOND;
        pthread_cond_timedwait(&j->beat, &j->lock, &until);
        struct job job = {.jobs = j, .id = j->running, .attempt = j->attempt};
        if (!job.id || j->heart_stops)
            continue;
        pthread_mutex_unlock(&j->lock);
        extend(j, &job);
        pthread_mutex_lock(&j->lock);
    }
    pthread_mutex_unlock(&j->lock);
    return NULL;
}

static void runs(struct jobs *j, const struct job *job)
{
    pthread_mutex_lock(&j->lock);
    j->running = job ? job->id : 0;
    j->attempt = job ? job->attempt : 0;
    j->held = clock_monotonic() + CLAIM;
    pthread_mutex_unlock(&j->lock);
}

/* -- running ------------------------------------------------------------------------------------- */

static const struct job_type *type_of(const struct jobs *j, struct str name)
{
    for (size_t i = 0; i < j->n; i++)
        if (str_is(name, j->types[i].name))
            return &j->types[i];
    return NULL;
}

#define MINE " WHERE id = $1 AND attempts = $2"

static void failed(struct jobs *j, struct job *job, const struct job_type *type, const struct err *why)
{
    struct value which = value_int(job->id), attempt = value_int(job->attempt), reason = value_text(str_of(why->msg));

    if (err_passes(why->code)) { /* it is not the job that failed */
        const char *sql =
            arena_printf(job->arena,
                         "UPDATE jobs SET claimed_until = 0, attempts = attempts - 1, run_at = %s + $3" MINE,
                         sqlgen_now(store_dialect(j->store)))
                .p;
        mark(j, job, sql, ARGS(which, attempt, value_int(is_stopping(j) ? 0 : MINUTE)));
    } else if (!type || job->attempt >= type->most_attempts) {
        diag(DIAG_ERROR, "job failed id=%lld reason=%s", (long long)job->id, why->msg);
        mark(j, job, "UPDATE jobs SET state = 'failed', error = $3" MINE, ARGS(which, attempt, reason));
    } else {
        msec delay = MINUTE << (job->attempt < 10 ? job->attempt - 1 : 9);
        const char *sql =
            arena_printf(job->arena, "UPDATE jobs SET claimed_until = 0, run_at = %s + $3, error = $4" MINE,
                         sqlgen_now(store_dialect(j->store)))
                .p;
        mark(j, job, sql, ARGS(which, attempt, value_int(delay), reason));
    }
}

struct run {
    struct jobs *jobs;
    struct job *job;
    const struct job_type *type;
    struct err *err;
};

static int run_in_arena(void *arg)
{
    struct run *r = arg;

    return r->type->run(r->jobs->ctx, r->job, r->err);
}

static int run_type(struct jobs *j, struct job *job, const struct job_type *type, struct err *err)
{
    struct run r = {j, job, type, err};
    int result = arena_try(run_in_arena, &r);

    return result == ARENA_OOM ? err_set(err, ERR_BUSY, "Out of memory.") : result;
}

static void run_claimed(struct jobs *j, struct job *job, const struct claim *claim)
{
    const struct job_type *type = type_of(j, claim->type);
    struct err err = {0};

    runs(j, job);
    if (!type)
        err_set(&err, ERR_INTERNAL, "Nobody knows how to do a job of type " STR_FMT ".", STR_ARG(claim->type));
    if (!type || run_type(j, job, type, &err) < 0)
        failed(j, job, type, &err);
    else
        mark(j, job, "DELETE FROM jobs" MINE, ARGS(value_int(job->id), value_int(job->attempt)));
    runs(j, NULL);
}

static int claim_and_run(void *arg)
{
    struct job *job = arg;
    struct jobs *j = job->jobs;
    struct claim claim = {.job = job};
    struct err err = {0};

    claim.types = known_types(j, job->arena);
    if (!any_waits(j, job->arena, claim.types) || store_write(j->store, job->arena, claim_next, &claim, &err) < 0 ||
        !claim.found)
        return 0;
    run_claimed(j, job, &claim);
    return 1;
}

/* One job, if one waits. Should memory run out so badly that not even its end can be noted, its claim lapses. */
static bool run_one(struct jobs *j)
{
    struct job job = {.jobs = j, .arena = arena_new(MAX_ARENA)};
    bool found = job.arena && arena_try(claim_and_run, &job) == 1;

    runs(j, NULL);
    arena_free(job.arena);
    return found;
}

static void wait_a_while(struct jobs *j)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
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

static void stop_heart(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
    j->heart_stops = true;
    pthread_cond_signal(&j->beat);
    pthread_mutex_unlock(&j->lock);
    pthread_join(j->heart, NULL);
}

static void jobs_free(struct jobs *j)
{
    pthread_cond_destroy(&j->beat);
    pthread_cond_destroy(&j->wake);
    pthread_mutex_destroy(&j->lock);
    free(j);
}

int jobs_start(struct jobs **ret, struct store *store, const struct job_type *types, size_t n, void *ctx,
               struct err *err)
{
    struct jobs *j = calloc(1, sizeof(*j));
    pthread_condattr_t monotonic; /* whoever sets the clock back does not hold up work */

    if (!j)
        return err_set(err, ERR_BUSY, "There is no memory for the runner of jobs.");
    *j = (struct jobs){.store = store, .types = types, .n = n, .ctx = ctx};
    pthread_mutex_init(&j->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&j->wake, &monotonic);
    pthread_cond_init(&j->beat, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&j->heart, NULL, heart_main, j) == 0) {
        if (pthread_create(&j->thread, NULL, runner, j) == 0) {
            *ret = j;
            return 0;
        }
        stop_heart(j);
    }
    jobs_free(j);
    return err_set(err, ERR_BUSY, "There is no thread for the runner of jobs.");
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
    stop_heart(j);
    jobs_free(j);
}

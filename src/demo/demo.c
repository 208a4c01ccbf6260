#include "demo.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "bulk.h"
#include "ceilings.h"
#include "office.h"

enum { BATCH_EVENTS = 20000 /* about 3 KB of arena each */, BATCHES = 2 };

struct demo_options demo_options_default(void)
{
    struct sim_knobs k = sim_knobs_default();

    return (struct demo_options){.deals = k.deals,
                                 .years = k.years,
                                 .seed = k.seed,
                                 .signal = k.signal,
                                 .regime = k.regime,
                                 .detail = k.detail,
                                 .end = clock_now() / HOUR * HOUR};
}

static struct sim_knobs knobs(const struct demo_options *o)
{
    struct sim_knobs k = sim_knobs_default();

    k.deals = o->deals;
    k.years = o->years;
    k.seed = o->seed;
    k.signal = o->signal;
    k.regime = o->regime;
    k.detail = o->detail;
    k.end = o->end;
    return k;
}

/* -- batches ------------------------------------------------------------------------------------------ */

struct filling;

struct batch {
    struct filling *filling;
    struct arena *arena;
    struct event *event;
    size_t n;
    struct write_job job;
    struct office_mark before; /* where to begin, however often */
    bool busy;                 /* the writer has it */
};

/* The simulator fills one batch while the writer works on the other. */
struct filling {
    struct event_taker taker;
    struct app *app;
    struct office office;
    const struct demo_options *options;
    struct batch batch[BATCHES];
    struct batch *now;
    pthread_mutex_t lock;
    pthread_cond_t idle;
    struct err *err;
    bool failed;
};

static int write_batch(struct txn *t, void *arg, struct err *err)
{
    struct batch *b = arg;
    struct office *o = &b->filling->office;
    struct ctx c;

    office_back_to(o, &b->before);
    if (ctx_write(&c, b->filling->app, t, WHO_SYSTEM, "demo", err) < 0)
        return -1;
    for (size_t i = 0; i < b->n; i++)
        if (office_write(o, &c, &b->event[i], err) < 0)
            return -1;
    return 0;
}

static void written(struct write_job *job)
{
    struct batch *b = job->arg;
    struct filling *f = b->filling;

    pthread_mutex_lock(&f->lock);
    if (job->result < 0 && !f->failed) {
        f->failed = true;
        *f->err = job->err;
    }
    b->busy = false;
    pthread_cond_signal(&f->idle);
    pthread_mutex_unlock(&f->lock);
}

/* Waits until the writer has given the batch back. -1 when something has failed. */
static int batch_wait(struct filling *f, struct batch *b)
{
    pthread_mutex_lock(&f->lock);
    while (b->busy)
        pthread_cond_wait(&f->idle, &f->lock);
    bool failed = f->failed;
    pthread_mutex_unlock(&f->lock);
    return failed ? -1 : 0;
}

/* The same, and empties it. */
static int batch_take(struct filling *f, struct batch *b)
{
    int result = batch_wait(f, b);

    arena_reset(b->arena);
    b->event = NEW_ARRAY(b->arena, struct event, BATCH_EVENTS);
    b->n = 0;
    f->now = b;
    f->taker.arena = b->arena;
    return result;
}

/* Batches are written in order: the one before must be through, for records refer to earlier ones. */
static int batch_send(struct filling *f)
{
    struct batch *b = f->now, *next = &f->batch[b == &f->batch[0]];

    if (batch_wait(f, next) < 0)
        return -1;
    if (f->options->progress)
        f->options->progress(f->options->ctx, (int64_t)f->office.deals.n, f->options->deals);
    b->before = office_mark(&f->office);
    b->job = (struct write_job){.arena = b->arena, .fn = write_batch, .arg = b, .done = written};
    b->busy = true;
    if (store_submit(f->app->store, &b->job, f->err) < 0) {
        b->busy = false;
        f->failed = true;
        return -1;
    }
    return batch_take(f, next);
}

static int take(struct event_taker *t, const struct event *e)
{
    struct filling *f = (struct filling *)t;

    f->now->event[f->now->n++] = *e;
    return f->now->n == BATCH_EVENTS ? batch_send(f) : 0;
}

/* -- the whole ------------------------------------------------------------------------------------------ */

static int count_work(struct txn *t, bool *ret, struct err *err)
{
    struct value n;

    if (sql_row(t,
                "SELECT (SELECT count(*) FROM (SELECT 1 FROM deals LIMIT 1) d) + "
                "(SELECT count(*) FROM (SELECT 1 FROM organisations LIMIT 1) o)",
                NO_ARGS, &n, 1, err) < 0)
        return -1;
    *ret = n.i > 0;
    return 0;
}

int demo_fits(struct app *app, struct err *err)
{
    struct arena *a = arena_new(MAX_ARENA);
    struct txn *t = a ? txn_read(app->store, a, err) : NULL;
    bool work = false;
    int result = t ? count_work(t, &work, err) : -1;

    txn_end(t);
    arena_free(a);
    return result < 0 ? -1 : !work;
}

struct opening {
    struct filling *filling;
    msec start;
};

static int open_office(struct txn *t, void *arg, struct err *err)
{
    struct opening *p = arg;
    struct ctx c;

    if (ctx_write(&c, p->filling->app, t, WHO_SYSTEM, "demo", err) < 0)
        return -1;
    if (bulk_begin(t, p->filling->app->schema, "deal_id", err) < 0 || sql_script(t, LOG_INDEXES_GO, err) < 0)
        return -1;
    return office_open(&p->filling->office, p->filling->app, &c, p->start, err);
}

static int make_indexes(struct txn *t, void *arg, struct err *err)
{
    struct filling *f = arg;

    return sql_script(t, LOG_INDEXES, err) < 0 ? -1 : bulk_end(t, f->app->schema, err);
}

static int write_truth(const struct sim_knobs *k, const char *path, struct err *err)
{
    struct buf b;
    int result;

    buf_init(&b, 64 << 20);
    result = sim_truth(k, &b, err);
    FILE *f = result == 0 ? fopen(path, "w") : NULL;
    if (f) {
        struct str all = buf_view(&b);
        bool ok = fwrite(all.p, 1, all.n, f) == all.n;
        if (fclose(f) != 0 || !ok)
            result = err_set(err, ERR_INTERNAL, "%s cannot be written.", path);
    } else if (result == 0) {
        result = err_set(err, ERR_INTERNAL, "%s cannot be opened for writing.", path);
    }
    buf_clear(&b);
    return result;
}

static int fill(struct filling *f, const struct sim_knobs *k, struct err *err)
{
    struct opening p = {f, k->end - (msec)(k->years * 365.25 + 1) * DAY_MS};
    struct sim_sink sink = event_sink(&f->taker);

    if (store_write(f->app->store, f->batch[0].arena, open_office, &p, err) < 0 || batch_take(f, &f->batch[0]) < 0)
        return -1;
    struct err sim_err = {0};
    int result = sim_run(k, &sink, &sim_err);
    if (result == 0 && f->now->n)
        result = batch_send(f);
    for (int i = 0; i < BATCHES; i++) /* the writer still works on what was sent */
        if (batch_take(f, &f->batch[i]) < 0)
            result = -1;
    if (result < 0 && !f->failed)
        *err = sim_err;
    struct err index_err = {0};
    if (store_write(f->app->store, f->batch[0].arena, make_indexes, f, &index_err) < 0 && result == 0) {
        *err = index_err;
        result = -1;
    }
    return result;
}

int demo_fill(struct app *app, const struct demo_options *o, struct err *err)
{
    struct sim_knobs k = knobs(o);
    struct filling f = {.taker.take = take, .app = app, .options = o, .err = err};
    int fits = demo_fits(app, err), result = fits < 0 ? -1 : 0;

    if (fits == 0)
        return err_set(err, ERR_CONFLICT,
                       "There are deals or organisations here already; the demo wants an empty place.");
    if (result == 0 && o->truth)
        result = write_truth(&k, o->truth, err);
    pthread_mutex_init(&f.lock, NULL);
    pthread_cond_init(&f.idle, NULL);
    for (int i = 0; i < BATCHES; i++) {
        f.batch[i] = (struct batch){.filling = &f, .arena = arena_new(MAX_ARENA)};
        if (!f.batch[i].arena)
            result = err_set(err, ERR_BUSY, "Out of memory.");
    }
    if (result == 0)
        result = fill(&f, &k, err);
    for (int i = 0; i < BATCHES; i++)
        arena_free(f.batch[i].arena);
    office_close(&f.office);
    pthread_cond_destroy(&f.idle);
    pthread_mutex_destroy(&f.lock);
    return result;
}

#include "work.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "backup_plan.h"
#include "ceilings.h"
#include "diag.h"
#include "plans.h"
#include "prune.h"

#define AGAIN (15 * MINUTE) /* after one that failed, unless the next is due sooner */
#define NICENESS 15         /* behind everything that people wait for */
#define REST_MS 40          /* the longest pause after a piece of work */

struct work {
    struct app *app;
    struct job *job;
    struct arena *arena, *own; /* the job's, and that of the thread which makes it */
    const struct row *plan;    /* NULL: none */
    id record;
    struct make_options options;
    struct make_report report;
    struct backup_key key;
    msec since; /* begin of the piece of work */
    int result;
    struct err *err;
};

/* -- with what the machine can spare ---------------------------------------------------------------------------- */

/* Asked between pieces of work: rests as long as the piece took, so that half of one processor is left at least. */
static bool rest_or_stop(void *ctx)
{
    struct work *w = ctx;
    msec took = clock_monotonic() - w->since, rest = took < REST_MS ? took : REST_MS;

    nanosleep(&(struct timespec){.tv_nsec = rest * 1000000}, NULL);
    w->since = clock_monotonic();
    return job_stopping(w->job);
}

static int try_to_make(void *arg)
{
    struct work *w = arg;

    return make_backup(w->app, &w->options, w->own, &w->report, w->err);
}

static void *make_quietly(void *arg)
{
    struct work *w = arg;

    setpriority(PRIO_PROCESS, 0, NICENESS); /* of this thread, and of those it starts */
    w->since = clock_monotonic();
    w->result = arena_try(try_to_make, w);
    if (w->result == ARENA_OOM)
        w->result = err_set(w->err, ERR_INTERNAL, "There was not memory enough for the backup.");
    return NULL;
}

static int make(struct work *w, struct err *err)
{
    pthread_t thread;

    w->options.stop = rest_or_stop;
    w->options.ctx = w;
    w->own = arena_new(MAX_ARENA);
    if (!w->own)
        return err_set(err, ERR_INTERNAL, "There was not memory enough for the backup.");
    arena_defer(w->arena, arena_let_go, w->own); /* the report speaks from it */
    w->err = err;
    if (pthread_create(&thread, NULL, make_quietly, w) != 0) {
        w->err = NULL;
        return err_set(err, ERR_INTERNAL, "There is no thread for a backup.");
    }
    pthread_join(thread, NULL);
    w->err = NULL; /* it was the caller's */
    return w->result;
}

/* -- where to, and with which key ------------------------------------------------------------------------------- */

static const char *folder_of(const struct app *app, struct arena *a, const struct row *plan)
{
    struct str folder = plan ? row_str(plan, PLAN_FOLDER) : STR_NULL;

    return folder.n ? arena_cstr(a, folder) : arena_printf(a, "%s/backups", app->data_dir).p;
}

static int prepare(struct work *w, struct err *err)
{
    const char *folder = folder_of(w->app, w->arena, w->plan);
    struct str key = w->plan ? row_str(w->plan, PLAN_KEY_FILE) : STR_NULL;

    if (mkdir(folder, 0700) < 0 && errno != EEXIST)
        return err_set(err, ERR_INVALID, "The folder %s cannot be made: %s.", folder, strerror(errno));
    if (key.n && key_read(arena_cstr(w->arena, key), &w->key, err) < 0)
        return -1;
    w->options.to = folder;
    w->options.key = key.n ? &w->key : NULL;
    return 0;
}

/* -- noting -------------------------------------------------------------------------------------------------------- */

struct noting {
    struct work *w;
    id plan;
    const char *failure; /* NULL: it was made */
    bool again;          /* it was stopped: it goes on later as if it had not begun */
};

static int note_begin(struct txn *t, void *arg, struct err *err)
{
    struct noting *n = arg;

    if (job_hold(n->w->job, t, err) < 0 || (n->plan && record_interrupted(t, n->plan, err) < 0))
        return -1;
    return n->w->record ? record_run(t, n->w->record, err) : record_begin(t, n->plan, 0, "running", &n->w->record, err);
}

/* The next time of the plan as it is by now. */
static int wait_for_next(struct txn *t, const struct noting *n, struct err *err)
{
    const struct kind *k = schema_must(n->w->app->schema, "backup_plans");
    struct err gone = {0};
    const struct zone *zone;
    struct row *plan;

    if (row_get(t, k, n->plan, &plan, &gone) < 0 || !row_int(plan, PLAN_ACTIVE))
        return gone.code == ERR_NONE || gone.code == ERR_NOT_FOUND ? 0 : err_set(err, gone.code, "%s", gone.msg);
    if (plan_zone(t, &zone, err) < 0)
        return -1;
    msec now = clock_now(), next = plan_next(plan, zone, now);
    if (n->failure && next > now + AGAIN)
        next = now + AGAIN;
    return plan_wait(t, n->plan, next, err);
}

static int note_end(struct txn *t, void *arg, struct err *err)
{
    struct noting *n = arg;
    struct work *w = n->w;

    if (job_hold(w->job, t, err) < 0)
        return -1;
    if (n->again)
        return n->plan ? record_remove(t, w->record, err) : 0;
    if ((n->failure ? record_failed(t, w->record, n->failure, err)
                    : record_done(t, w->record, &w->report, w->options.key != NULL, err)) < 0)
        return -1;
    return str_starts(w->job->payload, S("plan ")) ? wait_for_next(t, n, err) : 0;
}

static int note(struct work *w, write_fn *fn, struct noting *n, struct err *err)
{
    return store_write(w->app->store, w->arena, fn, n, err);
}

/* -- the job ------------------------------------------------------------------------------------------------------- */

static int run_noted(struct work *w, id plan, struct err *err)
{
    struct noting n = {.w = w, .plan = plan};
    struct err why = {0};

    if (note(w, note_begin, &n, err) < 0)
        return -1;
    int result = prepare(w, &why) < 0 ? -1 : make(w, &why);
    n.again = result < 0 && why.code == ERR_BUSY && job_stopping(w->job);
    n.failure = result < 0 ? why.msg : NULL;
    if (result < 0 && !n.again)
        diag(DIAG_ERROR, "backup failed: %s", why.msg);
    if (note(w, note_end, &n, err) < 0)
        return -1;
    if (n.again)
        return err_set(err, ERR_BUSY, "%s", why.msg);
    if (result == 0 && w->plan)
        prune(w->app, w->arena, w->plan);
    return 0;
}

/* The plan, or NULL when it is gone or off. */
static int find_plan(struct work *w, id which, bool even_off, struct err *err)
{
    struct txn *t = txn_read(w->app->store, w->arena, err);
    struct err gone = {0};
    struct row *plan;

    if (!t)
        return -1;
    int n = row_get(t, schema_must(w->app->schema, "backup_plans"), which, &plan, &gone);
    txn_end(t);
    if (n == 0 && (even_off || row_int(plan, PLAN_ACTIVE)))
        w->plan = plan;
    return n == 0 || gone.code == ERR_NOT_FOUND ? 0 : err_set(err, gone.code, "%s", gone.msg);
}

static int find_record(struct work *w, id which, struct backup_record *ret, struct err *err)
{
    struct txn *t = txn_read(w->app->store, w->arena, err);
    int n = t ? record_get(t, which, ret, err) : -1;

    txn_end(t);
    return n;
}

/* Asked for by somebody. A record that is gone, as in a restored copy, asks for nothing. */
static int run_asked(struct work *w, id which, struct err *err)
{
    struct backup_record record;
    struct err gone = {0};

    if (find_record(w, which, &record, &gone) < 0)
        return gone.code == ERR_NOT_FOUND ? 0 : err_set(err, gone.code, "%s", gone.msg);
    w->record = which;
    return record.plan && find_plan(w, record.plan, true, err) < 0 ? -1 : run_noted(w, record.plan, err);
}

int backup_job_run(void *app, struct job *job, struct err *err)
{
    struct work w = {.app = app, .job = job, .arena = job->arena};
    struct str what, number;
    int64_t which = 0;

    str_cut(job->payload, ' ', &what, &number);
    str_int(number, &which);
    if (str_is(what, "now"))
        return run_asked(&w, which, err);
    if (find_plan(&w, which, false, err) < 0)
        return -1;
    return w.plan ? run_noted(&w, which, err) : 0;
}

/* -- asking and letting go ------------------------------------------------------------------------------------- */

int backup_ask(struct txn *t, id plan, id user, id *ret, struct err *err)
{
    struct value n;

    if (sql_row(t, "SELECT count(*) FROM backups WHERE state = 'waiting'", NO_ARGS, &n, 1, err) < 0)
        return -1;
    if (n.i > 0)
        return err_set(err, ERR_CONFLICT, "A backup waits to be made already.");
    return record_begin(t, plan, user, "waiting", ret, err) < 0
               ? -1
               : job_add(t, BACKUP_JOB, arena_printf(txn_arena(t), "now %lld", (long long)*ret), 0, err);
}

static int remove_record(struct txn *t, void *arg, struct err *err)
{
    return record_remove(t, *(const id *)arg, err);
}

int backup_delete(struct app *app, struct arena *a, id which, struct err *err)
{
    struct txn *t = txn_read(app->store, a, err);
    struct backup_record record;
    int n = t ? record_get(t, which, &record, err) : -1;

    txn_end(t);
    if (n < 0)
        return -1;
    if (str_is(record.state, "running") || str_is(record.state, "waiting"))
        return err_set(err, ERR_CONFLICT, "The backup is being made; delete it when it is done.");
    if (record.path.p && unlink(arena_cstr(a, record.path)) < 0 && errno != ENOENT)
        return err_set(err, ERR_INTERNAL, "The file of the backup cannot be removed: %s.", strerror(errno));
    return store_write(app->store, a, remove_record, &which, err);
}

/* -- on the command line ----------------------------------------------------------------------------------------- */

struct by_hand {
    const struct make_report *made;
    bool encrypted;
};

static int note_by_hand(struct txn *t, void *arg, struct err *err)
{
    const struct by_hand *h = arg;
    id which;

    return record_begin(t, 0, 0, "running", &which, err) < 0 ? -1 : record_done(t, which, h->made, h->encrypted, err);
}

int backup_by_hand(struct app *app, const struct make_options *o, struct arena *a, struct make_report *ret,
                   struct err *err)
{
    struct by_hand h = {ret, o->key != NULL};
    struct err unnoted = {0};

    if (make_backup(app, o, a, ret, err) < 0)
        return -1;
    char *full = ret->path ? realpath(ret->path, NULL) : NULL;
    if (full)
        ret->path = arena_cstr(a, str_of(full));
    free(full);
    if (store_write(app->store, a, note_by_hand, &h, &unnoted) < 0)
        diag(DIAG_WARN, "the backup could not be noted in the list: %s", unnoted.msg);
    return 0;
}

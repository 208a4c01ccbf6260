#include "follow.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "diag.h"

#define BATCH 16384u      /* changes taken in at once */
#define SAVE_AFTER 200000 /* items of the log since the view was last kept */
#define RETRY_MS 1000     /* after an error */
#define LINGER_MS 500     /* while nobody asks for a view: one costs as much for one change as for hundreds */

struct follow {
    struct store *store;
    char *path;
    pthread_t thread;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t wake, news;
    bool stop, woken, ready;
    int64_t asked; /* somebody waits for the view with everything up to here */
    struct view *view;
    int64_t saved, unsaved; /* the last item kept, and how many came since; the thread's own */
};

static void publish(struct follow *f, struct view *v, bool ready)
{
    pthread_mutex_lock(&f->lock);
    f->view = v;
    f->ready |= ready;
    pthread_cond_broadcast(&f->news);
    pthread_mutex_unlock(&f->lock);
}

static bool stopping(struct follow *f)
{
    pthread_mutex_lock(&f->lock);
    bool stop = f->stop;
    pthread_mutex_unlock(&f->lock);
    return stop;
}

/* Changes gathered until there are enough to take in. */
struct batch {
    struct deal_change *changes;
    size_t n;
};

/* Readers keep the views they have; ours goes over into the new one. */
static int take_in(struct follow *f, struct batch *b, int64_t seq, bool ready, struct err *err)
{
    struct view *v = view_apply(view_ref(f->view), b->changes, b->n, seq);

    if (!v) {
        view_unref(f->view);
        return err_set(err, ERR_BUSY, "There is no memory for the columns of reports.");
    }
    struct view *old = f->view;
    publish(f, v, ready);
    view_unref(old);
    b->n = 0;
    return 0;
}

/* -- from the beginning --------------------------------------------------------------------------------- */

static int read_all(struct follow *f, struct txn *t, struct batch *b, int64_t seq, struct err *err)
{
    struct rows *rows = deal_changes(t, 0, err);
    int n = rows ? 0 : -1;

    while (rows && (n = deal_changes_next(rows, &b->changes[b->n], err)) == 1) {
        if (++b->n < BATCH)
            continue;
        if (stopping(f) || take_in(f, b, 0, false, err) < 0) {
            rows_close(rows);
            return -1;
        }
    }
    return n < 0 ? -1 : take_in(f, b, seq, true, err);
}

/* -- onwards --------------------------------------------------------------------------------------------- */

/* One batch of what came after the view: 1 there may be more, 0 not, -1. */
static int read_on(struct follow *f, struct txn *t, struct batch *b, struct err *err)
{
    struct rows *rows = log_since(t, view_seq(f->view), BATCH, err);
    int64_t seq = view_seq(f->view);
    struct log_item item;
    unsigned read = 0;
    int n = rows ? 0 : -1;

    for (; rows && (n = log_next(rows, &item, err)) == 1; read++) {
        seq = item.seq;
        if (str_is(item.kind, "deals"))
            b->changes[b->n++] = (struct deal_change){item.row, deal_state_read(&item)};
    }
    if (n < 0 || take_in(f, b, seq, true, err) < 0)
        return -1;
    f->unsaved += read;
    return read == BATCH;
}

struct step {
    struct follow *f;
    struct arena *a;
    struct err *err;
};

static int run_step(void *arg)
{
    struct step *s = arg;
    struct follow *f = s->f;
    struct batch b = {.changes = NEW_ARRAY(s->a, struct deal_change, BATCH)};
    struct txn *t = txn_read(f->store, s->a, s->err);
    int64_t last;

    if (!t)
        return -1;
    int n = f->ready ? read_on(f, t, &b, s->err)
                     : (log_last_seq(t, &last, s->err) < 0 ? -1 : read_all(f, t, &b, last, s->err));
    txn_end(t);
    return n;
}

/* -- the file -------------------------------------------------------------------------------------------- */

struct marking {
    struct follow *f;
    struct arena *a;
    int64_t seq;
    uint64_t mark;
};

static int mark_step(void *arg)
{
    struct marking *m = arg;
    struct err err = {0};
    struct value v[4];
    struct txn *t = txn_read(m->f->store, m->a, &err);

    if (t && sql_row(t, "SELECT changeset_id, row_id, recorded_at, occurred_at FROM changes WHERE seq = $1",
                     ARGS(value_int(m->seq)), v, 4, &err) == 1)
        for (int i = 0; i < 4; i++)
            m->mark = (m->mark ^ (uint64_t)v[i].i) * 0x9e3779b97f4a7c15u + 1;
    txn_end(t);
    return 0;
}

/* The log item with this seq as a number: another log has another one there, or none (0). */
static uint64_t mark_at(void *ctx, int64_t seq)
{
    struct marking m = {.f = ctx, .a = arena_new(1u << 20), .seq = seq};
    int n = m.a ? arena_try(mark_step, &m) : -1;

    arena_free(m.a);
    return n == 0 ? m.mark : 0;
}

static void load(struct follow *f)
{
    struct view *v = f->path ? view_load(f->path, mark_at, f) : NULL;

    if (!v)
        return;
    f->saved = view_seq(v);
    view_unref(f->view);
    publish(f, v, true);
}

static void save(struct follow *f)
{
    struct err err = {0};
    int64_t seq = view_seq(f->view);

    if (!f->path || !f->ready || seq == f->saved || seq == 0)
        return;
    uint64_t mark = mark_at(f, seq);
    f->saved = seq;
    f->unsaved = 0;
    if (mark && view_save(f->view, f->path, mark, &err) < 0)
        diag(DIAG_WARN, "the columns of reports were not kept: %s", err.msg);
}

/* -- the thread ------------------------------------------------------------------------------------------ */

/* 1 go on at once, 0 wait for news, -1 wait a while. */
static int step(struct follow *f)
{
    struct arena *a = arena_new(256u << 20);
    struct err err = {0};
    int n = a ? arena_try(run_step, &(struct step){f, a, &err}) : ARENA_OOM;

    arena_free(a);
    if (n < 0 && !stopping(f))
        diag(DIAG_WARN, "the columns of reports wait: %s", err.code ? err.msg : "there is no memory");
    return n < 0 ? -1 : n;
}

static bool is_asked(const struct follow *f)
{
    return !f->ready || f->asked > view_seq(f->view);
}

/* After an error for a while; otherwise until something was committed, and then until somebody asks for it. */
static void wait_for_news(struct follow *f, int last)
{
    msec wait = last < 0 ? RETRY_MS : LINGER_MS;
    struct timespec until;

    pthread_mutex_lock(&f->lock);
    while (!f->stop && !f->woken && last >= 0)
        pthread_cond_wait(&f->wake, &f->lock);
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += wait % 1000 * 1000000;
    until.tv_sec += wait / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (!f->stop && !(last >= 0 && is_asked(f)))
        if (pthread_cond_timedwait(&f->wake, &f->lock, &until) == ETIMEDOUT)
            break;
    f->woken = false;
    pthread_mutex_unlock(&f->lock);
}

static void *follow_main(void *arg)
{
    struct follow *f = arg;

    load(f);
    while (!stopping(f)) {
        bool first = !f->ready;
        int n = step(f);
        if (first ? f->ready : f->unsaved > SAVE_AFTER)
            save(f);
        if (n <= 0 && !(first && f->ready))
            wait_for_news(f, n);
    }
    save(f);
    return NULL;
}

/* -- outside --------------------------------------------------------------------------------------------- */

int follow_new(struct follow **ret, struct store *store, const char *path, struct err *err)
{
    struct follow *f = calloc(1, sizeof(*f));
    pthread_condattr_t attr;

    if (!f || !(f->view = view_new()) || (path && !(f->path = strdup(path)))) {
        if (f)
            view_unref(f->view);
        free(f);
        return err_set(err, ERR_BUSY, "Out of memory.");
    }
    f->store = store;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&f->wake, &attr);
    pthread_cond_init(&f->news, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&f->lock, NULL);
    if (pthread_create(&f->thread, NULL, follow_main, f) != 0) {
        f->stop = true;
        follow_free(f);
        return err_set(err, ERR_BUSY, "The thread of the columns cannot be started.");
    }
    *ret = f;
    return 0;
}

void follow_stop(struct follow *f)
{
    if (!f || f->stop)
        return;
    pthread_mutex_lock(&f->lock);
    f->stop = true;
    pthread_cond_broadcast(&f->wake);
    pthread_cond_broadcast(&f->news);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->thread, NULL);
}

void follow_free(struct follow *f)
{
    if (!f)
        return;
    follow_stop(f);
    view_unref(f->view);
    pthread_cond_destroy(&f->wake);
    pthread_cond_destroy(&f->news);
    pthread_mutex_destroy(&f->lock);
    free(f->path);
    free(f);
}

void follow_wake(struct follow *f)
{
    pthread_mutex_lock(&f->lock);
    f->woken = true;
    pthread_cond_signal(&f->wake);
    pthread_mutex_unlock(&f->lock);
}

struct view *follow_view(struct follow *f, int64_t seq, msec patience, struct err *err)
{
    struct view *v = NULL;
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += patience / 1000;
    pthread_mutex_lock(&f->lock);
    if (seq > f->asked) {
        f->asked = seq;
        f->woken = true; /* whoever asks has seen it committed */
        pthread_cond_signal(&f->wake);
    }
    while (!f->stop && !(f->ready && view_seq(f->view) >= seq))
        if (pthread_cond_timedwait(&f->news, &f->lock, &until) == ETIMEDOUT)
            break;
    if (f->ready && view_seq(f->view) >= seq)
        v = view_ref(f->view);
    pthread_mutex_unlock(&f->lock);
    if (!v) {
        err_set(err, ERR_BUSY, "The numbers behind the reports are still being put together.");
        err->retry_after = 2;
    }
    return v;
}

void follow_stats(struct follow *f, struct follow_stats *ret)
{
    pthread_mutex_lock(&f->lock);
    *ret = (struct follow_stats){view_seq(f->view), view_deals(f->view), view_bytes(f->view)};
    pthread_mutex_unlock(&f->lock);
}

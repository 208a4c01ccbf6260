/* Whether the writer still gets round to things: a write of nothing is sent behind all that wait. */
#include <pthread.h>
#include <stdlib.h>

#include "ceilings.h"
#include "conn.h"

struct probe {
    struct write_job job; /* first, so that `done` finds the rest */
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool finished, abandoned;
};

static int nothing(struct txn *t, void *arg, struct err *err)
{
    (void)t, (void)arg, (void)err;
    return 0;
}

static void probe_free(struct probe *p)
{
    arena_free(p->job.arena);
    pthread_cond_destroy(&p->cond);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

static void finished(struct write_job *job)
{
    struct probe *p = (struct probe *)job;

    pthread_mutex_lock(&p->lock);
    p->finished = true;
    bool mine = p->abandoned;
    pthread_cond_signal(&p->cond);
    pthread_mutex_unlock(&p->lock);
    if (mine)
        probe_free(p);
}

static struct probe *probe_new(void)
{
    struct probe *p = calloc(1, sizeof(*p));
    struct arena *a = arena_new(MAX_ARENA);
    pthread_condattr_t attr;

    if (!p || !a) {
        arena_free(a);
        free(p);
        return NULL;
    }
    p->job = (struct write_job){.arena = a, .fn = nothing, .done = finished};
    pthread_mutex_init(&p->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&p->cond, &attr);
    pthread_condattr_destroy(&attr);
    return p;
}

bool store_alive(struct store *s, msec patience)
{
    struct probe *p = probe_new();
    struct timespec until = in_msec(patience);
    struct err err = {0};
    int r = 0;

    if (!p)
        return true; /* without memory nothing can be said */
    if (store_submit(s, &p->job, &err) < 0) {
        probe_free(p);
        return true; /* a full queue is looked at by those who wait in it */
    }
    pthread_mutex_lock(&p->lock);
    while (!p->finished && r == 0)
        r = pthread_cond_timedwait(&p->cond, &p->lock, &until);
    bool answered = p->finished;
    p->abandoned = !answered;
    pthread_mutex_unlock(&p->lock);
    if (answered)
        probe_free(p);
    return answered;
}

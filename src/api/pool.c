#include "pool.h"

#include <pthread.h>
#include <stdlib.h>

#define MAX_THREADS 16u

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct pool_job *first, **last;
    unsigned queued;
    bool stop;
    pthread_t threads[MAX_THREADS];
    unsigned nthreads;
};

static void *work(void *arg)
{
    struct pool *p = arg;

    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (!p->first && !p->stop)
            pthread_cond_wait(&p->wake, &p->lock);
        struct pool_job *job = p->first;
        if (!job)
            break;
        p->first = job->next;
        if (!p->first)
            p->last = &p->first;
        p->queued--;
        pthread_mutex_unlock(&p->lock);
        job->run(job->arg); /* the job may be gone after this */
        pthread_mutex_lock(&p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

struct pool *pool_new(unsigned threads)
{
    struct pool *p = calloc(1, sizeof(*p));

    if (!p)
        return NULL;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, NULL);
    p->last = &p->first;
    for (unsigned i = 0; i < threads && i < MAX_THREADS; i++)
        if (pthread_create(&p->threads[p->nthreads], NULL, work, p) == 0)
            p->nthreads++;
    if (p->nthreads == 0) {
        pool_free(p);
        return NULL;
    }
    return p;
}

bool pool_submit(struct pool *p, struct pool_job *job)
{
    pthread_mutex_lock(&p->lock);
    bool takes = !p->stop && p->queued < POOL_QUEUE;
    if (takes) {
        job->next = NULL;
        *p->last = job;
        p->last = &job->next;
        p->queued++;
        pthread_cond_signal(&p->wake);
    }
    pthread_mutex_unlock(&p->lock);
    return takes;
}

void pool_stop(struct pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->nthreads; i++)
        pthread_join(p->threads[i], NULL);
    p->nthreads = 0;
}

void pool_free(struct pool *p)
{
    if (!p)
        return;
    pool_stop(p);
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

/*
 * A few threads for work that takes longer than a request should: password hashing, undo, files. The queue is bounded;
 * who finds it full is told to come again.
 */
#ifndef API_POOL_H
#define API_POOL_H

#include <stdbool.h>

struct pool;

struct pool_job {
    void (*run)(void *arg);
    void *arg;
    struct pool_job *next; /* the pool's own */
};

#define POOL_QUEUE 256u

struct pool *pool_new(unsigned threads);                /* NULL when no thread can be had */
bool pool_submit(struct pool *p, struct pool_job *job); /* false: full, or stopped */
void pool_stop(struct pool *p);                         /* once everything queued is done; NULL is fine */
void pool_free(struct pool *p);                         /* stops it too; NULL is fine */

#endif

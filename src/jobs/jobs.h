/*
 * Work that outlives a request: rows enqueued in the transaction that asks for them, so that a job exists if and only
 * if the change was kept. A runner claims one at a time, for a while that it extends as long as it lives; a job whose
 * runner died is claimed again when that while is over, here or by another node, so what runs must be able to go on
 * where it stopped. All nodes go by the database's clock.
 *
 * A runner that was cut off may believe that it still has its job. So what a job writes calls job_hold in the same
 * transaction, which fails when another has taken over.
 *
 *     job_add(t, "import", S("12"), 0, err);                       in any write transaction
 *
 *     static const struct job_type types[] = {{"import", run_import, 5}};
 *     jobs_start(&jobs, store, types, COUNT(types), app, err);
 *     jobs_stop(jobs);
 *
 * A runner takes only jobs of the types it was given: long work of one type gets a runner of its own, so that the rest
 * does not wait behind it.
 *
 * A job that fails is tried again after 1, 2, 4 … minutes, as often as its type says; then it stays, failed, with the
 * reason.
 */
#ifndef JOBS_JOBS_H
#define JOBS_JOBS_H

#include "store.h"

struct jobs;

struct job {
    struct jobs *jobs;
    id id;
    struct str payload;
    int attempt; /* 1 the first time; nobody else has it under this number */
    struct arena *arena;
};

struct job_type {
    const char *name;
    /* On a thread of the runner, outside any transaction. ERR_BUSY when cut short by job_stopping: it goes on later. */
    int (*run)(void *ctx, struct job *job, struct err *err);
    int most_attempts;
};

/* To be done `delay` from now. */
int job_add(struct txn *t, const char *type, struct str payload, msec delay, struct err *err);

/* True when it should stop soon: the program does, or another runner has taken over. */
bool job_stopping(struct job *job);

/* In a transaction that writes for the job: ERR_BUSY when it is another's by now, else nobody takes it before the
 * transaction ends. */
int job_hold(const struct job *job, struct txn *t, struct err *err);

int jobs_start(struct jobs **ret, struct store *store, const struct job_type *types, size_t n, void *ctx,
               struct err *err);
void jobs_wake(struct jobs *jobs); /* look at once; otherwise once a second */
void jobs_stop(struct jobs *jobs); /* waits for what runs; NULL is fine */

void jobs_table(struct buf *b, enum dialect d); /* for the migrations */

#endif

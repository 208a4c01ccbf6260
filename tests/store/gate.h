/* Writes that tests of the writer submit, and a gate that keeps it busy until the test lets it go. */
#ifndef TESTS_GATE_H
#define TESTS_GATE_H

#include <semaphore.h>
#include <stdatomic.h>

#include "scratch.h"

struct gate {
    sem_t entered, leave;
    bool passed; /* it may be run again when another of its batch is taken back */
};

static inline int wait_at(struct txn *t, void *arg, struct err *err)
{
    struct gate *g = arg;

    (void)t, (void)err;
    if (g->passed)
        return 0;
    sem_post(&g->entered);
    while (sem_wait(&g->leave) < 0)
        ;
    g->passed = true;
    return 0;
}

static atomic_int ndone;

static inline void note_done(struct write_job *job)
{
    (void)job;
    atomic_fetch_add(&ndone, 1);
}

static inline void wait_done(int n)
{
    for (int i = 0; i < 5000 && atomic_load(&ndone) < n; i++)
        usleep(1000);
    assert_int_equal(atomic_load(&ndone), n);
}

static inline void close_gate(struct scratch *s, struct gate *g, struct write_job *job)
{
    g->passed = false;
    sem_init(&g->entered, 0, 0);
    sem_init(&g->leave, 0, 0);
    atomic_store(&ndone, 0);
    *job = (struct write_job){.arena = arena_new(MAX_ARENA), .fn = wait_at, .arg = g, .done = note_done};
    assert_int_equal(store_submit(s->store, job, &s->err), 0);
    while (sem_wait(&g->entered) < 0)
        ;
}

static inline int insert_int(struct txn *t, void *arg, struct err *err)
{
    return sql_insert(t, "INSERT INTO things(v) VALUES($1)", ARGS(value_int((intptr_t)arg)), NULL, err);
}

static inline int insert_then_refuse(struct txn *t, void *arg, struct err *err)
{
    if (insert_int(t, arg, err) < 0)
        return -1;
    return err_field(err, "title", "required", "No.");
}

#endif

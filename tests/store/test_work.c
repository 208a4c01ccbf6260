/* Steps of long work beside other writes. */
#include <pthread.h>

#include "gate.h"

static int note_patience(struct txn *t, void *arg, struct err *err)
{
    int64_t v = (intptr_t)arg < 0 ? -txn_patience(t) : (intptr_t)arg;

    return sql_insert(t, "INSERT INTO things(v) VALUES($1)", ARGS(value_int(v)), NULL, err);
}

static void steps_of_long_work_let_others_go_first(void **state)
{
    struct scratch *s = *state;
    struct gate g;
    struct write_job gate, jobs[6];

    close_gate(s, &g, &gate);
    for (int i = 0; i < 6; i++) {
        jobs[i] = (struct write_job){.arena = s->arena,
                                     .fn = note_patience,
                                     .arg = (void *)(intptr_t)(i < 3 ? -1 : i),
                                     .done = note_done,
                                     .work = i < 3};
        assert_int_equal(store_submit(s->store, &jobs[i], &s->err), 0);
    }
    sem_post(&g.leave);
    wait_done(7);
    /* The last step comes behind the three that were submitted after it, and knows that others write. */
    assert_int_equal(count(s, "SELECT v < 0 FROM things WHERE id = 6"), 1);
    assert_true(count(s, "SELECT -max(v) FROM things WHERE v < 0") <= 8);
    assert_int_equal(count(s, "SELECT count(*) FROM things"), 6);
    usleep(1100000);
    assert_int_equal(store_work(s->store, s->arena, note_patience, (void *)(intptr_t)-1, &s->err), 0);
    assert_true(count(s, "SELECT -min(v) FROM things") > 8);
    arena_free(gate.arena);
}

struct writing {
    struct store *store;
    atomic_bool stop;
};

static void *write_on(void *arg)
{
    struct writing *w = arg;
    struct arena *a = arena_new(MAX_ARENA);
    struct err err;

    while (!atomic_load(&w->stop) && store_write(w->store, a, insert_int, NULL, &err) == 0)
        arena_reset(a);
    arena_free(a);
    return NULL;
}

static void nobody_keeps_long_work_from_its_turn(void **state)
{
    struct scratch *s = *state;
    struct writing w = {.store = s->store};
    pthread_t threads[4];

    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_create(&threads[i], NULL, write_on, &w);
    for (int i = 1; i <= 5; i++)
        assert_int_equal(store_work(s->store, s->arena, insert_int, (void *)(intptr_t)i, &s->err), 0);
    assert_int_equal(store_work(s->store, s->arena, insert_then_refuse, (void *)(intptr_t)9, &s->err), -1);
    atomic_store(&w.stop, true);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(count(s, "SELECT sum(v) FROM things"), 1 + 2 + 3 + 4 + 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(steps_of_long_work_let_others_go_first),
        IN_SCRATCH(nobody_keeps_long_work_from_its_turn),
    };

    return cmocka_run_group_tests_name("work", tests, NULL, NULL);
}

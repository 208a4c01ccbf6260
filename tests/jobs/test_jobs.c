/* Several runners over one database, each with a store of its own as nodes have. */
#include "jobs.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ceilings.h"
#include "check.h"

#define NODES 3
#define MANY 120

struct world {
    char dir[64], db[96];
    struct store *stores[NODES];
    struct arena *arena;
    struct err err;
};

static atomic_int times[MANY + 1], let_go, started, refused;

static int script(struct txn *t, void *arg, struct err *err)
{
    return sql_script(t, arg, err);
}

static void must_script(struct world *w, const char *sql)
{
    if (store_write(w->stores[0], w->arena, script, (void *)(uintptr_t)sql, &w->err) < 0)
        fail_msg("%s", w->err.msg);
}

static int64_t number(struct world *w, const char *sql)
{
    struct txn *t = txn_read(w->stores[0], w->arena, &w->err);
    struct value v;

    assert_int_equal(sql_row(t, sql, NO_ARGS, &v, 1, &w->err), 1);
    txn_end(t);
    return v.i;
}

static int add_many(struct txn *t, void *arg, struct err *err)
{
    const int *n = arg;

    for (int i = 1; i <= *n; i++)
        if (job_add(t, "count", arena_printf(txn_arena(t), "%d", i), 0, err) < 0)
            return -1;
    return 0;
}

static void add(struct world *w, int n)
{
    if (store_write(w->stores[0], w->arena, add_many, &n, &w->err) < 0)
        fail_msg("%s", w->err.msg);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof(*w));
    struct buf b;

    strcpy(w->dir, "/tmp/penstock-test-XXXXXX");
    if (!mkdtemp(w->dir))
        return -1;
    snprintf(w->db, sizeof(w->db), "%s/jobs.db", w->dir);
    w->arena = arena_new(MAX_ARENA);
    for (int i = 0; i < NODES; i++)
        if (store_open(&w->stores[i], &(struct store_config){.url = w->db}, &w->err) < 0)
            return -1;
    buf_init(&b, 65536);
    jobs_table(&b, store_dialect(w->stores[0]));
    buf_char(&b, '\0');
    must_script(w, b.p);
    buf_clear(&b);
    memset(times, 0, sizeof(times));
    atomic_store(&let_go, 0);
    atomic_store(&started, 0);
    atomic_store(&refused, 0);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    char command[128];

    for (int i = 0; i < NODES; i++)
        store_close(w->stores[i]);
    arena_free(w->arena);
    snprintf(command, sizeof(command), "rm -rf '%s'", w->dir);
    int r = system(command);
    free(w);
    return r;
}

static int count(void *ctx, struct job *job, struct err *err)
{
    int64_t n = 0;

    (void)ctx, (void)err;
    str_int(job->payload, &n);
    atomic_fetch_add(&times[n], 1);
    return 0;
}

static void every_job_is_done_once_over_all_nodes(void **state)
{
    struct world *w = *state;
    static const struct job_type types[] = {{"count", count, 3}};
    struct jobs *nodes[NODES];

    add(w, MANY);
    for (int i = 0; i < NODES; i++)
        assert_int_equal(jobs_start(&nodes[i], w->stores[i], types, COUNT(types), NULL, &w->err), 0);
    while (number(w, "SELECT count(*) FROM jobs") > 0)
        usleep(10000);
    for (int i = 0; i < NODES; i++)
        jobs_stop(nodes[i]);
    for (int i = 1; i <= MANY; i++)
        assert_int_equal(times[i], 1);
}

/* Waits until it is let go, then tries to write for its job. */
static int hold(struct txn *t, void *arg, struct err *err)
{
    return job_hold(arg, t, err);
}

static int linger(void *ctx, struct job *job, struct err *err)
{
    struct world *w = ctx;
    int mine = atomic_fetch_add(&started, 1);

    if (mine == 0) {
        while (!atomic_load(&let_go))
            usleep(1000);
        if (store_write(w->stores[0], job->arena, hold, job, err) == 0)
            return 0;
        atomic_fetch_add(&refused, 1);
        return -1;
    }
    return store_write(w->stores[1], job->arena, hold, job, err);
}

/* The first runner is cut off for so long that its claim is over; another takes the job, and what the first writes for
 * it then is refused. */
static void who_was_taken_for_dead_writes_no_more(void **state)
{
    struct world *w = *state;
    static const struct job_type types[] = {{"count", linger, 3}};
    struct jobs *nodes[2];

    add(w, 1);
    assert_int_equal(jobs_start(&nodes[0], w->stores[0], types, COUNT(types), w, &w->err), 0);
    while (!atomic_load(&started))
        usleep(1000);
    assert_int_equal(number(w, "SELECT attempts FROM jobs"), 1);
    must_script(w, "UPDATE jobs SET claimed_until = 1");
    assert_int_equal(jobs_start(&nodes[1], w->stores[1], types, COUNT(types), w, &w->err), 0);
    while (number(w, "SELECT count(*) FROM jobs") > 0)
        usleep(1000);
    atomic_store(&let_go, 1);
    jobs_stop(nodes[0]);
    jobs_stop(nodes[1]);
    assert_int_equal(started, 2);
    assert_int_equal(refused, 1);
    assert_int_equal(number(w, "SELECT count(*) FROM jobs"), 0);
}

static int cannot(void *ctx, struct job *job, struct err *err)
{
    (void)ctx, (void)job;
    atomic_fetch_add(&started, 1);
    return err_set(err, ERR_INTERNAL, "It cannot be done.");
}

static void what_fails_is_tried_again_later_and_then_stays(void **state)
{
    struct world *w = *state;
    static const struct job_type types[] = {{"count", cannot, 2}};
    struct jobs *jobs;

    add(w, 1);
    assert_int_equal(jobs_start(&jobs, w->stores[0], types, COUNT(types), NULL, &w->err), 0);
    while (number(w, "SELECT count(*) FROM jobs WHERE error IS NOT NULL") == 0)
        usleep(1000);
    assert_int_equal(number(w, "SELECT count(*) FROM jobs WHERE state = 'waiting' AND claimed_until = 0"), 1);
    must_script(w, "UPDATE jobs SET run_at = 0");
    jobs_wake(jobs);
    while (number(w, "SELECT count(*) FROM jobs WHERE state = 'failed'") == 0)
        usleep(1000);
    jobs_stop(jobs);
    assert_int_equal(started, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_job_is_done_once_over_all_nodes),
        TEST(who_was_taken_for_dead_writes_no_more),
        TEST(what_fails_is_tried_again_later_and_then_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

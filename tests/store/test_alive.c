/* What the store tells about itself: whether its writer gets round to things, its numbers, its slow statements. */
#include "day.h"
#include "gate.h"
#include "stats.h"
#include "watch.h"

static void test_hang(void **state)
{
    struct scratch *s = *state;
    struct write_job job;
    struct gate g;

    assert_true(store_alive(s->store, 60 * SECOND));
    close_gate(s, &g, &job);
    assert_false(store_alive(s->store, 20)); /* what was asked is answered later, to nobody */
    sem_post(&g.leave);
    wait_done(1);
    assert_true(store_alive(s->store, 60 * SECOND));
    arena_free(job.arena);
}

static void test_numbers(void **state)
{
    struct scratch *s = *state;
    struct store_stats *stats = store_stats(s->store);

    must_script(s, "CREATE TABLE numbers(n INTEGER)");
    int64_t commits = metric_get(&stats->commits), kept = metric_get(&stats->kept);
    int64_t back = metric_get(&stats->taken_back), reads = metric_get(&stats->reads);
    for (int i = 0; i < 3; i++)
        must_script(s, "INSERT INTO numbers VALUES(1)");
    assert_int_equal(write_script(s, "INSERT INTO nowhere VALUES(1)"), -1);
    assert_int_equal(metric_get(&stats->commits) - commits, 3);
    assert_int_equal(metric_get(&stats->kept) - kept, 3);
    assert_int_equal(metric_get(&stats->taken_back) - back, 1);
    int64_t hits = metric_get(&stats->hits), misses = metric_get(&stats->misses);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM numbers"), 3);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM numbers"), 3);
    assert_int_equal(metric_get(&stats->reads) - reads, 2);
    assert_int_equal(metric_get(&stats->misses) - misses, 1);
    assert_int_equal(metric_get(&stats->hits) - hits, 1);
    store_measure(s->store);
    assert_true(metric_get(&stats->size) > 0);
    assert_int_equal(metric_get(&stats->queued), 0);
    assert_int_equal(metric_get(&stats->readers_busy), 0);
}

#define SLOW "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 400000) SELECT COUNT(*) FROM c"

static void test_watch(void **state)
{
    struct scratch *s = *state;
    struct arena *watched = arena_new(1 << 20);
    struct sql_watch w = {.id = "one"};
    _cleanup_(buf_clear) struct buf plan;
    struct value v;

    buf_init(&plan, 4096);
    sql_watch(watched, &w);
    struct txn *t = txn_read(s->store, watched, &s->err);
    assert_int_equal(sql_row(t, "SELECT 1", NO_ARGS, &v, 1, &s->err), 1);
    assert_int_equal(sql_row(t, SLOW, NO_ARGS, &v, 1, &s->err), 1);
    txn_end(t);
    assert_int_equal(w.statements, 2);
    assert_int_equal(w.n, 1);
    assert_string_equal(w.slow[0].sql, SLOW);
    assert_true(w.slow[0].ms >= WATCH_FROM_MS && w.spent >= w.slow[0].ms);
    assert_int_equal(w.slow[0].rows, 1);
    /* Nobody watches the others, on the same connection or not. */
    assert_int_equal(count(s, SLOW), 400000);
    assert_int_equal(w.statements, 2);
    t = must_read(s);
    assert_int_equal(sql_plan(t, "SELECT '$9' FROM sqlite_schema WHERE name = $2 OR name = $1", &plan, &s->err), 0);
    txn_end(t);
    assert_true(str_contains(buf_view(&plan), S("SCAN sqlite_schema")));
    sql_watch_clear(&w);
    arena_free(watched);
}

int main(void)
{
    const struct CMUnitTest tests[] = {IN_SCRATCH(test_hang), IN_SCRATCH(test_numbers), IN_SCRATCH(test_watch)};

    return cmocka_run_group_tests_name("alive", tests, NULL, NULL);
}

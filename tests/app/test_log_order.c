/* Who follows the log while many write, some of them slowly, gets every line once and in an order that stays. */
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "ceilings.h"
#include "scratch.h"

static struct scratch s;

static int set_up(void **state)
{
    (void)state;
    scratch_open(&s);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_close(&s);
    return 0;
}

/* -- a follower ------------------------------------------------------------------------------------------ */

#define MAX_SEEN 5000

struct follower {
    int64_t cursor, seen[MAX_SEEN];
    size_t n;
};

static void follow(struct follower *f, unsigned most)
{
    struct arena *a = arena_new(MAX_ARENA);
    struct err err = {0};
    struct log_item item;
    struct txn *t = txn_read(s.app->store, a, &err);
    struct rows *r = t ? log_since(t, f->cursor, most, &err) : NULL;

    while (r && log_next(r, &item, &err) == 1 && f->n < MAX_SEEN)
        f->seen[f->n++] = f->cursor = item.seq;
    txn_end(t);
    arena_free(a);
}

static void saw_everything(struct follower *f)
{
    size_t i = 0;

    for (size_t before = SIZE_MAX; before != f->n;) {
        before = f->n;
        follow(f, MAX_SEEN);
    }
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);
    struct rows *r = sql_query(t, "SELECT seq FROM changes ORDER BY seq", NO_ARGS, &s.err);
    while (rows_next(r, &s.err) == 1) {
        assert_true(i < f->n);
        assert_int_equal(rows_col_peek(r, 0).i, f->seen[i++]);
    }
    assert_int_equal(i, f->n);
    txn_end(t);
}

/* -- those who write --------------------------------------------------------------------------------------- */

struct slow {
    const char *name;
    sem_t written, go_on;
    atomic_bool waited;
    unsigned pause_us;
};

static int write_slowly(struct txn *t, void *arg, struct err *err)
{
    struct slow *w = arg;
    struct ctx c;
    struct row *row;
    json_t *body;
    struct str json;

    if (ctx_write(&c, s.app, t, WHO_SYSTEM, "test", err) < 0)
        return -1;
    json = arena_printf(c.arena, "{\"name\":\"%s\"}", w->name);
    if (json_read_object(c.arena, json, &body, err) < 0 ||
        op_create(&c, schema_must(s.app->schema, "tags"), body, &row, err) < 0)
        return -1;
    if (w->pause_us)
        usleep(w->pause_us);
    else if (!atomic_exchange(&w->waited, true)) {
        sem_post(&w->written);
        while (sem_wait(&w->go_on) < 0)
            ;
    }
    return 0;
}

static void *submit_slow(void *arg)
{
    struct arena *a = arena_new(MAX_ARENA);
    struct err err = {0};
    int r = store_write(s.app->store, a, write_slowly, arg, &err);

    arena_free(a);
    return (void *)(intptr_t)r;
}

static void a_late_commit_is_not_passed_over(void **state)
{
    struct slow late = {.name = "late"};
    struct follower f = {0};
    pthread_t thread;
    void *result;

    (void)state;
    if (!engine_is_postgres()) /* one writer: nobody overtakes */
        skip();
    sem_init(&late.written, 0, 0);
    sem_init(&late.go_on, 0, 0);
    follow(&f, MAX_SEEN);
    size_t before = f.n;
    pthread_create(&thread, NULL, submit_slow, &late);
    while (sem_wait(&late.written) < 0)
        ;
    /* Kept while the one above is not; its line stands behind the late one's, or waits for it. */
    assert_non_null(scratch_create(&s, WHO_SYSTEM, "teams", "{\"name\":\"early\"}"));
    follow(&f, MAX_SEEN);
    assert_int_equal(f.n, before);
    sem_post(&late.go_on);
    pthread_join(thread, &result);
    assert_int_equal((intptr_t)result, 0);
    follow(&f, MAX_SEEN);
    assert_int_equal(f.n, before + 2);
    saw_everything(&f);
}

#define THREADS 6
#define EACH 40

static void *submit_many(void *arg)
{
    unsigned seed = (unsigned)(uintptr_t)arg;

    for (int i = 0; i < EACH; i++) {
        char name[40];
        snprintf(name, sizeof(name), "tag %u.%d", seed, i);
        struct slow w = {.name = name, .pause_us = 1 + (unsigned)rand_r(&seed) % 3000};
        submit_slow(&w);
    }
    return NULL;
}

static void nothing_is_passed_over_or_doubled(void **state)
{
    pthread_t threads[THREADS];
    static struct follower f;
    size_t done = 0;

    (void)state;
    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, submit_many, (void *)(uintptr_t)(i + 1));
    for (done = 0; done < THREADS; follow(&f, 7))
        if (pthread_tryjoin_np(threads[done], NULL) == 0)
            done++;
    saw_everything(&f);
    assert_true(f.n >= THREADS * EACH);
}

/* A log that comes from a server which was further on goes on above its last line. */
static void a_log_from_elsewhere_goes_on_above(void **state)
{
    int64_t last, after;

    (void)state;
    if (!engine_is_postgres())
        skip();
    engine_sql(s.url, "UPDATE changes SET seq = seq + (1000000::bigint << 16)");
    app_close(s.app);
    if (app_open(&s.app, &(struct app_config){.data_dir = s.dir, .db_url = s.url}, &s.err) < 0)
        fail_msg("%s", s.err.msg);
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);
    assert_int_equal(log_last_seq(t, &last, &s.err), 0);
    txn_end(t);
    assert_true(last > 1000000ll << 16); /* nothing is held back */
    assert_non_null(scratch_create(&s, WHO_SYSTEM, "tags", "{\"name\":\"new\"}"));
    t = txn_read(s.app->store, s.arena, &s.err);
    assert_int_equal(log_last_seq(t, &after, &s.err), 0);
    txn_end(t);
    assert_true(after > last);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(a_late_commit_is_not_passed_over),
        IN_SCRATCH(nothing_is_passed_over_or_doubled),
        IN_SCRATCH(a_log_from_elsewhere_goes_on_above),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Many writes at once: those that share a commit do not share their failures, and a full queue says so. */
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "ceilings.h"
#include "check.h"
#include "world.h"

static struct world w;

static int set_up(void **state)
{
    (void)state;
    return world_open(&w);
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

/* -- a writer that is kept busy -------------------------------------------------------------------- */

struct gate {
    struct write_job job;
    sem_t entered, leave, done;
    bool passed;
};

static int wait_at(struct txn *t, void *arg, struct err *err)
{
    struct gate *g = arg;

    (void)t, (void)err;
    if (g->passed) /* run again because of others in its batch */
        return 0;
    g->passed = true;
    sem_post(&g->entered);
    while (sem_wait(&g->leave) < 0)
        ;
    return 0;
}

static void passed(struct write_job *job)
{
    sem_post(&((struct gate *)job)->done);
}

static void close_gate(struct gate *g)
{
    *g = (struct gate){.job = {.arena = arena_new(1u << 20), .fn = wait_at, .arg = g, .done = passed}};
    sem_init(&g->entered, 0, 0);
    sem_init(&g->leave, 0, 0);
    sem_init(&g->done, 0, 0);
    assert_int_equal(store_submit(w.app->store, &g->job, &w.err), 0);
    while (sem_wait(&g->entered) < 0)
        ;
}

static void open_gate(struct gate *g)
{
    sem_post(&g->leave);
    while (sem_wait(&g->done) < 0)
        ;
    arena_free(g->job.arena);
}

/* -- one commit, many requests ----------------------------------------------------------------------- */

struct sender {
    pthread_t thread;
    const char *method, *path;
    char body[200];
    int status;
};

static void *send_one(void *arg)
{
    struct sender *s = arg;
    struct http_exchange *x = world_say(&w, "ann", s->method, s->path, s->body);

    s->status = x->status;
    http_exchange_free(x);
    return NULL;
}

static int64_t number(const char *sql)
{
    struct txn *t = txn_read(w.app->store, w.arena, &w.err);
    struct value v;

    assert_int_equal(sql_row(t, sql, NO_ARGS, &v, 1, &w.err), 1);
    txn_end(t);
    return v.i;
}

static void a_failing_request_is_alone(void **state)
{
    struct sender s[24];
    struct gate g;

    (void)state;
    int64_t before = number("SELECT count(*) FROM deals"), sets = number("SELECT count(*) FROM changesets");
    close_gate(&g);
    for (size_t i = 0; i < COUNT(s); i++) {
        s[i] = (struct sender){.method = "POST", .path = i % 6 == 5 ? API "/deals/batch" : API "/deals"};
        /* The second operation of a batch is refused when the first has been written. */
        if (i % 6 == 5)
            snprintf(s[i].body, sizeof(s[i].body),
                     "{\"operations\":[{\"op\":\"create\",\"fields\":{\"title\":\"Half %zu\"}},"
                     "{\"op\":\"create\",\"fields\":{\"title\":\"\"}}]}",
                     i);
        else
            snprintf(s[i].body, sizeof(s[i].body), "{\"title\":\"Whole %zu\"}", i);
        pthread_create(&s[i].thread, NULL, send_one, &s[i]);
    }
    usleep(300000); /* most of them wait by now; whoever comes later shares another commit */
    open_gate(&g);
    for (size_t i = 0; i < COUNT(s); i++) {
        pthread_join(s[i].thread, NULL);
        assert_int_equal(s[i].status, i % 6 == 5 ? 422 : 201);
    }
    assert_int_equal(number("SELECT count(*) FROM deals") - before, 20);
    assert_int_equal(number("SELECT count(*) FROM deals WHERE title LIKE 'Half %'"), 0);
    assert_int_equal(number("SELECT count(*) FROM changesets") - sets, 20);
    assert_int_equal(number("SELECT count(*) FROM changes WHERE kind = 'deals'"), number("SELECT count(*) FROM deals"));
}

/* -- a full queue -------------------------------------------------------------------------------------- */

static int nothing(struct txn *t, void *arg, struct err *err)
{
    (void)t, (void)arg, (void)err;
    return 0;
}

static atomic_uint ndone;

static void count_done(struct write_job *job)
{
    (void)job;
    atomic_fetch_add(&ndone, 1);
}

static void a_full_queue_says_when_to_come_back(void **state)
{
    struct write_job *jobs = calloc(MAX_WRITE_QUEUE, sizeof(*jobs));
    struct arena *a = arena_new(1u << 20);
    struct gate g;

    (void)state;
    close_gate(&g);
    for (unsigned i = 0; i < MAX_WRITE_QUEUE; i++) {
        jobs[i] = (struct write_job){.arena = a, .fn = nothing, .done = count_done};
        assert_int_equal(store_submit(w.app->store, &jobs[i], &w.err), 0);
    }
    struct http_exchange *x = world_say(&w, "ann", "POST", API "/deals", "{\"title\":\"Too late\"}");
    assert_int_equal(x->status, 503);
    assert_true(http_reply_header_get(x, "Retry-After").n > 0);
    http_exchange_free(x);
    x = world_say(&w, "ann", "GET", API "/deals?limit=1", NULL); /* who reads does not wait */
    assert_int_equal(x->status, 200);
    http_exchange_free(x);
    open_gate(&g);
    for (int i = 0; i < 10000 && atomic_load(&ndone) < MAX_WRITE_QUEUE; i++)
        usleep(1000);
    assert_int_equal(atomic_load(&ndone), MAX_WRITE_QUEUE);
    x = world_say(&w, "ann", "POST", API "/deals", "{\"title\":\"In time\"}");
    assert_int_equal(x->status, 201);
    http_exchange_free(x);
    assert_int_equal(number("SELECT count(*) FROM deals WHERE title = 'Too late'"), 0);
    arena_free(a);
    free(jobs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failing_request_is_alone),
        cmocka_unit_test(a_full_queue_says_when_to_come_back),
    };

    return cmocka_run_group_tests_name("writes", tests, set_up, tear_down);
}

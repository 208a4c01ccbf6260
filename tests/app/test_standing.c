/* Rights and the workspace are kept between requests, and what is kept is never older than what was acknowledged. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "auth.h"
#include "scratch.h"
#include "standing.h"

static struct scratch s;
static struct who rep;
static id right;

static int setup(void **state)
{
    (void)state;
    scratch_open(&s);
    struct row *user = scratch_create(&s, WHO_SYSTEM, "users", "{\"name\":\"Rea\",\"role\":\"rep\"}");
    assert_non_null(user);
    rep = (struct who){row_id(user), SCOPE_ADMIN};
    struct row *row = scratch_create(&s, WHO_SYSTEM, "rights",
                                     "{\"role\":\"rep\",\"kind\":\"deals\",\"see\":\"all\",\"edit\":\"all\"}");
    assert_non_null(row);
    right = row_id(row);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_close(&s);
    return 0;
}

/* How the rep stands for a request that begins now; level -1 when he is out. */
static int sees(struct app *app, const struct standing **ret)
{
    struct arena *arena = arena_new(1u << 20);
    struct err err = {0};
    struct txn *t = txn_read(app->store, arena, &err);
    const struct standing *standing = NULL;
    int level = standing_get(app, t, rep, &standing, &err) < 0 ? -1 : (int)access_see(standing->access, app->deals);

    txn_end(t);
    arena_free(arena);
    if (ret)
        *ret = standing; /* for comparing only */
    return level;
}

static void allow(const char *level)
{
    char json[64];

    snprintf(json, sizeof(json), "{\"see\":\"%s\"}", level);
    assert_non_null(scratch_update(&s, WHO_SYSTEM, "rights", right, json));
}

/* Behind a commit its hooks run, after the reply has been given. */
static void wait_for_hooks(int64_t epoch)
{
    for (int i = 0; i < 2000 && auth_epoch(s.app) <= epoch; i++)
        usleep(5000);
    assert_true(auth_epoch(s.app) > epoch);
}

static void what_was_read_once_is_kept(void **state)
{
    const struct standing *first, *second;

    (void)state;
    wait_for_hooks(0);
    usleep(1000);
    assert_int_equal(sees(s.app, &first), LEVEL_ALL);
    for (int i = 0; i < 100; i++) { /* the first may have met the end of the commit before */
        assert_int_equal(sees(s.app, &second), LEVEL_ALL);
        if (first == second)
            return;
        first = second;
    }
    fail_msg("never the same");
}

static atomic_bool stop;

static void *keep_asking(void *arg)
{
    (void)arg;
    while (!atomic_load(&stop))
        sees(s.app, NULL);
    return NULL;
}

static void nothing_older_than_the_reply(void **state)
{
    pthread_t others[2];

    (void)state;
    atomic_store(&stop, false);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&others[i], NULL, keep_asking, NULL), 0);
    for (int i = 0; i < 60; i++) {
        allow("own");
        assert_int_equal(sees(s.app, NULL), LEVEL_OWN);
        allow("all");
        assert_int_equal(sees(s.app, NULL), LEVEL_ALL);
    }
    assert_non_null(scratch_update(&s, WHO_SYSTEM, "users", rep.user, "{\"active\":false}"));
    assert_int_equal(sees(s.app, NULL), -1);
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++)
        pthread_join(others[i], NULL);
}

static void an_older_view_is_not_kept(void **state)
{
    struct arena *arena = arena_new(1u << 20);
    const struct standing *standing;
    int64_t epoch = auth_epoch(s.app), seq;

    (void)state;
    struct txn *before = txn_read(s.app->store, arena, &s.err);
    assert_int_equal(log_last_seq(before, &seq, &s.err), 0); /* now its view is fixed */
    allow("own");
    wait_for_hooks(epoch);
    usleep(20000);
    assert_int_equal(standing_get(s.app, before, rep, &standing, &s.err), 0);
    assert_int_equal(access_see(standing->access, s.app->deals), LEVEL_ALL);
    assert_int_equal(sees(s.app, NULL), LEVEL_OWN);
    assert_int_equal(sees(s.app, NULL), LEVEL_OWN);
    txn_end(before);
    arena_free(arena);
}

static void a_write_that_failed_changes_nothing(void **state)
{
    (void)state;
    assert_null(scratch_update(&s, WHO_SYSTEM, "rights", right, "{\"see\":\"nonsense\"}"));
    assert_int_equal(sees(s.app, NULL), LEVEL_ALL);
    assert_non_null(scratch_create(&s, WHO_SYSTEM, "tags", "{\"name\":\"x\"}"));
    assert_int_equal(sees(s.app, NULL), LEVEL_ALL);
}

static void other_processes_are_heard_of(void **state)
{
    struct scratch other = {.arena = s.arena};

    (void)state;
    assert_int_equal(app_open(&other.app, &(struct app_config){.data_dir = s.dir}, &other.err), 0);
    assert_int_equal(sees(s.app, NULL), LEVEL_ALL);
    assert_non_null(scratch_update(&other, WHO_SYSTEM, "rights", right, "{\"see\":\"none\"}"));
    for (int i = 0; i < 2000 && sees(s.app, NULL) != LEVEL_NONE; i++)
        usleep(5000);
    assert_int_equal(sees(s.app, NULL), LEVEL_NONE);
    app_close(other.app);
}

static void who_has_it_keeps_it(void **state)
{
    struct arena *arena = arena_new(256u << 20);
    struct txn *t = txn_read(s.app->store, arena, &s.err);
    const struct standing *mine;

    (void)state;
    assert_int_equal(standing_get(s.app, t, rep, &mine, &s.err), 0);
    for (id user = 1; user < 3000; user++) { /* more than the table holds; nobody is there */
        const struct standing *ignored;
        err_clear(&s.err);
        standing_get(s.app, t, (struct who){user % 2 ? 0 : rep.user, (enum token_scope)(user % 3)}, &ignored, &s.err);
    }
    allow("own");
    assert_int_equal(sees(s.app, NULL), LEVEL_OWN);
    assert_int_equal(access_see(mine->access, s.app->deals), LEVEL_ALL); /* as when it was given out */
    txn_end(t);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        TEST(what_was_read_once_is_kept),          TEST(nothing_older_than_the_reply), TEST(an_older_view_is_not_kept),
        TEST(a_write_that_failed_changes_nothing), TEST(other_processes_are_heard_of), TEST(who_has_it_keeps_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

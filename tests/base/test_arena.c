#include "arena.h"

#include <pthread.h>
#include <string.h>

#include "check.h"

static int too_much(void *arg)
{
    for (;;)
        memset(arena_alloc(arg, 4096), 1, 4096);
    return 0;
}

static void ceiling_jumps_to_the_caller(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);

    assert_int_equal(arena_try(a, too_much, a), ARENA_OOM);
    arena_reset(a);
    assert_non_null(arena_alloc(a, 100));
    arena_free(a);
}

struct pair {
    struct arena *a, *b;
    int inner;
};

static int try_b_inside_a(void *arg)
{
    struct pair *p = arg;

    p->inner = arena_try(p->b, too_much, p->a); /* a runs out inside the attempt of b */
    return 0;
}

static int try_again(void *arg)
{
    struct pair *p = arg;

    p->inner = arena_try(p->a, too_much, p->a);
    return 7;
}

static void jumps_to_its_own_attempt(void **state)
{
    (void)state;
    struct pair p = {arena_new(1 << 20), arena_new(1 << 20), 0};

    assert_int_equal(arena_try(p.a, try_b_inside_a, &p), ARENA_OOM);
    assert_int_equal(p.inner, 0);
    arena_reset(p.a);
    assert_int_equal(arena_try(p.a, try_again, &p), 7);
    assert_int_equal(p.inner, ARENA_OOM);
    arena_free(p.a);
    arena_free(p.b);
}

static void *use_and_free(void *arg)
{
    struct arena *a = arg;

    assert_int_equal(arena_try(a, too_much, a), ARENA_OOM);
    arena_free(a);
    return NULL;
}

static int hand_on(void *arg)
{
    pthread_t t;

    pthread_create(&t, NULL, use_and_free, arg);
    pthread_join(t, NULL);
    return 1;
}

static void handed_on_inside_an_attempt(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);

    assert_int_equal(arena_try(a, hand_on, a), 1);
}

static void note(void *ptr)
{
    struct str **at = ptr;
    (*at)++;
}

static void deferred_runs_last_first(void **state)
{
    (void)state;
    struct str here[4], *at = here;
    struct arena *a = arena_new(1 << 20);

    arena_defer(a, note, &at);
    arena_defer(a, note, &at);
    arena_reset(a);
    assert_ptr_equal(at, here + 2);
    arena_free(a);
    assert_ptr_equal(at, here + 2);
}

static void printing(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);

    assert_str(arena_printf(a, "%s-%d", "x", 42), "x-42");
    assert_int_equal((uintptr_t)arena_alloc(a, 3) % 16, 0);
    assert_int_equal((uintptr_t)arena_alloc(a, 3) % 16, 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ceiling_jumps_to_the_caller),
        cmocka_unit_test(jumps_to_its_own_attempt),
        cmocka_unit_test(handed_on_inside_an_attempt),
        cmocka_unit_test(deferred_runs_last_first),
        cmocka_unit_test(printing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

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

    assert_int_equal(arena_try(too_much, a), ARENA_OOM);
    arena_reset(a);
    assert_non_null(arena_alloc(a, 100));
    arena_free(a);
}

static int inner(void *arg)
{
    return arena_try(too_much, arg) == ARENA_OOM ? 7 : 0;
}

static void jumps_to_the_innermost_attempt(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);

    assert_int_equal(arena_try(inner, a), 7);
    arena_free(a);
}

static int grow_without_memory(void *arg)
{
    if (arg)
        memory_lacks();
    return 0;
}

static int read_on(void *arg)
{
    if (arg)
        memory_lacks();
    return -1;
}

static void what_made_do_without_memory_is_not_believed(void **state)
{
    (void)state;
    assert_int_equal(arena_try(grow_without_memory, state), ARENA_OOM);
    assert_int_equal(arena_try(read_on, state), ARENA_OOM);
    assert_int_equal(arena_try(grow_without_memory, NULL), 0); /* it is over with the attempt */
    assert_int_equal(arena_try(read_on, NULL), -1);
}

static void count(void *at)
{
    ++*(int *)at;
}

struct remembered {
    struct arena *a;
    int let_go;
};

static int remember_too_much(void *arg)
{
    struct remembered *r = arg;

    for (;;) {
        r->let_go--;
        arena_defer(r->a, count, &r->let_go);
    }
    return 0;
}

static void what_cannot_be_deferred_is_let_go_at_once(void **state)
{
    (void)state;
    struct remembered r = {arena_new(1 << 16), 0};

    assert_int_equal(arena_try(remember_too_much, &r), ARENA_OOM);
    arena_free(r.a);
    assert_int_equal(r.let_go, 0);
}

static void inner_arenas_go_with_the_outer(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20), *b = arena_inside(a, 1 << 16);

    memset(arena_alloc(b, 100), 1, 100);
    assert_int_equal(arena_try(too_much, b), ARENA_OOM);
    arena_free(a);
}

static void *use_and_free(void *arg)
{
    struct arena *a = arg;

    assert_int_equal(arena_try(too_much, a), ARENA_OOM);
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

    assert_int_equal(arena_try(hand_on, a), 1);
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
        cmocka_unit_test(jumps_to_the_innermost_attempt),
        cmocka_unit_test(what_made_do_without_memory_is_not_believed),
        cmocka_unit_test(what_cannot_be_deferred_is_let_go_at_once),
        cmocka_unit_test(inner_arenas_go_with_the_outer),
        cmocka_unit_test(handed_on_inside_an_attempt),
        cmocka_unit_test(deferred_runs_last_first),
        cmocka_unit_test(printing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "arena.h"

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
        cmocka_unit_test(deferred_runs_last_first),
        cmocka_unit_test(printing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

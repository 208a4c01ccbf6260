#include "map.h"

#include "check.h"

static void keeps_what_was_put(void **state)
{
    (void)state;
    struct arena *a = arena_new(64 << 20);
    struct map m;
    static int values[5000];
    size_t seen = 0;

    map_init(&m, a);
    assert_null(map_get(&m, S("absent")));
    for (int i = 0; i < 5000; i++)
        map_put(&m, arena_printf(a, "key %d", i), &values[i]);
    map_put(&m, S("key 7"), &values[8]);
    map_put(&m, S(""), &values[9]);
    assert_int_equal(m.n, 5001);
    assert_ptr_equal(map_get(&m, S("key 4999")), &values[4999]);
    assert_ptr_equal(map_get(&m, S("key 7")), &values[8]);
    assert_ptr_equal(map_get(&m, S("")), &values[9]);
    for (struct map_slot *s = NULL; (s = map_each(&m, s));)
        seen++;
    assert_int_equal(seen, 5001);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_what_was_put)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

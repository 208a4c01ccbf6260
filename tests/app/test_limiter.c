#include "limiter.h"

#include "auth.h"
#include "ceilings.h"
#include "check.h"

static struct arena *arena;

static void the_limiter_slides_and_forgets(void **state)
{
    (void)state;
    struct limiter *l = limiter_new(NULL);
    int wait = 0;

    for (int i = 0; i < 4; i++)
        assert_int_equal(limiter_take(l, S("a"), 4, 1000, 5000, &wait), 0);
    assert_int_equal(limiter_take(l, S("a"), 4, 1000, 5000, &wait), -1);
    assert_int_equal(limiter_take(l, S("b"), 4, 1000, 5000, &wait), 0);
    assert_int_equal(limiter_take(l, S("a"), 4, 1000, 6000, &wait), -1); /* the window before still weighs */
    assert_int_equal(limiter_take(l, S("a"), 4, 1000, 6600, &wait), 0);
    assert_int_equal(limiter_take(l, S("a"), 4, 1000, 9000, &wait), 0);
    limiter_give_back(l, S("a"));
    limiter_forget(l, S("a"));
    for (int i = 0; i < 100000; i++) {
        struct str key = arena_printf(arena, "%d", i);
        assert_int_equal(limiter_take(l, key, 4, 1000, 10000 + i, &wait), 0);
    }
    limiter_free(l);
}

static void an_address_is_its_network(void **state)
{
    (void)state;
    assert_str(auth_network(arena, S("2001:db8:1:2:3:4:5:6")), "2001:0db8:0001:0002::/64");
    assert_str(auth_network(arena, S("2001:db8:1:2::1")), "2001:0db8:0001:0002::/64");
    assert_str(auth_network(arena, S("::ffff:10.1.2.3")), "10.1.2.3");
    assert_str(auth_network(arena, S("10.1.2.3")), "10.1.2.3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_limiter_slides_and_forgets),
        cmocka_unit_test(an_address_is_its_network),
    };

    arena = arena_new(MAX_ARENA);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}

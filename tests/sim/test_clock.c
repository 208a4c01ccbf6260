#include <math.h>

#include "check.h"
#include "clock.h"
#include "rng.h"

static struct sim_knobs knobs(void)
{
    struct sim_knobs k = sim_knobs_default();

    k.end = zone_midnight(k.zone, day_of(2026, 11, 23));
    return k;
}

static void test_holidays(void **state)
{
    (void)state;
    assert_true(sim_holiday(day_of(2026, 4, 3)));  /* Good Friday */
    assert_true(sim_holiday(day_of(2025, 4, 21))); /* Easter Monday */
    assert_true(sim_holiday(day_of(2024, 5, 9)));  /* Ascension */
    assert_true(sim_holiday(day_of(2026, 12, 25)));
    assert_false(sim_holiday(day_of(2026, 4, 7)));
}

/* Going forward by so many days of work ends that far on, in office hours. */
static void test_work(void **state)
{
    struct sim_knobs k = knobs();
    struct sim_clock c;
    struct err err;
    struct rng r;

    (void)state;
    assert_int_equal(sim_clock_init(&c, &k, &err), 0);
    assert_true(fabs(c.work[c.days] - c.days) < 1e-6);
    assert_true(fabs(c.arrival[c.days] - 2500) < 1e-6);
    rng_seed(&r, 7);
    for (int i = 0; i < 20000; i++) {
        msec from = c.start + (msec)(rng_unit(&r) * (double)(k.end - c.start));
        double days = rng_exponential(&r, 20);
        msec to = sim_clock_after(&c, from, days);
        assert_true(to > from);
        if (to == SIM_NEVER || to == from + MINUTE)
            continue;
        assert_true(fabs(sim_clock_work(&c, to) - sim_clock_work(&c, from) - days) < 1e-3);
        int day = sim_clock_index(&c, to);
        msec hour = (to - c.midnight[day]) / HOUR;
        assert_true(sim_clock_works(&c, day) && hour >= 8 && hour < 18);
    }
    sim_clock_clear(&c);
}

static void test_plain(void **state)
{
    struct sim_knobs k = knobs();
    struct sim_clock c;
    struct err err;

    (void)state;
    k.plain = true;
    assert_int_equal(sim_clock_init(&c, &k, &err), 0);
    assert_int_equal(sim_clock_after(&c, c.start + 5 * HOUR, 2.25), c.start + 59 * HOUR);
    assert_int_equal(sim_clock_arrival(&c, 2500), SIM_NEVER);
    sim_clock_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_holidays),
        cmocka_unit_test(test_work),
        cmocka_unit_test(test_plain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

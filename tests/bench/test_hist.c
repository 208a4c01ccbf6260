#include "check.h"
#include "hist.h"

#include <stdlib.h>

static void exact_when_small(void **state)
{
    struct hist *h = hist_new();

    (void)state;
    for (uint64_t v = 1; v <= 1000; v++)
        hist_add(h, v);
    assert_int_equal(hist_quantile(h, 0), 1);
    assert_int_equal(hist_quantile(h, 0.5), 500);
    assert_int_equal(hist_quantile(h, 0.99), 990);
    assert_int_equal(hist_quantile(h, 1), 1000);
    free(h);
}

/* A value comes back within a thousandth of itself, whatever its size. */
static void precise_when_large(void **state)
{
    struct hist *h = hist_new();

    (void)state;
    for (uint64_t v = 1; v < (uint64_t)1 << 60; v = v * 3 + 1) {
        hist_clear(h);
        hist_add(h, v);
        hist_add(h, UINT64_MAX); /* so that the largest seen does not hide the bucket's own end */
        uint64_t got = hist_quantile(h, 0.5);
        assert_true(got >= v && got - v <= v / 1000 + 1);
    }
    assert_true(hist_quantile(h, 1) == UINT64_MAX);
    free(h);
}

/* One slow answer in a hundred is the 99th percentile's neighbour, not lost in an average. */
static void tail_is_seen(void **state)
{
    struct hist *h = hist_new();

    (void)state;
    for (int i = 0; i < 98; i++)
        hist_add(h, 1000);
    hist_add(h, 5000000);
    hist_add(h, 9000000);
    assert_int_equal(hist_quantile(h, 0.98), 1000);
    assert_true(hist_quantile(h, 0.99) >= 5000000);
    assert_int_equal(hist_quantile(h, 1), 9000000);
    assert_int_equal(h->n, 100);
    free(h);
}

static void nothing_is_zero(void **state)
{
    struct hist *h = hist_new();

    (void)state;
    assert_int_equal(hist_quantile(h, 0.99), 0);
    free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_when_small),
        cmocka_unit_test(precise_when_large),
        cmocka_unit_test(tail_is_seen),
        cmocka_unit_test(nothing_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

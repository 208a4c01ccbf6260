#include "interval.h"

#include "near.h"

/* R: prop.test(x, n, correct = FALSE). */
static void wilson_as_published(void **state)
{
    static const struct {
        int64_t x, n;
        double low, high;
    } known[] = {{8, 10, .4901624715, .9433178485},
                 {0, 10, 0, .2775327999},
                 {10, 10, .7224672001, 1},
                 {1, 29, .0061132143, .1717552188},
                 {263, 525, .4583312407, .5435596851},
                 {4238, 6711, .6198869148, .6429636694}};
    double low, high;

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        wilson(known[i].x, known[i].n, &low, &high);
        near(low, known[i].low, 1e-9);
        near(high, known[i].high, 1e-9);
    }
}

/* Newcombe 1998, table II (a). */
static void newcombe_as_published(void **state)
{
    double difference, low, high;

    (void)state;
    newcombe(56, 70, 48, 80, &difference, &low, &high);
    near(difference, .2, 1e-12);
    near(low, .0524314724, 1e-9);
    near(high, .3338726540, 1e-9);
}

static void little_is_weak(void **state)
{
    (void)state;
    assert_true(is_weak(8, 10));
    assert_true(is_weak(15, 30));
    assert_false(is_weak(263, 525));
    assert_false(is_weak(0, 30));
}

/* The sums give what the definition gives, deal by deal. */
static void ratio_of_sums(void **state)
{
    static const double v[] = {100, 250, 40, 999, 10, 75};
    static const bool y[] = {true, false, true, true, false, false};
    struct ratio r = {0};
    double rate, se, n_eff, squares = 0, sum = 0;

    (void)state;
    assert_false(ratio_estimate(&r, &rate, &se, &n_eff));
    for (size_t i = 0; i < 6; i++) {
        ratio_add(&r, v[i], y[i]);
        sum += v[i];
    }
    assert_true(ratio_estimate(&r, &rate, &se, &n_eff));
    near(rate, 1139.0 / 1474.0, 1e-12);
    for (size_t i = 0; i < 6; i++)
        squares += (v[i] * (y[i] - rate)) * (v[i] * (y[i] - rate));
    near(se, sqrt(6.0 / 5.0 * squares) / sum, 1e-12);
    near(n_eff, sum * sum / r.sum_squares, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wilson_as_published),
        cmocka_unit_test(newcombe_as_published),
        cmocka_unit_test(little_is_weak),
        cmocka_unit_test(ratio_of_sums),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "compare.h"

#include "near.h"
#include "sample.h"

static struct arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new(16u << 20);
    return arena ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* R: fisher.test and chisq.test(correct = FALSE). */
static void tables(void **state)
{
    double chi2;

    (void)state;
    near(fisher_exact((struct two_by_two){12, 29, 5, 54}), .01297921903, 1e-10);
    near(chi2_table((struct two_by_two){12, 29, 5, 54}, &chi2), .006476710494, 1e-11);
    near(table_p((struct two_by_two){12, 29, 5, 54}), .006476710494, 1e-11);
    near(table_p((struct two_by_two){3, 1, 1, 3}), .4857142857, 1e-9);
    near(table_p((struct two_by_two){0, 0, 5, 5}), 1, 1e-12);
    near(chi2_table((struct two_by_two){0, 0, 5, 5}, &chi2), 1, 0);
}

static void groups(void **state)
{
    static const int64_t x[] = {12, 5, 0}, n[] = {41, 59, 0};
    double chi2;
    int df;

    (void)state;
    near(chi2_groups(x, n, 3, &chi2, &df), .006476710494, 1e-11);
    assert_int_equal(df, 1);
}

/* Katz et al. 1978. */
static void ratios(void **state)
{
    double ratio, low, high;

    (void)state;
    assert_true(risk_ratio((struct two_by_two){12, 5, 29, 54}, &ratio, &low, &high));
    near(ratio, 2.02028, 5e-6);
    near(low, 1.32124, 2e-5); /* published with z = 1.96 */
    near(high, 3.08918, 5e-5);
    assert_false(risk_ratio((struct two_by_two){0, 5, 29, 54}, &ratio, &low, &high));
    /* One stratum: the odds ratio itself; its limits are Woolf's. */
    assert_true(mantel_haenszel(&(struct two_by_two){12, 29, 5, 54}, 1, &ratio, &low, &high));
    near(ratio, 12.0 * 54 / (29 * 5), 1e-12);
    near(log(high / low) / 2, 1.959963984540054 * sqrt(1.0 / 12 + 1.0 / 29 + 1.0 / 5 + 1.0 / 54), 1e-9);
}

/* Benjamini and Hochberg 1995, section 3.3. */
static void many(void **state)
{
    static const double p[] = {.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344,
                               .0459, .3240, .4262, .5719, .6528, .7590, 1};
    static const double want[] = {.0015, .003, .0095, .035625, .0603, .0638571429, .0638571429, .0645, .0765};
    double q[15];
    int found = 0;

    (void)state;
    benjamini_hochberg(arena, p, 15, q);
    for (size_t i = 0; i < 9; i++)
        near(q[i], want[i], 1e-9);
    for (size_t i = 0; i < 15; i++)
        found += q[i] <= .05;
    assert_int_equal(found, 4);
}

/* R: quantile(x, type = 7), mean(x, trim = .1). */
static void samples(void **state)
{
    static const double x[] = {3, 7, 8, 12, 13, 14, 18, 21, 23, 27};
    double low, high;

    (void)state;
    near(quantile(x, 10, .1), 6.6, 1e-12);
    near(quantile(x, 10, .5), 13.5, 1e-12);
    near(quantile(x, 10, .9), 23.4, 1e-12);
    near(trimmed_mean(x, 10, .1), 14.5, 1e-12);
    median_limits(x, 10, &low, &high); /* ranks 2 and 9 cover 97.9 % */
    near(low, 7, 0);
    near(high, 23, 0);
    median_limits(x, 3, &low, &high);
    near(low, 3, 0);
    near(high, 8, 0);
}

static double mean_of_rows(const void *ctx, const size_t *rows, size_t n)
{
    const double *x = ctx;
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[rows[i]];
    return sum / (double)n;
}

/* The limits of a mean by resampling are near those of theory, and the same each time. */
static void resampled(void **state)
{
    double x[400], room[BOOTSTRAP_DRAWS], low, high, again;
    size_t rows[400];
    struct rng r;

    (void)state;
    rng_seed(&r, 5);
    for (size_t i = 0; i < 400; i++)
        x[i] = 10 + rng_normal(&r);
    bootstrap(mean_of_rows, x, 400, 9, room, BOOTSTRAP_DRAWS, rows, &low, &high);
    near(high - low, 2 * 1.96 / sqrt(400), .02);
    again = low;
    bootstrap(mean_of_rows, x, 400, 9, room, BOOTSTRAP_DRAWS, rows, &low, &high);
    near(low, again, 0);
}

/* Digits that plain addition drops. */
static void exact(void **state)
{
    struct exact_sum s = {0};

    (void)state;
    sum_add(&s, 1), sum_add(&s, 1e100), sum_add(&s, 1), sum_add(&s, -1e100);
    near(sum_value(&s), 2, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables),  cmocka_unit_test(groups),    cmocka_unit_test(ratios), cmocka_unit_test(many),
        cmocka_unit_test(samples), cmocka_unit_test(resampled), cmocka_unit_test(exact),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}

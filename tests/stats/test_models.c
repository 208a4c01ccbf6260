#include "logistic.h"
#include "near.h"
#include "rng.h"
#include "sample.h"
#include "score.h"
#include "shrink.h"

static struct arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new(256u << 20);
    return arena ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* Motor Trend 1974 (R's mtcars): weight and whether the gear is manual. */
static const double weights[] = {2.620, 2.875, 2.320, 3.215, 3.440, 3.460, 3.570, 3.190, 3.150, 3.440, 3.440,
                                 4.070, 3.730, 3.780, 5.250, 5.424, 5.345, 2.200, 1.615, 1.835, 2.465, 3.520,
                                 3.435, 3.840, 3.845, 1.935, 2.140, 1.513, 3.170, 2.770, 3.570, 2.780};
static const unsigned char manual[] = {1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                       0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1};
#define CARS 32u

static struct logistic *cars(double lambda, bool standardised, double *x)
{
    double m = mean(weights, CARS), squares = 0;

    for (size_t i = 0; i < CARS; i++)
        squares += (weights[i] - m) * (weights[i] - m);
    for (size_t i = 0; i < CARS; i++) {
        x[2 * i] = 1;
        x[2 * i + 1] = standardised ? (weights[i] - m) / sqrt(squares / CARS) : weights[i];
    }
    struct logistic *fit = logistic_fit(arena, &(struct logistic_data){.x = x, .y = manual, .n = CARS, .k = 2}, lambda);
    assert_non_null(fit);
    assert_true(fit->converged);
    return fit;
}

/* R: glm(am ~ wt, binomial); scikit-learn's LogisticRegression with C = 1 / lambda. */
static void logistic_as_published(void **state)
{
    double x[2 * CARS], p[CARS], low, high, area, se;

    (void)state;
    struct logistic *m = cars(0, false, x);
    near(m->beta[0], 12.04036969, 1e-7);
    near(m->beta[1], -4.02396994, 1e-7);
    near(sqrt(m->covariance[0]), 4.5097061, 5e-4); /* R takes the errors from the step before the last */
    near(sqrt(m->covariance[3]), 1.4364158, 5e-4);
    near(m->log_likelihood, -9.588042404, 1e-8);
    for (size_t i = 0; i < CARS; i++)
        p[i] = logistic_chance(m, x + 2 * i, 0, &low, &high);
    assert_true(auc(arena, p, manual, CARS, &area, &se));
    near(area, .9331983806, 1e-9);
    near(se, .0481121, 1e-6);

    m = cars(0, true, x);
    near(m->beta[0], -.90574763, 1e-7);
    near(m->beta[1], -3.87527502, 1e-7);
    m = cars(1, true, x);
    near(m->beta[0], -.64839425, 1e-7);
    near(m->beta[1], -1.96766304, 1e-7);
    for (size_t i = 0; i < CARS; i++)
        p[i] = logistic_chance(m, x + 2 * i, 0, &low, &high);
    near(brier(p, manual, CARS), .1034797108, 1e-8);
    m = cars(5, true, x);
    near(m->beta[0], -.47080626, 1e-7);
    near(m->beta[1], -.97005847, 1e-7);
}

static void contributions_add_up(void **state)
{
    double x[2 * CARS], means[2] = {1, 0}, parts[2];

    (void)state;
    struct logistic *m = cars(1, true, x);
    for (size_t i = 0; i < CARS; i++) {
        logistic_parts(m, x + 2 * i, means, parts);
        near(parts[0] + parts[1], logistic_eta(m, x + 2 * i, 0) - logistic_eta(m, means, 0), 1e-12);
    }
}

/* Columns that repeat one another are refused without a penalty and shared with one; perfect separation stays finite.
 */
static void logistic_on_bad_ground(void **state)
{
    double x[3 * CARS], separated[2 * CARS];
    unsigned char y[CARS];

    (void)state;
    for (size_t i = 0; i < CARS; i++) {
        x[3 * i] = separated[2 * i] = 1;
        x[3 * i + 1] = x[3 * i + 2] = weights[i];
        separated[2 * i + 1] = (double)i;
        y[i] = i >= CARS / 2;
    }
    struct logistic_data twice = {.x = x, .y = manual, .n = CARS, .k = 3};
    assert_null(logistic_fit(arena, &twice, 0));
    struct logistic *m = logistic_fit(arena, &twice, 1);
    assert_non_null(m);
    near(m->beta[1], m->beta[2], 1e-9);
    m = logistic_fit(arena, &(struct logistic_data){.x = separated, .y = y, .n = CARS, .k = 2}, .1);
    assert_non_null(m);
    assert_true(m->converged && m->beta[1] > 0 && isfinite(m->beta[1]));
}

/* Rows that stand for one deal count once: four copies of each row in a cluster give the errors of the rows alone. */
static void clusters(void **state)
{
    double x[2 * CARS], many[8 * CARS];
    unsigned char y[4 * CARS];
    int alone[CARS], cluster[4 * CARS];

    (void)state;
    cars(0, true, x);
    for (size_t i = 0; i < 4 * CARS; i++) {
        many[2 * i] = x[2 * (i / 4)];
        many[2 * i + 1] = x[2 * (i / 4) + 1];
        y[i] = manual[i / 4];
        cluster[i] = (int)(i / 4);
        alone[i / 4] = (int)(i / 4);
    }
    struct logistic *one = logistic_fit(
        arena, &(struct logistic_data){.x = x, .y = manual, .cluster = alone, .n = CARS, .k = 2, .clusters = CARS}, 0);
    struct logistic *four = logistic_fit(
        arena, &(struct logistic_data){.x = many, .y = y, .cluster = cluster, .n = 4 * CARS, .k = 2, .clusters = CARS},
        0);
    near(one->beta[1], four->beta[1], 1e-8);
    near(one->covariance[3], four->covariance[3], 1e-6);
}

/* scipy.stats.betabinom; a prior given. */
static void drawn_rates(void **state)
{
    static const int64_t x[] = {0, 3, 9, 30, 2}, n[] = {2, 3, 20, 50, 10};
    static const double want[] = {.272727, .391304, .375, .514286, .266667};
    struct shrink prior = {.mean = .3, .weight = 20};
    double rate, low, high, best[5], sum = 0;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        shrink_rate(&prior, x[i], n[i], &rate, &low, &high);
        near(rate, want[i], 5e-7);
        assert_true(low < rate && rate < high);
    }
    shrink_best(&prior, x, n, 5, 1, 4000, best);
    for (size_t i = 0; i < 5; i++)
        sum += best[i];
    near(sum, 1, 1e-9);
    assert_true(best[3] > .7);
    assert_true(shrink_above(&prior, 30, 50) > .99);
}

/* Groups of one rate are told to be alike, groups that differ are not; the prior comes out as it was put in. */
static void learned_prior(void **state)
{
    int64_t x[200], n[200];
    struct shrink s;
    struct rng r;

    (void)state;
    rng_seed(&r, 11);
    for (int differ = 0; differ < 2; differ++) {
        for (size_t i = 0; i < 200; i++) {
            double up = rng_gamma(&r, 6, 1), rate = differ ? up / (up + rng_gamma(&r, 14, 1)) : .3;
            n[i] = 20 + (int64_t)rng_below(&r, 200);
            x[i] = 0;
            for (int64_t k = 0; k < n[i]; k++)
                x[i] += rng_unit(&r) < rate;
        }
        assert_true(shrink_fit(x, n, 200, &s));
        if (differ) {
            near(s.mean, .3, .03);
            assert_true(s.p < 1e-6 && s.weight > 12 && s.weight < 33);
        } else {
            assert_true(s.p > SHRINK_NO_EVIDENCE);
        }
    }
    x[0] = n[0] = 5;
    assert_false(shrink_fit(x, n, 1, &s));
}

/* Forty forecasts of four kinds, by hand. */
static void brier_in_parts(void **state)
{
    static const double said[] = {.1, .3, .6, .9};
    static const int came[] = {1, 4, 5, 9};
    struct calibration_bin bins[10];
    unsigned char y[40];
    double p[40];

    (void)state;
    for (size_t i = 0; i < 40; i++) {
        p[i] = said[i / 10];
        y[i] = (int)(i % 10) < came[i / 10];
    }
    size_t n = calibration_bins(arena, p, y, 40, 10, bins);
    assert_int_equal(n, 4);
    struct brier_parts parts = brier_decompose(bins, n);
    near(brier(p, y, 40), .1725, 1e-12);
    near(parts.reliability, .005, 1e-12);
    near(parts.resolution, .081875, 1e-12);
    near(parts.uncertainty, .249375, 1e-12);
    near(log_loss(p, y, 40), .514830, 1e-6);
    near(calibration_error(bins, n), .05, 1e-12);
}

static void order(void **state)
{
    static const double score[] = {.1, .4, .35, .8, .4};
    static const unsigned char y[] = {0, 0, 1, 1, 1}, alike[] = {1, 1, 1, 1, 1};
    double area, se;

    (void)state;
    assert_true(auc(arena, score, y, 5, &area, &se));
    near(area, .75, 1e-12);
    assert_false(auc(arena, score, alike, 5, &area, &se));
}

static void put_right(void **state)
{
    static const double score[] = {1, 2, 3, 4, 5, 6};
    static const unsigned char y[] = {0, 1, 0, 1, 1, 1};
    double p[4000], intercept, slope;
    unsigned char came[4000];
    struct rng r;

    (void)state;
    struct isotonic *f = isotonic_fit(arena, score, y, 6);
    near(isotonic_at(f, 0), 0, 0);
    near(isotonic_at(f, 2), .5, 0);
    near(isotonic_at(f, 3.5), .5, 0);
    near(isotonic_at(f, 9), 1, 0);
    for (size_t i = 1; i < f->n; i++)
        assert_true(f->value[i] > f->value[i - 1]);

    rng_seed(&r, 3);
    for (size_t i = 0; i < 4000; i++) { /* said twice as surely as it is */
        double eta = rng_normal(&r);
        p[i] = sigmoid(2 * eta);
        came[i] = rng_unit(&r) < sigmoid(eta);
    }
    assert_true(calibration_line(arena, p, came, 4000, &intercept, &slope));
    near(slope, .5, .05);
    near(intercept, 0, .1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logistic_as_published),
        cmocka_unit_test(contributions_add_up),
        cmocka_unit_test(logistic_on_bad_ground),
        cmocka_unit_test(clusters),
        cmocka_unit_test(drawn_rates),
        cmocka_unit_test(learned_prior),
        cmocka_unit_test(brier_in_parts),
        cmocka_unit_test(order),
        cmocka_unit_test(put_right),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}

#include "survival.h"

#include "interval.h"
#include "near.h"
#include "rng.h"

static struct arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new(64u << 20);
    return arena ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* Remission under 6-MP, Freireich et al. 1963; R: survfit(Surv(t, d) ~ 1, conf.type = "log-log"). */
static void remission(void **state)
{
    static const double events[] = {6, 6, 6, 7, 10, 13, 16, 22, 23};
    static const double censored[] = {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35};
    static const double free_after[] = {.857143, .806723, .752941, .690196, .627451, .537815, .448179};
    struct span spans[21];
    double low, high, median;

    (void)state;
    for (size_t i = 0; i < 9; i++)
        spans[i] = (struct span){.leave = events[i], .cause = 1};
    for (size_t i = 0; i < 12; i++)
        spans[9 + i] = (struct span){.leave = censored[i]};
    struct curve *c = kaplan_meier(arena, spans, 21);
    assert_int_equal(c->n, 7);
    for (size_t i = 0; i < 7; i++)
        near(c->points[i].free, free_after[i], 5e-7);
    near(c->points[0].free_se, .0763604, 5e-8);
    near(c->points[6].free_se, .1345915, 5e-7);
    log_log_limits(c->points[0].free, c->points[0].free_se, &low, &high);
    near(low, .619718, 1e-6);
    near(high, .951552, 1e-6);
    curve_quantile(c, .5, &median, &low, &high);
    near(median, 23, 0);
    near(low, 13, 0);
    assert_true(isinf(high));
    near(curve_mean(c, 35), 23.287395, 1e-6);
    assert_int_equal(c->spans, 21);
    near(c->last, 35, 0);
    near(curve_reach(c, 10), 16, 0);
}

/* R: cmprsk::cuminc. */
static void competing(void **state)
{
    static const double at[] = {5, 8, 12, 12, 20, 25, 25, 30, 40, 60};
    static const int cause[] = {2, 1, 0, 1, 2, 1, 2, 0, 1, 0};
    static const double won_at[] = {8, 12, 20, 25, 40}, won[] = {.1, .2, .2, .316667, .491667};
    static const double lost_at[] = {5, 12, 20, 25, 40}, lost[] = {.1, .1, .216667, .333333, .333333};
    struct span spans[10];

    (void)state;
    for (size_t i = 0; i < 10; i++)
        spans[i] = (struct span){.leave = at[i], .cause = cause[i]};
    struct curve *c = aalen_johansen(arena, spans, 10, 2);
    for (size_t i = 0; i < 5; i++) {
        near(curve_at(c, won_at[i])->share[0], won[i], 5e-7);
        near(curve_at(c, lost_at[i])->share[1], lost[i], 5e-7);
    }
    near(curve_at(c, 40)->share_se[0] * curve_at(c, 40)->share_se[0], .0498257593, 1e-9);
    assert_null(curve_at(c, 4.9));
    near(curve_at(c, 1000)->share[0], .491667, 5e-7);
}

/* R: survdiff(Surv(time, status) ~ x, data = aml). */
static void two_groups(void **state)
{
    static const double at[] = {9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161, 5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45};
    static const int event[] = {1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1};
    struct span spans[23];
    int group[23];

    (void)state;
    for (size_t i = 0; i < 23; i++) {
        spans[i] = (struct span){.leave = at[i], .cause = event[i]};
        group[i] = i >= 11;
    }
    struct log_rank r = log_rank(arena, spans, group, 23);
    near(r.observed, 11, 0);
    near(r.expected, 7.31, 5e-3);
    near(r.chi2, 3.396389, 1e-5);
    near(r.p, .0653393, 1e-6);
}

/* What must hold for any spans: shares and the rest are one, nothing falls that should rise. */
static void always(void **state)
{
    struct rng r;

    (void)state;
    rng_seed(&r, 7);
    for (int round = 0; round < 400; round++) {
        size_t n = (size_t)rng_below(&r, 60);
        struct span spans[60];
        double low, high;
        for (size_t i = 0; i < n; i++) {
            double enter = rng_below(&r, 3) ? 0 : (double)rng_below(&r, 20);
            spans[i] = (struct span){enter, enter + (double)rng_below(&r, 30), (int)rng_below(&r, 4)};
        }
        struct curve *c = aalen_johansen(arena, spans, n, 3);
        const struct curve_point *before = NULL;
        for (size_t i = 0; i < c->n; i++) {
            const struct curve_point *p = &c->points[i];
            near(p->free + p->share[0] + p->share[1] + p->share[2], 1, 1e-12);
            for (int k = 0; k < 3; k++) {
                log_log_limits(p->share[k], p->share_se[k], &low, &high);
                assert_true(isfinite(p->share_se[k]) && low <= p->share[k] && p->share[k] <= high);
                assert_true(!before || p->share[k] >= before->share[k]);
            }
            assert_true(p->at_risk > 0 && (!before || (p->at > before->at && p->free <= before->free)));
            before = p;
        }
        arena_reset(arena);
    }
}

/* Without censoring a curve is the plain share, and its error that of a share. */
static void without_censoring(void **state)
{
    struct span spans[50];

    (void)state;
    for (size_t i = 0; i < 50; i++)
        spans[i] = (struct span){.leave = (double)(i + 1), .cause = i % 2 ? 1 : 2};
    struct curve *c = aalen_johansen(arena, spans, 50, 2);
    near(curve_at(c, 20)->share[0], .2, 1e-12);
    near(curve_at(c, 20)->free, .6, 1e-12);
    near(curve_at(c, 20)->free_se, sqrt(.6 * .4 / 50), 1e-12);
    near(curve_at(c, 20)->share_se[0], sqrt(.2 * .8 / 50), 2e-3);
}

/* Whoever is watched late only says something about later: here nobody was seen before 10. */
static void late_entry(void **state)
{
    static const struct span spans[] = {{10, 20, 1}, {10, 30, 2}, {0, 30, 1}, {5, 5, 1}};

    (void)state;
    struct curve *c = aalen_johansen(arena, spans, 4, 2);
    assert_int_equal(c->spans, 3);
    assert_int_equal(c->points[0].at_risk, 3);
    near(c->points[0].share[0], 1.0 / 3, 1e-15);
    near(c->points[1].share[1], 1.0 / 3, 1e-15);
    near(c->points[1].free, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(remission), cmocka_unit_test(competing),         cmocka_unit_test(two_groups),
        cmocka_unit_test(always),    cmocka_unit_test(without_censoring), cmocka_unit_test(late_entry),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}

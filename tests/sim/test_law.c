#include <math.h>

#include "check.h"
#include "law.h"
#include "model.h"

#define NEAR(got, want, by) assert_true(fabs((got) - (want)) <= (by))

static void test_inverse(void **state)
{
    static const struct law law[] = {{LAW_WEIBULL, 1.3, 40}, {LAW_LOGLOGISTIC, 2.2, 11}, {LAW_WEIBULL, 1, 7}};

    (void)state;
    for (size_t i = 0; i < 3; i++)
        for (int power = -4; power < 12; power++) {
            double t = pow(1.7, power), step = t * 1e-6;
            NEAR(law_inverse(&law[i], law_cum(&law[i], t)), t, 1e-9 * t);
            NEAR((law_cum(&law[i], t + step) - law_cum(&law[i], t - step)) / (2 * step) / law_hazard(&law[i], t), 1,
                 1e-6);
        }
    assert_true(isinf(law_inverse(&(struct law){LAW_NEVER, 0, 0}, 1)));
}

/* Laws of one shape: shares are as their hazards, and the first time has the same shape. */
static void test_race(void **state)
{
    const struct law law[] = {{LAW_WEIBULL, 1, 10}, {LAW_WEIBULL, 1, 30}};
    const double factor[] = {1, 2};
    struct law_race r;

    (void)state;
    law_race(law, factor, 2, &r);
    NEAR(r.p[0], .6, 1e-4);
    NEAR(r.p[1], .4, 1e-4);
    NEAR(r.mean, 6, 1e-3);
    NEAR(law_race_quantile(law, factor, 2, .5), 6 * log(2), 1e-9);
    law_race(&(struct law){LAW_LOGLOGISTIC, 2.2, 11}, (const double[]){1}, 1, &r);
    NEAR(r.mean, 11 * (M_PI / 2.2) / sin(M_PI / 2.2), .01); /* mean of the log-logistic law */
}

/* Without going back the chance to win is the product of the stages' shares; a higher score wins more. */
static void test_win_chances(void **state)
{
    double win[SIM_MAX_STAGES], better[SIM_MAX_STAGES], product = 1;

    (void)state;
    sim_win_chances(SIM_CUSTOMERS, 0, 0, win);
    for (int s = 0; s < 3; s++) {
        struct law_race r;
        law_race(sim_pipelines[SIM_CUSTOMERS].stage[s].way, (const double[]){1, 1, 1, 1}, WAY__N, &r);
        product *= r.p[WAY_ADVANCE];
    }
    NEAR(win[0], product, 1e-9);
    sim_win_chances(SIM_SALES, 0, 0, win);
    sim_win_chances(SIM_SALES, .2, 0, better);
    for (int s = 0; s < 5; s++) {
        assert_true(win[s] > 0 && win[s] < better[s] && better[s] < 1);
        assert_true(s == 0 || win[s - 1] < win[s]);
    }
}

/* What ought to sum to one does. */
static void test_tables(void **state)
{
    double entry = 0, sources = 0, lines = 0;

    (void)state;
    for (int s = 0; s < SIM_MAX_STAGES; s++)
        entry += sim_pipelines[SIM_SALES].stage[s].entry;
    for (int s = 0; s < SIM_SOURCES; s++)
        sources += sim_sources[s].share;
    for (int l = 0; l < SIM_LINES; l++)
        lines += sim_lines_model[l].share;
    NEAR(entry, 1, 1e-12);
    NEAR(sources, 1, 1e-12);
    NEAR(lines, 1, 1e-12);
    assert_string_equal(sim_sources[SOURCE_KNOWN].name, "Known customer");
    assert_string_equal(sim_reasons[REASON_SILENCE].name, "No answer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inverse),
        cmocka_unit_test(test_race),
        cmocka_unit_test(test_win_chances),
        cmocka_unit_test(test_tables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

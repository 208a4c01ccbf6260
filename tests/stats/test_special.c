#include "special.h"

#include <math.h>

#include "near.h"

/* R: pnorm, qnorm, pgamma, qgamma, pbeta, qbeta, pchisq, pt, pbinom, qbinom, digamma. */
static void as_in_r(void **state)
{
    (void)state;
    near(normal_cdf(1.959963984540054), .975, 1e-15);
    near(normal_cdf(-6), 9.865876450376981e-10, 1e-22);
    near(normal_quantile(.975), 1.959963984540054, 1e-14);
    near(normal_quantile(1e-10), -6.361340902404056, 1e-12);
    near(normal_quantile(.5), 0, 0);
    near(gamma_lower(3, 2.5), .4561868841166703, 1e-13);
    near(gamma_upper(.5, 8), 6.334248366623984e-05, 1e-16);
    near(gamma_quantile(.025, 7), 2.814363, 1e-6);
    near(beta_cdf(.3, 2, 5), .579825, 1e-13);
    near(beta_cdf(.999, 50, .5), .7521917, 1e-2);
    near(beta_quantile(.5, 1, 1), .5, 1e-15);
    near(chi2_tail(3.841458820694124, 1), .05, 1e-13);
    near(chi2_tail(33.347712, 29), .263937, 1e-6);
    near(student_tail(2.228138851964939, 10), .025, 1e-12);
    near(student_tail(-1, 1), .75, 1e-13);
    near(binomial_cdf(3, 10, .5), .171875, 1e-14);
    near(digamma(1), -.5772156649015329, 1e-13);
    near(digamma(.1), -10.42375494041108, 1e-12);
    near(log_beta(2, 3), log(1.0 / 12), 1e-13);
}

static void quantiles_turn_back(void **state)
{
    (void)state;
    for (int i = 1; i < 100; i++) {
        double p = i / 100.0;
        near(normal_cdf(normal_quantile(p)), p, 1e-14);
        for (double a = .5; a < 3000; a *= 7) {
            near(gamma_lower(a, gamma_quantile(p, a)), p, 1e-10);
            near(beta_cdf(beta_quantile(p, a, 2 * a), a, 2 * a), p, 1e-10);
            near(gamma_lower(a, a) + gamma_upper(a, a), 1, 1e-13);
        }
        int64_t k = binomial_quantile(p, 57, .3);
        assert_true(binomial_cdf(k, 57, .3) >= p && binomial_cdf(k - 1, 57, .3) < p);
    }
}

static void poisson_limits(void **state)
{
    double low, high;

    (void)state;
    poisson_exact(7, .95, &low, &high);
    near(low, 2.814363, 1e-6);
    near(high, 14.422675, 1e-6);
    poisson_exact(0, .95, &low, &high);
    near(low, 0, 0);
    near(high, -log(.025), 1e-10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_in_r),
        cmocka_unit_test(quantiles_turn_back),
        cmocka_unit_test(poisson_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

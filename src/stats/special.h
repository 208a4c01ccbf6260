/*
 * The special functions that distributions are made of, in double precision: relative error below 1e-12 in the body,
 * absolute error below 1e-12 in the tails. DLMF is the NIST Digital Library of Mathematical Functions.
 */
#ifndef STATS_SPECIAL_H
#define STATS_SPECIAL_H

#include <stdint.h>

double normal_cdf(double z);
double normal_quantile(double p); /* Wichura 1988, AS 241, PPND16; 0 and 1 give the infinities */

double log_gamma(double x); /* x > 0 */
double log_beta(double a, double b);
double digamma(double x); /* x > 0; DLMF 5.11.2 with 5.5.2 */

/* The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P, a > 0, x >= 0 (DLMF 8.7.1 and 8.9.2), and
 * the x at which P is p. */
double gamma_lower(double a, double x);
double gamma_upper(double a, double x);
double gamma_quantile(double p, double a);

/* The regularised incomplete beta function I_x(a, b), a, b > 0 (DLMF 8.17.22), and the x at which it is p. */
double beta_cdf(double x, double a, double b);
double beta_quantile(double p, double a, double b);

/* P(X > x) of chi squared with df degrees of freedom; P(T > t) of Student's t. */
double chi2_tail(double x, double df);
double student_tail(double t, double df);

/* P(X <= k) of a binomial of n and p, and the smallest k for which it is at least q. */
double binomial_cdf(int64_t k, int64_t n, double p);
int64_t binomial_quantile(double q, int64_t n, double p);

/* Exact limits for the mean of a Poisson count (Garwood 1936), `level` as .95. */
void poisson_exact(int64_t count, double level, double *ret_low, double *ret_high);

#endif

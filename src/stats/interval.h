/*
 * Rates and how sure one can be of them. A rate is never shown without its count and its 95 % interval; `weak` says
 * that there is too little behind it to rank or colour by.
 */
#ifndef STATS_INTERVAL_H
#define STATS_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATS_Z95 1.959963984540054

/* Wilson's score interval for a share of x in n (Wilson 1927); R: prop.test(x, n, correct = FALSE). n > 0. */
void wilson(int64_t x, int64_t n, double *ret_low, double *ret_high);

/* n < 30, or the interval reaches more than 10 points to each side. */
bool is_weak(int64_t x, int64_t n);

/* Difference of two independent shares x1/n1 - x2/n2 by Newcombe's hybrid score interval (Newcombe 1998, method 10). */
void newcombe(int64_t x1, int64_t n1, int64_t x2, int64_t n2, double *ret_difference, double *ret_low,
              double *ret_high);

/* A ratio of sums, sum(v*y) / sum(v) with y 0 or 1, and its linearised standard error; n_eff is how many deals of equal
 * size would say as much. Weights may not be negative in sum. */
struct ratio {
    double sum, won, sum_squares, won_squares; /* of v; of v where y; of v*v; of v*v where y */
    int64_t n;
};
void ratio_add(struct ratio *r, double v, bool y);
/* False when there is nothing to divide by. */
bool ratio_estimate(const struct ratio *r, double *ret, double *ret_se, double *ret_n_eff);

#endif

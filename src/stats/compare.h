/*
 * Comparing counts: tables of two by two, ratios, and many comparisons at once.
 */
#ifndef STATS_COMPARE_H
#define STATS_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* Won and lost of two groups. */
struct two_by_two {
    int64_t a, b; /* this group */
    int64_t c, d; /* the rest */
};

/* Two-sided p: all tables with the same margins that are no more likely than this one (Fisher 1935, as R's
 * fisher.test).
 */
double fisher_exact(struct two_by_two t);

/* Pearson's chi squared without correction; its p. 1 when a margin is empty. */
double chi2_table(struct two_by_two t, double *ret_chi2);

/* Fisher where an expected count is under 5, else chi squared. */
double table_p(struct two_by_two t);

/* Do k groups share one rate? x[i] of n[i]; degrees of freedom are k - 1. */
double chi2_groups(const int64_t *x, const int64_t *n, size_t k, double *ret_chi2, int *ret_df);

/* (a / (a + b)) / (c / (c + d)) with 95 % limits on the log scale (Katz et al. 1978). False where a or c is 0. */
bool risk_ratio(struct two_by_two t, double *ret, double *ret_low, double *ret_high);

/* The odds ratio common to strata (Mantel and Haenszel 1959) with 95 % limits (Robins, Breslow and Greenland 1986).
 * False where it is not defined. */
bool mantel_haenszel(const struct two_by_two *strata, size_t n, double *ret, double *ret_low, double *ret_high);

/* Adjusted p values (Benjamini and Hochberg 1995): the smallest false discovery rate at which each is still found. May
 * be done in place. */
void benjamini_hochberg(struct arena *a, const double *p, size_t n, double *ret_q);

#endif

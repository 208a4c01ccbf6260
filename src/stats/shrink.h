/*
 * Empirical Bayes for rates of groups: each group's rate is drawn towards the common one as far as the groups as a
 * whole say that they differ (beta-binomial, Skellam 1948; marginal likelihood as in Robbins 1956).
 */
#ifndef STATS_SHRINK_H
#define STATS_SHRINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rng.h"

struct shrink {
    double mean, weight; /* the prior: Beta(mean * weight, (1 - mean) * weight); weight INFINITY: all groups alike */
    double likelihood_ratio, p; /* of groups that differ against groups that do not; p by half of chi squared 1 */
};

#define SHRINK_NO_EVIDENCE .1 /* p above it: what groups differ in is what chance alone would produce */

/* x[i] of n[i] for k groups. False when there is nothing to learn from: no trials, or every one came out alike. */
bool shrink_fit(const int64_t *x, const int64_t *n, size_t k, struct shrink *ret);

/* A group's drawn rate with its 95 % credible limits. */
void shrink_rate(const struct shrink *s, int64_t x, int64_t n, double *ret, double *ret_low, double *ret_high);

/* P(the group's rate is above the common mean). */
double shrink_above(const struct shrink *s, int64_t x, int64_t n);

/* For each group P(it has the highest rate), from `draws` draws of the posterior. */
void shrink_best(const struct shrink *s, const int64_t *x, const int64_t *n, size_t k, uint64_t seed, unsigned draws,
                 double *ret);

#endif

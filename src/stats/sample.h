/*
 * Samples of amounts and days: sums that do not lose digits, quantiles, means with their spread, resampling.
 */
#ifndef STATS_SAMPLE_H
#define STATS_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "rng.h"

/* A running sum that keeps what each addition would round away (Neumaier 1974). */
struct exact_sum {
    double sum, rest;
};
void sum_add(struct exact_sum *s, double x);
double sum_value(const struct exact_sum *s);

void sort_doubles(double *x, size_t n);

/* Of sorted values, n > 0: quantile of type 7 (Hyndman and Fan 1996, R's default); mean; mean without the outer `trim`
 * of each side (.1: a tenth). */
double quantile(const double *sorted, size_t n, double p);
double mean(const double *x, size_t n);
double trimmed_mean(const double *sorted, size_t n, double trim);

/* 95 % limits of the median by order statistics: the binomial interval of ranks. Both ends of the sample when n is too
 * small for that. */
void median_limits(const double *sorted, size_t n, double *ret_low, double *ret_high);

/* -- resampling -------------------------------------------------------------------------------------- */

/* A stream of random numbers of its own for draw `m` under a seed: results do not depend on the number of threads. */
void rng_stream(struct rng *r, uint64_t seed, uint64_t m);

/* A seed that belongs to a question: same words and number, same answer. */
uint64_t rng_seed_of(const char *words, int64_t number);

/* 95 % limits of a statistic by resampling rows with replacement (Efron 1979, percentile): `of` computes it from the
 * indexes of n drawn rows. `draws` values are put into `room`, sorted at the end. */
typedef double statistic_fn(const void *ctx, const size_t *rows, size_t n);
void bootstrap(statistic_fn *of, const void *ctx, size_t n, uint64_t seed, double *room, size_t draws, size_t *rows,
               double *ret_low, double *ret_high);

#define BOOTSTRAP_DRAWS 2000u

#endif

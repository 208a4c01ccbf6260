/*
 * Logistic regression with a ridge penalty: maximises sum w [y eta - ln(1 + e^eta)] - lambda/2 * sum of the squared
 * coefficients but the first (le Cessie and van Houwelingen 1992), eta = X beta + offset, by Newton steps that are
 * halved when they overshoot.
 *
 *     struct logistic_data d = {.x = rows, .y = won, .n = 500, .k = 3};      first column all ones
 *     struct logistic *m = logistic_fit(arena, &d, 1.0);
 *     double p = logistic_chance(m, row, 0, &low, &high);
 */
#ifndef STATS_LOGISTIC_H
#define STATS_LOGISTIC_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

#define LOGISTIC_MAX_COLUMNS 128u

struct logistic_data {
    const double *x;        /* n rows of k columns; column 0 is the intercept: all ones */
    const unsigned char *y; /* 0 or 1 */
    const double *weight;   /* NULL: all 1 */
    const double *offset;   /* NULL: all 0 */
    const int *cluster;     /* rows of one deal share a number, 0..clusters-1; NULL: every row stands alone */
    size_t n, k, clusters;
};

struct logistic {
    size_t k;
    double *beta;          /* k */
    double *covariance;    /* k * k: the inverse of the penalised information; with clusters the sandwich around it */
    double log_likelihood; /* without the penalty */
    int steps;
    bool converged; /* largest step under 1e-8 within 50 */
};

/* NULL when the information is singular (lambda 0 and columns that repeat one another). */
struct logistic *logistic_fit(struct arena *a, const struct logistic_data *d, double lambda);

double logistic_eta(const struct logistic *m, const double *row, double offset);

/* The chance with 95 % limits by the delta method on the logit scale. */
double logistic_chance(const struct logistic *m, const double *row, double offset, double *ret_low, double *ret_high);

/* What each column adds to the logit beside a mean row: c[j] = beta[j] * (row[j] - mean[j]), summing exactly to the
 * difference of the two logits. */
void logistic_parts(const struct logistic *m, const double *row, const double *means, double *ret);

double sigmoid(double eta);
double logit(double p);

#endif

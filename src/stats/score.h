/*
 * How good are stated chances? Given what was said (p) and what came (y): errors, order, calibration; and two ways to
 * put chances right.
 */
#ifndef STATS_SCORE_H
#define STATS_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* Mean squared error of chances (Brier 1950); mean of -ln of the chance given to what came, chances kept within
 * [1e-6, 1 - 1e-6]. n > 0. */
double brier(const double *p, const unsigned char *y, size_t n);
double log_loss(const double *p, const unsigned char *y, size_t n);

/* Brier = reliability - resolution + uncertainty when chances within a bin are alike (Murphy 1973). */
struct brier_parts {
    double reliability, resolution, uncertainty;
};

/* One bar of a calibration curve: chances sorted and cut into bins of equal size, equal chances kept together. */
struct calibration_bin {
    double said;    /* mean chance */
    int64_t won, n; /* what came */
};

/* At most `most` bins into `ret`; how many there are. */
size_t calibration_bins(struct arena *a, const double *p, const unsigned char *y, size_t n, size_t most,
                        struct calibration_bin *ret);
struct brier_parts brier_decompose(const struct calibration_bin *bins, size_t n);

/* Mean distance of what was said from what came, weighted by size (expected calibration error). */
double calibration_error(const struct calibration_bin *bins, size_t n);

/* The chance that of one that won and one that did not the first had the higher score, ties by half, with its standard
 * error (DeLong, DeLong and Clarke-Pearson 1988; midranks). False when all came out alike. */
bool auc(struct arena *a, const double *score, const unsigned char *y, size_t n, double *ret, double *ret_se);

/* Logistic recalibration (Cox 1958): logit of what came = intercept + slope * logit of what was said. 0 and 1 when
 * nothing is to be mended. Also known as Platt scaling when used to mend. False when it cannot be fitted. */
bool calibration_line(struct arena *a, const double *p, const unsigned char *y, size_t n, double *ret_intercept,
                      double *ret_slope);

/* Isotonic regression by pooling adjacent violators (Ayer et al. 1955): a rising step function. `x` are the scores at
 * which steps begin, `value` the chance from there on; below the first the first holds. */
struct isotonic {
    size_t n;
    double *x, *value;
};
struct isotonic *isotonic_fit(struct arena *a, const double *score, const unsigned char *y, size_t n);
double isotonic_at(const struct isotonic *f, double score);

#endif

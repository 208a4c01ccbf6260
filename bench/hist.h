/*
 * A histogram of durations in nanoseconds: every value counts, none is kept. Buckets are a thousandth of their value
 * wide whatever its size (as in HdrHistogram), so a quantile is exact to 0.1 %.
 *
 *     struct hist *h = hist_new();
 *     hist_add(h, 1250000);
 *     hist_quantile(h, 0.99);     the smallest value that 99 of 100 do not exceed
 */
#ifndef BENCH_HIST_H
#define BENCH_HIST_H

#include <stdint.h>

#define HIST_BITS 10 /* of precision */
#define HIST_BUCKETS ((64 - HIST_BITS + 1) << HIST_BITS)

struct hist {
    uint64_t n, max;
    uint64_t counts[HIST_BUCKETS];
};

struct hist *hist_new(void); /* free() it; ends the program when there is no memory */
void hist_clear(struct hist *h);
void hist_add(struct hist *h, uint64_t value);
uint64_t hist_quantile(const struct hist *h, double q); /* q within 0..1; 0 when nothing was added */

#endif

#include "sample.h"

#include <math.h>
#include <stdlib.h>

#include "special.h"

void sum_add(struct exact_sum *s, double x)
{
    double t = s->sum + x;

    s->rest += fabs(s->sum) >= fabs(x) ? s->sum - t + x : x - t + s->sum;
    s->sum = t;
}

double sum_value(const struct exact_sum *s)
{
    return s->sum + s->rest;
}

static int by_size(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;

    return (a > b) - (a < b);
}

void sort_doubles(double *x, size_t n)
{
    if (n)
        qsort(x, n, sizeof(*x), by_size);
}

double quantile(const double *sorted, size_t n, double p)
{
    double at = p * (double)(n - 1), whole = floor(at);
    size_t i = (size_t)whole;

    return i + 1 < n ? sorted[i] + (at - whole) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

double mean(const double *x, size_t n)
{
    struct exact_sum s = {0};

    for (size_t i = 0; i < n; i++)
        sum_add(&s, x[i]);
    return sum_value(&s) / (double)n;
}

double trimmed_mean(const double *sorted, size_t n, double trim)
{
    size_t cut = (size_t)floor((double)n * trim);

    return n > 2 * cut ? mean(sorted + cut, n - 2 * cut) : quantile(sorted, n, .5);
}

void median_limits(const double *sorted, size_t n, double *ret_low, double *ret_high)
{
    int64_t rank = binomial_quantile(.025, (int64_t)n, .5);

    if (rank > 0 && binomial_cdf(rank - 1, (int64_t)n, .5) > .025)
        rank--;
    size_t i = rank > 0 ? (size_t)rank - 1 : 0;
    *ret_low = sorted[i];
    *ret_high = sorted[n - 1 - i];
}

void rng_stream(struct rng *r, uint64_t seed, uint64_t m)
{
    rng_seed(r, seed + m * 0x9e3779b97f4a7c15u);
}

/* FNV-1a over the words, mixed with the number. */
uint64_t rng_seed_of(const char *words, int64_t number)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (; *words; words++)
        h = (h ^ (unsigned char)*words) * 0x100000001b3u;
    h ^= (uint64_t)number;
    return splitmix64(&h);
}

void bootstrap(statistic_fn *of, const void *ctx, size_t n, uint64_t seed, double *room, size_t draws, size_t *rows,
               double *ret_low, double *ret_high)
{
    struct rng r;

    for (size_t m = 0; m < draws; m++) {
        rng_stream(&r, seed, m);
        for (size_t i = 0; i < n; i++)
            rows[i] = (size_t)rng_below(&r, n);
        room[m] = of(ctx, rows, n);
    }
    sort_doubles(room, draws);
    *ret_low = quantile(room, draws, .025);
    *ret_high = quantile(room, draws, .975);
}

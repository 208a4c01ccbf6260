#include "shrink.h"

#include <math.h>

#include "sample.h"
#include "special.h"

#define LARGEST 20.0 /* of log weight: beyond it pooling is complete */
#define GOLDEN 0.6180339887498949

struct groups {
    const int64_t *x, *n;
    size_t k;
    double pooled;
};

/* The largest value of f over [low, high] (golden section; Kiefer 1953). */
static double maximise(double (*f)(const void *ctx, double at), const void *ctx, double low, double high,
                       double *ret_at)
{
    double a = high - GOLDEN * (high - low), b = low + GOLDEN * (high - low);
    double fa = f(ctx, a), fb = f(ctx, b);

    for (int i = 0; i < 80; i++) {
        if (fa > fb) {
            high = b, b = a, fb = fa;
            fa = f(ctx, a = high - GOLDEN * (high - low));
        } else {
            low = a, a = b, fa = fb;
            fb = f(ctx, b = low + GOLDEN * (high - low));
        }
    }
    *ret_at = (low + high) / 2;
    return f(ctx, *ret_at);
}

static double likelihood(const struct groups *g, double mu, double weight)
{
    double a = mu * weight, b = (1 - mu) * weight, none = log_beta(a, b);
    struct exact_sum sum = {0};

    for (size_t i = 0; i < g->k; i++)
        if (g->n[i] > 0)
            sum_add(&sum, log_beta((double)g->x[i] + a, (double)(g->n[i] - g->x[i]) + b) - none);
    return sum_value(&sum);
}

struct at_weight {
    const struct groups *g;
    double weight;
};

static double at_mean(const void *ctx, double mu)
{
    const struct at_weight *w = ctx;

    return likelihood(w->g, mu, w->weight);
}

static double profile(const void *ctx, double log_weight)
{
    struct at_weight w = {ctx, exp(log_weight)};
    double mu;

    return maximise(at_mean, &w, 1e-6, 1 - 1e-6, &mu);
}

static double pooled_likelihood(const struct groups *g)
{
    struct exact_sum sum = {0};

    for (size_t i = 0; i < g->k; i++) {
        sum_add(&sum, (double)g->x[i] * log(g->pooled));
        sum_add(&sum, (double)(g->n[i] - g->x[i]) * log1p(-g->pooled));
    }
    return sum_value(&sum);
}

bool shrink_fit(const int64_t *x, const int64_t *n, size_t k, struct shrink *ret)
{
    struct groups g = {x, n, k, 0};
    int64_t won = 0, all = 0;
    double log_weight;

    for (size_t i = 0; i < k; i++) {
        won += x[i];
        all += n[i];
    }
    if (won == 0 || won == all)
        return false;
    g.pooled = (double)won / (double)all;
    double best = maximise(profile, &g, -LARGEST / 4, LARGEST, &log_weight), alike = pooled_likelihood(&g);
    *ret = (struct shrink){.mean = g.pooled, .weight = INFINITY, .p = 1};
    if (best <= alike + 1e-9 || log_weight > LARGEST - .01)
        return true;
    struct at_weight w = {&g, exp(log_weight)};
    maximise(at_mean, &w, 1e-6, 1 - 1e-6, &ret->mean);
    ret->weight = w.weight;
    ret->likelihood_ratio = 2 * (best - alike);
    ret->p = chi2_tail(ret->likelihood_ratio, 1) / 2;
    return true;
}

struct posterior {
    double a, b;
};

static struct posterior posterior(const struct shrink *s, int64_t x, int64_t n)
{
    return (struct posterior){(double)x + s->mean * s->weight, (double)(n - x) + (1 - s->mean) * s->weight};
}

void shrink_rate(const struct shrink *s, int64_t x, int64_t n, double *ret, double *ret_low, double *ret_high)
{
    struct posterior p = posterior(s, x, n);

    *ret = *ret_low = *ret_high = s->mean;
    if (isinf(s->weight))
        return;
    *ret = p.a / (p.a + p.b);
    *ret_low = beta_quantile(.025, p.a, p.b);
    *ret_high = beta_quantile(.975, p.a, p.b);
}

double shrink_above(const struct shrink *s, int64_t x, int64_t n)
{
    struct posterior p = posterior(s, x, n);

    return isinf(s->weight) ? .5 : 1 - beta_cdf(s->mean, p.a, p.b);
}

void shrink_best(const struct shrink *s, const int64_t *x, const int64_t *n, size_t k, uint64_t seed, unsigned draws,
                 double *ret)
{
    struct rng r;

    for (size_t i = 0; i < k; i++)
        ret[i] = isinf(s->weight) ? 1 / (double)k : 0;
    for (unsigned m = 0; m < draws && !isinf(s->weight); m++) {
        double highest = -1;
        size_t best = 0;
        rng_stream(&r, seed, m);
        for (size_t i = 0; i < k; i++) {
            struct posterior p = posterior(s, x[i], n[i]);
            double up = rng_gamma(&r, p.a, 1), rate = up / (up + rng_gamma(&r, p.b, 1));
            if (rate > highest) {
                highest = rate;
                best = i;
            }
        }
        ret[best] += 1 / (double)draws;
    }
}

#include "rng.h"

#include <math.h>

uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void rng_seed(struct rng *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        r->s[i] = splitmix64(&seed);
}

static uint64_t rotl(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

uint64_t rng_next(struct rng *r)
{
    uint64_t *s = r->s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

double rng_unit(struct rng *r)
{
    return (double)(rng_next(r) >> 11) * 0x1p-53;
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
    uint64_t limit = -n % n, x;

    do
        x = rng_next(r);
    while (x < limit);
    return x % n;
}

double rng_normal(struct rng *r)
{
    double u, v, q;

    do {
        u = 2 * rng_unit(r) - 1;
        v = 2 * rng_unit(r) - 1;
        q = u * u + v * v;
    } while (q >= 1 || q < 1e-300);
    return u * sqrt(-2 * log(q) / q);
}

double rng_exponential(struct rng *r, double mean)
{
    return -mean * log1p(-rng_unit(r));
}

double rng_gamma(struct rng *r, double shape, double scale)
{
    if (shape < 1)
        return rng_gamma(r, shape + 1, scale) * pow(1 - rng_unit(r), 1 / shape);
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = rng_normal(r), t = 1 + c * x;
        if (t <= 0)
            continue;
        double v = t * t * t;
        if (log(1 - rng_unit(r)) < 0.5 * x * x + d - d * v + d * log(v))
            return d * v * scale;
    }
}

uint64_t rng_poisson(struct rng *r, double mean)
{
    uint64_t k = 0;

    while (mean > 0) {
        double part = mean > 30 ? 30 : mean, p = exp(-part), sum = p, u = rng_unit(r);
        for (uint64_t i = 1; u > sum && i < 1000; i++) {
            p *= part / (double)i;
            sum += p;
            k++;
        }
        mean -= part;
    }
    return k;
}

/*
 * Reproducible random numbers: xoshiro256** seeded by splitmix64 (Blackman and Vigna, "Scrambled Linear
 * Pseudorandom Number Generators", 2021; public-domain reference at prng.di.unimi.it). Not for secrets: those come
 * from libsodium.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t s[4];
};

uint64_t splitmix64(uint64_t *state);
void rng_seed(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);
double rng_unit(struct rng *r);                /* [0, 1), 53 bits */
uint64_t rng_below(struct rng *r, uint64_t n); /* 0..n-1 without bias; n > 0 */
double rng_normal(struct rng *r);              /* mean 0, sd 1 (polar method) */
double rng_exponential(struct rng *r, double mean);
double rng_gamma(struct rng *r, double shape, double scale); /* Marsaglia and Tsang 2000 */
uint64_t rng_poisson(struct rng *r, double mean);            /* inversion in pieces of at most 30 */

#endif

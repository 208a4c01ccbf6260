#include "hist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HALF (1u << HIST_BITS)

/* Values below 2^BITS have a bucket each. Above, every doubling has 2^BITS buckets; the first of them is
 * (shift + 1) * 2^BITS, where shift is how many low bits the bucket leaves out. */
static unsigned bucket_of(uint64_t value)
{
    if (value < HALF)
        return (unsigned)value;
    unsigned shift = 63u - (unsigned)__builtin_clzll(value) - HIST_BITS;
    return ((shift + 1) << HIST_BITS) + (unsigned)((value >> shift) - HALF);
}

/* The largest value of a bucket. */
static uint64_t bucket_top(unsigned bucket)
{
    if (bucket < HALF)
        return bucket;
    unsigned shift = (bucket >> HIST_BITS) - 1;
    uint64_t low = (uint64_t)((bucket & (HALF - 1)) + HALF) << shift;
    return low + (((uint64_t)1 << shift) - 1);
}

struct hist *hist_new(void)
{
    struct hist *h = calloc(1, sizeof(*h));

    if (!h) {
        fputs("bench: out of memory\n", stderr);
        exit(1);
    }
    return h;
}

void hist_clear(struct hist *h)
{
    memset(h, 0, sizeof(*h));
}

void hist_add(struct hist *h, uint64_t value)
{
    h->counts[bucket_of(value)]++;
    h->n++;
    if (value > h->max)
        h->max = value;
}

uint64_t hist_quantile(const struct hist *h, double q)
{
    uint64_t want = (uint64_t)(q * (double)h->n), seen = 0;

    if ((double)want < q * (double)h->n || want == 0)
        want++;
    for (unsigned i = 0; h->n && i < HIST_BUCKETS; i++) {
        seen += h->counts[i];
        if (seen >= want)
            return bucket_top(i) < h->max ? bucket_top(i) : h->max;
    }
    return h->max;
}

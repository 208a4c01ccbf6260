/* What the parts of the load generator share: how it was called, and what a work gives it to do. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "plan.h"

struct load_options {
    const char *plan, *token;
    const char *stages, *journal; /* of moves */
    int64_t port, clients, seed;
    double warm, seconds;
};

struct load_work {
    bool (*next)(void *ctx, unsigned client, struct str *ret);
    int (*got)(void *ctx, unsigned client, const struct response *r);
    int (*end)(void *ctx); /* what there is to write down afterwards; may be NULL */
    void *ctx;
};

/* Asks what the plan holds, in random order. */
int load_get(struct arena *a, const struct load_options *o, struct load_work *ret);

/* Moves the deals of the plan from stage to stage. The plan's replies are the deals as they are at the start; each
 * reply to a move is held field by field against what the deal must be then. Acknowledged moves go to the journal. */
int load_move(struct arena *a, const struct load_options *o, struct load_work *ret);

#endif

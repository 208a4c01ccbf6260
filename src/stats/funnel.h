/*
 * How many deals came how far. Three meanings of having come to a stage:
 *
 *   touched   the deal stood in it
 *   reached   it stood in it or in a later one, or was won
 *   strict    it stood in every stage up to it, in their order
 *
 * Of those that came to a stage some went on, some were lost, the others are still open: advanced + lost + open is the
 * count, so lost deals stay in. strict <= touched <= reached at every stage.
 */
#ifndef STATS_FUNNEL_H
#define STATS_FUNNEL_H

#include "deal_past.h"

enum funnel_kind { FUNNEL_REACHED, FUNNEL_TOUCHED, FUNNEL_STRICT };

#define FUNNEL_MAX_STAGES 64

struct funnel_stage {
    id stage;
    int64_t count, advanced, lost, open;
};

struct funnel {
    enum funnel_kind kind;
    struct funnel_stage stages[FUNNEL_MAX_STAGES]; /* in the order of the pipeline */
    size_t n;
    int64_t deals, won;
    /* With a period: a deal counts at a stage when it first came there within [from, to). */
    bool by_entry;
    msec from, to;
};

void funnel_add(struct funnel *f, const struct deal_past *past);

#endif

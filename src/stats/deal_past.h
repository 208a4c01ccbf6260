/*
 * The past of deals as reports read it: for each deal its states in the order of a clock, up to a moment. Read in one
 * pass through the log; a deal's past lives until the function it is given to returns.
 */
#ifndef STATS_DEAL_PAST_H
#define STATS_DEAL_PAST_H

#include "log.h"

enum deal_status { DEAL_IS_OPEN, DEAL_IS_WON, DEAL_IS_LOST, DEAL_IS_DELETED };

/* How a deal stood from `at` on. */
struct deal_state {
    msec at;
    int64_t seq;
    enum deal_status status;
    id pipeline, stage, owner, source; /* 0: none */
    bool valued;
    int64_t value; /* minor units of the currency */
    char currency[4];
};

struct deal_past {
    id deal;
    const struct deal_state *states; /* at least one */
    size_t n;
};

static inline const struct deal_state *deal_last(const struct deal_past *p)
{
    return &p->states[p->n - 1];
}

/* When it came into being and, when it is closed in the end, when that was. */
static inline msec deal_created(const struct deal_past *p)
{
    return p->states[0].at;
}
msec deal_closed(const struct deal_past *p);

typedef int deal_past_fn(void *ctx, const struct deal_past *past, struct err *err);

/* Every deal that was ever there before `at`, deleted ones too; with `only`, that deal alone. */
int deal_pasts(struct txn *t, id only, msec at, enum clock clock, deal_past_fn *fn, void *ctx, struct err *err);

/* -- visits ------------------------------------------------------------------------------------------ */

/* A stretch of time in one stage while open. Visits of less than VISIT_SLIP are slips of the hand and left out, and
 * what stands on both sides of one in the same stage is one visit. */
#define VISIT_SLIP (60 * SECOND)

struct visit {
    id stage;
    msec enter, leave; /* leave 0: still there */
};

/* At most `room` of them; the answer is how many. */
size_t deal_visits(const struct deal_past *p, struct visit *ret, size_t room);

#endif

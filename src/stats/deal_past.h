/*
 * The past of deals as reports read it: for each deal how it stood after each change, in the order of a clock, up to a
 * moment. A deal's past lives until the function it is given to returns.
 */
#ifndef STATS_DEAL_PAST_H
#define STATS_DEAL_PAST_H

#include "deal_state.h"

struct deal_past {
    id deal;
    enum clock clock;
    const struct deal_state *states; /* at least one */
    size_t n;
};

static inline const struct deal_state *deal_last(const struct deal_past *p)
{
    return &p->states[p->n - 1];
}

static inline msec deal_at(const struct deal_past *p, size_t i)
{
    return deal_state_at(&p->states[i], p->clock);
}

/* When it came into being and, when it is closed in the end, when that was (else 0). */
static inline msec deal_created(const struct deal_past *p)
{
    return deal_at(p, 0);
}
msec deal_closed(const struct deal_past *p);

/* The part of a past before `at`; false when there is none. */
bool deal_cut(struct deal_past *p, msec at);

typedef int deal_past_fn(void *ctx, const struct deal_past *past, struct err *err);

/* From the log: every deal that was ever there before `at`, deleted ones too, in the order of ids; with `only`, that
 * deal alone. One pass through the log, with memory for one deal. */
int deal_pasts(struct txn *t, id only, msec at, enum clock clock, deal_past_fn *fn, void *ctx, struct err *err);

/* The changes themselves, by deal and then in the order of the log, not settled. */
struct deal_change {
    id deal;
    struct deal_state state;
};
struct rows *deal_changes(struct txn *t, id only, struct err *err);
int deal_changes_next(struct rows *rows, struct deal_change *ret, struct err *err); /* 1, 0 at the end, -1 */

/* -- spells and visits -------------------------------------------------------------------------------- */

/* A stretch of time open: from creation, or from being opened again, to the end. */
struct spell {
    msec begin, end;      /* end 0: still open */
    enum deal_status how; /* it ended; DEAL_IS_OPEN: it has not */
};

/* At most `room` of them; the answer is how many. */
size_t deal_spells(const struct deal_past *p, struct spell *ret, size_t room);

/* A stretch of time in one stage while open. Visits of less than VISIT_SLIP are slips of the hand and left out, and
 * what stands on both sides of one in the same stage is one visit. */
#define VISIT_SLIP (60 * SECOND)

struct visit {
    id stage;
    msec enter, leave;    /* leave 0: still there */
    enum deal_status how; /* it was left: DEAL_IS_OPEN for another stage */
    id next, pipeline;    /* the stage it was left for; 0 when that is of another pipeline */
};

size_t deal_visits(const struct deal_past *p, struct visit *ret, size_t room);

#endif

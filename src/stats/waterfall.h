/*
 * What changed between two instants, booked so that it adds up exactly: start + created + reopened + moved_in + up +
 * down
 * + won + lost + moved_out + fx = end, in minor units of the base currency.
 *
 * A scope says which open deals are looked at (of an owner, expected to close in a quarter, …). Net compares the two
 * ends deal by deal; gross goes through what happened between and books every crossing of the scope's border, so that
 * gross figures of two periods that follow one another add up bar by bar. Values are taken at the rates of the start;
 * what the rates did until the end is the bar fx.
 */
#ifndef STATS_WATERFALL_H
#define STATS_WATERFALL_H

#include "deal_past.h"

#define WATERFALL_BARS(X)                                                                                              \
    X(START, "start")                                                                                                  \
    X(CREATED, "created")                                                                                              \
    X(REOPENED, "reopened")                                                                                            \
    X(MOVED_IN, "moved_in")                                                                                            \
    X(UP, "up")                                                                                                        \
    X(DOWN, "down")                                                                                                    \
    X(WON, "won")                                                                                                      \
    X(LOST, "lost")                                                                                                    \
    X(MOVED_OUT, "moved_out")                                                                                          \
    X(FX, "fx")                                                                                                        \
    X(END, "end")
#define WATERFALL_AS_ENUM(name, text) BAR_##name,
enum waterfall_bar { WATERFALL_BARS(WATERFALL_AS_ENUM) BAR__N };
extern const char *const waterfall_bars[]; /* their names */

struct waterfall {
    msec from, to;
    bool gross;
    /* Whether a state, were it open, is in the scope. */
    bool (*in_scope)(void *ctx, const struct deal_state *s);
    /* Its value at the rates of the start or the end; unknown is 0. 1, 0 when there is no rate, -1. */
    int (*base)(void *ctx, const struct deal_state *s, bool at_end, int64_t *ret, struct err *err);
    /* Every amount as it is booked; may be NULL. */
    void (*booked)(void *ctx, enum waterfall_bar bar, id deal, int64_t amount);
    void *ctx;

    int64_t bars[BAR__N], n[BAR__N]; /* sums, and how many deals' amounts are in them */
    int64_t unconverted;             /* deals left out because a rate is missing */
};

/* The past must be in the order of the clock that from and to are meant in, up to `to`. */
int waterfall_add(struct waterfall *w, const struct deal_past *p, struct err *err);

#endif

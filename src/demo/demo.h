/*
 * Fills an installation with a simulated company (src/sim): every event becomes a change set of whoever did it, written
 * through the one write path, with both clocks at the moment it happened. So history, undo, the board of last month
 * and every report have years to look at.
 *
 *     struct demo_options o = demo_options_default();
 *     o.deals = 10000;
 *     if (demo_fill(app, &o, err) < 0) ...
 *
 * Only an installation without deals and organisations is filled (ERR_CONFLICT otherwise). It is written in many
 * transactions; when it is cut short, what is there stays and can be worked with.
 */
#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

#include "app.h"

struct demo_options {
    int64_t deals;
    double years;
    uint64_t seed;
    double signal, regime, detail; /* see sim.h; detail negative: chosen by size */
    msec end;                      /* of the history: the full hour just past, so that work lies before and behind */
    const char *truth;             /* file for the true parameters, or NULL */
    /* Called now and then with the deals made so far; may be NULL. */
    void (*progress)(void *ctx, int64_t done, int64_t all);
    void *ctx;
};

struct demo_options demo_options_default(void);
int demo_fill(struct app *app, const struct demo_options *o, struct err *err);

/* Is there nothing yet that people have put in? 1, 0, -1. */
int demo_fits(struct app *app, struct err *err);

#endif

/*
 * The company while it is being simulated: the deals that still have something before them, the heap of what comes
 * next, and the way out to the sink. Internal to src/sim.
 */
#ifndef SIM_COMPANY_H
#define SIM_COMPANY_H

#include "clock.h"
#include "heap.h"
#include "model.h"
#include "staff.h"

enum what {
    EV_ARRIVAL, /* of no deal */
    EV_JOIN,    /* detail: place in the staff */
    EV_LEAVE,
    EV_MONTH,
    EV_MOVE, /* detail: enum way */
    EV_CLEANUP,
    EV_REOPEN,
    EV_FOLLOW,
    EV_ECD,
    EV_VALUE,
    EV_OWNER,
    EV_PLAN,
    EV_DONE,
};

enum { MAX_PEOPLE = 3, NO_SLOT = UINT32_MAX };

/* A deal with a future. Its path (stages and times) and its papers draw from separate generators, both its own, so
 * that no deal disturbs another and detail does not change what happens. */
struct deal {
    int64_t id, organisation, regional, person[MAX_PEOPLE], value, activity, follows;
    struct rng path, side;
    uint32_t generation, next_free;
    bool used, detailed, lined, stalled, closed; /* closed: waits to be reopened or followed */
    int pipeline, stage, source, product, currency, region, owner, npeople;
    int activity_stage;             /* in which the open activity was planned */
    int quantity, discount, extras; /* extras: bits over the extra products of the line */
    struct day ecd;
};

/* The organisations of the latest deals; drawing from here prefers those with many. */
struct acquaintance {
    int64_t organisation, regional, person[MAX_PEOPLE]; /* regional: its number in the region */
    int region, npeople, owner;
};
enum { ACQUAINTANCES = 4096 };

struct company {
    struct sim_knobs knobs;
    const struct sim_sink *sink;
    struct err *err;
    bool stopped;
    struct sim_clock clock;
    struct staff staff;
    struct heap heap;
    struct deal *deal;
    uint32_t ndeals, deal_room, first_free;
    struct rng arrivals;
    double arrived, detail, regime_work; /* regime_work: when the regime changes, on the working clock */
    int64_t deals_made, sales_made, organisations, people, activities, notes;
    struct acquaintance *known;
    int64_t nknown, regional[WORDS_REGIONS];
};

/* -- heap and deals (run.c) -- */
void company_push(struct company *c, msec at, const struct deal *d, enum what what, int detail);
void company_push_after(struct company *c, msec from, double days, const struct deal *d, enum what what, int detail);
struct deal *deal_new(struct company *c); /* NULL and stopped when memory ends; moves the table */
void deal_end(struct company *c, struct deal *d);
void company_changed(struct company *c, const struct deal *d, msec at, struct sim_change e); /* fills what d knows */
void company_told(struct company *c, int answer); /* what a sink function said */

int company_init(struct company *c, const struct sim_knobs *k, const struct sim_sink *sink, struct err *err);
void company_clear(struct company *c);

/* -- office.c -- */
void company_open(struct company *c, msec at);
void company_month(struct company *c, msec at);

/* -- arrive.c -- */
void company_arrival(struct company *c, msec at);
void company_next_arrival(struct company *c);
void company_follow(struct company *c, uint32_t slot, msec at);

/* -- life.c -- */
void life_enter(struct company *c, struct deal *d, msec at); /* d has just entered d->stage */
void life_move(struct company *c, struct deal *d, msec at, enum way way);
void life_cleanup(struct company *c, struct deal *d, msec at);
void life_reopen(struct company *c, struct deal *d, msec at);

/* -- paper.c -- */
struct day paper_first_ecd(struct company *c, struct deal *d, msec at);
void paper_start(struct company *c, struct deal *d, msec at); /* clocks of an open deal */
void paper_ecd_due(struct company *c, struct deal *d, msec at);
void paper_review_ecd(struct company *c, struct deal *d, msec at);
void paper_value_due(struct company *c, struct deal *d, msec at);
void paper_lines(struct company *c, struct deal *d, msec at);
void paper_owner_due(struct company *c, struct deal *d, msec at);
void paper_hand_over(struct company *c, struct deal *d, msec at);
int64_t paper_round(int currency, double minor);

/* -- desk.c -- */
void desk_plan(struct company *c, struct deal *d, msec at);
void desk_done(struct company *c, struct deal *d, msec at, bool closing);
void desk_note(struct company *c, struct deal *d, msec at);

#endif

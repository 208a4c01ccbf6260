/*
 * A simulated sales company: arrivals, stages, people and papers as one time-ordered stream of events whose true
 * laws are known. The same knobs give the same stream on every machine. It feeds the demo, the load tests and the
 * tests of the statistics, which must find in the stream what sim_truth says is in it.
 *
 *     struct sim_knobs k = sim_knobs_default();
 *     k.deals = 100000;
 *     struct sim_sink sink = {.ctx = &mine, .deal = on_deal, .change = on_change};
 *     if (sim_run(&k, &sink, &err) < 0) …
 *
 * Memory grows with the deals open at one time, never with the deals made. Sink members may be NULL; what is not
 * listened to costs little and changes nothing in the rest. A sink function returns 0 to go on; anything else ends
 * sim_run, which then answers -1 (the function has filled its own error). Ids count from 1 in each kind, in the order
 * of their events. Texts live until the sink function returns.
 *
 * The model is semi-Markov: on entering a stage every way out of it (advance, lose, go back, stall) draws a time from
 * its own law, and the first one happens. Times run on the company's working clock (nights, weekends and holidays
 * stand still, August is slow) scaled so that its mean day is a calendar day. A deal's score (source + owner + product
 * line, times the signal) multiplies the hazard of advancing by exp(score) and that of losing by exp(-score); the
 * owner's pace divides the times in stage.
 */
#ifndef SIM_H
#define SIM_H

#include "day.h"
#include "err.h"
#include "str.h"
#include "zone.h"

struct buf;

struct sim_knobs {
    int64_t deals; /* new deals in Sales; those that follow a win in Customers come on top */
    bool poisson;  /* the number of deals is itself Poisson with that mean, not exactly that */
    double years;  /* length of the history */
    uint64_t seed;
    double signal;           /* 0: sources, owners and product lines are all alike; 1: as different as in life */
    double detail;           /* share of deals with activities, notes and product lines; negative: chosen by size */
    double regime;           /* 0: the laws hold throughout; 1: Proposal becomes a blockage at regime_before */
    double regime_before;    /* that many years before the end */
    bool plain;              /* every minute is alike: no business hours, seasons, growth, holidays */
    msec end;                /* nothing happens at or after this instant; planned activities may be due later */
    const struct zone *zone; /* of the office */
};

/* The demo: 2,500 deals, 3 years, signal 1, a regime change five months ago, Berlin time, end at today's midnight. */
struct sim_knobs sim_knobs_default(void);

enum sim_pipeline { SIM_SALES, SIM_CUSTOMERS, SIM__PIPELINES };
#define SIM_MAX_STAGES 5

/* Names and counts that are the same for every run. */
int sim_stages(int pipeline);
const char *sim_pipeline_name(int pipeline);
const char *sim_stage_name(int pipeline, int stage);
int sim_stage_probability(int pipeline, int stage); /* percent, as an administrator would have set it */

struct sim_team {
    msec at;
    int64_t id;
    struct str name;
};

/* Comes a second time with active = false when somebody leaves. */
struct sim_user {
    msec at;
    int64_t id, team; /* team 0: none */
    struct str name, email, role;
    bool active;
};

struct sim_source {
    msec at;
    int64_t id;
    struct str name;
};

struct sim_reason {
    msec at;
    int64_t id;
    struct str name;
};

struct sim_product {
    msec at;
    int64_t id;
    struct str name, code, unit, line, currency;
    int64_t price; /* minor units */
};

/* One unit of `currency` is worth micro / 1,000,000 of the base currency, EUR, from that day on. */
struct sim_rate {
    msec at;
    struct day day;
    struct str currency;
    int64_t micro;
};

struct sim_target {
    msec at;
    int64_t user; /* 0: the whole company */
    int pipeline;
    struct day from, to; /* both included */
    int64_t amount;      /* EUR cents */
};

struct sim_organisation {
    msec at;
    int64_t id, owner;
    struct str name, domain, industry, phone, street, postal_code, city, country;
    int size; /* people */
};

struct sim_person {
    msec at;
    int64_t id, organisation, owner;
    struct str name, email, phone, job_title;
};

struct sim_contact {
    int64_t person;
    struct str role;
};

struct sim_deal {
    msec at;
    int64_t id, organisation, person, owner, source;
    int pipeline, stage;
    struct str title, currency, line;
    int64_t value; /* minor units of the currency */
    struct day ecd;
    int64_t follows;                    /* the won deal this one comes from, or 0 */
    const struct sim_contact *contacts; /* the first is the main one; none for deals without detail */
    size_t ncontacts;
};

/* STALLED comes to its own sink function only: nobody in the company knows that the deal will not move again. */
enum sim_what { SIM_STAGE, SIM_VALUE, SIM_ECD, SIM_OWNER, SIM_WON, SIM_LOST, SIM_REOPENED, SIM_STALLED };

/* What has changed in a deal; only the members named beside `what` count. */
struct sim_change {
    msec at;
    int64_t deal;
    enum sim_what what;
    int pipeline, stage; /* STAGE and REOPENED: the stage entered */
    int64_t value;       /* VALUE */
    struct day ecd;      /* ECD, REOPENED */
    int64_t owner;       /* OWNER, and who made the change in all others */
    int64_t reason;      /* LOST */
    struct str note;     /* LOST; may be STR_NULL */
};

struct sim_line {
    int64_t product, quantity, unit_price; /* minor units */
    int discount;                          /* percent */
    struct str name;
};

/* All lines of a deal, replacing earlier ones; a SIM_VALUE of the same instant follows when the total is news. */
struct sim_lines {
    msec at;
    int64_t deal, owner, total;
    struct str currency;
    const struct sim_line *line;
    size_t n;
};

struct sim_activity {
    msec at, due;
    int64_t id, owner, deal, organisation, person;
    struct str type, subject, body; /* type: task call meeting mail demo */
    int duration_min;
};

struct sim_done {
    msec at;
    int64_t activity, owner;
    struct str outcome;
    int duration_min;
};

struct sim_note {
    msec at;
    int64_t id, owner, deal, organisation, person;
    struct str body; /* Markdown */
    bool pinned;
};

struct sim_sink {
    void *ctx;
    int (*team)(void *ctx, const struct sim_team *e);
    int (*user)(void *ctx, const struct sim_user *e);
    int (*source)(void *ctx, const struct sim_source *e);
    int (*reason)(void *ctx, const struct sim_reason *e);
    int (*product)(void *ctx, const struct sim_product *e);
    int (*rate)(void *ctx, const struct sim_rate *e);
    int (*target)(void *ctx, const struct sim_target *e);
    int (*organisation)(void *ctx, const struct sim_organisation *e);
    int (*person)(void *ctx, const struct sim_person *e);
    int (*deal)(void *ctx, const struct sim_deal *e);
    int (*change)(void *ctx, const struct sim_change *e);
    int (*stalled)(void *ctx, const struct sim_change *e); /* hidden truth, for tests */
    int (*lines)(void *ctx, const struct sim_lines *e);
    int (*activity)(void *ctx, const struct sim_activity *e);
    int (*done)(void *ctx, const struct sim_done *e);
    int (*note)(void *ctx, const struct sim_note *e);
};

/* ERR_INVALID for knobs that make no company; ERR_INTERNAL when memory ends. */
int sim_run(const struct sim_knobs *k, const struct sim_sink *sink, struct err *err);

/* The true laws and what follows from them, as one JSON object. */
int sim_truth(const struct sim_knobs *k, struct buf *out, struct err *err);

#endif

/*
 * Reports: numbers from the log with what is behind them. A request narrows the population; every answer says how
 * many deals it looked at and what was left out.
 */
#ifndef APP_REPORT_H
#define APP_REPORT_H

#include "amount.h"
#include "funnel.h"
#include "interval.h"

struct report_request {
    id pipeline;   /* 0: all, where a report allows it */
    bool bounded;  /* from and to were given */
    msec from, to; /* [from, to) */
    id owner, team, source;
    struct str currency; /* only deals in it; empty: all */
    msec at;             /* the end of what is known; now unless asked otherwise */
    enum clock clock;
};

/* Whether a moment lies in the period; without one every moment does. */
static inline bool report_within(const struct report_request *req, msec at)
{
    return !req->bounded || (at >= req->from && at < req->to);
}

/* A deal's value in minor units of the base currency at the rate of a day: 1, 0 when there is no rate, -1. */
int report_value(struct fx *fx, const struct deal_state *s, struct day day, int64_t *ret, struct err *err);

/* Deals of the request by their last state: seen by the caller, not deleted, of the pipeline, owner … . Calls fn for
 * each; *ret_seen is how many fitted. */
int report_deals(struct ctx *c, const struct report_request *req, deal_past_fn *fn, void *ctx, int64_t *ret_seen,
                 struct err *err);

/* The part of a request that a single state can be held against: pipeline, owner, team, source, currency. */
struct report_scope {
    const struct report_request *req;
    uint16_t currency;
    id *team; /* who is in it */
    size_t nteam;
};
int report_scope_load(struct ctx *c, const struct report_request *req, struct report_scope *ret, struct err *err);
bool report_in_scope(const struct report_scope *s, const struct deal_state *state);

/* Every deal the caller sees, whatever the request's scope; deleted ones aside. */
int report_all_deals(struct ctx *c, const struct report_request *req, deal_past_fn *fn, void *ctx, struct err *err);

/* -- funnel -------------------------------------------------------------------------------------------- */

enum report_population { POPULATION_COHORT, POPULATION_ENTERED, POPULATION_CLOSED };

/* Stages of the pipeline in their order, which `ret` has with its counts; names beside them. */
int report_funnel(struct ctx *c, const struct report_request *req, enum funnel_kind kind,
                  enum report_population population, struct funnel *ret, struct row ***ret_stages, struct err *err);

/* -- win rate -------------------------------------------------------------------------------------------- */

#define WIN_RATE_BY(X)                                                                                                 \
    X(NOTHING, "none")                                                                                                 \
    X(OWNER, "owner")                                                                                                  \
    X(SOURCE, "source")                                                                                                \
    X(STAGE, "stage")                                                                                                  \
    X(PIPELINE, "pipeline")                                                                                            \
    X(CURRENCY, "currency")                                                                                            \
    X(MONTH, "month")
#define WIN_RATE_AS_ENUM(name, text) BY_##name,
enum win_rate_by { WIN_RATE_BY(WIN_RATE_AS_ENUM) BY__N };
bool win_rate_by_find(struct str name, enum win_rate_by *ret);
const char *win_rate_by_name(enum win_rate_by by);

struct win_group {
    struct str key, name;
    int64_t won, closed;
    struct ratio value; /* in units of the base currency */
};

struct win_rate {
    struct win_group all, *groups;
    size_t ngroups;
    int64_t unvalued, unconverted; /* closed deals that the value rate leaves out */
};

int report_win_rate(struct ctx *c, const struct report_request *req, enum win_rate_by by, struct win_rate *ret,
                    struct err *err);

#endif

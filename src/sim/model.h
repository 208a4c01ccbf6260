/*
 * The laws of the simulated company, as numbers: ways out of each stage, sources, lost reasons, product lines, slips.
 * Everything that sim_truth publishes comes from here and from the staff.
 */
#ifndef SIM_MODEL_H
#define SIM_MODEL_H

#include "law.h"
#include "sim.h"

/* Ways out of a stage. Advancing from the last stage is winning; going back from the first does not happen. */
enum way { WAY_ADVANCE, WAY_LOSE, WAY_BACK, WAY_STALL, WAY__N };

struct stage_model {
    const char *name;
    int probability;
    double entry;           /* share of new deals that begin here */
    double jump;            /* of those that advance, the share that skips a stage */
    double regime[WAY__N];  /* hazard factors after the regime change at full strength */
    struct law way[WAY__N]; /* times in days on the working clock */
};

struct pipeline_model {
    const char *name;
    int n;
    struct stage_model stage[SIM_MAX_STAGES];
};

extern const struct pipeline_model sim_pipelines[SIM__PIPELINES];

struct source_model {
    const char *name;
    double share, score;
    bool fairs; /* comes in March and September above all */
};

enum { SIM_SOURCES = 7, SIM_REASONS = 7, SIM_LINES = 7 };
extern const struct source_model sim_sources[SIM_SOURCES];
enum { SOURCE_KNOWN = 6 };                       /* always an organisation that had a deal before */
double sim_source_weight(int source, int month); /* share times season, not summing to 1; month 0: no season */

struct reason_model {
    const char *name;
    double weight[SIM_MAX_STAGES]; /* by the stage in which a deal is lost */
};
extern const struct reason_model sim_reasons[SIM_REASONS];
enum { REASON_SILENCE = 4 }; /* why stalled deals are closed at last */

struct line_model {
    const char *name;
    double share, score;
    double spread; /* sd of the log of value / (list price x quantity) at the start */
};
extern const struct line_model sim_lines_model[SIM_LINES];

/* Single numbers of the model, with the names under which the truth lists them. */
#define SIM_CONSTANTS(X)                                                                                               \
    X(reopen_share, .06, "share of lost deals that are opened again")                                                  \
    X(reopen_shape, 1.6, "Weibull shape of the time from losing to reopening")                                         \
    X(reopen_scale, 75, "its scale in days")                                                                           \
    X(reopen_early, .6, "share of reopened deals that start again in the second stage, the others where they ended")   \
    X(cleanup_share, .85, "share of stalled deals that somebody closes in the end")                                    \
    X(cleanup_mean, 110, "mean days until then, exponential")                                                          \
    X(follow_share, .45, "share of won Sales deals that lead to a deal in Customers")                                  \
    X(follow_mean, 6, "mean days until it is opened, exponential")                                                     \
    X(value_mean, 75, "mean days between changes of value of an open deal, exponential")                               \
    X(value_drift, -.02, "mean of the log ratio of a change of value before product lines are known")                  \
    X(value_spread, .15, "sd of it")                                                                                   \
    X(owner_mean, 1300, "mean days between handovers of an open deal, exponential; leavers come on top")               \
    X(ecd_median, 62, "median of days from opening to the first expected close, log-normal")                           \
    X(ecd_spread, .35, "sd of its log")                                                                                \
    X(ecd_quarter_end, .25, "share of expected close dates put on the last working day of a quarter")                  \
    X(slip_noticed, .8, "chance that a passed expected close date is moved on the day itself, else looked at later")   \
    X(slip_later_mean, 14, "mean days until it is looked at again, exponential")                                       \
    X(slip_shape, 1.7, "gamma shape of the days by which a passed date is pushed beyond slip_least")                   \
    X(slip_scale, 13, "its scale")                                                                                     \
    X(slip_least, 5, "days")                                                                                           \
    X(review_share, .3, "chance that advancing sets a new expected close date from what is left")                      \
    X(known_org, .38, "chance that a deal is with an organisation already known; 1 for the source Known customer")     \
    X(keep_owner, .6, "chance that a deal with a known organisation goes to its last owner, else it is given out")

#define SIM_CONSTANT(name, value, doc) double name;
struct sim_constants {
    SIM_CONSTANTS(SIM_CONSTANT)
};
#undef SIM_CONSTANT
extern const struct sim_constants sim_k;

struct product_model {
    const char *name, *code, *unit;
    int line, price; /* EUR */
    int least, most; /* quantity */
    bool extra;      /* comes with others, never alone */
};
extern const struct product_model sim_products[];
int sim_nproducts(void);

struct currency_model {
    const char *code;
    double level; /* EUR for one unit when the history ends */
    double price; /* list prices are the EUR price times this */
    int step;     /* unit prices are whole multiples of this, in major units */
    int digits;
};
enum { SIM_CURRENCIES = 7 };
extern const struct currency_model sim_currencies[SIM_CURRENCIES];

int64_t sim_price(const struct product_model *p, int currency); /* list price in minor units */

/* The chance that a deal of that score which enters a stage is won in this spell (stalled deals are not). */
void sim_win_chances(int pipeline, double score, double regime, double ret[SIM_MAX_STAGES]);
/* Hazard factors of the ways out, for law_race. */
void sim_factors(const struct stage_model *s, double score, double regime, double ret[WAY__N]);

#endif

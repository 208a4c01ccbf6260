/*
 * Time until something happens when not everybody is watched from the start or to the end: Kaplan-Meier for one
 * outcome, Aalen-Johansen for several that exclude one another, and the log-rank test.
 *
 *     struct span spans[] = {{.leave = 5, .cause = 2}, {.leave = 8, .cause = 1}, {.leave = 12}};
 *     struct curve *c = aalen_johansen(arena, spans, 3, 2);
 *     const struct curve_point *p = curve_at(c, 30);
 *
 * A span is at risk at time t when enter < t <= leave: events at t come before those who leave unseen at t. Times are
 * in the unit of the caller; every span needs leave > enter, others are left out. Curves live in the arena.
 */
#ifndef STATS_SURVIVAL_H
#define STATS_SURVIVAL_H

#include <stddef.h>
#include <stdint.h>

#include "arena.h"

#define CAUSES_MAX 4

struct span {
    double enter, leave; /* enter > 0: watched only from then on (delayed entry, left truncation) */
    int cause;           /* what ended it, 1..causes; 0: still going when last seen (censored) */
};

/* How things stand from `at` on, until the next point. */
struct curve_point {
    double at;
    int64_t at_risk, events[CAUSES_MAX]; /* of cause i at [i - 1] */
    double free;                         /* share to which nothing has happened */
    double free_se;                      /* Greenwood 1926 */
    double share[CAUSES_MAX];            /* cumulative incidence: share[i] summed and free are 1 */
    double share_se[CAUSES_MAX];         /* Aalen 1978, as in Gray's cmprsk */
};

struct curve {
    int causes;
    size_t n; /* points, one per time at which something happened */
    const struct curve_point *points;
    int64_t spans;
    double last; /* the largest time anybody was seen at */
};

/* Kaplan and Meier 1958: any cause counts. Aalen and Johansen 1978: `causes` of them, at most CAUSES_MAX. */
struct curve *kaplan_meier(struct arena *a, const struct span *spans, size_t n);
struct curve *aalen_johansen(struct arena *a, const struct span *spans, size_t n, int causes);

/* The last point not after t; NULL before the first: nothing has happened yet. */
const struct curve_point *curve_at(const struct curve *c, double t);

/* 95 % limits of a share with its standard error on the scale of log(-log): within 0 and 1 always. Both equal the share
 * where it is 0 or 1. */
void log_log_limits(double share, double se, double *ret_low, double *ret_high);

/* The first time at which the share without an event is at most 1 - p, with the times at which its limits cross that
 * line (Brookmeyer and Crowley 1982); INFINITY when it is never reached. On the line for a while: halfway. */
void curve_quantile(const struct curve *c, double p, double *ret, double *ret_low, double *ret_high);

/* The area under the share without an event up to `until`: the mean time, restricted. */
double curve_mean(const struct curve *c, double until);

/* The last time with at least `at_risk` spans at risk: beyond it the curve is not to be read. 0 when there is none. */
double curve_reach(const struct curve *c, int64_t at_risk);

/* Log-rank test (Mantel 1966) of two groups; `group` is 0 or 1 for each span, any cause counts. Chi squared with one
 * degree of freedom; observed and expected events of group 1. 0 when there is nothing to tell apart. */
struct log_rank {
    double observed, expected, chi2, p;
};
struct log_rank log_rank(struct arena *a, const struct span *spans, const int *group, size_t n);

#endif

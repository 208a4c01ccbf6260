/*
 * Laws of waiting times with closed forms, so that a time can be drawn under proportional hazards by one exponential
 * and the truth can be stated exactly. Times are days.
 *
 *     Weibull:       H(t) = (t/scale)^shape
 *     log-logistic:  H(t) = ln(1 + (t/scale)^shape)       scale is the median
 */
#ifndef SIM_LAW_H
#define SIM_LAW_H

enum law_family { LAW_NEVER, LAW_WEIBULL, LAW_LOGLOGISTIC };

struct law {
    enum law_family family;
    double shape, scale;
};

const char *law_name(const struct law *l);
double law_cum(const struct law *l, double t);     /* H(t), the cumulative hazard */
double law_inverse(const struct law *l, double h); /* the t with H(t) = h; INFINITY for LAW_NEVER */
double law_hazard(const struct law *l, double t);  /* H'(t); t > 0 */

/* Competing laws with hazard multipliers: which happens first and when. p[i] is the chance that i is first, mean the
 * mean of the time to the first, and quantile[j] the time by which a share q[j] has left. At least one law must be
 * sure to happen in the end. */
#define LAW_MAX 4
struct law_race {
    double p[LAW_MAX], mean;
};
void law_race(const struct law *l, const double *factor, int n, struct law_race *ret);
double law_race_quantile(const struct law *l, const double *factor, int n, double q);

#endif

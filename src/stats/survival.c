#include "survival.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "interval.h"
#include "special.h"

/* A moment at which somebody comes under watch or leaves it. */
struct moment {
    double at;
    int8_t what; /* ENTERS, or the cause; sorted so that at one time leaving comes before entering */
    int8_t group;
};

#define ENTERS INT8_MAX
#define FLAT 1.5e-8 /* two shares this near are one */

static int by_time(const void *x, const void *y)
{
    const struct moment *a = x, *b = y;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->what > b->what) - (a->what < b->what);
}

struct sweep {
    struct moment *moments;
    size_t n, next;
    int64_t at_risk[2]; /* of each group */
    double last;
};

static struct sweep sweep_new(struct arena *a, const struct span *spans, const int *group, size_t n)
{
    struct sweep s = {.moments = NEW_ARRAY(a, struct moment, n * 2)};

    for (size_t i = 0; i < n; i++) {
        int8_t in = group && group[i];
        if (!(spans[i].leave > spans[i].enter))
            continue;
        s.moments[s.n++] = (struct moment){spans[i].enter, ENTERS, in};
        s.moments[s.n++] = (struct moment){spans[i].leave, (int8_t)spans[i].cause, in};
        s.last = fmax(s.last, spans[i].leave);
    }
    qsort(s.moments, s.n, sizeof(*s.moments), by_time);
    return s;
}

/* What happens at one time. */
struct instant {
    double at;
    int64_t at_risk[2], events[2][CAUSES_MAX], all;
};

/* The next time at which something happens to somebody; false at the end. */
static bool sweep_next(struct sweep *s, struct instant *ret)
{
    while (s->next < s->n) {
        *ret = (struct instant){.at = s->moments[s->next].at, .at_risk = {s->at_risk[0], s->at_risk[1]}};
        for (; s->next < s->n && s->moments[s->next].at == ret->at; s->next++) {
            const struct moment *m = &s->moments[s->next];
            s->at_risk[m->group] += m->what == ENTERS ? 1 : -1;
            if (m->what == ENTERS || m->what == 0)
                continue;
            ret->events[m->group][m->what - 1]++;
            ret->all++;
        }
        if (ret->all > 0)
            return true;
    }
    return false;
}

/* Gray's recursion for the variance of one cumulative incidence: three sums over the events so far. */
struct incidence {
    double v1, v2, v3;
};

/* The share of an event's variance that ties leave. */
static double untied(int64_t events, double at_risk)
{
    return events > 1 ? 1 - (double)(events - 1) / (at_risk - 1) : 1;
}

static void incidence_add(struct incidence *v, double a, double b, double weight)
{
    v->v1 += a * a * weight;
    v->v2 += a * b * weight;
    v->v3 += b * b * weight;
}

/* `before` and `after`: the share without an event; `f`: the incidence after. */
static double incidence_variance(struct incidence *v, double before, double after, double f, int64_t mine,
                                 int64_t others, double at_risk)
{
    double inverse = after > 0 ? 1 / after : 0, unit = before * before / (at_risk * at_risk);

    if (others > 0 && after > 0)
        incidence_add(v, f * inverse, inverse, unit * untied(others, at_risk) * (double)others);
    if (mine > 0)
        incidence_add(v, 1 + f * inverse, inverse, unit * untied(mine, at_risk) * (double)mine);
    return fmax(v->v1 + f * f * v->v3 - 2 * f * v->v2, 0);
}

struct curve *aalen_johansen(struct arena *a, const struct span *spans, size_t n, int causes)
{
    struct sweep s = sweep_new(a, spans, NULL, n);
    struct curve *c = NEW(a, struct curve);
    struct curve_point *points = NEW_ARRAY(a, struct curve_point, s.n / 2), p = {.free = 1};
    struct incidence incidence[CAUSES_MAX] = {0};
    struct instant now;
    double greenwood = 0;

    while (sweep_next(&s, &now)) {
        double at_risk = (double)now.at_risk[0], before = p.free;
        p.at = now.at;
        p.at_risk = now.at_risk[0];
        p.free = now.all == now.at_risk[0] ? 0 : before * (1 - (double)now.all / at_risk);
        greenwood += (double)now.all / (at_risk * (at_risk - (double)now.all));
        p.free_se = p.free > 0 ? p.free * sqrt(greenwood) : 0;
        for (int i = 0; i < causes; i++) {
            int64_t mine = p.events[i] = now.events[0][i];
            p.share[i] += before * (double)mine / at_risk;
            p.share_se[i] =
                sqrt(incidence_variance(&incidence[i], before, p.free, p.share[i], mine, now.all - mine, at_risk));
        }
        points[c->n++] = p;
    }
    c->causes = causes;
    c->points = points;
    c->spans = (int64_t)(s.n / 2);
    c->last = s.last;
    return c;
}

struct curve *kaplan_meier(struct arena *a, const struct span *spans, size_t n)
{
    struct span *any = NEW_ARRAY(a, struct span, n);

    for (size_t i = 0; i < n; i++) {
        any[i] = spans[i];
        any[i].cause = spans[i].cause != 0;
    }
    return aalen_johansen(a, any, n, 1);
}

const struct curve_point *curve_at(const struct curve *c, double t)
{
    size_t low = 0, high = c->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->points[middle].at <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? &c->points[low - 1] : NULL;
}

void log_log_limits(double share, double se, double *ret_low, double *ret_high)
{
    *ret_low = *ret_high = share;
    if (!(share > 0 && share < 1))
        return;
    double half = STATS_Z95 * se / (share * -log(share));
    *ret_low = pow(share, exp(half));
    *ret_high = pow(share, exp(-half));
}

/* Of the share without an event, or of one of its limits. */
enum { MIDDLE, LOW, HIGH };

static double height(const struct curve_point *p, int which)
{
    double limits[2];

    if (which == MIDDLE)
        return p->free;
    log_log_limits(p->free, p->free_se, &limits[0], &limits[1]);
    return limits[which - LOW];
}

/* Where it crosses the line; halfway along when it runs on the line for a while, as R does. */
static double crossing(const struct curve *c, double line, int which)
{
    size_t i = 0;

    while (i < c->n && height(&c->points[i], which) > line + FLAT)
        i++;
    if (i == c->n)
        return INFINITY;
    double first = height(&c->points[i], which);
    for (size_t next = i + 1; fabs(first - line) < FLAT && next < c->n; next++)
        if (height(&c->points[next], which) < first)
            return (c->points[i].at + c->points[next].at) / 2;
    return c->points[i].at;
}

void curve_quantile(const struct curve *c, double p, double *ret, double *ret_low, double *ret_high)
{
    *ret = crossing(c, 1 - p, MIDDLE);
    *ret_low = crossing(c, 1 - p, LOW);
    *ret_high = crossing(c, 1 - p, HIGH);
}

double curve_mean(const struct curve *c, double until)
{
    double area = 0, from = 0, height = 1;

    for (size_t i = 0; i < c->n && c->points[i].at < until; i++) {
        area += height * (c->points[i].at - from);
        from = c->points[i].at;
        height = c->points[i].free;
    }
    return area + height * (until - from);
}

double curve_reach(const struct curve *c, int64_t at_risk)
{
    for (size_t i = c->n; i-- > 0;)
        if (c->points[i].at_risk >= at_risk)
            return c->points[i].at;
    return 0;
}

struct log_rank log_rank(struct arena *a, const struct span *spans, const int *group, size_t n)
{
    struct sweep s = sweep_new(a, spans, group, n);
    struct log_rank r = {.p = 1};
    struct instant now;
    double variance = 0;

    while (sweep_next(&s, &now)) {
        double n1 = (double)now.at_risk[1], all = n1 + (double)now.at_risk[0], d = (double)now.all;
        for (int i = 0; i < CAUSES_MAX; i++)
            r.observed += (double)now.events[1][i];
        r.expected += d * n1 / all;
        if (all > 1)
            variance += d * (n1 / all) * (1 - n1 / all) * (all - d) / (all - 1);
    }
    if (variance <= 0)
        return r;
    r.chi2 = (r.observed - r.expected) * (r.observed - r.expected) / variance;
    r.p = chi2_tail(r.chi2, 1);
    return r;
}

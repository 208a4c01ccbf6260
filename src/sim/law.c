#include "law.h"

#include <math.h>

const char *law_name(const struct law *l)
{
    switch (l->family) {
    case LAW_WEIBULL:
        return "weibull";
    case LAW_LOGLOGISTIC:
        return "loglogistic";
    case LAW_NEVER:
        break;
    }
    return "never";
}

double law_cum(const struct law *l, double t)
{
    if (l->family == LAW_NEVER || t <= 0)
        return 0;
    double z = pow(t / l->scale, l->shape);
    return l->family == LAW_WEIBULL ? z : log1p(z);
}

double law_inverse(const struct law *l, double h)
{
    if (l->family == LAW_NEVER)
        return INFINITY;
    if (l->family == LAW_LOGLOGISTIC)
        h = h > 700 ? 1e300 : expm1(h);
    return l->scale * pow(h, 1 / l->shape);
}

double law_hazard(const struct law *l, double t)
{
    if (l->family == LAW_NEVER)
        return 0;
    double z = pow(t / l->scale, l->shape), h = l->shape * z / t;
    return l->family == LAW_WEIBULL ? h : h / (1 + z);
}

static double race_cum(const struct law *l, const double *factor, int n, double t)
{
    double h = 0;

    for (int i = 0; i < n; i++)
        h += factor[i] * law_cum(&l[i], t);
    return h;
}

/* Survival is followed along steps equal in log t: laws here live between minutes and decades. Within a step each
 * law takes its share of what leaves, in proportion to what its cumulative hazard grew by. */
void law_race(const struct law *l, const double *factor, int n, struct law_race *ret)
{
    enum { STEPS = 3000 };
    const double first = 1e-4, last = 1e5, ratio = pow(last / first, 1.0 / (double)STEPS);
    double before[LAW_MAX] = {0}, alive = 1, from = 0, to = first;

    *ret = (struct law_race){0};
    for (int step = 0; step < STEPS && alive > 1e-12; step++) {
        double now[LAW_MAX], grown = 0;
        for (int i = 0; i < n; i++) {
            now[i] = factor[i] * law_cum(&l[i], to);
            grown += now[i] - before[i];
        }
        double left = alive * -expm1(-grown);
        for (int i = 0; i < n; i++) {
            if (grown > 0)
                ret->p[i] += left * (now[i] - before[i]) / grown;
            before[i] = now[i];
        }
        ret->mean += (alive - left / 2) * (to - from);
        alive -= left;
        from = to;
        to *= ratio;
    }
}

double law_race_quantile(const struct law *l, const double *factor, int n, double q)
{
    double want = -log1p(-q), low = 0, high = 1;

    while (race_cum(l, factor, n, high) < want && high < 1e9)
        high *= 2;
    for (int i = 0; i < 100; i++) {
        double mid = (low + high) / 2;
        if (race_cum(l, factor, n, mid) < want)
            low = mid;
        else
            high = mid;
    }
    return (low + high) / 2;
}

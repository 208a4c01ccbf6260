#include "compare.h"

#include <math.h>
#include <stdlib.h>

#include "interval.h"
#include "special.h"

static double log_choose(double n, double k)
{
    return log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1);
}

double fisher_exact(struct two_by_two t)
{
    int64_t row = t.a + t.b, column = t.a + t.c, all = row + t.c + t.d;
    int64_t low = row + column > all ? row + column - all : 0, high = row < column ? row : column;
    double total = log_choose((double)all, (double)column), sum = 0;
    double mine = log_choose((double)row, (double)t.a) + log_choose((double)(all - row), (double)t.c) - total;

    for (int64_t a = low; a <= high; a++) {
        double p = log_choose((double)row, (double)a) + log_choose((double)(all - row), (double)(column - a)) - total;
        if (p <= mine + 1e-7)
            sum += exp(p);
    }
    return fmin(sum, 1);
}

/* The smallest count to expect if the groups were alike. */
static double least_expected(struct two_by_two t)
{
    double row = (double)(t.a + t.b), other = (double)(t.c + t.d), all = row + other;
    double won = (double)(t.a + t.c), lost = (double)(t.b + t.d);

    return all > 0 ? fmin(row, other) * fmin(won, lost) / all : 0;
}

double chi2_table(struct two_by_two t, double *ret_chi2)
{
    double a = (double)t.a, b = (double)t.b, c = (double)t.c, d = (double)t.d;
    double margins = (a + b) * (c + d) * (a + c) * (b + d), cross = a * d - b * c;

    *ret_chi2 = margins > 0 ? cross * cross * (a + b + c + d) / margins : 0;
    return chi2_tail(*ret_chi2, 1);
}

double table_p(struct two_by_two t)
{
    double chi2;

    return least_expected(t) < 5 ? fisher_exact(t) : chi2_table(t, &chi2);
}

double chi2_groups(const int64_t *x, const int64_t *n, size_t k, double *ret_chi2, int *ret_df)
{
    double won = 0, all = 0, sum = 0;
    int groups = 0;

    for (size_t i = 0; i < k; i++) {
        won += (double)x[i];
        all += (double)n[i];
        groups += n[i] > 0;
    }
    double p = all > 0 ? won / all : 0;
    for (size_t i = 0; i < k && p > 0 && p < 1; i++) {
        double off = (double)x[i] - (double)n[i] * p;
        if (n[i] > 0)
            sum += off * off / ((double)n[i] * p * (1 - p));
    }
    *ret_chi2 = sum;
    *ret_df = groups - 1;
    return groups > 1 ? chi2_tail(sum, groups - 1) : 1;
}

static void log_limits(double ratio, double se, double *ret, double *ret_low, double *ret_high)
{
    *ret = ratio;
    *ret_low = ratio * exp(-STATS_Z95 * se);
    *ret_high = ratio * exp(STATS_Z95 * se);
}

bool risk_ratio(struct two_by_two t, double *ret, double *ret_low, double *ret_high)
{
    double a = (double)t.a, c = (double)t.c, n1 = (double)(t.a + t.b), n2 = (double)(t.c + t.d);

    if (t.a <= 0 || t.c <= 0)
        return false;
    log_limits(a / n1 / (c / n2), sqrt(1 / a - 1 / n1 + 1 / c - 1 / n2), ret, ret_low, ret_high);
    return true;
}

bool mantel_haenszel(const struct two_by_two *strata, size_t n, double *ret, double *ret_low, double *ret_high)
{
    double r = 0, s = 0, pr = 0, ps_qr = 0, qs = 0;

    for (size_t i = 0; i < n; i++) {
        double a = (double)strata[i].a, b = (double)strata[i].b, c = (double)strata[i].c, d = (double)strata[i].d;
        double all = a + b + c + d;
        if (all <= 0)
            continue;
        double ri = a * d / all, si = b * c / all, p = (a + d) / all, q = (b + c) / all;
        r += ri;
        s += si;
        pr += p * ri;
        ps_qr += p * si + q * ri;
        qs += q * si;
    }
    if (r <= 0 || s <= 0)
        return false;
    log_limits(r / s, sqrt(pr / (2 * r * r) + ps_qr / (2 * r * s) + qs / (2 * s * s)), ret, ret_low, ret_high);
    return true;
}

struct ranked {
    double p;
    size_t at;
};

static int by_p(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;

    return (a->p > b->p) - (a->p < b->p);
}

void benjamini_hochberg(struct arena *a, const double *p, size_t n, double *ret_q)
{
    struct ranked *r = NEW_ARRAY(a, struct ranked, n);
    double least = 1;

    for (size_t i = 0; i < n; i++)
        r[i] = (struct ranked){p[i], i};
    qsort(r, n, sizeof(*r), by_p);
    for (size_t i = n; i-- > 0;) {
        least = fmin(least, r[i].p * (double)n / (double)(i + 1));
        ret_q[r[i].at] = least;
    }
}

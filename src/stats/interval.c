#include "interval.h"

#include <math.h>

void wilson(int64_t x, int64_t n, double *ret_low, double *ret_high)
{
    double size = (double)n, p = (double)x / size, z2 = STATS_Z95 * STATS_Z95;
    double centre = (p + z2 / (2 * size)) / (1 + z2 / size);
    double half = STATS_Z95 * sqrt(p * (1 - p) / size + z2 / (4 * size * size)) / (1 + z2 / size);

    /* At the ends the formula is exact, its rounding is not. */
    *ret_low = x == 0 ? 0 : centre - half;
    *ret_high = x == n ? 1 : centre + half;
}

bool is_weak(int64_t x, int64_t n)
{
    double low, high;

    if (n < 30)
        return true;
    wilson(x, n, &low, &high);
    return (high - low) / 2 > 0.1;
}

void newcombe(int64_t x1, int64_t n1, int64_t x2, int64_t n2, double *ret_difference, double *ret_low, double *ret_high)
{
    double p1 = (double)x1 / (double)n1, p2 = (double)x2 / (double)n2, l1, u1, l2, u2;

    wilson(x1, n1, &l1, &u1);
    wilson(x2, n2, &l2, &u2);
    *ret_difference = p1 - p2;
    *ret_low = p1 - p2 - sqrt((p1 - l1) * (p1 - l1) + (u2 - p2) * (u2 - p2));
    *ret_high = p1 - p2 + sqrt((u1 - p1) * (u1 - p1) + (p2 - l2) * (p2 - l2));
}

void ratio_add(struct ratio *r, double v, bool y)
{
    r->n++;
    r->sum += v;
    r->sum_squares += v * v;
    if (y) {
        r->won += v;
        r->won_squares += v * v;
    }
}

/* se = sqrt(m / (m - 1) * sum of (v * (y - R)) squared) / sum of v, the square written out. */
bool ratio_estimate(const struct ratio *r, double *ret, double *ret_se, double *ret_n_eff)
{
    if (r->n == 0 || r->sum <= 0)
        return false;
    double share = r->won / r->sum, m = (double)r->n;
    double squares = r->won_squares * (1 - 2 * share) + r->sum_squares * share * share;

    *ret = share;
    *ret_se = r->n > 1 ? sqrt(m / (m - 1) * fmax(squares, 0)) / r->sum : NAN;
    *ret_n_eff = r->sum_squares > 0 ? r->sum * r->sum / r->sum_squares : 0;
    return true;
}

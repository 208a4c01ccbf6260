#include "score.h"

#include <math.h>
#include <stdlib.h>

#include "logistic.h"
#include "sample.h"

#define CLIP 1e-6

static double clipped(double p)
{
    return fmin(fmax(p, CLIP), 1 - CLIP);
}

double brier(const double *p, const unsigned char *y, size_t n)
{
    struct exact_sum sum = {0};

    for (size_t i = 0; i < n; i++)
        sum_add(&sum, (p[i] - y[i]) * (p[i] - y[i]));
    return sum_value(&sum) / (double)n;
}

double log_loss(const double *p, const unsigned char *y, size_t n)
{
    struct exact_sum sum = {0};

    for (size_t i = 0; i < n; i++)
        sum_add(&sum, y[i] ? -log(clipped(p[i])) : -log1p(-clipped(p[i])));
    return sum_value(&sum) / (double)n;
}

/* -- in the order of the score ----------------------------------------------------------------------- */

struct scored {
    double score;
    unsigned char y;
};

static int by_score(const void *x, const void *y)
{
    const struct scored *a = x, *b = y;

    return (a->score > b->score) - (a->score < b->score);
}

static struct scored *sorted(struct arena *a, const double *score, const unsigned char *y, size_t n)
{
    struct scored *s = NEW_ARRAY(a, struct scored, n);

    for (size_t i = 0; i < n; i++)
        s[i] = (struct scored){score[i], y[i] != 0};
    qsort(s, n, sizeof(*s), by_score);
    return s;
}

/* Where those with the same score as s[i] end. */
static size_t ties_end(const struct scored *s, size_t n, size_t i)
{
    size_t end = i + 1;

    while (end < n && s[end].score == s[i].score)
        end++;
    return end;
}

size_t calibration_bins(struct arena *a, const double *p, const unsigned char *y, size_t n, size_t most,
                        struct calibration_bin *ret)
{
    struct scored *s = sorted(a, p, y, n);
    size_t bins = 0;

    for (size_t i = 0; i < n;) {
        struct calibration_bin bin = {0};
        size_t until = n * (bins + 1) / most; /* where this bin would end if chances were all different */
        do {
            for (size_t end = ties_end(s, n, i); i < end; i++) {
                bin.said += s[i].score;
                bin.won += s[i].y;
                bin.n++;
            }
        } while (i < until);
        bin.said /= (double)bin.n;
        ret[bins++] = bin;
    }
    return bins;
}

struct brier_parts brier_decompose(const struct calibration_bin *bins, size_t n)
{
    struct brier_parts parts = {0};
    double all = 0, won = 0;

    for (size_t i = 0; i < n; i++) {
        all += (double)bins[i].n;
        won += (double)bins[i].won;
    }
    double base = all > 0 ? won / all : 0;
    for (size_t i = 0; i < n; i++) {
        double share = (double)bins[i].n / all, came = (double)bins[i].won / (double)bins[i].n;
        parts.reliability += share * (bins[i].said - came) * (bins[i].said - came);
        parts.resolution += share * (came - base) * (came - base);
    }
    parts.uncertainty = base * (1 - base);
    return parts;
}

double calibration_error(const struct calibration_bin *bins, size_t n)
{
    double sum = 0, all = 0;

    for (size_t i = 0; i < n; i++) {
        sum += fabs(bins[i].said * (double)bins[i].n - (double)bins[i].won);
        all += (double)bins[i].n;
    }
    return all > 0 ? sum / all : 0;
}

/* Each one's place among those of the other kind is its midrank among all less that among its own (Sun and Xu 2014). */
bool auc(struct arena *a, const double *score, const unsigned char *y, size_t n, double *ret, double *ret_se)
{
    struct scored *s = sorted(a, score, y, n);
    double of[2] = {0, 0}, before[2] = {0, 0}, sum[2] = {0, 0}, squares[2] = {0, 0};

    for (size_t i = 0; i < n; i++)
        of[s[i].y]++;
    if (of[0] == 0 || of[1] == 0)
        return false;
    for (size_t i = 0; i < n;) {
        double here[2] = {0, 0};
        size_t end = ties_end(s, n, i);
        for (; i < end; i++)
            here[s[i].y]++;
        for (int k = 0; k < 2; k++) {
            double below = before[1 - k] + here[1 - k] / 2, place = k ? below / of[0] : 1 - below / of[1];
            sum[k] += here[k] * place;
            squares[k] += here[k] * place * place;
        }
        before[0] += here[0];
        before[1] += here[1];
    }
    double variance = 0;
    *ret = sum[1] / of[1];
    for (int k = 0; k < 2; k++)
        if (of[k] > 1)
            variance += (squares[k] - sum[k] * sum[k] / of[k]) / (of[k] - 1) / of[k];
    *ret_se = sqrt(fmax(variance, 0));
    return true;
}

bool calibration_line(struct arena *a, const double *p, const unsigned char *y, size_t n, double *ret_intercept,
                      double *ret_slope)
{
    double *x = NEW_ARRAY(a, double, n * 2);

    for (size_t i = 0; i < n; i++) {
        x[2 * i] = 1;
        x[2 * i + 1] = logit(clipped(p[i]));
    }
    struct logistic *m = logistic_fit(a, &(struct logistic_data){.x = x, .y = y, .n = n, .k = 2}, 0);
    if (!m || !m->converged)
        return false;
    *ret_intercept = m->beta[0];
    *ret_slope = m->beta[1];
    return true;
}

/* -- isotonic regression ------------------------------------------------------------------------------ */

struct pool {
    double x, won, n;
};

static bool falls(const struct pool *before, const struct pool *after)
{
    return before->won * after->n >= after->won * before->n;
}

struct isotonic *isotonic_fit(struct arena *a, const double *score, const unsigned char *y, size_t n)
{
    struct scored *s = sorted(a, score, y, n);
    struct pool *pools = NEW_ARRAY(a, struct pool, n);
    struct isotonic *f = NEW(a, struct isotonic);
    size_t k = 0;

    for (size_t i = 0; i < n;) {
        struct pool p = {.x = s[i].score};
        for (size_t end = ties_end(s, n, i); i < end; i++) {
            p.won += s[i].y;
            p.n++;
        }
        for (; k > 0 && falls(&pools[k - 1], &p); k--) {
            p.x = pools[k - 1].x;
            p.won += pools[k - 1].won;
            p.n += pools[k - 1].n;
        }
        pools[k++] = p;
    }
    f->n = k;
    f->x = NEW_ARRAY(a, double, k);
    f->value = NEW_ARRAY(a, double, k);
    for (size_t i = 0; i < k; i++) {
        f->x[i] = pools[i].x;
        f->value[i] = pools[i].won / pools[i].n;
    }
    return f;
}

double isotonic_at(const struct isotonic *f, double score)
{
    size_t low = 0, high = f->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->x[middle] <= score)
            low = middle + 1;
        else
            high = middle;
    }
    return f->n ? f->value[low > 0 ? low - 1 : 0] : NAN;
}

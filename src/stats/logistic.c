#include "logistic.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "interval.h"

#define MAX_STEPS 50
#define CLOSE_ENOUGH 1e-8
#define FARTHEST 35.0 /* of eta: beyond it 1 - p has no digits left */

double sigmoid(double eta)
{
    return eta >= 0 ? 1 / (1 + exp(-eta)) : exp(eta) / (1 + exp(eta));
}

double logit(double p)
{
    return log(p) - log1p(-p);
}

/* ln(1 + e^eta) without overflow. */
static double softplus(double eta)
{
    return fmax(eta, 0) + log1p(exp(-fabs(eta)));
}

/* The lower triangle L of m = L L' in its place (Cholesky). */
static bool factor(double *m, size_t k)
{
    for (size_t j = 0; j < k; j++) {
        for (size_t i = j; i < k; i++) {
            double sum = m[i * k + j];
            for (size_t c = 0; c < j; c++)
                sum -= m[i * k + c] * m[j * k + c];
            if (i == j && !(sum > 1e-12 * fabs(m[j * k + j])))
                return false;
            m[i * k + j] = i == j ? sqrt(sum) : sum / m[j * k + j];
        }
    }
    return true;
}

static void solve(const double *l, size_t k, double *b)
{
    for (size_t i = 0; i < k; i++) {
        for (size_t c = 0; c < i; c++)
            b[i] -= l[i * k + c] * b[c];
        b[i] /= l[i * k + i];
    }
    for (size_t i = k; i-- > 0;) {
        for (size_t c = i + 1; c < k; c++)
            b[i] -= l[c * k + i] * b[c];
        b[i] /= l[i * k + i];
    }
}

struct fit {
    const struct logistic_data *d;
    double lambda;
    double *beta, *tried, *gradient, *information;
};

static double eta_of(const double *beta, const double *row, size_t k, double offset)
{
    double eta = offset;

    for (size_t j = 0; j < k; j++)
        eta += beta[j] * row[j];
    return fmin(fmax(eta, -FARTHEST), FARTHEST);
}

static double weight_of(const struct logistic_data *d, size_t i)
{
    return d->weight ? d->weight[i] : 1;
}

static double offset_of(const struct logistic_data *d, size_t i)
{
    return d->offset ? d->offset[i] : 0;
}

static double likelihood(const struct logistic_data *d, const double *beta)
{
    double sum = 0;

    for (size_t i = 0; i < d->n; i++) {
        double eta = eta_of(beta, d->x + i * d->k, d->k, offset_of(d, i));
        sum += weight_of(d, i) * (d->y[i] * eta - softplus(eta));
    }
    return sum;
}

static double penalty(const struct fit *f, const double *beta)
{
    double sum = 0;

    for (size_t j = 1; j < f->d->k; j++)
        sum += beta[j] * beta[j];
    return f->lambda / 2 * sum;
}

/* Gradient and information of the penalised likelihood at beta; the information's lower triangle, factored. */
static bool derive(const struct fit *f)
{
    const struct logistic_data *d = f->d;
    size_t k = d->k;

    memset(f->gradient, 0, k * sizeof(double));
    memset(f->information, 0, k * k * sizeof(double));
    for (size_t i = 0; i < d->n; i++) {
        const double *row = d->x + i * k;
        double p = sigmoid(eta_of(f->beta, row, k, offset_of(d, i))), w = weight_of(d, i);
        double off = w * (d->y[i] - p), bend = w * p * (1 - p);
        for (size_t j = 0; j < k; j++) {
            double bent = bend * row[j];
            f->gradient[j] += off * row[j];
            for (size_t c = 0; c <= j && row[j] != 0; c++)
                f->information[j * k + c] += bent * row[c];
        }
    }
    for (size_t j = 1; j < k; j++) {
        f->gradient[j] -= f->lambda * f->beta[j];
        f->information[j * k + j] += f->lambda;
    }
    return factor(f->information, k);
}

/* Goes along the step as far as the likelihood rises; the largest change of a coefficient. */
static double advance(const struct fit *f, const double *step, double from)
{
    double scale = 1, largest = 0;
    size_t k = f->d->k;

    for (int halves = 0; halves < 30; halves++, scale /= 2) {
        for (size_t j = 0; j < k; j++)
            f->tried[j] = f->beta[j] + scale * step[j];
        if (likelihood(f->d, f->tried) - penalty(f, f->tried) >= from - 1e-12 * fabs(from))
            break;
    }
    for (size_t j = 0; j < k; j++) {
        largest = fmax(largest, fabs(f->tried[j] - f->beta[j]));
        f->beta[j] = f->tried[j];
    }
    return largest;
}

static void invert(const double *l, size_t k, double *ret)
{
    memset(ret, 0, k * k * sizeof(double));
    for (size_t j = 0; j < k; j++) {
        ret[j * k + j] = 1;
        solve(l, k, ret + j * k); /* symmetric: a row is as good as a column */
    }
}

/* ret = a b a for symmetric a. */
static void sandwich(struct arena *arena, const double *a, const double *b, size_t k, double *ret)
{
    double *half = NEW_ARRAY(arena, double, k *k);

    for (size_t i = 0; i < k; i++)
        for (size_t c = 0; c < k; c++)
            for (size_t j = 0; j < k; j++)
                half[i * k + j] += a[i * k + c] * b[c * k + j];
    memset(ret, 0, k * k * sizeof(double));
    for (size_t i = 0; i < k; i++)
        for (size_t c = 0; c < k; c++)
            for (size_t j = 0; j < k; j++)
                ret[i * k + j] += half[i * k + c] * a[c * k + j];
}

/* The sum over clusters of the outer product of their scores (Liang and Zeger 1986). */
static void cluster_meat(struct arena *arena, const struct logistic_data *d, const double *beta, double *ret)
{
    size_t k = d->k;
    double *scores = NEW_ARRAY(arena, double, d->clusters *k);

    for (size_t i = 0; i < d->n; i++) {
        const double *row = d->x + i * k;
        double *score = scores + (size_t)d->cluster[i] * k;
        double off = weight_of(d, i) * (d->y[i] - sigmoid(eta_of(beta, row, k, offset_of(d, i))));
        for (size_t j = 0; j < k; j++)
            score[j] += off * row[j];
    }
    memset(ret, 0, k * k * sizeof(double));
    for (size_t g = 0; g < d->clusters; g++)
        for (size_t i = 0; i < k; i++)
            for (size_t j = 0; j < k; j++)
                ret[i * k + j] += scores[g * k + i] * scores[g * k + j];
}

struct logistic *logistic_fit(struct arena *a, const struct logistic_data *d, double lambda)
{
    size_t k = d->k;
    struct logistic *m = NEW(a, struct logistic);
    struct fit f = {.d = d,
                    .lambda = lambda,
                    .beta = NEW_ARRAY(a, double, k),
                    .tried = NEW_ARRAY(a, double, k),
                    .gradient = NEW_ARRAY(a, double, k),
                    .information = NEW_ARRAY(a, double, k *k)};

    for (m->steps = 1; m->steps <= MAX_STEPS && !m->converged; m->steps++) {
        double from = likelihood(d, f.beta) - penalty(&f, f.beta);
        if (!derive(&f))
            return NULL;
        solve(f.information, k, f.gradient);
        m->converged = advance(&f, f.gradient, from) < CLOSE_ENOUGH;
    }
    if (!derive(&f))
        return NULL;
    m->k = k;
    m->beta = f.beta;
    m->covariance = NEW_ARRAY(a, double, k *k);
    invert(f.information, k, m->covariance);
    m->log_likelihood = likelihood(d, f.beta);
    if (d->cluster) {
        double *bread = m->covariance, *meat = f.information;
        cluster_meat(a, d, f.beta, meat);
        m->covariance = NEW_ARRAY(a, double, k *k);
        sandwich(a, bread, meat, k, m->covariance);
    }
    return m;
}

double logistic_eta(const struct logistic *m, const double *row, double offset)
{
    return eta_of(m->beta, row, m->k, offset);
}

double logistic_chance(const struct logistic *m, const double *row, double offset, double *ret_low, double *ret_high)
{
    double eta = logistic_eta(m, row, offset), variance = 0;

    for (size_t i = 0; i < m->k; i++)
        for (size_t j = 0; j < m->k; j++)
            variance += row[i] * m->covariance[i * m->k + j] * row[j];
    double half = STATS_Z95 * sqrt(fmax(variance, 0));
    *ret_low = sigmoid(eta - half);
    *ret_high = sigmoid(eta + half);
    return sigmoid(eta);
}

void logistic_parts(const struct logistic *m, const double *row, const double *means, double *ret)
{
    for (size_t j = 0; j < m->k; j++)
        ret[j] = m->beta[j] * (row[j] - means[j]);
}

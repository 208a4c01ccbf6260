#include "special.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#define STEPS 10000
#define TINY 1e-300

double normal_cdf(double z)
{
    return erfc(-z / M_SQRT2) / 2;
}

static double polynomial(const double *c, int n, double x)
{
    double sum = c[n - 1];

    for (int i = n - 2; i >= 0; i--)
        sum = sum * x + c[i];
    return sum;
}

double normal_quantile(double p)
{
    static const double a[] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                               1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                               3.3430575583588128105e4, 2.5090809287301226727e3};
    static const double b[] = {1.0,
                               4.2313330701600911252e1,
                               6.8718700749205790830e2,
                               5.3941960214247511077e3,
                               2.1213794301586595867e4,
                               3.9307895800092710610e4,
                               2.8729085735721942674e4,
                               5.2264952788528545610e3};
    static const double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                               3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                               2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[] = {1.0,
                               2.05319162663775882187e0,
                               1.67638483018380384940e0,
                               6.89767334985100004550e-1,
                               1.48103976427480074590e-1,
                               1.51986665636164571966e-2,
                               5.47593808499534494600e-4,
                               1.05075007164441684324e-9};
    static const double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                               2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                               2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[] = {1.0,
                               5.99832206555887937690e-1,
                               1.36929880922735805310e-1,
                               1.48753612908506148525e-2,
                               7.86869131145613259100e-4,
                               1.84631831751005468180e-5,
                               1.42151175831644588870e-7,
                               2.04426310338993978564e-15};
    double q = p - .5;

    if (p <= 0 || p >= 1)
        return p <= 0 ? -INFINITY : INFINITY;
    if (fabs(q) <= .425) {
        double r = .180625 - q * q;
        return q * polynomial(a, 8, r) / polynomial(b, 8, r);
    }
    double r = sqrt(-log(q < 0 ? p : 1 - p)), z;
    z = r <= 5 ? polynomial(c, 8, r - 1.6) / polynomial(d, 8, r - 1.6)
               : polynomial(e, 8, r - 5) / polynomial(f, 8, r - 5);
    return q < 0 ? -z : z;
}

double log_gamma(double x)
{
    int sign;

    return lgamma_r(x, &sign); /* lgamma alone writes to a global */
}

double log_beta(double a, double b)
{
    return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
}

double digamma(double x)
{
    double sum = 0;

    while (x < 10) {
        sum -= 1 / x;
        x += 1;
    }
    double i = 1 / (x * x);
    double series =
        i * (1.0 / 12 - i * (1.0 / 120 - i * (1.0 / 252 - i * (1.0 / 240 - i * (1.0 / 132 - i * 691.0 / 32760)))));
    return sum + log(x) - 1 / (2 * x) - series;
}

/* x^a e^-x / Gamma(a + 1) */
static double gamma_front(double a, double x)
{
    return exp(a * log(x) - x - log_gamma(a + 1));
}

static double gamma_series(double a, double x)
{
    double term = 1, sum = 1;

    for (int i = 1; i < STEPS && term > sum * DBL_EPSILON / 4; i++) {
        term *= x / (a + i);
        sum += term;
    }
    return gamma_front(a, x) * sum;
}

/* A continued fraction b0 + a1/(b1 + a2/(b2 + …)) by the modified Lentz method (DLMF 3.10): one step of it. */
struct lentz {
    double f, c, d;
};

static bool lentz_step(struct lentz *l, double a, double b)
{
    l->d = b + a * l->d;
    l->d = 1 / (fabs(l->d) < TINY ? TINY : l->d);
    l->c = b + a / l->c;
    if (fabs(l->c) < TINY)
        l->c = TINY;
    l->f *= l->c * l->d;
    return fabs(l->c * l->d - 1) > DBL_EPSILON;
}

static double gamma_fraction(double a, double x)
{
    double b = x + 1 - a;
    struct lentz l = {.f = b, .c = b};

    for (int i = 1; i < STEPS && lentz_step(&l, -i * (i - a), b + 2.0 * i); i++)
        ;
    return gamma_front(a, x) * a / l.f;
}

double gamma_lower(double a, double x)
{
    if (x <= 0)
        return 0;
    return x < a + 1 ? fmin(gamma_series(a, x), 1) : 1 - gamma_fraction(a, x);
}

double gamma_upper(double a, double x)
{
    if (x <= 0)
        return 1;
    return x < a + 1 ? 1 - gamma_series(a, x) : fmin(gamma_fraction(a, x), 1);
}

static double beta_fraction(double x, double a, double b)
{
    struct lentz l = {.f = 1, .c = 1};

    for (int m = 0; m < STEPS; m++) {
        double n = 2.0 * m;
        double even = m ? m * (b - m) * x / ((a + n - 1) * (a + n)) : 0;
        double odd = -(a + m) * (a + b + m) * x / ((a + n) * (a + n + 1));
        if (m)
            lentz_step(&l, even, 1);
        if (!lentz_step(&l, odd, 1))
            break;
    }
    return 1 / l.f;
}

double beta_cdf(double x, double a, double b)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    double front = exp(a * log(x) + b * log1p(-x) - log_beta(a, b));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(x, a, b) / a;
    return 1 - front * beta_fraction(1 - x, b, a) / b;
}

/* The x in [low, high] at which a rising function is p: by halves, until no double lies between. */
struct rising {
    double (*at)(double x, double a, double b);
    double a, b;
};

static double solve(const struct rising *f, double p, double low, double high)
{
    for (int i = 0; i < 200; i++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        if (f->at(middle, f->a, f->b) < p)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static double gamma_at(double x, double a, double unused)
{
    (void)unused;
    return gamma_lower(a, x);
}

double gamma_quantile(double p, double a)
{
    double high = a + 1;

    if (p <= 0 || p >= 1)
        return p <= 0 ? 0 : INFINITY;
    while (gamma_lower(a, high) < p && high < DBL_MAX / 4)
        high *= 2;
    return solve(&(struct rising){gamma_at, a, 0}, p, 0, high);
}

double beta_quantile(double p, double a, double b)
{
    if (p <= 0 || p >= 1)
        return p <= 0 ? 0 : 1;
    return solve(&(struct rising){beta_cdf, a, b}, p, 0, 1);
}

double chi2_tail(double x, double df)
{
    return gamma_upper(df / 2, x / 2);
}

double student_tail(double t, double df)
{
    double tail = beta_cdf(df / (df + t * t), df / 2, .5) / 2;

    return t >= 0 ? tail : 1 - tail;
}

double binomial_cdf(int64_t k, int64_t n, double p)
{
    if (k < 0 || k >= n)
        return k < 0 ? 0 : 1;
    return beta_cdf(1 - p, (double)(n - k), (double)k + 1);
}

int64_t binomial_quantile(double q, int64_t n, double p)
{
    int64_t low = 0, high = n;

    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (binomial_cdf(middle, n, p) < q)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void poisson_exact(int64_t count, double level, double *ret_low, double *ret_high)
{
    double tail = (1 - level) / 2;

    *ret_low = count > 0 ? gamma_quantile(tail, (double)count) : 0;
    *ret_high = gamma_quantile(1 - tail, (double)count + 1);
}

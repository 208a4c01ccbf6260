/* R5: how large won deals are. */
#include "report_route.h"

#include <math.h>

#include "sample.h"

struct sizes {
    struct report *r;
    double *values; /* in units of the base currency */
    size_t n, room;
    struct exact_sum sum;
    int64_t won, ignored, unconverted;
};

static int take(void *ctx, const struct deal_past *p, struct err *err)
{
    struct sizes *s = ctx;
    const struct deal_state *last = deal_last(p);
    msec closed = deal_closed(p);
    int64_t base = 0;

    if (last->status != DEAL_IS_WON || !report_within(&s->r->req, closed))
        return 0;
    s->won++;
    if (!last->valued || last->value == 0) {
        s->ignored++;
        return 0;
    }
    int n = report_base(s->r, last, report_day(s->r, closed), &base, err);
    s->unconverted += n == 0;
    if (n <= 0)
        return n;
    if (s->n == s->room) {
        size_t room = s->room ? s->room * 2 : 1024;
        s->values = arena_grow(s->r->c->arena, s->values, s->n * sizeof(double), room * sizeof(double));
        s->room = room;
    }
    s->values[s->n++] = report_units(s->r, base);
    sum_add(&s->sum, s->values[s->n - 1]);
    return 0;
}

static double mean_of(const void *ctx, const size_t *rows, size_t n)
{
    const double *values = ctx;
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += values[rows[i]];
    return sum / (double)n;
}

/* Resampling takes draws times deals; with very many deals the normal interval is as good. */
#define RESAMPLE_MOST 5000u

static void mean_limits(struct sizes *s, double *ret_low, double *ret_high)
{
    struct arena *a = s->r->c->arena;
    double m = mean(s->values, s->n), squares = 0;

    if (s->n <= RESAMPLE_MOST) {
        bootstrap(mean_of, s->values, s->n, rng_seed_of("deal-size", s->r->req.at),
                  NEW_ARRAY(a, double, BOOTSTRAP_DRAWS), BOOTSTRAP_DRAWS, NEW_ARRAY(a, size_t, s->n), ret_low,
                  ret_high);
        return;
    }
    for (size_t i = 0; i < s->n; i++)
        squares += (s->values[i] - m) * (s->values[i] - m);
    double half = STATS_Z95 * sqrt(squares / (double)(s->n - 1) / (double)s->n);
    *ret_low = m - half;
    *ret_high = m + half;
}

static int answer(struct report *r, struct err *err)
{
    struct sizes s = {.r = r};
    double mean_low = NAN, mean_high = NAN, median_low = NAN, median_high = NAN;
    int64_t seen;

    if (report_deals(&r->c->ctx, &r->req, take, &s, &seen, err) < 0)
        return -1;
    sort_doubles(s.values, s.n);
    if (s.n > 1) {
        mean_limits(&s, &mean_low, &mean_high);
        median_limits(s.values, s.n, &median_low, &median_high);
    }
    out_kv_int(r->o, "n", (int64_t)s.n);
    out_kv_int(r->o, "ignored", s.ignored);
    out_kv_real(r->o, "sum", sum_value(&s.sum));
    out_kv_real(r->o, "mean", s.n ? mean(s.values, s.n) : NAN);
    out_kv_real(r->o, "mean_low", mean_low);
    out_kv_real(r->o, "mean_high", mean_high);
    out_kv_real(r->o, "median", s.n ? quantile(s.values, s.n, .5) : NAN);
    out_kv_real(r->o, "median_low", median_low);
    out_kv_real(r->o, "median_high", median_high);
    out_kv_real(r->o, "p25", s.n ? quantile(s.values, s.n, .25) : NAN);
    out_kv_real(r->o, "p75", s.n ? quantile(s.values, s.n, .75) : NAN);
    out_kv_real(r->o, "trimmed_mean", s.n ? trimmed_mean(s.values, s.n, .1) : NAN);
    out_kv_real(r->o, "least", s.n ? s.values[0] : NAN);
    out_kv_real(r->o, "most", s.n ? s.values[s.n - 1] : NAN);
    r->population = s.won;
    report_exclude(r, s.ignored, "value zero or unknown");
    report_exclude(r, s.unconverted, "no exchange rate");
    r->definition =
        "Value of deals won in the period, in the base currency at the rate of the day they were won; those "
        "without a value are left out and counted.";
    return 0;
}

static int run(struct api_call *c, struct err *err)
{
    return report_run(c, answer, 0, err);
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/reports/deal-size", API_SLOW, run, .query = REPORT_QUERY, .answer = "DealSize",
     .doc = "How large won deals are"},
};

/* clang-format off */
static const struct api_schema schemas[] = {
    {"DealSize",
     REPORT("\"n\",\"ignored\",\"sum\",\"mean\",\"mean_low\",\"mean_high\",\"median\",\"median_low\",\"median_high\","
            "\"p25\",\"p75\",\"trimmed_mean\",\"least\",\"most\"",
            "\"n\":" INTEGER ",\"ignored\":" INTEGER ",\"sum\":" NUMBER ",\"mean\":" MAYBE ",\"mean_low\":" MAYBE
            ",\"mean_high\":" MAYBE ",\"median\":" MAYBE ",\"median_low\":" MAYBE ",\"median_high\":" MAYBE
            ",\"p25\":" MAYBE ",\"p75\":" MAYBE ",\"trimmed_mean\":" MAYBE ",\"least\":" MAYBE ",\"most\":" MAYBE)},
};
/* clang-format on */

const struct api_table deal_size_report = {routes, COUNT(routes), schemas, COUNT(schemas)};

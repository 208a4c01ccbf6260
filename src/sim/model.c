#include "model.h"

#include <math.h>
#include <string.h>

#define LL(shape, scale)                                                                                               \
    {                                                                                                                  \
        LAW_LOGLOGISTIC, shape, scale                                                                                  \
    }
#define WB(shape, scale)                                                                                               \
    {                                                                                                                  \
        LAW_WEIBULL, shape, scale                                                                                      \
    }
#define SAME                                                                                                           \
    {                                                                                                                  \
        1, 1, 1, 1                                                                                                     \
    }

const struct pipeline_model
    sim_pipelines[SIM__PIPELINES] =
        {
            [SIM_SALES] = {.name = "Sales",
                           .n = 5,
                           .stage =
                               {
                                   {.name = "Lead generation",
                                    .probability = 5,
                                    .entry = .84,
                                    .jump = .05,
                                    .regime = SAME,
                                    .way = {LL(1.7, 5.16), WB(1.15, 39.6), {LAW_NEVER, 0, 0}, WB(1, 946)}},
                                   {.name = "Qualification",
                                    .probability = 15,
                                    .entry = .1,
                                    .jump = .05,
                                    .regime = SAME,
                                    .way = {LL(1.9, 7.31), WB(1.2, 34.4), WB(1, 361), WB(1, 1.12e+03)}},
                                   {.name = "Need analysis",
                                    .probability = 30,
                                    .entry = .04,
                                    .jump = .04,
                                    .regime = SAME,
                                    .way = {LL(2.1, 9.89), WB(1.25, 41.3), WB(1, 327), WB(1, 1.46e+03)}},
                                   {.name = "Proposal",
                                    .probability = 50,
                                    .entry = .02,
                                    .jump = .03,
                                    .regime = {.6, 1.35, 1, 1},
                                    .way = {LL(2.2, 9.46), WB(1.3, 34.4), WB(1, 284), WB(1, 1.29e+03)}},
                                   {.name = "Negotiation",
                                    .probability = 75,
                                    .entry = 0,
                                    .jump = 0,
                                    .regime = SAME,
                                    .way = {LL(2.3, 9.03), WB(1.3, 31), WB(1, 241), WB(1, 1.89e+03)}},
                               }},
            [SIM_CUSTOMERS] = {.name = "Customers",
                               .n = 3,
                               .stage =
                                   {
                                       {.name = "Onboarding",
                                        .probability = 50,
                                        .entry = 1,
                                        .jump = 0,
                                        .regime = SAME,
                                        .way = {LL(3, 32), WB(1, 1500), {LAW_NEVER, 0, 0}, {LAW_NEVER, 0, 0}}},
                                       {.name = "Satisfaction",
                                        .probability = 60,
                                        .entry = 0,
                                        .jump = 0,
                                        .regime = SAME,
                                        .way = {LL(5, 170), WB(1.5, 900), {LAW_NEVER, 0, 0}, {LAW_NEVER, 0, 0}}},
                                       {.name = "Renewal",
                                        .probability = 75,
                                        .entry = 0,
                                        .jump = 0,
                                        .regime = SAME,
                                        .way = {LL(2.6, 24), WB(1.2, 110), {LAW_NEVER, 0, 0}, {LAW_NEVER, 0, 0}}},
                                   }},
};

const struct source_model sim_sources[SIM_SOURCES] = {
    {"Website", .29, -.06, false},       {"Trade fair", .15, .01, true},      {"Referral", .12, .26, false},
    {"Partner", .10, .13, false},        {"Cold outreach", .15, -.24, false}, {"Newsletter", .08, -.12, false},
    {"Known customer", .11, .20, false},
};

double sim_source_weight(int source, int month)
{
    static const double fair[12] = {.3, .7, 3, 1.2, .8, .5, .3, .3, 3, 1.4, .6, .2};
    const struct source_model *s = &sim_sources[source];

    return s->share * (s->fairs && month ? fair[month - 1] : 1);
}

const struct reason_model sim_reasons[SIM_REASONS] = {
    {"Price", {.04, .08, .14, .32, .42}},     {"Other supplier", {.06, .1, .18, .27, .3}},
    {"No budget", {.2, .26, .2, .12, .08}},   {"No decision", {.1, .14, .2, .18, .14}},
    {"No answer", {.36, .18, .08, .06, .02}}, {"Wrong time", {.1, .1, .1, .05, .04}},
    {"Not a fit", {.14, .14, .1, 0, 0}},
};

const struct line_model sim_lines_model[SIM_LINES] = {
    {"Milling", .13, -.03, .22}, {"Turning", .13, .02, .22},     {"Sheet metal", .18, .05, .2},
    {"Cutting", .12, -.1, .25},  {"Woodworking", .18, .04, .22}, {"Workshop", .16, -.08, .2},
    {"Service", .10, .16, .15},
};

#define SIM_CONSTANT(name, value, doc) .name = value,
const struct sim_constants sim_k = {SIM_CONSTANTS(SIM_CONSTANT)};
#undef SIM_CONSTANT

const struct currency_model sim_currencies[SIM_CURRENCIES] = {
    {"EUR", 1, 1, 10, 2},        {"USD", .92, 1.1, 10, 2},     {"CHF", 1.06, .98, 10, 2}, {"GBP", 1.17, .88, 10, 2},
    {"SEK", .088, 11.4, 100, 2}, {"JPY", .0061, 165, 1000, 0}, {"PLN", .235, 4.3, 50, 2},
};

int64_t sim_price(const struct product_model *p, int currency)
{
    const struct currency_model *c = &sim_currencies[currency];
    int64_t steps = llround(p->price * c->price / c->step), unit = c->digits == 0 ? 1 : 100;

    return (steps < 1 ? 1 : steps) * c->step * unit;
}

int sim_stages(int pipeline)
{
    return sim_pipelines[pipeline].n;
}

const char *sim_pipeline_name(int pipeline)
{
    return sim_pipelines[pipeline].name;
}

const char *sim_stage_name(int pipeline, int stage)
{
    return sim_pipelines[pipeline].stage[stage].name;
}

int sim_stage_probability(int pipeline, int stage)
{
    return sim_pipelines[pipeline].stage[stage].probability;
}

void sim_factors(const struct stage_model *s, double score, double regime, double ret[WAY__N])
{
    for (int w = 0; w < WAY__N; w++)
        ret[w] = pow(s->regime[w], regime);
    ret[WAY_ADVANCE] *= exp(score);
    ret[WAY_LOSE] *= exp(-score);
}

void sim_win_chances(int pipeline, double score, double regime, double ret[SIM_MAX_STAGES])
{
    const struct pipeline_model *m = &sim_pipelines[pipeline];
    struct law_race race[SIM_MAX_STAGES] = {0};
    double next[SIM_MAX_STAGES + 2] = {0};

    for (int s = 0; s < m->n; s++) {
        double factor[WAY__N];
        sim_factors(&m->stage[s], score, regime, factor);
        law_race(m->stage[s].way, factor, WAY__N, &race[s]);
    }
    next[m->n] = next[m->n + 1] = 1;          /* won */
    for (int round = 0; round < 200; round++) /* going back makes it a fixed point */
        for (int s = m->n - 1; s >= 0; s--)
            next[s] = race[s].p[WAY_ADVANCE] * ((1 - m->stage[s].jump) * next[s + 1] + m->stage[s].jump * next[s + 2]) +
                      (s ? race[s].p[WAY_BACK] * next[s - 1] : 0);
    memcpy(ret, next, (size_t)m->n * sizeof *ret);
}

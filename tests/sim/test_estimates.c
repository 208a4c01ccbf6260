/*
 * The stream follows the laws that the truth states. For every visit to a stage the expected number of exits by each
 * way is its cumulative hazard over the time spent there; the sum over visits of (exits - expected) has mean 0 and
 * variance equal to the expected number (the counting-process martingale), whatever the scores and however long the
 * visits. Scores are taken as z and must stay within Z; there are some 300 of them and seeds are fixed.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "company.h"

#define Z 4.2
enum { MOST = 260000, BINS = 5 };
static const double bin_end[BINS] = {4, 9, 18, 40, 1e9};

struct life {
    msec entered, opened;
    int16_t owner, source, line;
    uint8_t pipeline, stage, first_stage, spells, won;
    bool at_rest; /* closed or stalled: no visit is going on */
};

struct study {
    struct company truth; /* clock, staff and knobs of the same company */
    struct life *deal;
    int64_t n, arrivals_month[12], arrivals_week[7];
    double seen[SIM_MAX_STAGES][WAY__N][BINS], expected[SIM_MAX_STAGES][WAY__N][BINS];
    double slip_sum, slip_n, value_sum, value_squares, value_n;
    int64_t *value;
    int32_t *ecd;
};

static double cum(const struct law *l, double t, double factor, double later, double change)
{
    if (t <= change)
        return factor * law_cum(l, t);
    double until = change > 0 ? law_cum(l, change) : 0;
    return factor * until + later * (law_cum(l, t) - until);
}

static double score(const struct study *s, const struct life *d)
{
    return s->truth.knobs.signal *
           (s->truth.staff.m[d->owner - 1].score + sim_sources[d->source - 1].score + sim_lines_model[d->line].score);
}

/* Books a visit that ends at `at`; way is -1 when it has not ended. */
static void book(struct study *s, const struct life *d, msec at, int way, int owner)
{
    const struct stage_model *m = &sim_pipelines[SIM_SALES].stage[(int)d->stage];
    struct life with = *d;
    double from = sim_clock_work(&s->truth.clock, d->entered), before[WAY__N], after[WAY__N];

    if (d->pipeline != SIM_SALES)
        return;
    with.owner = (int16_t)owner;
    double pace = exp(s->truth.knobs.signal * s->truth.staff.m[owner - 1].pace);
    double t = (sim_clock_work(&s->truth.clock, at) - from) * pace, change = (s->truth.regime_work - from) * pace;
    sim_factors(m, score(s, &with), 0, before);
    sim_factors(m, score(s, &with), s->truth.knobs.regime, after);
    for (int w = 0; w < WAY__N; w++)
        for (int b = 0; b < BINS; b++) {
            double low = b ? bin_end[b - 1] : 0, high = fmin(t, bin_end[b]);
            if (t <= low)
                break;
            if (m->way[w].family != LAW_NEVER)
                s->expected[(int)d->stage][w][b] += cum(&m->way[w], high, before[w], after[w], change) -
                                                    cum(&m->way[w], low, before[w], after[w], change);
            s->seen[(int)d->stage][w][b] += w == way && t <= bin_end[b];
        }
}

static int on_deal(void *ctx, const struct sim_deal *e)
{
    struct study *s = ctx;
    int line = 0;

    assert_true(e->id < MOST);
    s->n = e->id;
    while (!str_is(e->line, sim_lines_model[line].name))
        line++;
    s->deal[e->id] = (struct life){.entered = e->at,
                                   .opened = e->at,
                                   .owner = (int16_t)e->owner,
                                   .source = (int16_t)e->source,
                                   .line = (int16_t)line,
                                   .pipeline = (uint8_t)e->pipeline,
                                   .stage = (uint8_t)e->stage,
                                   .first_stage = (uint8_t)e->stage,
                                   .spells = 1};
    s->value[e->id] = e->value;
    s->ecd[e->id] = e->ecd.n;
    if (e->pipeline == SIM_SALES) {
        struct day d = sim_clock_day(&s->truth.clock, e->at);
        s->arrivals_month[day_date(d).month - 1]++;
        s->arrivals_week[day_weekday(d)]++;
    }
    return 0;
}

static void changed_ecd(struct study *s, const struct sim_change *e)
{
    int today = sim_clock_day(&s->truth.clock, e->at).n;

    if (s->ecd[e->deal] <= today) { /* pushed because it had passed, not reviewed */
        s->slip_sum += e->ecd.n - today;
        s->slip_n++;
    }
    s->ecd[e->deal] = e->ecd.n;
}

static void changed_value(struct study *s, const struct sim_change *e)
{
    double ratio = log((double)e->value / (double)s->value[e->deal]);

    s->value_sum += ratio;
    s->value_squares += ratio * ratio;
    s->value_n++;
    s->value[e->deal] = e->value;
}

/* The owner who counts is the one at the time of entering, so a handover within a visit waits. */
static int on_change(void *ctx, const struct sim_change *e)
{
    struct study *s = ctx;
    struct life *d = &s->deal[e->deal];

    switch (e->what) {
    case SIM_STAGE:
        book(s, d, e->at, e->stage < d->stage ? WAY_BACK : WAY_ADVANCE, d->owner);
        break;
    case SIM_WON:
        book(s, d, e->at, WAY_ADVANCE, d->owner);
        d->won = d->spells == 1;
        d->at_rest = true;
        return 0;
    case SIM_LOST:
    case SIM_STALLED:
        if (!d->at_rest) /* a stalled deal is lost by cleaning up, not by its law */
            book(s, d, e->at, e->what == SIM_LOST ? WAY_LOSE : WAY_STALL, d->owner);
        d->at_rest = true;
        return 0;
    case SIM_REOPENED:
        d->spells++;
        d->at_rest = false;
        break;
    case SIM_ECD:
        changed_ecd(s, e);
        return 0;
    case SIM_VALUE:
        changed_value(s, e);
        return 0;
    case SIM_OWNER:
        return 0;
    }
    d->entered = e->at;
    d->stage = (uint8_t)e->stage;
    d->owner = (int16_t)e->owner;
    return 0;
}

static void study_run(struct study *s, const struct sim_knobs *k)
{
    static const struct sim_sink nobody;
    struct sim_sink sink = {.ctx = s, .deal = on_deal, .change = on_change, .stalled = on_change};
    static struct err err;

    memset(s, 0, sizeof *s);
    s->deal = calloc(MOST, sizeof *s->deal);
    s->value = calloc(MOST, sizeof *s->value);
    s->ecd = calloc(MOST, sizeof *s->ecd);
    assert_int_equal(company_init(&s->truth, k, &nobody, &err), 0);
    assert_int_equal(sim_run(k, &sink, &err), 0);
    for (int64_t i = 1; i <= s->n; i++)
        if (!s->deal[i].at_rest)
            book(s, &s->deal[i], k->end, -1, s->deal[i].owner);
}

static void study_end(struct study *s)
{
    company_clear(&s->truth);
    free(s->deal);
    free(s->value);
    free(s->ecd);
}

static struct sim_knobs knobs(int64_t deals, double years)
{
    struct sim_knobs k = sim_knobs_default();

    k.end = zone_midnight(k.zone, day_of(2026, 11, 23));
    k.deals = deals;
    k.years = years;
    k.detail = 0;
    k.seed = 11;
    return k;
}

static void within(double seen, double expected, double variance, const char *what, int a, int b, int c)
{
    double z = (seen - expected) / sqrt(variance);

    if (variance < 20 ? fabs(seen - expected) > 25 : fabs(z) > Z)
        fail_msg("%s %d %d %d: seen %.1f, expected %.1f, z %.2f", what, a, b, c, seen, expected, z);
}

static void test_hazards(void **state)
{
    struct sim_knobs k = knobs(150000, 8);
    struct study s;

    (void)state;
    study_run(&s, &k);
    for (int st = 0; st < 5; st++)
        for (int w = 0; w < WAY__N; w++)
            for (int b = 0; b < BINS; b++)
                within(s.seen[st][w][b], s.expected[st][w][b], s.expected[st][w][b], "hazard of stage, way, bin", st, w,
                       b);
    study_end(&s);
}

/* With a Poisson number of deals every month and weekday is Poisson too. */
static void test_arrivals(void **state)
{
    struct sim_knobs k = knobs(60000, 4);
    double month[12] = {0}, week[7] = {0};
    struct study s;

    (void)state;
    k.poisson = true;
    study_run(&s, &k);
    for (int i = 0; i < s.truth.clock.days; i++) {
        struct day d = {s.truth.clock.first.n + i};
        double expected = s.truth.clock.arrival[i + 1] - s.truth.clock.arrival[i];
        month[day_date(d).month - 1] += expected;
        week[day_weekday(d)] += expected;
    }
    for (int m = 0; m < 12; m++)
        within((double)s.arrivals_month[m], month[m], month[m], "arrivals in month", m + 1, 0, 0);
    for (int d = 0; d < 7; d++)
        within((double)s.arrivals_week[d], week[d], week[d], "arrivals on weekday", d, 0, 0);
    study_end(&s);
}

/* Deals opened long before the end are won as often as the truth says, and alike for all when there is no signal. */
static void test_wins_without_signal(void **state)
{
    struct sim_knobs k = knobs(150000, 8);
    double chance[SIM_MAX_STAGES], n[SIM_MAX_STAGES] = {0}, won[SIM_MAX_STAGES] = {0};
    double source_n[SIM_SOURCES] = {0}, source_won[SIM_SOURCES] = {0}, source_chance[SIM_SOURCES] = {0};
    double *rep_n, *rep_won, *rep_chance;
    struct study s;

    (void)state;
    k.signal = 0;
    k.regime = 0;
    study_run(&s, &k);
    size_t staff = (size_t)s.truth.staff.n;
    rep_n = calloc(staff * 3, sizeof *rep_n);
    rep_won = rep_n + staff;
    rep_chance = rep_won + staff;
    sim_win_chances(SIM_SALES, 0, 0, chance);
    for (int64_t i = 1; i <= s.n; i++) {
        const struct life *d = &s.deal[i];
        if (d->pipeline != SIM_SALES || d->opened > k.end - 500 * DAY_MS)
            continue;
        int st = d->first_stage, rep = d->owner - 1, from = d->source - 1;
        n[st]++, won[st] += d->won;
        rep_n[rep]++, rep_won[rep] += d->won, rep_chance[rep] += chance[st];
        source_n[from]++, source_won[from] += d->won, source_chance[from] += chance[st];
    }
    for (int st = 0; st < 5; st++)
        if (n[st] > 0)
            within(won[st], n[st] * chance[st], n[st] * chance[st] * (1 - chance[st]), "wins from stage", st, 0, 0);
    for (int f = 0; f < SIM_SOURCES; f++)
        within(source_won[f], source_chance[f], source_chance[f] * (1 - source_chance[f] / source_n[f]), "source", f, 0,
               0);
    for (size_t r = 0; r < staff; r++)
        if (rep_n[r] > 50)
            within(rep_won[r], rep_chance[r], rep_chance[r] * (1 - rep_chance[r] / rep_n[r]), "rep", (int)r, 0, 0);
    free(rep_n);
    study_end(&s);
}

/* With the signal on, sources differ as the win chances at their scores do. */
static void test_wins_by_source(void **state)
{
    struct sim_knobs k = knobs(150000, 8);
    double n[SIM_SOURCES] = {0}, won[SIM_SOURCES] = {0};
    struct study s;

    (void)state;
    k.regime = 0;
    study_run(&s, &k);
    for (int64_t i = 1; i <= s.n; i++)
        if (s.deal[i].pipeline == SIM_SALES && s.deal[i].opened < k.end - 500 * DAY_MS) {
            n[s.deal[i].source - 1]++;
            won[s.deal[i].source - 1] += s.deal[i].won;
        }
    for (int a = 0; a < SIM_SOURCES; a++)
        for (int b = 0; b < SIM_SOURCES; b++)
            if (sim_sources[a].score > sim_sources[b].score + .04)
                assert_true(won[a] / n[a] > won[b] / n[b]);
    assert_true(won[2] / n[2] > 2 * won[4] / n[4]); /* referrals against cold calls */
    study_end(&s);
}

static void test_slips_and_values(void **state)
{
    struct sim_knobs k = knobs(40000, 4);
    struct study s;

    (void)state;
    k.plain = true;
    study_run(&s, &k);
    /* Pushed dates count whole days; the mean loses about half a day by cutting. */
    double slip = s.slip_sum / s.slip_n, law = sim_k.slip_least + sim_k.slip_shape * sim_k.slip_scale - .5;
    assert_true(s.slip_n > 5000 && fabs(slip - law) < .05 * law);
    double mean = s.value_sum / s.value_n, sd = sqrt(s.value_squares / s.value_n - mean * mean);
    assert_true(s.value_n > 10000 && fabs(mean - sim_k.value_drift) < .005);
    assert_true(fabs(sd / sim_k.value_spread - 1) < .03);
    study_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hazards),
        cmocka_unit_test(test_arrivals),
        cmocka_unit_test(test_wins_without_signal),
        cmocka_unit_test(test_wins_by_source),
        cmocka_unit_test(test_slips_and_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

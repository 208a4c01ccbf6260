/* The laws behind the stream, and what follows from them, as JSON. */
#include <math.h>

#include "company.h"
#include "json_out.h"

enum { GRID = 61 };
static const double grid_from = -1.5, grid_step = .05;

/* Chances of winning from each stage by score, before and after the regime change. */
struct wins {
    double from[2][GRID][SIM_MAX_STAGES];
};

static void wins_fill(struct wins *w, const struct sim_knobs *k)
{
    for (int late = 0; late < 2; late++)
        for (int i = 0; i < GRID; i++)
            sim_win_chances(SIM_SALES, grid_from + i * grid_step, late ? k->regime : 0, w->from[late][i]);
}

static double wins_at(const struct wins *w, int late, int stage, double score)
{
    double x = (score - grid_from) / grid_step;
    int i = x < 0 ? 0 : x > GRID - 2 ? GRID - 2 : (int)x;

    return w->from[late][i][stage] + (x - i) * (w->from[late][i + 1][stage] - w->from[late][i][stage]);
}

static double present(const struct company *c, const struct member *m)
{
    msec left = m->left < c->clock.end ? m->left : c->clock.end;

    return (double)(left - m->joined) / (double)(c->clock.end - c->clock.start);
}

/* The chance that a deal is won in its first spell, averaged over what is not held fixed (-1: not fixed). With
 * stage -1 it is for new deals as they come, else for one that enters that stage. */
static double average(const struct company *c, const struct wins *w, int late, int stage, int source, int line, int rep)
{
    double sum = 0, weights = 0, g = c->knobs.signal;

    for (int s = 0; s < SIM_SOURCES; s++)
        for (int l = 0; l < SIM_LINES; l++)
            for (int m = 0; m < c->staff.n; m++) {
                const struct member *who = &c->staff.m[m];
                if (who->role != STAFF_REP || (source >= 0 && s != source) || (line >= 0 && l != line) ||
                    (rep >= 0 && m != rep))
                    continue;
                double weight = sim_sources[s].share * sim_lines_model[l].share * who->share * present(c, who);
                double score = g * (sim_sources[s].score + sim_lines_model[l].score + who->score), p = 0;
                for (int i = 0; i < sim_pipelines[SIM_SALES].n; i++)
                    if (stage < 0)
                        p += sim_pipelines[SIM_SALES].stage[i].entry * wins_at(w, late, i, score);
                    else if (i == stage)
                        p = wins_at(w, late, i, score);
                sum += weight * p;
                weights += weight;
            }
    return sum / weights;
}

static void put_race(struct json_out *o, const char *key, const struct stage_model *s, double regime)
{
    static const char *const way[] = {"advance", "lose", "back", "stall"};
    static const double q[] = {.1, .25, .5, .75, .9};
    static const char *const q_name[] = {"p10", "p25", "p50", "p75", "p90"};
    double factor[WAY__N];
    struct law_race race;

    sim_factors(s, 0, regime, factor);
    law_race(s->way, factor, WAY__N, &race);
    out_kv_open(o, key, '{');
    out_kv_real(o, "mean_days", race.mean);
    for (size_t i = 0; i < 5; i++)
        out_kv_real(o, q_name[i], law_race_quantile(s->way, factor, WAY__N, q[i]));
    out_kv_open(o, "exits", '{');
    for (int w = 0; w < WAY__N; w++)
        out_kv_real(o, way[w], race.p[w]);
    out_close(o, '}');
    out_close(o, '}');
}

static void put_ways(struct json_out *o, const struct stage_model *s)
{
    static const char *const way[] = {"advance", "lose", "back", "stall"};
    static const int days[] = {1, 3, 7, 14, 21, 30, 45, 60, 90, 120, 180};

    out_kv_open(o, "hazards", '{');
    for (int w = 0; w < WAY__N; w++) {
        out_kv_open(o, way[w], '{');
        out_kv_z(o, "law", law_name(&s->way[w]));
        out_kv_real(o, "shape", s->way[w].shape);
        out_kv_real(o, "scale", s->way[w].scale);
        out_kv_real(o, "regime_factor", s->regime[w]);
        out_kv_open(o, "per_day_at", '[');
        for (size_t i = 0; s->way[w].family != LAW_NEVER && i < sizeof days / sizeof *days; i++) {
            out_open(o, '[');
            out_int(o, days[i]);
            out_real(o, law_hazard(&s->way[w], days[i]));
            out_close(o, ']');
        }
        out_close(o, ']');
        out_close(o, '}');
    }
    out_close(o, '}');
}

static void put_pipelines(struct json_out *o, const struct company *c, const struct wins *w)
{
    out_kv_open(o, "pipelines", '[');
    for (int p = 0; p < SIM__PIPELINES; p++) {
        out_open(o, '{');
        out_kv_z(o, "name", sim_pipelines[p].name);
        out_kv_open(o, "stages", '[');
        for (int s = 0; s < sim_pipelines[p].n; s++) {
            const struct stage_model *m = &sim_pipelines[p].stage[s];
            double win[SIM_MAX_STAGES];
            sim_win_chances(p, 0, 0, win);
            out_open(o, '{');
            out_kv_z(o, "name", m->name);
            out_kv_real(o, "entry_share", m->entry);
            out_kv_real(o, "jump_share", m->jump);
            put_ways(o, m);
            put_race(o, "at_score_0", m, 0);
            put_race(o, "at_score_0_after_regime", m, c->knobs.regime);
            out_kv_real(o, "win_chance_at_score_0", win[s]);
            if (p == SIM_SALES) {
                out_kv_real(o, "win_chance", average(c, w, 0, s, -1, -1, -1));
                out_kv_real(o, "win_chance_after_regime", average(c, w, 1, s, -1, -1, -1));
            }
            out_close(o, '}');
        }
        out_close(o, ']');
        out_close(o, '}');
    }
    out_close(o, ']');
}

static void put_effects(struct json_out *o, const struct company *c, const struct wins *w)
{
    double g = c->knobs.signal;

    out_kv_open(o, "sources", '[');
    for (int s = 0; s < SIM_SOURCES; s++) {
        out_open(o, '{');
        out_kv_z(o, "name", sim_sources[s].name);
        out_kv_real(o, "share", sim_sources[s].share);
        out_kv_real(o, "score", g * sim_sources[s].score);
        out_kv_real(o, "win_chance", average(c, w, 0, -1, s, -1, -1));
        out_kv_real(o, "win_chance_after_regime", average(c, w, 1, -1, s, -1, -1));
        out_kv_open(o, "month_weight", '[');
        for (int m = 1; m <= 12; m++)
            out_real(o, sim_source_weight(s, c->knobs.plain ? 0 : m));
        out_close(o, ']');
        out_close(o, '}');
    }
    out_close(o, ']');
    out_kv_open(o, "lines", '[');
    for (int l = 0; l < SIM_LINES; l++) {
        out_open(o, '{');
        out_kv_z(o, "name", sim_lines_model[l].name);
        out_kv_real(o, "share", sim_lines_model[l].share);
        out_kv_real(o, "score", g * sim_lines_model[l].score);
        out_kv_real(o, "value_log_sd", sim_lines_model[l].spread);
        out_kv_real(o, "win_chance", average(c, w, 0, -1, -1, l, -1));
        out_close(o, '}');
    }
    out_close(o, ']');
    out_kv_open(o, "reps", '[');
    for (int i = 0; i < c->staff.n; i++) {
        const struct member *m = &c->staff.m[i];
        if (m->role != STAFF_REP)
            continue;
        out_open(o, '{');
        out_kv_int(o, "user", m->id);
        out_kv_z(o, "name", m->name);
        out_kv_msec(o, "joined", m->joined);
        out_key(o, S("left"));
        if (m->left == SIM_NEVER)
            out_null(o);
        else
            out_msec(o, m->left);
        out_kv_real(o, "share", m->share);
        out_kv_real(o, "score", g * m->score);
        out_kv_real(o, "log_pace", g * m->pace);
        out_kv_real(o, "late_share", m->late);
        out_kv_real(o, "activity_gap_days", m->gap_days);
        out_kv_real(o, "win_chance", average(c, w, 0, -1, -1, -1, i));
        out_kv_real(o, "win_chance_after_regime", average(c, w, 1, -1, -1, -1, i));
        out_close(o, '}');
    }
    out_close(o, ']');
}

static void put_arrivals(struct json_out *o, const struct company *c)
{
    bool plain = c->knobs.plain;

    out_kv_open(o, "arrivals", '{');
    out_kv_real(o, "per_day", (double)c->knobs.deals / c->clock.days);
    out_kv_real(o, "growth_per_year", plain ? 0 : sim_growth_per_year());
    out_kv_open(o, "month_factor", '[');
    for (int m = 1; m <= 12; m++)
        out_real(o, plain ? 1 : sim_month_factor(m));
    out_close(o, ']');
    out_kv_open(o, "weekday_factor", '[');
    for (int d = 0; d < 7; d++)
        out_real(o, plain ? 1 : sim_week_factor(d));
    out_close(o, ']');
    out_kv_open(o, "expected_by_day", '['); /* with growth, season and holidays */
    for (int i = 0; i < c->clock.days; i++) {
        out_open(o, '[');
        out_day(o, (struct day){c->clock.first.n + i});
        out_real(o, c->clock.arrival[i + 1] - c->clock.arrival[i]);
        out_real(o, c->clock.work[i + 1] - c->clock.work[i]);
        out_close(o, ']');
    }
    out_close(o, ']');
    out_close(o, '}');
}

static void put_rest(struct json_out *o)
{
    out_kv_open(o, "constants", '{');
#define PUT(name, value, doc) out_kv_real(o, #name, sim_k.name);
    SIM_CONSTANTS(PUT)
#undef PUT
    out_close(o, '}');
    out_kv_open(o, "constants_mean", '{');
#define PUT(name, value, doc) out_kv_z(o, #name, doc);
    SIM_CONSTANTS(PUT)
#undef PUT
    out_close(o, '}');
    out_kv_open(o, "lost_reasons", '[');
    for (int i = 0; i < SIM_REASONS; i++) {
        out_open(o, '{');
        out_kv_z(o, "name", sim_reasons[i].name);
        out_kv_open(o, "weight_by_stage", '[');
        for (int s = 0; s < sim_pipelines[SIM_SALES].n; s++)
            out_real(o, sim_reasons[i].weight[s]);
        out_close(o, ']');
        out_close(o, '}');
    }
    out_close(o, ']');
}

static void put_wins(struct json_out *o, const struct company *c, const struct wins *w)
{
    out_kv_open(o, "win_chance", '{');
    out_kv_real(o, "first_spell", average(c, w, 0, -1, -1, -1, -1));
    out_kv_real(o, "first_spell_after_regime", average(c, w, 1, -1, -1, -1, -1));
    out_kv_open(o, "by_score", '['); /* score, then the chance from each stage of Sales */
    for (int i = 0; i < GRID; i += 5) {
        out_open(o, '[');
        out_real(o, grid_from + i * grid_step);
        for (int s = 0; s < sim_pipelines[SIM_SALES].n; s++)
            out_real(o, w->from[0][i][s]);
        out_close(o, ']');
    }
    out_close(o, ']');
    out_close(o, '}');
}

int sim_truth(const struct sim_knobs *k, struct buf *out, struct err *err)
{
    static const struct sim_sink nobody;
    struct company c;
    struct wins w;
    struct json_out o;

    if (company_init(&c, k, &nobody, err) < 0) {
        company_clear(&c);
        return -1;
    }
    wins_fill(&w, k);
    out_init(&o, out);
    out_open(&o, '{');
    out_kv_z(
        &o, "model",
        "Semi-Markov. Each way out of a stage has its law of time; the first one happens. A deal's score (source + "
        "line + owner when it enters the stage) multiplies the hazard of advancing by exp(score), of losing by "
        "exp(-score); exp(log_pace) of the owner divides the time. A deal that stalls looks open and never moves again "
        "unless it "
        "is cleaned up as lost. Days run on the working clock: "
        "arrivals.expected_by_day lists day, deals expected, working days.");
    out_kv_int(&o, "deals", k->deals);
    out_kv_bool(&o, "deals_are_poisson", k->poisson);
    out_kv_real(&o, "years", k->years);
    out_kv_int(&o, "seed", (int64_t)k->seed);
    out_kv_real(&o, "signal", k->signal);
    out_kv_real(&o, "detail", c.detail);
    out_kv_real(&o, "regime", k->regime);
    out_kv_real(&o, "regime_before_end_years", k->regime_before);
    out_kv_msec(&o, "start", c.clock.start);
    out_kv_msec(&o, "end", k->end);
    put_wins(&o, &c, &w);
    put_pipelines(&o, &c, &w);
    put_effects(&o, &c, &w);
    put_arrivals(&o, &c);
    put_rest(&o);
    out_close(&o, '}');
    company_clear(&c);
    return buf_ok(out) ? 0 : err_set(err, ERR_INTERNAL, "Not enough memory for the true parameters.");
}

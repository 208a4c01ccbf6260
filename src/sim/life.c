/* A deal's way through the stages. */
#include <math.h>

#include "company.h"

static double score(const struct company *c, const struct deal *d)
{
    double s = c->staff.m[d->owner].score;

    if (d->pipeline == SIM_SALES)
        s += sim_sources[d->source].score + sim_lines_model[sim_products[d->product].line].score;
    return c->knobs.signal * s;
}

/* The time until one way out is taken, on the deal's own clock, when the factor changes at `change` (which may lie in
 * the past). */
static double draw(const struct law *l, double e, double factor, double later, double change)
{
    if (l->family == LAW_NEVER)
        return INFINITY;
    if (change <= 0)
        return law_inverse(l, e / later);
    double until = law_cum(l, change);
    if (e <= factor * until)
        return law_inverse(l, e / factor);
    return law_inverse(l, until + (e - factor * until) / later);
}

void life_enter(struct company *c, struct deal *d, msec at)
{
    const struct stage_model *s = &sim_pipelines[d->pipeline].stage[d->stage];
    double pace = exp(c->knobs.signal * c->staff.m[d->owner].pace), best = INFINITY;
    double change = (c->regime_work - sim_clock_work(&c->clock, at)) * pace, before[WAY__N], after[WAY__N];
    enum way way = WAY_ADVANCE;

    sim_factors(s, score(c, d), 0, before);
    sim_factors(s, score(c, d), c->knobs.regime, after);
    for (int w = 0; w < WAY__N; w++) {
        double t = draw(&s->way[w], rng_exponential(&d->path, 1), before[w], after[w], change);
        if (t < best) {
            best = t;
            way = (enum way)w;
        }
    }
    company_push_after(c, at, best / pace, d, EV_MOVE, (int)way);
}

static int draw_reason(struct deal *d)
{
    double sum = 0, v;
    int i = 0, s = d->pipeline == SIM_SALES ? d->stage : 3;

    for (int k = 0; k < SIM_REASONS; k++)
        sum += sim_reasons[k].weight[s];
    v = rng_unit(&d->path) * sum;
    while (i < SIM_REASONS - 1 && (v -= sim_reasons[i].weight[s]) >= 0)
        i++;
    return i;
}

static struct str lost_note(struct deal *d, int reason)
{
    static const char *const note[SIM_REASONS][2] = {
        {"About 8 % above the other offer.", "Wanted a discount we could not give."},
        {"The other maker delivers six weeks earlier.", "Stays with the maker of the machine they have."},
        {"Investment put off to next year by the owners.", "The bank did not go along."},
        {"They carry on with the old machine.", "Nobody there wants to decide."},
        {"Five calls and three mails, no answer.", "Contact has left, nobody took over."},
        {"Hall will not be ready before next year.", "Asked to be called again in spring."},
        {"Parts too large for our machines.", "Needs one machine a year ago, none now."},
    };

    double u = rng_unit(&d->side);
    return d->detailed && u < .4 ? str_of(note[reason][u < .2]) : STR_NULL;
}

static void lose(struct company *c, struct deal *d, msec at, int reason)
{
    bool reopens = d->pipeline == SIM_SALES && !d->stalled && rng_unit(&d->path) < sim_k.reopen_share;
    double wait = sim_k.reopen_scale * pow(rng_exponential(&d->path, 1), 1 / sim_k.reopen_shape);

    company_changed(c, d, at,
                    (struct sim_change){.what = SIM_LOST, .reason = reason + 1, .note = lost_note(d, reason)});
    desk_done(c, d, at, true);
    d->generation++; /* nothing that was to come still comes */
    d->closed = true;
    if (reopens)
        company_push_after(c, at, wait, d, EV_REOPEN, 0);
    else
        deal_end(c, d);
}

static void win(struct company *c, struct deal *d, msec at)
{
    bool follows = d->pipeline == SIM_SALES && rng_unit(&d->path) < sim_k.follow_share;
    double wait = rng_exponential(&d->path, sim_k.follow_mean);

    company_changed(c, d, at, (struct sim_change){.what = SIM_WON});
    desk_done(c, d, at, true);
    d->generation++;
    d->closed = true;
    if (follows)
        company_push_after(c, at, wait, d, EV_FOLLOW, 0);
    else
        deal_end(c, d);
}

static void stall(struct company *c, struct deal *d, msec at)
{
    bool closed = rng_unit(&d->path) < sim_k.cleanup_share;
    double wait = rng_exponential(&d->path, sim_k.cleanup_mean);

    company_changed(c, d, at, (struct sim_change){.what = SIM_STALLED});
    if (rng_unit(&d->side) < .95)
        desk_done(c, d, at, true); /* the last thing anybody did */
    d->generation++;
    d->stalled = true;
    if (closed)
        company_push_after(c, at, wait, d, EV_CLEANUP, 0);
    else
        deal_end(c, d);
}

void life_cleanup(struct company *c, struct deal *d, msec at)
{
    lose(c, d, at, REASON_SILENCE);
}

void life_move(struct company *c, struct deal *d, msec at, enum way way)
{
    const struct pipeline_model *m = &sim_pipelines[d->pipeline];

    if (way == WAY_LOSE) {
        lose(c, d, at, draw_reason(d));
        return;
    }
    if (way == WAY_STALL) {
        stall(c, d, at);
        return;
    }
    bool jumps = rng_unit(&d->path) < m->stage[d->stage].jump;
    int to = d->stage + (way == WAY_BACK ? -1 : jumps ? 2 : 1);
    if (to >= m->n) {
        win(c, d, at);
        return;
    }
    d->stage = to;
    company_changed(c, d, at, (struct sim_change){.what = SIM_STAGE, .stage = to});
    if (d->pipeline == SIM_SALES && d->stage >= 3 && d->detailed && !d->lined)
        paper_lines(c, d, at);
    if (way == WAY_ADVANCE)
        paper_review_ecd(c, d, at);
    if (d->detailed && rng_unit(&d->side) < .12)
        desk_note(c, d, at);
    life_enter(c, d, at);
}

void life_reopen(struct company *c, struct deal *d, msec at)
{
    d->closed = false;
    if (rng_unit(&d->path) < sim_k.reopen_early)
        d->stage = 1;
    if (c->staff.m[d->owner].left <= at)
        d->owner = staff_draw(&c->staff, &d->side);
    d->ecd = paper_first_ecd(c, d, at);
    company_changed(c, d, at, (struct sim_change){.what = SIM_REOPENED, .stage = d->stage, .ecd = d->ecd});
    paper_start(c, d, at);
    life_enter(c, d, at);
}

/* What reps do about a deal: one planned activity at a time, notes now and then. */
#include "company.h"
#include "texts.h"

static void contact(const struct company *c, const struct deal *d, int nth, struct words_person *ret)
{
    words_person(c->knobs.seed, d->person[nth], d->region, d->regional, nth, ret);
}

/* Texts come from a generator of their own, seeded by what they belong to. */
static void text_rng(const struct company *c, struct rng *r, uint64_t kind, int64_t id)
{
    words_rng(r, c->knobs.seed, kind, (uint64_t)id);
}

void desk_plan(struct company *c, struct deal *d, msec at)
{
    const struct member *m = &c->staff.m[d->owner];
    double gap = m->gap_days * 7 / 5 * rng_gamma(&d->side, 2, .5), late = rng_unit(&d->side);
    double lateness = rng_exponential(&d->side, 5), grain = 15 + (double)rng_below(&d->side, 2) * 15;
    int nth = (int)rng_below(&d->side, (uint64_t)d->npeople);
    msec due = sim_clock_after(&c->clock, at, gap > 60 ? 60 : gap);
    struct text_activity t;

    if (due == SIM_NEVER || c->stopped)
        return;
    due -= due % ((msec)grain * MINUTE);
    if (due <= at)
        due += (msec)grain * MINUTE;
    d->activity = ++c->activities;
    d->activity_stage = d->stage;
    if (late < m->late)
        company_push_after(c, due, lateness, d, EV_DONE, 0);
    else
        company_push(c, due + (msec)(5 + rng_below(&d->side, 50)) * MINUTE, d, EV_DONE, 0);
    if (!c->sink->activity)
        return;
    struct words_person p;
    struct rng r;
    contact(c, d, nth, &p);
    text_rng(c, &r, 'A', d->activity);
    text_activity(&t, &r, d->pipeline, d->stage, d->product, &p);
    company_told(c, c->sink->activity(c->sink->ctx, &(struct sim_activity){
                                                        .at = at,
                                                        .due = due,
                                                        .id = d->activity,
                                                        .owner = m->id,
                                                        .deal = d->id,
                                                        .organisation = d->organisation,
                                                        .person = d->person[nth],
                                                        .type = str_of(t.type),
                                                        .subject = str_of(t.subject),
                                                        .body = str_of(t.body),
                                                        .duration_min = t.duration_min,
                                                    }));
}

void desk_done(struct company *c, struct deal *d, msec at, bool closing)
{
    int64_t id = d->activity;

    if (!id)
        return;
    d->activity = 0;
    if (c->sink->done && !c->stopped) {
        struct text_activity t;
        struct words_person p;
        struct rng r;
        contact(c, d, 0, &p);
        text_rng(c, &r, 'A', id); /* the type it was planned with */
        text_activity(&t, &r, d->pipeline, d->activity_stage, d->product, &p);
        company_told(
            c, c->sink->done(c->sink->ctx, &(struct sim_done){
                                               .at = at,
                                               .activity = id,
                                               .owner = c->staff.m[d->owner].id,
                                               .outcome = closing ? S("Settled") : str_of(text_outcome(&r, t.type)),
                                               .duration_min = t.duration_min,
                                           }));
    }
    if (closing)
        return;
    double wait = rng_exponential(&d->side, 6);
    bool at_once = rng_unit(&d->side) < .94;
    if (rng_unit(&d->side) < .2)
        desk_note(c, d, at);
    company_push_after(c, at, at_once ? 0 : wait, d, EV_PLAN, 0);
}

void desk_note(struct company *c, struct deal *d, msec at)
{
    int64_t id = ++c->notes;
    char text[TEXT_MAX];
    struct words_person p;
    struct rng r;

    if (!c->sink->note || c->stopped)
        return;
    text_rng(c, &r, 'N', id);
    int nth = (int)rng_below(&r, (uint64_t)d->npeople);
    contact(c, d, nth, &p);
    text_note(text, &r, d->pipeline == SIM_CUSTOMERS ? 1 : d->stage, d->product, &p);
    company_told(c, c->sink->note(c->sink->ctx, &(struct sim_note){
                                                    .at = at,
                                                    .id = id,
                                                    .owner = c->staff.m[d->owner].id,
                                                    .deal = d->id,
                                                    .organisation = d->organisation,
                                                    .person = d->person[nth],
                                                    .body = str_of(text),
                                                    .pinned = rng_below(&r, 30) == 0,
                                                }));
}

#include <math.h>
#include <stdlib.h>

#include "company.h"
#include "words.h"

struct sim_knobs sim_knobs_default(void)
{
    const struct zone *zone = zone_find("Europe/Berlin");

    return (struct sim_knobs){
        .deals = 2500,
        .years = 3,
        .seed = 1,
        .signal = 1,
        .detail = -1,
        .regime = 1,
        .regime_before = 5.0 / 12,
        .end = zone ? zone_midnight(zone, zone_day(zone, clock_now())) : clock_now() / DAY_MS * DAY_MS,
        .zone = zone,
    };
}

void company_told(struct company *c, int answer)
{
    if (answer)
        c->stopped = true;
}

void company_push(struct company *c, msec at, const struct deal *d, enum what what, int detail)
{
    struct heap_item it = {.at = at, .slot = NO_SLOT, .what = (int)what, .detail = detail};

    if (at >= c->clock.end || c->stopped)
        return;
    if (d) {
        it.slot = (uint32_t)(d - c->deal);
        it.generation = d->generation;
    }
    if (!heap_push(&c->heap, it)) {
        err_set(c->err, ERR_INTERNAL, "Not enough memory for what happens next in the simulation.");
        c->stopped = true;
    }
}

void company_push_after(struct company *c, msec from, double days, const struct deal *d, enum what what, int detail)
{
    if (days < 1e5)
        company_push(c, sim_clock_after(&c->clock, from, days), d, what, detail);
}

struct deal *deal_new(struct company *c)
{
    uint32_t slot = c->first_free;

    if (slot != NO_SLOT) {
        c->first_free = c->deal[slot].next_free;
    } else {
        if (c->ndeals == c->deal_room) {
            uint32_t room = c->deal_room ? c->deal_room * 2 : 1024;
            struct deal *grown = realloc(c->deal, room * sizeof *grown);
            if (!grown) {
                err_set(c->err, ERR_INTERNAL, "Not enough memory for the simulated deals.");
                c->stopped = true;
                return NULL;
            }
            c->deal = grown;
            c->deal_room = room;
        }
        slot = c->ndeals++;
        c->deal[slot].generation = 0;
    }
    uint32_t generation = c->deal[slot].generation + 1;
    c->deal[slot] = (struct deal){.used = true, .generation = generation};
    return &c->deal[slot];
}

void deal_end(struct company *c, struct deal *d)
{
    d->used = false;
    d->generation++;
    d->next_free = c->first_free;
    c->first_free = (uint32_t)(d - c->deal);
}

void company_changed(struct company *c, const struct deal *d, msec at, struct sim_change e)
{
    int (*tell)(void *, const struct sim_change *) = e.what == SIM_STALLED ? c->sink->stalled : c->sink->change;

    if (!tell || c->stopped)
        return;
    e.at = at;
    e.deal = d->id;
    e.pipeline = d->pipeline;
    e.stage = d->stage;
    e.owner = c->staff.m[d->owner].id;
    company_told(c, tell(c->sink->ctx, &e));
}

static void tell_user(struct company *c, int place, msec at, bool active)
{
    const struct member *m = &c->staff.m[place];

    if (c->sink->user && !c->stopped)
        company_told(c, c->sink->user(c->sink->ctx, &(struct sim_user){
                                                        .at = at,
                                                        .id = m->id,
                                                        .team = m->team,
                                                        .name = str_of(m->name),
                                                        .email = str_of(m->email),
                                                        .role = str_of(staff_role(m->role)),
                                                        .active = active,
                                                    }));
}

static void leave(struct company *c, int place, msec at)
{
    staff_at(&c->staff, at);
    for (uint32_t i = 0; i < c->ndeals; i++)
        if (c->deal[i].used && c->deal[i].owner == place && !c->deal[i].closed)
            paper_hand_over(c, &c->deal[i], at);
    tell_user(c, place, at, false);
}

static void handle(struct company *c, const struct heap_item *it)
{
    struct deal *d = it->slot == NO_SLOT ? NULL : &c->deal[it->slot];

    if (d && d->generation != it->generation)
        return;
    switch ((enum what)it->what) {
    case EV_ARRIVAL:
        company_arrival(c, it->at);
        company_next_arrival(c);
        break;
    case EV_JOIN:
        staff_at(&c->staff, it->at);
        tell_user(c, it->detail, it->at, true);
        break;
    case EV_LEAVE:
        leave(c, it->detail, it->at);
        break;
    case EV_MONTH:
        company_month(c, it->at);
        break;
    case EV_MOVE:
        life_move(c, d, it->at, (enum way)it->detail);
        break;
    case EV_CLEANUP:
        life_cleanup(c, d, it->at);
        break;
    case EV_REOPEN:
        life_reopen(c, d, it->at);
        break;
    case EV_FOLLOW:
        company_follow(c, it->slot, it->at);
        break;
    case EV_ECD:
        paper_ecd_due(c, d, it->at);
        break;
    case EV_VALUE:
        paper_value_due(c, d, it->at);
        break;
    case EV_OWNER:
        paper_owner_due(c, d, it->at);
        break;
    case EV_PLAN:
        desk_plan(c, d, it->at);
        break;
    case EV_DONE:
        desk_done(c, d, it->at, false);
        break;
    }
}

static int check(const struct sim_knobs *k, struct err *err)
{
    err_clear(err);
    if (k->deals < 1 || k->deals > 100000000)
        return err_field(err, "deals", "range", "The number of deals must lie between 1 and 100,000,000.");
    if (!(k->years >= .1 && k->years <= 50))
        return err_field(err, "years", "range", "The history must be 0.1 to 50 years long.");
    if (!(k->signal >= 0 && k->signal <= 1) || !(k->regime >= 0 && k->regime <= 1) || !(k->detail <= 1))
        return err_field(err, "signal", "range", "Signal, regime and detail lie between 0 and 1.");
    if (!k->zone)
        return err_field(err, "zone", "required", "The office needs a time zone.");
    return 0;
}

int company_init(struct company *c, const struct sim_knobs *k, const struct sim_sink *sink, struct err *err)
{
    *c = (struct company){.knobs = *k, .sink = sink, .err = err, .first_free = NO_SLOT};
    if (check(k, err) < 0 || sim_clock_init(&c->clock, k, err) < 0 || staff_init(&c->staff, k, &c->clock, err) < 0)
        return -1;
    c->known = malloc(ACQUAINTANCES * sizeof *c->known);
    if (!c->known)
        return err_set(err, ERR_INTERNAL, "Not enough memory for the simulation.");
    c->detail = k->detail >= 0 ? k->detail : fmin(1, 20000.0 / (double)k->deals);
    msec change = k->end - (msec)(k->regime_before * 365.25 * (double)DAY_MS);
    c->regime_work = k->regime > 0 ? sim_clock_work(&c->clock, change) : INFINITY;
    words_rng(&c->arrivals, k->seed, 'a', 0);
    return 0;
}

void company_clear(struct company *c)
{
    sim_clock_clear(&c->clock);
    staff_clear(&c->staff);
    heap_clear(&c->heap);
    free(c->deal);
    free(c->known);
}

static void start(struct company *c)
{
    msec at = c->clock.start;

    company_open(c, at);
    for (int i = 0; i < c->staff.n; i++) {
        if (c->staff.m[i].joined <= at)
            tell_user(c, i, at, true);
        else
            company_push(c, c->staff.m[i].joined, NULL, EV_JOIN, i);
        if (c->staff.m[i].left != SIM_NEVER)
            company_push(c, c->staff.m[i].left, NULL, EV_LEAVE, i);
    }
    staff_at(&c->staff, at);
    company_month(c, at);
    company_next_arrival(c);
}

int sim_run(const struct sim_knobs *k, const struct sim_sink *sink, struct err *err)
{
    struct company c;
    struct heap_item it;

    if (company_init(&c, k, sink, err) == 0) {
        start(&c);
        while (!c.stopped && heap_pop(&c.heap, &it))
            handle(&c, &it);
    } else {
        c.stopped = true;
    }
    company_clear(&c);
    return c.stopped ? -1 : 0;
}

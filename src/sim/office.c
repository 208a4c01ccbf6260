/* What the office keeps: sources, reasons, products and teams at the start, exchange rates and targets as time goes. */
#include <math.h>

#include "company.h"

void company_open(struct company *c, msec at)
{
    const struct sim_sink *s = c->sink;

    for (int64_t t = 1; s->team && t <= c->staff.teams && !c->stopped; t++) {
        char name[WORDS_MAX];
        staff_team_name(t, name);
        company_told(c, s->team(s->ctx, &(struct sim_team){.at = at, .id = t, .name = str_of(name)}));
    }
    for (int i = 0; s->source && i < SIM_SOURCES && !c->stopped; i++)
        company_told(c, s->source(s->ctx, &(struct sim_source){at, i + 1, str_of(sim_sources[i].name)}));
    for (int i = 0; s->reason && i < SIM_REASONS && !c->stopped; i++)
        company_told(c, s->reason(s->ctx, &(struct sim_reason){at, i + 1, str_of(sim_reasons[i].name)}));
    for (int i = 0; s->product && i < sim_nproducts() && !c->stopped; i++) {
        const struct product_model *p = &sim_products[i];
        company_told(c, s->product(s->ctx, &(struct sim_product){
                                               .at = at,
                                               .id = i + 1,
                                               .name = str_of(p->name),
                                               .code = str_of(p->code),
                                               .unit = str_of(p->unit),
                                               .line = str_of(sim_lines_model[p->line].name),
                                               .currency = S("EUR"),
                                               .price = sim_price(p, 0),
                                           }));
    }
}

/* Steps of a walk that ends at today's level, each its own draw, so any month can be asked for. */
static double rate(const struct company *c, int currency, int month, int last)
{
    double walk = 0;

    for (int m = month; m < last; m++) {
        struct rng r;
        words_rng(&r, c->knobs.seed, 'x', (uint64_t)(m * 100 + currency));
        walk += .012 * rng_normal(&r);
    }
    return sim_currencies[currency].level * exp(walk);
}

static int month_number(struct day d)
{
    struct date t = day_date(d);

    return t.year * 12 + t.month - 1;
}

static struct day month_start(int month)
{
    return day_of(month / 12, month % 12 + 1, 1);
}

static void tell_rates(struct company *c, msec at, struct day d)
{
    struct day end = sim_clock_day(&c->clock, c->clock.end);

    for (int i = 1; c->sink->rate && i < SIM_CURRENCIES && !c->stopped; i++) {
        double r = rate(c, i, month_number(d), month_number(end)), grain = r < .01 ? 1e6 : r < .1 ? 1e5 : 1e4;
        int64_t micro = llround(r * grain) * (int64_t)(1e6 / grain);
        company_told(c, c->sink->rate(c->sink->ctx, &(struct sim_rate){at, d, str_of(sim_currencies[i].code), micro}));
    }
}

/* What a deal of Sales is worth on average at the start, in EUR. */
static double mean_value(void)
{
    double sum = 0;

    for (int l = 0; l < SIM_LINES; l++) {
        double worth = 0, n = 0, s = sim_lines_model[l].spread;
        for (int i = 0; i < sim_nproducts(); i++) {
            const struct product_model *p = &sim_products[i];
            if (p->line != l || p->extra)
                continue;
            worth += p->price * (p->least + (p->most - p->least) * .3);
            n++;
        }
        sum += sim_lines_model[l].share * worth / n * exp(s * s / 2);
    }
    return sum;
}

/* What may be expected of the quarter's arrivals, in round figures. */
static void tell_targets(struct company *c, msec at, struct day from)
{
    struct day to = {month_start(month_number(from) + 3).n - 1};
    int a = from.n - c->clock.first.n, b = to.n + 1 - c->clock.first.n;
    double win[SIM_MAX_STAGES], shares = 0;

    if (!c->sink->target || b >= c->clock.horizon)
        return;
    sim_win_chances(SIM_SALES, 0, 0, win);
    double whole = (c->clock.arrival[b] - c->clock.arrival[a < 0 ? 0 : a]) * win[0] * mean_value();
    for (int i = 0; i < c->staff.nactive; i++)
        shares += c->staff.m[c->staff.active[i]].share;
    for (int i = -1; i < c->staff.nactive && !c->stopped; i++) {
        const struct member *m = i < 0 ? NULL : &c->staff.m[c->staff.active[i]];
        double amount = m ? whole * m->share / shares : whole, step = m ? 5000 : 50000;
        company_told(c, c->sink->target(c->sink->ctx, &(struct sim_target){
                                                          .at = at,
                                                          .user = m ? m->id : 0,
                                                          .pipeline = SIM_SALES,
                                                          .from = from,
                                                          .to = to,
                                                          .amount = (int64_t)(ceil(amount / step) * step) * 100,
                                                      }));
    }
}

void company_month(struct company *c, msec at)
{
    struct day today = sim_clock_day(&c->clock, at);
    int month = month_number(today);

    tell_rates(c, at, today);
    if (month % 3 == 0 || at == c->clock.start)
        tell_targets(c, at, month_start(month / 3 * 3));
    company_push(c, sim_clock_at(&c->clock, month_start(month + 1), 0), NULL, EV_MONTH, 0);
}

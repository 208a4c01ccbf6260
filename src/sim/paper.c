/* What is written on a deal: expected close, value, product lines, owner. */
#include <math.h>

#include "company.h"

/* Median days still to go when a stage is entered, as the reps see it. */
static const double to_go[SIM__PIPELINES][SIM_MAX_STAGES] = {{62, 50, 38, 25, 13}, {240, 205, 28}};

static struct day working_day(const struct company *c, int32_t n)
{
    for (int i = 0; i < 10 && !sim_clock_works(&c->clock, n - c->clock.first.n); i++)
        n++;
    return (struct day){n};
}

static struct day quarter_end(const struct company *c, struct day d)
{
    struct date t = day_date(d);
    int month = (t.month - 1) / 3 * 3 + 4, year = t.year + (month > 12);
    int32_t n = day_of(year, month > 12 ? 1 : month, 1).n - 1;

    for (int i = 0; i < 10 && !sim_clock_works(&c->clock, n - c->clock.first.n); i++)
        n--;
    return (struct day){n};
}

static struct day expect(struct company *c, struct deal *d, msec at)
{
    double days = to_go[d->pipeline][d->stage] * exp(sim_k.ecd_spread * rng_normal(&d->side));
    struct day today = sim_clock_day(&c->clock, at), ecd;

    if (d->pipeline == SIM_SALES)
        days *= sim_k.ecd_median / to_go[SIM_SALES][0];
    ecd = working_day(c, today.n + 2 + (int32_t)fmin(days, 400));
    if (rng_unit(&d->side) < sim_k.ecd_quarter_end)
        ecd = quarter_end(c, ecd);
    return ecd.n > today.n ? ecd : working_day(c, today.n + 1);
}

struct day paper_first_ecd(struct company *c, struct deal *d, msec at)
{
    return expect(c, d, at);
}

/* On the afternoon of the day the rep sees that the date will not hold. */
static void watch_ecd(struct company *c, struct deal *d)
{
    company_push(c, sim_clock_at(&c->clock, d->ecd, 15 * 60 + (int)rng_below(&d->side, 150)), d, EV_ECD, 0);
}

void paper_start(struct company *c, struct deal *d, msec at)
{
    watch_ecd(c, d);
    company_push_after(c, at, rng_exponential(&d->side, sim_k.value_mean), d, EV_VALUE, 0);
    company_push_after(c, at, rng_exponential(&d->side, sim_k.owner_mean), d, EV_OWNER, 0);
    if (d->detailed)
        company_push_after(c, at, rng_exponential(&d->side, .4), d, EV_PLAN, 0);
}

static void set_ecd(struct company *c, struct deal *d, msec at, struct day ecd)
{
    d->ecd = ecd;
    company_changed(c, d, at, (struct sim_change){.what = SIM_ECD, .ecd = ecd});
    watch_ecd(c, d);
}

void paper_ecd_due(struct company *c, struct deal *d, msec at)
{
    struct day today = sim_clock_day(&c->clock, at);

    if (d->ecd.n > today.n)
        return; /* moved meanwhile; the new date has its own entry */
    if (rng_unit(&d->side) >= sim_k.slip_noticed) {
        company_push_after(c, at, rng_exponential(&d->side, sim_k.slip_later_mean), d, EV_ECD, 0);
        return;
    }
    double push = sim_k.slip_least + rng_gamma(&d->side, sim_k.slip_shape, sim_k.slip_scale);
    set_ecd(c, d, at, working_day(c, today.n + (int32_t)fmin(push, 300)));
}

void paper_review_ecd(struct company *c, struct deal *d, msec at)
{
    if (rng_unit(&d->side) >= sim_k.review_share)
        return;
    struct day ecd = expect(c, d, at);
    if (ecd.n - d->ecd.n >= 3 || d->ecd.n - ecd.n >= 3)
        set_ecd(c, d, at, ecd);
}

/* To what people would write: three figures or so. */
int64_t paper_round(int currency, double minor)
{
    const struct currency_model *k = &sim_currencies[currency];
    double unit = k->digits == 0 ? 1 : 100, major = minor / unit, in_eur = major / k->price, step;

    step = in_eur >= 100000 ? 500 : in_eur >= 20000 ? 100 : in_eur >= 5000 ? 50 : 10;
    step *= k->step / 10.0;
    double v = round(major / step) * step;
    return (int64_t)((v < step ? step : v) * unit);
}

/* Service is sold without extras; what fits every machine stands under Service too. */
static int extra_products(int line, int out[8])
{
    int n = 0;

    if (line == SIM_LINES - 1)
        return 0;
    for (int i = 0; i < sim_nproducts(); i++)
        if (sim_products[i].extra && (sim_products[i].line == line || sim_products[i].line == SIM_LINES - 1) && n < 8)
            out[n++] = i;
    return n;
}

/* Prices are whole currency units and discounts whole percents, so totals are exact. */
static int64_t lines_fill(const struct deal *d, struct sim_line line[9], size_t *ret_n)
{
    int extra[8], nextra = extra_products(sim_products[d->product].line, extra);
    int64_t total;

    line[0] = (struct sim_line){.product = d->product + 1,
                                .quantity = d->quantity,
                                .unit_price = sim_price(&sim_products[d->product], d->currency),
                                .discount = d->discount,
                                .name = str_of(sim_products[d->product].name)};
    total = line[0].quantity * line[0].unit_price * (100 - d->discount) / 100;
    *ret_n = 1;
    for (int i = 0; i < nextra; i++)
        if (d->extras & 1 << i) {
            const struct product_model *p = &sim_products[extra[i]];
            struct sim_line *l = &line[(*ret_n)++];
            *l = (struct sim_line){.product = extra[i] + 1,
                                   .quantity = p->least + (d->id + i) % (p->most - p->least + 1),
                                   .unit_price = sim_price(p, d->currency),
                                   .name = str_of(p->name)};
            total += l->quantity * l->unit_price;
        }
    return total;
}

static void lines_tell(struct company *c, struct deal *d, msec at)
{
    struct sim_line line[9];
    size_t n;
    int64_t total = lines_fill(d, line, &n);

    if (c->sink->lines && !c->stopped)
        company_told(c, c->sink->lines(c->sink->ctx, &(struct sim_lines){
                                                         .at = at,
                                                         .deal = d->id,
                                                         .owner = c->staff.m[d->owner].id,
                                                         .total = total,
                                                         .currency = str_of(sim_currencies[d->currency].code),
                                                         .line = line,
                                                         .n = n,
                                                     }));
    if (total == d->value)
        return;
    d->value = total;
    company_changed(c, d, at, (struct sim_change){.what = SIM_VALUE, .value = total});
}

void paper_lines(struct company *c, struct deal *d, msec at)
{
    int extra[8], nextra = extra_products(sim_products[d->product].line, extra);

    d->lined = true;
    d->discount = rng_unit(&d->side) < .55 ? 0 : (int)(2 + rng_below(&d->side, 9));
    for (int i = 0; i < nextra; i++)
        if (rng_unit(&d->side) < .3)
            d->extras |= 1 << i;
    lines_tell(c, d, at);
}

void paper_value_due(struct company *c, struct deal *d, msec at)
{
    company_push_after(c, at, rng_exponential(&d->side, sim_k.value_mean), d, EV_VALUE, 0);
    if (d->lined) {
        int extra[8], nextra = extra_products(sim_products[d->product].line, extra);
        if (nextra && rng_unit(&d->side) < .5)
            d->extras ^= 1 << rng_below(&d->side, (uint64_t)nextra);
        else
            d->discount = (int)rng_below(&d->side, 14);
        lines_tell(c, d, at);
        return;
    }
    double ratio = exp(sim_k.value_drift + sim_k.value_spread * rng_normal(&d->side));
    int64_t v = paper_round(d->currency, (double)d->value * ratio);
    if (v == d->value)
        return;
    d->value = v;
    company_changed(c, d, at, (struct sim_change){.what = SIM_VALUE, .value = v});
}

void paper_hand_over(struct company *c, struct deal *d, msec at)
{
    int to = staff_draw(&c->staff, &d->side);

    if (to < 0 || to == d->owner)
        return;
    d->owner = to;
    company_changed(c, d, at, (struct sim_change){.what = SIM_OWNER});
}

void paper_owner_due(struct company *c, struct deal *d, msec at)
{
    company_push_after(c, at, rng_exponential(&d->side, sim_k.owner_mean), d, EV_OWNER, 0);
    paper_hand_over(c, d, at);
}

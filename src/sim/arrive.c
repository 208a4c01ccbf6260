/* New deals: who comes, from where, wanting what. */
#include <math.h>

#include "company.h"
#include "texts.h"

static int draw_source(struct company *c, msec at)
{
    int month = c->knobs.plain ? 0 : day_date(sim_clock_day(&c->clock, at)).month, i = 0;
    double sum = 0, v;

    for (int s = 0; s < SIM_SOURCES; s++)
        sum += sim_source_weight(s, month);
    v = rng_unit(&c->arrivals) * sum;
    while (i < SIM_SOURCES - 1 && (v -= sim_source_weight(i, month)) >= 0)
        i++;
    return i;
}

static int draw_product(struct company *c)
{
    double v = rng_unit(&c->arrivals);
    int line = 0, n = 0, pick;

    while (line < SIM_LINES - 1 && (v -= sim_lines_model[line].share) >= 0)
        line++;
    for (int i = 0; i < sim_nproducts(); i++)
        n += sim_products[i].line == line && !sim_products[i].extra;
    pick = (int)rng_below(&c->arrivals, (uint64_t)n);
    for (int i = 0;; i++)
        if (sim_products[i].line == line && !sim_products[i].extra && pick-- == 0)
            return i;
}

static int draw_stage(struct company *c)
{
    const struct pipeline_model *m = &sim_pipelines[SIM_SALES];
    double v = rng_unit(&c->arrivals);
    int s = 0;

    while (s < m->n - 1 && (v -= m->stage[s].entry) >= 0)
        s++;
    return s;
}

static int currency_index(const char *code)
{
    int i = 0;

    while (i < SIM_CURRENCIES - 1 && !str_is(str_of(code), sim_currencies[i].code))
        i++;
    return i;
}

static void tell_person(struct company *c, struct acquaintance *a, int nth, msec at)
{
    struct words_person w;

    a->person[nth] = ++c->people;
    if (!c->sink->person || c->stopped)
        return;
    words_person(c->knobs.seed, a->person[nth], a->region, a->regional, nth, &w);
    company_told(c, c->sink->person(c->sink->ctx, &(struct sim_person){
                                                      .at = at,
                                                      .id = a->person[nth],
                                                      .organisation = a->organisation,
                                                      .owner = c->staff.m[a->owner].id,
                                                      .name = str_of(w.name),
                                                      .email = str_of(w.email),
                                                      .phone = str_of(w.phone),
                                                      .job_title = str_of(w.job_title),
                                                  }));
}

static void meet(struct company *c, struct acquaintance *a, bool detailed, msec at)
{
    struct words_organisation w;

    a->organisation = ++c->organisations;
    a->region = words_region(&c->arrivals);
    a->regional = c->regional[a->region]++;
    words_organisation(c->knobs.seed, a->region, a->regional, &w);
    a->npeople = detailed ? w.people : 1;
    if (c->sink->organisation && !c->stopped)
        company_told(c, c->sink->organisation(c->sink->ctx, &(struct sim_organisation){
                                                                .at = at,
                                                                .id = a->organisation,
                                                                .owner = c->staff.m[a->owner].id,
                                                                .name = str_of(w.name),
                                                                .domain = str_of(w.domain),
                                                                .industry = str_of(w.industry),
                                                                .phone = str_of(w.phone),
                                                                .street = str_of(w.street),
                                                                .postal_code = str_of(w.postal_code),
                                                                .city = str_of(w.city),
                                                                .country = str_of(words_country(a->region)),
                                                                .size = w.size,
                                                            }));
    for (int i = 0; i < a->npeople; i++)
        tell_person(c, a, i, at);
}

static void tell_deal(struct company *c, struct deal *d, msec at, struct str title)
{
    struct sim_contact contact[MAX_PEOPLE];
    int main = (int)((uint64_t)d->id % (uint64_t)d->npeople);

    if (!c->sink->deal || c->stopped)
        return;
    for (int i = 0; i < d->npeople; i++) {
        int who = i == 0 ? main : i <= main ? i - 1 : i;
        contact[i] = (struct sim_contact){d->person[who], str_of(words_contact_role(who))};
    }
    company_told(c, c->sink->deal(c->sink->ctx, &(struct sim_deal){
                                                    .at = at,
                                                    .id = d->id,
                                                    .organisation = d->organisation,
                                                    .person = d->person[main],
                                                    .owner = c->staff.m[d->owner].id,
                                                    .source = d->source + 1,
                                                    .pipeline = d->pipeline,
                                                    .stage = d->stage,
                                                    .title = title,
                                                    .currency = str_of(sim_currencies[d->currency].code),
                                                    .line = str_of(sim_lines_model[sim_products[d->product].line].name),
                                                    .value = d->value,
                                                    .ecd = d->ecd,
                                                    .follows = d->follows,
                                                    .contacts = contact,
                                                    .ncontacts = d->detailed ? (size_t)d->npeople : 0,
                                                }));
}

static void open_deal(struct company *c, struct deal *d, msec at)
{
    char title[WORDS_MAX];
    struct rng r;

    d->ecd = paper_first_ecd(c, d, at);
    words_rng(&r, c->knobs.seed, 't', (uint64_t)d->id);
    text_title(title, &r, d->pipeline, d->product, d->quantity);
    tell_deal(c, d, at, str_of(title));
    if (d->detailed && (d->pipeline == SIM_CUSTOMERS || d->stage >= 3))
        paper_lines(c, d, at);
    paper_start(c, d, at);
    life_enter(c, d, at);
}

static void seed_deal(struct company *c, struct deal *d)
{
    struct rng r;

    d->id = ++c->deals_made;
    /* Deals of Sales keep their luck whatever follows others. */
    uint64_t key = d->pipeline == SIM_SALES ? (uint64_t)++c->sales_made : (uint64_t)d->follows << 32 | 1;
    words_rng(&d->path, c->knobs.seed, 'D', key);
    words_rng(&d->side, c->knobs.seed, 'd', key);
    words_rng(&r, c->knobs.seed, 'e', key);
    d->detailed = rng_unit(&r) < c->detail;
}

static double draw_value(struct deal *d)
{
    const struct product_model *p = &sim_products[d->product];

    d->quantity = p->least + (int)(pow(rng_unit(&d->side), 2.2) * (p->most - p->least + 1));
    if (p->code[0] == 'S' && p->code[1] == 'C') /* service contracts run whole years */
        d->quantity = d->quantity / 12 * 12;
    return (double)(sim_price(p, d->currency) * d->quantity) *
           exp(sim_lines_model[p->line].spread * rng_normal(&d->side));
}

void company_arrival(struct company *c, msec at)
{
    struct deal *d = deal_new(c);
    struct acquaintance a;

    if (!d)
        return;
    seed_deal(c, d);
    d->source = draw_source(c, at);
    d->product = draw_product(c);
    d->stage = draw_stage(c);
    d->owner = staff_draw(&c->staff, &c->arrivals);
    bool known = c->nknown && (rng_unit(&c->arrivals) < sim_k.known_org || d->source == SOURCE_KNOWN);
    if (known) {
        int64_t n = c->nknown < ACQUAINTANCES ? c->nknown : ACQUAINTANCES;
        a = c->known[rng_below(&c->arrivals, (uint64_t)n)];
        bool keeps = rng_unit(&c->arrivals) < sim_k.keep_owner && c->staff.m[a.owner].left > at;
        a.owner = d->owner = keeps ? a.owner : d->owner;
    } else {
        a = (struct acquaintance){.owner = d->owner};
        meet(c, &a, d->detailed, at);
    }
    c->known[c->nknown++ % ACQUAINTANCES] = a;
    d->organisation = a.organisation;
    d->regional = a.regional;
    d->region = a.region;
    d->npeople = a.npeople;
    for (int i = 0; i < a.npeople; i++)
        d->person[i] = a.person[i];
    d->currency = currency_index(words_currency(a.region));
    d->value = paper_round(d->currency, draw_value(d));
    open_deal(c, d, at);
}

/* Arrivals are points of a Poisson process on the arrival clock: exponential gaps, or, when their number is given,
 * the next of that many uniform points still to come. */
void company_next_arrival(struct company *c)
{
    double all = (double)c->knobs.deals, left = all - (double)c->sales_made;

    if (c->knobs.poisson)
        c->arrived += rng_exponential(&c->arrivals, 1);
    else if (left > .5)
        c->arrived += (all - c->arrived) * -expm1(-rng_exponential(&c->arrivals, 1) / left);
    else
        return;
    company_push(c, sim_clock_arrival(&c->clock, c->arrived), NULL, EV_ARRIVAL, 0);
}

static int service_contract(void)
{
    int i = 0;

    while (!str_is(str_of(sim_products[i].code), "SC-M"))
        i++;
    return i;
}

void company_follow(struct company *c, uint32_t slot, msec at)
{
    struct deal *d = deal_new(c); /* may move the table, so the won deal is looked up afterwards */

    if (!d)
        return;
    struct deal *won = &c->deal[slot];
    uint32_t generation = d->generation;
    int64_t follows = won->id;
    *d = *won;
    d->generation = generation;
    d->follows = follows;
    d->pipeline = SIM_CUSTOMERS;
    d->stage = 0;
    d->product = service_contract();
    d->stalled = d->lined = d->closed = false;
    d->extras = d->discount = 0;
    d->activity = 0;
    deal_end(c, won);
    seed_deal(c, d);
    if (c->staff.m[d->owner].left <= at)
        d->owner = staff_draw(&c->staff, &d->side);
    d->value = paper_round(d->currency, draw_value(d));
    open_deal(c, d, at);
}

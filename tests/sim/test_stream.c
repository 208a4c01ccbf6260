/* The stream as a whole: the same again, in order, legal, and made in memory that does not grow with it. */
#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "sim.h"

enum { MOST = 140000, OPEN = 1, WON, LOST };

struct seen {
    msec last, end;
    uint64_t hash, deal_hash;
    int64_t teams, users, sources, reasons, products, organisations, people, deals, sales, activities, notes, changes;
    int64_t count[SIM_REOPENED + 1];
    signed char *status, *stage, *pipeline;
    int64_t *value;
    int64_t lines_of, lines_total;
    size_t memory;
};

static void fold(uint64_t *h, const void *p, size_t n)
{
    *h = (*h ^ str_hash((struct str){p, n})) * 0x100000001b3u;
}

static void tick(struct seen *s, msec at)
{
    assert_true(at >= s->last);
    assert_true(at < s->end);
    s->last = at;
    fold(&s->hash, &at, sizeof at);
}

static void text(struct seen *s, struct str t, bool required)
{
    assert_true(utf8_valid(t));
    assert_true(!required || t.n > 0);
    fold(&s->hash, t.p, t.n);
}

static int on_team(void *ctx, const struct sim_team *e)
{
    struct seen *s = ctx;

    tick(s, e->at);
    text(s, e->name, true);
    assert_int_equal(e->id, ++s->teams);
    return 0;
}

static int on_user(void *ctx, const struct sim_user *e)
{
    struct seen *s = ctx;

    tick(s, e->at);
    text(s, e->email, true);
    assert_true(e->team >= 0 && e->team <= s->teams);
    if (e->active)
        assert_int_equal(e->id, ++s->users);
    else
        assert_true(e->id <= s->users);
    return 0;
}

static int on_source(void *ctx, const struct sim_source *e)
{
    assert_int_equal(e->id, ++((struct seen *)ctx)->sources);
    return 0;
}

static int on_reason(void *ctx, const struct sim_reason *e)
{
    assert_int_equal(e->id, ++((struct seen *)ctx)->reasons);
    return 0;
}

static int on_product(void *ctx, const struct sim_product *e)
{
    assert_int_equal(e->id, ++((struct seen *)ctx)->products);
    assert_true(e->price > 0);
    return 0;
}

static int on_organisation(void *ctx, const struct sim_organisation *e)
{
    struct seen *s = ctx;

    tick(s, e->at);
    text(s, e->name, true);
    assert_int_equal(e->id, ++s->organisations);
    assert_true(e->owner >= 1 && e->owner <= s->users);
    return 0;
}

static int on_person(void *ctx, const struct sim_person *e)
{
    struct seen *s = ctx;

    tick(s, e->at);
    text(s, e->name, true);
    assert_int_equal(e->id, ++s->people);
    assert_int_equal(e->organisation, s->organisations);
    return 0;
}

static int on_deal(void *ctx, const struct sim_deal *e)
{
    struct seen *s = ctx;

    tick(s, e->at);
    text(s, e->title, true);
    fold(&s->deal_hash, &e->at, sizeof e->at);
    assert_int_equal(e->id, ++s->deals);
    assert_true(e->id < MOST);
    assert_true(e->organisation >= 1 && e->organisation <= s->organisations);
    assert_true(e->person >= 1 && e->person <= s->people && (!e->ncontacts || e->contacts[0].person == e->person));
    assert_true(e->owner >= 1 && e->owner <= s->users);
    assert_true(e->source >= 1 && e->source <= s->sources);
    assert_true(e->stage >= 0 && e->stage < sim_stages(e->pipeline));
    assert_true(e->value > 0);
    assert_true(e->ecd.n > e->at / DAY_MS - 1);
    assert_true((e->pipeline == SIM_CUSTOMERS) == (e->follows > 0));
    if (e->follows)
        assert_int_equal(s->status[e->follows], WON);
    s->sales += e->pipeline == SIM_SALES;
    s->status[e->id] = OPEN;
    s->stage[e->id] = (signed char)e->stage;
    s->pipeline[e->id] = (signed char)e->pipeline;
    s->value[e->id] = e->value;
    if (s->deals % 997 == 0) {
        size_t now = mallinfo2().uordblks + mallinfo2().hblkhd;
        s->memory = now > s->memory ? now : s->memory;
    }
    return 0;
}

static int on_change(void *ctx, const struct sim_change *e)
{
    struct seen *s = ctx;
    int64_t id = e->deal;

    tick(s, e->at);
    fold(&s->deal_hash, &e->at, sizeof e->at);
    fold(&s->deal_hash, &e->what, sizeof e->what);
    s->changes++;
    s->count[e->what]++;
    assert_true(id >= 1 && id <= s->deals && e->owner >= 1 && e->owner <= s->users);
    assert_int_equal(e->pipeline, s->pipeline[id]);
    assert_int_equal(s->status[id], e->what == SIM_REOPENED ? LOST : OPEN);
    switch (e->what) {
    case SIM_STAGE:
        assert_true(e->stage >= 0 && e->stage < sim_stages(e->pipeline) && e->stage != s->stage[id]);
        assert_true(e->stage >= s->stage[id] - 1 && e->stage <= s->stage[id] + 2);
        s->stage[id] = (signed char)e->stage;
        break;
    case SIM_REOPENED:
        s->stage[id] = (signed char)e->stage;
        s->status[id] = OPEN;
        assert_true(e->ecd.n >= e->at / DAY_MS);
        break;
    case SIM_VALUE:
        assert_true(e->value > 0 && e->value != s->value[id]);
        if (s->lines_of == id)
            assert_int_equal(e->value, s->lines_total);
        s->value[id] = e->value;
        break;
    case SIM_WON:
        assert_true(s->stage[id] >= sim_stages(e->pipeline) - 2);
        s->status[id] = WON;
        break;
    case SIM_LOST:
        assert_true(e->reason >= 1 && e->reason <= s->reasons);
        s->status[id] = LOST;
        break;
    case SIM_ECD:
        assert_true(e->ecd.n > 0);
        break;
    case SIM_OWNER:
        break;
    case SIM_STALLED:
        fail_msg("%s", "nobody can know");
    }
    s->lines_of = 0;
    return 0;
}

static int on_lines(void *ctx, const struct sim_lines *e)
{
    struct seen *s = ctx;
    int64_t total = 0;

    tick(s, e->at);
    assert_int_equal(s->status[e->deal], OPEN);
    for (size_t i = 0; i < e->n; i++) {
        int64_t full = e->line[i].quantity * e->line[i].unit_price * (100 - e->line[i].discount);
        assert_int_equal(full % 100, 0); /* totals are exact */
        assert_true(e->line[i].product >= 1 && e->line[i].product <= s->products);
        total += full / 100;
    }
    assert_int_equal(total, e->total);
    s->lines_of = e->deal;
    s->lines_total = total;
    return 0;
}

static int on_activity(void *ctx, const struct sim_activity *e)
{
    struct seen *s = ctx;

    tick(s, e->at);
    text(s, e->subject, true);
    text(s, e->body, false);
    assert_int_equal(e->id, ++s->activities);
    assert_true(e->due > e->at && s->status[e->deal] == OPEN);
    return 0;
}

static int on_done(void *ctx, const struct sim_done *e)
{
    tick(ctx, e->at);
    text(ctx, e->outcome, true);
    return 0;
}

static int on_note(void *ctx, const struct sim_note *e)
{
    struct seen *s = ctx;

    tick(s, e->at);
    text(s, e->body, true);
    assert_int_equal(e->id, ++s->notes);
    return 0;
}

static const struct sim_sink all = {
    .team = on_team,
    .user = on_user,
    .source = on_source,
    .reason = on_reason,
    .product = on_product,
    .organisation = on_organisation,
    .person = on_person,
    .deal = on_deal,
    .change = on_change,
    .lines = on_lines,
    .activity = on_activity,
    .done = on_done,
    .note = on_note,
};

static struct sim_knobs knobs(int64_t deals, double years)
{
    struct sim_knobs k = sim_knobs_default();

    k.end = zone_midnight(k.zone, day_of(2026, 11, 23));
    k.deals = deals;
    k.years = years;
    return k;
}

static struct seen run(const struct sim_knobs *k, struct sim_sink sink)
{
    struct seen s = {.end = k->end,
                     .status = calloc(MOST, 1),
                     .stage = calloc(MOST, 1),
                     .pipeline = calloc(MOST, 1),
                     .value = calloc(MOST, sizeof(int64_t))};
    struct err err;

    sink.ctx = &s;
    assert_int_equal(sim_run(k, &sink, &err), 0);
    free(s.status);
    free(s.stage);
    free(s.pipeline);
    free(s.value);
    return s;
}

static void test_legal_and_same(void **state)
{
    struct sim_knobs k = knobs(2500, 3);
    struct seen a = run(&k, all), b = run(&k, all);

    (void)state;
    assert_int_equal(a.sales, 2500);
    assert_true(a.hash == b.hash);
    for (int w = 0; w <= SIM_REOPENED; w++)
        assert_true(a.count[w] > 50);
    assert_true(a.activities > 5000 && a.notes > 1000 && a.deals > a.sales);
    k.seed = 2;
    b = run(&k, all);
    assert_true(a.hash != b.hash);
}

/* Who listens does not change what happens. */
static void test_listeners_change_nothing(void **state)
{
    struct sim_knobs k = knobs(2000, 2);
    struct seen a = run(&k, all), b;
    struct sim_sink few = all;

    (void)state;
    few.activity = NULL;
    few.done = NULL;
    few.note = NULL;
    few.lines = NULL;
    b = run(&k, few);
    assert_true(a.deal_hash == b.deal_hash);
}

static void test_memory_follows_open_deals(void **state)
{
    struct sim_knobs small = knobs(20000, 2), large = knobs(100000, 10);
    struct sim_sink sink = all;

    (void)state;
    struct seen a = run(&small, sink), b = run(&large, sink);
    assert_int_equal(b.sales, 100000);
    assert_true(b.memory <= a.memory * 13 / 10 + (1 << 20));
}

static int stop(void *ctx, const struct sim_deal *e)
{
    return e->id == 10 ? -1 : 0 * (ctx != NULL);
}

static void test_stops_and_refuses(void **state)
{
    struct sim_knobs k = knobs(100, 1);
    struct err err;

    (void)state;
    assert_int_equal(sim_run(&k, &(struct sim_sink){.deal = stop}, &err), -1);
    k.deals = 0;
    assert_int_equal(sim_run(&k, &all, &err), -1);
    assert_int_equal(err.code, ERR_INVALID);
    assert_string_equal(err.fields[0].field, "deals");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_legal_and_same),
        cmocka_unit_test(test_listeners_change_nothing),
        cmocka_unit_test(test_memory_follows_open_deals),
        cmocka_unit_test(test_stops_and_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Whatever happened, the bars add up; and periods that follow one another add up bar by bar in gross figures. */
#include "waterfall.h"

#include "check.h"
#include "rng.h"

#define MOST 14u

struct world {
    int32_t owner; /* 0: everybody's */
    int32_t day_from, day_to;
    struct waterfall *w;
    int64_t told[BAR__N];
};

static bool in_scope(void *ctx, const struct deal_state *s)
{
    const struct world *of = ctx;

    return (!of->owner || s->owner == of->owner) &&
           (!of->day_to || (s->expected >= of->day_from && s->expected <= of->day_to));
}

/* Currency 1 is the base; 2 was worth 0.9 and is worth 1.1; 3 has no rate. */
static int base(void *ctx, const struct deal_state *s, bool at_end, int64_t *ret, struct err *err)
{
    (void)ctx, (void)err;
    *ret = s->currency == 2 ? s->value * (at_end ? 11 : 9) / 10 : s->value;
    return s->currency != 3;
}

static void booked(void *ctx, enum waterfall_bar bar, id deal, int64_t amount)
{
    struct world *of = ctx;

    (void)deal;
    of->told[bar] += amount;
}

static size_t random_states(struct rng *r, struct deal_state *s, bool one_rate)
{
    size_t n = 1 + (size_t)rng_below(r, MOST - 1);
    msec at = (msec)rng_below(r, 40);

    for (size_t i = 0; i < n; i++) {
        s[i] = i ? s[i - 1] : (struct deal_state){.currency = 1};
        s[i].occurred = at += (msec)rng_below(r, 12);
        s[i].seq = (int64_t)i + 1;
        if (i == 0 && !one_rate)
            s[i].currency = (uint16_t)(1 + rng_below(r, 3));
        if (i == 0 || rng_below(r, 2)) {
            s[i].valued = rng_below(r, 6) != 0;
            s[i].value = s[i].valued ? (int64_t)rng_below(r, 1000) - 100 : 0;
        }
        if (i == 0 || rng_below(r, 3) == 0)
            s[i].owner = 1 + (int32_t)rng_below(r, 2);
        if (i == 0 || rng_below(r, 3) == 0)
            s[i].expected = rng_below(r, 5) ? (int32_t)rng_below(r, 100) : NO_DAY;
        if (rng_below(r, 3) == 0)
            s[i].status = rng_below(r, 4) & 3u;
    }
    return n;
}

static int64_t sum_of(const int64_t *bars)
{
    int64_t sum = 0;

    for (int i = BAR_START; i < BAR_END; i++)
        sum += bars[i];
    return sum;
}

static void bars_add_up(void **state)
{
    struct deal_state s[MOST];
    struct err err = {0};
    struct rng r;

    (void)state;
    rng_seed(&r, 4);
    for (int round = 0; round < 10000; round++) {
        struct world of = {.owner = (int32_t)rng_below(&r, 3), .day_from = 20, .day_to = rng_below(&r, 2) ? 70 : 0};
        msec from = (msec)rng_below(&r, 80);
        struct waterfall w = {.from = from,
                              .to = from + (msec)rng_below(&r, 60),
                              .gross = rng_below(&r, 2),
                              .in_scope = in_scope,
                              .base = base,
                              .booked = booked,
                              .ctx = &of};
        int64_t start = 0, end = 0, missing = 0;
        for (id deal = 1; deal <= 5; deal++) {
            struct deal_past p = {.deal = deal, .states = s, .n = random_states(&r, s, false)}, then = p, now = p;
            const struct deal_state *s0 = deal_cut(&then, w.from) ? deal_last(&then) : NULL;
            const struct deal_state *s1 = deal_cut(&now, w.to) ? deal_last(&now) : NULL;
            int64_t before = w.unconverted, worth;
            assert_int_equal(waterfall_add(&w, &p, &err), 0);
            missing += w.unconverted - before;
            if (w.unconverted > before)
                continue;
            if (s0 && s0->status == DEAL_IS_OPEN && in_scope(&of, s0) && base(&of, s0, false, &worth, &err))
                start += s0->valued ? worth : 0;
            if (s1 && s1->status == DEAL_IS_OPEN && in_scope(&of, s1) && base(&of, s1, true, &worth, &err))
                end += s1->valued ? worth : 0;
        }
        assert_int_equal(w.unconverted, missing);
        assert_int_equal(w.bars[BAR_START], start);
        assert_int_equal(w.bars[BAR_END], end);
        assert_int_equal(sum_of(w.bars), w.bars[BAR_END]);
        assert_memory_equal(of.told, w.bars, sizeof(of.told));
        assert_true(w.bars[BAR_UP] >= 0 && w.bars[BAR_DOWN] <= 0);
    }
}

static void periods_add_up(void **state)
{
    struct deal_state s[MOST];
    struct err err = {0};
    struct rng r;

    (void)state;
    rng_seed(&r, 9);
    for (int round = 0; round < 10000; round++) {
        struct world of = {.owner = (int32_t)rng_below(&r, 3), .day_from = 20, .day_to = rng_below(&r, 2) ? 70 : 0};
        struct waterfall w[3];
        msec a = (msec)rng_below(&r, 60), b = a + (msec)rng_below(&r, 40), c = b + (msec)rng_below(&r, 40);
        struct deal_past p = {.deal = 1, .states = s, .n = random_states(&r, s, true)};
        msec ends[3][2] = {{a, b}, {b, c}, {a, c}};
        for (int i = 0; i < 3; i++) {
            w[i] = (struct waterfall){
                .from = ends[i][0], .to = ends[i][1], .gross = true, .in_scope = in_scope, .base = base, .ctx = &of};
            assert_int_equal(waterfall_add(&w[i], &p, &err), 0);
        }
        for (int bar = BAR_CREATED; bar < BAR_FX; bar++)
            assert_int_equal(w[0].bars[bar] + w[1].bars[bar], w[2].bars[bar]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bars_add_up), cmocka_unit_test(periods_add_up)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

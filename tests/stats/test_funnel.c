#include "funnel.h"

#include "check.h"
#include "rng.h"

static struct deal_state at(msec when, id stage, enum deal_status status)
{
    return (struct deal_state){.occurred = when, .stage = (int32_t)stage, .status = (unsigned)status & 3u};
}

static void visits_join_over_slips(void **state)
{
    const struct deal_state s[] = {at(0, 1, DEAL_IS_OPEN),
                                   at(DAY_MS, 2, DEAL_IS_OPEN), /* a slip of the hand, taken back */
                                   at(DAY_MS + 5 * SECOND, 1, DEAL_IS_OPEN),
                                   at(2 * DAY_MS, 2, DEAL_IS_OPEN),
                                   at(3 * DAY_MS, 2, DEAL_IS_LOST),
                                   at(5 * DAY_MS, 2, DEAL_IS_OPEN)};
    struct deal_past past = {.states = s, .n = COUNT(s)};
    struct visit v[8];

    (void)state;
    assert_int_equal(deal_visits(&past, v, 8), 3);
    assert_int_equal(v[0].stage, 1);
    assert_int_equal(v[0].enter, 0);
    assert_int_equal(v[0].leave, 2 * DAY_MS);
    assert_int_equal(v[1].leave, 3 * DAY_MS);
    assert_int_equal(v[2].enter, 5 * DAY_MS);
    assert_int_equal(v[2].leave, 0);
    assert_int_equal(deal_closed(&past), 0);
}

static void late_and_lost(void **state)
{
    const struct deal_state late[] = {at(0, 2, DEAL_IS_OPEN), at(DAY_MS, 3, DEAL_IS_OPEN),
                                      at(2 * DAY_MS, 3, DEAL_IS_WON)};
    const struct deal_state lost[] = {at(0, 1, DEAL_IS_OPEN), at(DAY_MS, 2, DEAL_IS_OPEN),
                                      at(2 * DAY_MS, 2, DEAL_IS_LOST)};
    struct funnel f = {.n = 3, .stages = {{.stage = 1}, {.stage = 2}, {.stage = 3}}};

    (void)state;
    funnel_add(&f, &(struct deal_past){.states = late, .n = 3});
    funnel_add(&f, &(struct deal_past){.states = lost, .n = 3});
    assert_int_equal(f.stages[0].count, 2);
    assert_int_equal(f.stages[0].advanced, 2);
    assert_int_equal(f.stages[1].advanced, 1);
    assert_int_equal(f.stages[1].lost, 1);
    assert_int_equal(f.stages[2].count, 1);
    assert_int_equal(f.won, 1);
}

static struct deal_past random_past(struct rng *r, struct deal_state *s, size_t room)
{
    size_t n = 1 + rng_below(r, room - 1);
    enum deal_status status = DEAL_IS_OPEN;

    for (size_t i = 0; i < n; i++) {
        status = i > 0 && rng_below(r, 4) == 0 ? (enum deal_status)rng_below(r, 3) : status;
        s[i] = at((msec)i * DAY_MS, (id)(1 + rng_below(r, 5)), status);
    }
    return (struct deal_past){.states = s, .n = n};
}

/* strict <= touched <= reached, reached never grows, and nobody is lost from sight. */
static void invariants(void **state)
{
    struct funnel f[3] = {
        {.kind = FUNNEL_STRICT, .n = 5}, {.kind = FUNNEL_TOUCHED, .n = 5}, {.kind = FUNNEL_REACHED, .n = 5}};
    struct deal_state s[12];
    struct rng r;

    (void)state;
    rng_seed(&r, 7);
    for (int k = 0; k < 3; k++)
        for (int i = 0; i < 5; i++)
            f[k].stages[i].stage = i + 1;
    for (int deal = 0; deal < 5000; deal++) {
        struct deal_past past = random_past(&r, s, COUNT(s));
        for (int k = 0; k < 3; k++)
            funnel_add(&f[k], &past);
        for (int i = 0; i < 5; i++) {
            assert_true(f[0].stages[i].count <= f[1].stages[i].count);
            assert_true(f[1].stages[i].count <= f[2].stages[i].count);
            assert_true(i == 0 || f[2].stages[i].count <= f[2].stages[i - 1].count);
            for (int k = 0; k < 3; k++)
                assert_int_equal(f[k].stages[i].advanced + f[k].stages[i].lost + f[k].stages[i].open,
                                 f[k].stages[i].count);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(visits_join_over_slips),
        cmocka_unit_test(late_and_lost),
        cmocka_unit_test(invariants),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

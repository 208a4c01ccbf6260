#include <jansson.h>

#include "buf.h"
#include "check.h"
#include "model.h"

static double number(const json_t *o, const char *key)
{
    return json_number_value(json_object_get(o, key));
}

static void test_truth(void **state)
{
    struct sim_knobs k = sim_knobs_default();
    struct buf b;
    struct err err;
    double expected = 0, low = 1, high = 0;
    size_t i;
    json_t *e;

    (void)state;
    buf_init(&b, 16 << 20);
    assert_int_equal(sim_truth(&k, &b, &err), 0);
    json_t *t = json_loadb(buf_view(&b).p, buf_view(&b).n, 0, NULL);
    assert_non_null(t);
    json_t *sales = json_array_get(json_object_get(t, "pipelines"), 0);
    json_t *proposal = json_array_get(json_object_get(sales, "stages"), 3);
    assert_string_equal(json_string_value(json_object_get(proposal, "name")), "Proposal");
    assert_true(number(proposal, "win_chance") > number(proposal, "win_chance_after_regime"));
    assert_true(number(json_object_get(proposal, "at_score_0"), "p50") <
                number(json_object_get(proposal, "at_score_0_after_regime"), "p50"));
    json_array_foreach(json_object_get(json_object_get(t, "arrivals"), "expected_by_day"), i, e)
        expected += json_number_value(json_array_get(e, 1));
    assert_true(expected > 2499.9 && expected < 2500.1);
    json_array_foreach(json_object_get(t, "sources"), i, e) {
        double w = number(e, "win_chance");
        low = w < low ? w : low;
        high = w > high ? w : high;
    }
    assert_true(low > .1 && low < .25 && high > .4 && high < .6);
    json_decref(t);
    buf_clear(&b);
}

/* Without a signal everybody has the same chance, and that is the chance at score 0. */
static void test_no_signal(void **state)
{
    struct sim_knobs k = sim_knobs_default();
    double win[SIM_MAX_STAGES], chance = 0;
    struct buf b;
    struct err err;
    size_t i;
    json_t *e;

    (void)state;
    k.signal = 0;
    sim_win_chances(SIM_SALES, 0, 0, win);
    for (int s = 0; s < SIM_MAX_STAGES; s++)
        chance += sim_pipelines[SIM_SALES].stage[s].entry * win[s];
    buf_init(&b, 16 << 20);
    assert_int_equal(sim_truth(&k, &b, &err), 0);
    json_t *t = json_loadb(buf_view(&b).p, buf_view(&b).n, 0, NULL);
    json_array_foreach(json_object_get(t, "reps"), i, e)
        assert_true(number(e, "win_chance") - chance < 1e-9 && chance - number(e, "win_chance") < 1e-9);
    assert_true(i >= 9);
    json_decref(t);
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_truth), cmocka_unit_test(test_no_signal)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "deal.h"

#include "scratch.h"

static struct scratch s;

static int setup(void **state)
{
    (void)state;
    scratch_open(&s);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_close(&s);
    return 0;
}

static struct row *must(struct row *row)
{
    if (!row)
        fail_msg("%s", s.err.msg);
    return row;
}

static void starts_in_the_first_stage(void **state)
{
    (void)state;
    struct row *d = must(scratch_create(&s, WHO_SYSTEM, "deals", "{\"title\":\"One\",\"value\":12.5}"));

    assert_int_equal(row_int(d, DEAL_PIPELINE), 1);
    assert_int_equal(row_int(d, DEAL_STAGE), 1);
    assert_int_equal(row_int(d, DEAL_PROBABILITY), 5);
    assert_int_equal(row_int(d, DEAL_VALUE), 1250);
    assert_str(row_str(d, DEAL_CURRENCY), "EUR");
    assert_true(row_has(d, DEAL_OPENED_AT) && row_has(d, DEAL_STAGE_SINCE));
}

static void winning_losing_and_opening_again(void **state)
{
    (void)state;
    struct row *d = must(scratch_create(&s, WHO_SYSTEM, "deals", "{\"title\":\"Two\",\"stage_id\":3}"));
    id which = row_id(d);

    d = must(scratch_update(&s, WHO_SYSTEM, "deals", which, "{\"status\":\"won\"}"));
    assert_int_equal(row_int(d, DEAL_PROBABILITY), 100);
    assert_true(row_has(d, DEAL_CLOSED_AT));
    assert_int_equal(row_int(d, DEAL_STAGE), 3);
    d = must(scratch_update(&s, WHO_SYSTEM, "deals", which, "{\"status\":\"lost\",\"lost_reason_id\":2}"));
    assert_int_equal(row_int(d, DEAL_PROBABILITY), 0);
    d = must(scratch_update(&s, WHO_SYSTEM, "deals", which, "{\"status\":\"open\"}"));
    assert_false(row_has(d, DEAL_CLOSED_AT) || row_has(d, DEAL_LOST_REASON));
    assert_int_equal(row_int(d, DEAL_PROBABILITY), 30);
    must(scratch_update(&s, WHO_SYSTEM, "pipelines", 1, "{\"ask_lost_reason\":true}"));
    assert_null(scratch_update(&s, WHO_SYSTEM, "deals", which, "{\"status\":\"lost\"}"));
    assert_string_equal(s.err.fields[0].field, "lost_reason_id");
}

static void a_stage_of_another_pipeline(void **state)
{
    (void)state;
    struct row *d = must(scratch_create(&s, WHO_SYSTEM, "deals", "{\"title\":\"Three\"}"));

    assert_null(scratch_update(&s, WHO_SYSTEM, "deals", row_id(d), "{\"pipeline_id\":1,\"stage_id\":99}"));
    d = must(scratch_update(&s, WHO_SYSTEM, "deals", row_id(d), "{\"stage_id\":7}"));
    assert_int_equal(row_int(d, DEAL_PIPELINE), 2);
    assert_null(scratch_update(&s, WHO_SYSTEM, "deals", row_id(d), "{\"pipeline_id\":1,\"stage_id\":8}"));
    d = must(scratch_update(&s, WHO_SYSTEM, "deals", row_id(d), "{\"pipeline_id\":1}"));
    assert_int_equal(row_int(d, DEAL_STAGE), 1);
}

static void slips_are_counted(void **state)
{
    (void)state;
    struct row *d =
        must(scratch_create(&s, WHO_SYSTEM, "deals", "{\"title\":\"Four\",\"expected_close_date\":\"2026-03-01\"}"));

    d = must(scratch_update(&s, WHO_SYSTEM, "deals", row_id(d), "{\"expected_close_date\":\"2026-03-11\"}"));
    d = must(scratch_update(&s, WHO_SYSTEM, "deals", row_id(d), "{\"expected_close_date\":\"2026-03-06\"}"));
    assert_int_equal(row_int(d, DEAL_SLIP_COUNT), 1);
    assert_int_equal(row_int(d, DEAL_SLIP_DAYS), 10);
}

static void the_value_of_lines(void **state)
{
    (void)state;
    char body[200];
    struct row *d = must(scratch_create(&s, WHO_SYSTEM, "deals", "{\"title\":\"Five\"}"));

    snprintf(body, sizeof(body),
             "{\"deal_id\":%lld,\"name\":\"A\",\"quantity\":3,\"unit_price\":10.01,\"discount\":10}",
             (long long)row_id(d));
    struct row *line = must(scratch_create(&s, WHO_SYSTEM, "deal_lines", body));
    snprintf(body, sizeof(body), "{\"deal_id\":%lld,\"name\":\"B\",\"unit_price\":0.005}", (long long)row_id(d));
    assert_null(scratch_create(&s, WHO_SYSTEM, "deal_lines", body));
    d = must(scratch_get(&s, WHO_SYSTEM, "deals", row_id(d)));
    assert_int_equal(row_int(d, DEAL_VALUE), 2703);
    assert_null(scratch_update(&s, WHO_SYSTEM, "deals", row_id(d), "{\"value\":1}"));
    must(scratch_update(&s, WHO_SYSTEM, "deal_lines", row_id(line), "{\"quantity\":1.5}"));
    assert_int_equal(row_int(must(scratch_get(&s, WHO_SYSTEM, "deals", row_id(d))), DEAL_VALUE), 1351);
    assert_true(scratch_delete(&s, WHO_SYSTEM, "deals", row_id(d)));
    assert_null(scratch_get(&s, WHO_SYSTEM, "deal_lines", row_id(line)));
}

static void the_next_activity(void **state)
{
    (void)state;
    char body[200];
    struct row *d = must(scratch_create(&s, WHO_SYSTEM, "deals", "{\"title\":\"Six\"}"));

    snprintf(body, sizeof(body),
             "{\"subject\":\"Call\",\"type\":\"call\",\"deal_id\":%lld,\"due_at\":\"2026-05-01T10:00:00Z\"}",
             (long long)row_id(d));
    struct row *a = must(scratch_create(&s, WHO_SYSTEM, "activities", body));
    d = must(scratch_get(&s, WHO_SYSTEM, "deals", row_id(d)));
    assert_int_equal(row_int(d, DEAL_NEXT_ACTIVITY), row_id(a));
    must(scratch_update(&s, WHO_SYSTEM, "activities", row_id(a), "{\"done\":true}"));
    d = must(scratch_get(&s, WHO_SYSTEM, "deals", row_id(d)));
    assert_false(row_has(d, DEAL_NEXT_ACTIVITY));
}

static void a_closed_deal_was_open_before(void **state)
{
    (void)state;
    struct row *then,
        *d = must(scratch_create(&s, WHO_SYSTEM, "deals",
                                 "{\"title\":\"Seven\",\"status\":\"won\",\"opened_at\":\"2017-01-01T00:00:00Z\","
                                 "\"closed_at\":\"2017-03-01T00:00:00Z\",\"stage_id\":4}"));
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);
    msec at;

    assert_true(msec_parse(S("2017-02-01T00:00:00Z"), &at));
    assert_int_equal(log_row_at(t, s.app->deals, row_id(d), at, CLOCK_OCCURRED, &then, &s.err), 1);
    assert_str(row_str(then, DEAL_STATUS), "open");
    assert_int_equal(log_row_at(t, s.app->deals, row_id(d), at, CLOCK_RECORDED, &then, &s.err), 0);
    assert_int_equal(log_row_at(t, s.app->deals, row_id(d), AT_THE_END, CLOCK_OCCURRED, &then, &s.err), 1);
    assert_true(row_eq(then, d));
    txn_end(t);
}

static void what_stands_in_the_way_of_deleting(void **state)
{
    (void)state;
    must(scratch_create(&s, WHO_SYSTEM, "deals", "{\"title\":\"Eight\",\"stage_id\":2}"));
    assert_false(scratch_delete(&s, WHO_SYSTEM, "stages", 2));
    assert_int_equal(s.err.code, ERR_CONFLICT);
    assert_non_null(scratch_get(&s, WHO_SYSTEM, "stages", 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_in_the_first_stage),
        cmocka_unit_test(winning_losing_and_opening_again),
        cmocka_unit_test(a_stage_of_another_pipeline),
        cmocka_unit_test(slips_are_counted),
        cmocka_unit_test(the_value_of_lines),
        cmocka_unit_test(the_next_activity),
        cmocka_unit_test(a_closed_deal_was_open_before),
        cmocka_unit_test(what_stands_in_the_way_of_deleting),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

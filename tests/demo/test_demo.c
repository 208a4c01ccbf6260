#include <stdio.h>

#include "bulk.h"
#include "deal.h"
#include "demo.h"
#include "rebuild.h"
#include "scratch.h"
#include "sim.h"

static struct demo_options small(void)
{
    struct demo_options o = demo_options_default();

    o.deals = 80;
    o.years = .5;
    return o;
}

static int64_t number(struct scratch *s, const char *sql)
{
    struct txn *t = txn_read(s->app->store, s->arena, &s->err);
    struct value v = value_int(-1);

    assert_int_equal(sql_row(t, sql, NO_ARGS, &v, 1, &s->err), 1);
    txn_end(t);
    return v.i;
}

/* What the simulator tells is what the installation holds afterwards. */
struct told {
    int64_t deals, organisations, won, lost, reopened, activities, done, notes;
};

static int on_deal(void *ctx, const struct sim_deal *e)
{
    ((struct told *)ctx)->deals = e->id;
    return 0;
}

static int on_organisation(void *ctx, const struct sim_organisation *e)
{
    ((struct told *)ctx)->organisations = e->id;
    return 0;
}

static int on_change(void *ctx, const struct sim_change *e)
{
    struct told *t = ctx;

    t->won += e->what == SIM_WON;
    t->lost += e->what == SIM_LOST;
    t->reopened += e->what == SIM_REOPENED;
    return 0;
}

static int on_activity(void *ctx, const struct sim_activity *e)
{
    ((struct told *)ctx)->activities = e->id;
    return 0;
}

static int on_done(void *ctx, const struct sim_done *e)
{
    ((struct told *)ctx)->done += e->activity > 0;
    return 0;
}

static int on_note(void *ctx, const struct sim_note *e)
{
    ((struct told *)ctx)->notes = e->id;
    return 0;
}

static struct told told(const struct demo_options *o)
{
    struct told t = {0};
    struct sim_knobs k = sim_knobs_default();
    struct sim_sink sink = {.ctx = &t,
                            .deal = on_deal,
                            .organisation = on_organisation,
                            .change = on_change,
                            .activity = on_activity,
                            .done = on_done,
                            .note = on_note};
    struct err err;

    k.deals = o->deals;
    k.years = o->years;
    k.end = o->end;
    assert_int_equal(sim_run(&k, &sink, &err), 0);
    return t;
}

static void test_fill(void **state)
{
    struct demo_options o = small();
    struct told t = told(&o);
    struct scratch s;

    (void)state;
    scratch_open(&s);
    assert_int_equal(demo_fits(s.app, &s.err), 1);
    if (demo_fill(s.app, &o, &s.err) < 0)
        fail_msg("%s %s", s.err.msg, s.err.fields[0].msg);
    assert_int_equal(number(&s, "SELECT count(*) FROM deals"), t.deals);
    assert_int_equal(number(&s, "SELECT count(*) FROM organisations"), t.organisations);
    assert_int_equal(number(&s, "SELECT count(*) FROM activities"), t.activities);
    assert_int_equal(number(&s, "SELECT count(*) FROM activities WHERE done = 1"), t.done);
    assert_int_equal(number(&s, "SELECT count(*) FROM notes"), t.notes);
    assert_int_equal(number(&s, "SELECT count(*) FROM deals WHERE status <> 'open'"), t.won + t.lost - t.reopened);
    assert_int_equal(number(&s, "SELECT count(*) FROM stages"), 8);
    assert_int_equal(number(&s, "SELECT count(*) FROM sqlite_master WHERE name IN ('changes_by_row', "
                                "'changesets_by_actor', 'deals_by_title')"),
                     3);
    /* A deal with lines is worth what they are. */
    assert_int_equal(number(&s, "SELECT count(*) FROM deals d JOIN (SELECT deal_id, sum(total) AS n FROM deal_lines "
                                "GROUP BY deal_id) l ON l.deal_id = d.id WHERE d.value <> l.n"),
                     0);
    struct rebuild_report report;
    assert_int_equal(rebuild_run(s.app, &report, NULL, &s.err), 0);
    assert_int_equal(report.differences, 0);
    scratch_close(&s);
}

/* Both clocks stand at the moment of the event, and each change is by whoever made it. */
static void test_clocks(void **state)
{
    struct demo_options o = small();
    struct scratch s;
    struct row *row;

    (void)state;
    scratch_open(&s);
    assert_int_equal(demo_fill(s.app, &o, &s.err), 0);
    assert_int_equal(number(&s, "SELECT count(*) FROM changes c JOIN changesets g ON g.id = c.changeset_id "
                                "WHERE g.origin = 'demo' AND (c.occurred_at <> c.recorded_at OR "
                                "c.recorded_at <> g.recorded_at)"),
                     0);
    assert_int_equal(number(&s, "SELECT count(*) FROM changes a JOIN changes b ON b.seq = a.seq + 1 JOIN changesets g "
                                "ON g.id = a.changeset_id WHERE g.origin = 'demo' AND a.kind <> 'workspaces' AND "
                                "b.recorded_at < a.recorded_at"),
                     0);
    assert_int_equal(number(&s, "SELECT count(*) FROM changes c JOIN changesets g ON g.id = c.changeset_id "
                                "WHERE g.origin = 'demo' AND c.kind = 'deals' AND g.actor_id IS NULL"),
                     0);
    assert_true(number(&s, "SELECT count(DISTINCT actor_id) FROM changesets") >= 4);
    /* The first deal a day after it was opened. */
    row = scratch_get(&s, WHO_SYSTEM, "deals", 1);
    msec opened = row_int(row, DEAL_OPENED_AT);
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);
    assert_int_equal(log_row_at(t, s.app->deals, 1, opened, CLOCK_OCCURRED, &row, &s.err), 0);
    assert_int_equal(log_row_at(t, s.app->deals, 1, opened + 1, CLOCK_RECORDED, &row, &s.err), 1);
    assert_str(row_str(row, DEAL_STATUS), "open");
    txn_end(t);
    scratch_close(&s);
}

static void test_only_when_empty(void **state)
{
    struct demo_options o = small();
    struct scratch s;

    (void)state;
    scratch_open(&s);
    assert_non_null(scratch_create(&s, WHO_SYSTEM, "organisations", "{\"name\":\"Ours\"}"));
    assert_int_equal(demo_fits(s.app, &s.err), 0);
    assert_int_equal(demo_fill(s.app, &o, &s.err), -1);
    assert_int_equal(s.err.code, ERR_CONFLICT);
    scratch_close(&s);
}

static int let_go(struct txn *t, void *arg, struct err *err)
{
    return bulk_begin(t, ((struct scratch *)arg)->app->schema, "deal_id", err);
}

static int make_again(struct txn *t, void *arg, struct err *err)
{
    return bulk_end(t, ((struct scratch *)arg)->app->schema, err);
}

static void test_indexes_come_back(void **state)
{
    const char *all = "SELECT count(*) FROM sqlite_master WHERE type = 'index'";
    const char *of_deals = "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = 'deals'";
    const char *unique = "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE%'";
    struct scratch s;

    (void)state;
    scratch_open(&s);
    int64_t before = number(&s, all), of_deals_before = number(&s, of_deals), unique_before = number(&s, unique);
    assert_int_equal(store_write(s.app->store, s.arena, let_go, &s, &s.err), 0);
    assert_true(of_deals_before > 10 && number(&s, of_deals) == 0);
    assert_int_equal(number(&s, unique), unique_before);
    assert_true(number(&s, "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = 'deal_lines'") > 0);
    assert_int_equal(store_write(s.app->store, s.arena, make_again, &s, &s.err), 0);
    assert_int_equal(number(&s, all), before);
    scratch_close(&s);
}

static void test_bad_knobs(void **state)
{
    struct demo_options o = small();
    struct scratch s;

    (void)state;
    o.years = 0;
    scratch_open(&s);
    assert_int_equal(demo_fill(s.app, &o, &s.err), -1);
    assert_int_equal(s.err.code, ERR_INVALID);
    assert_int_equal(number(&s, "SELECT count(*) FROM users"), 0);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fill),
        cmocka_unit_test(test_clocks),
        cmocka_unit_test(test_only_when_empty),
        cmocka_unit_test(test_bad_knobs),
        cmocka_unit_test(test_indexes_come_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

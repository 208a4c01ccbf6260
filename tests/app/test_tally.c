/* What the tally adds up is what the database does, whatever has happened in between. */
#include "random.h"
#include "tally.h"
#include "undo.h"

/* A row of text a cell, in order, so that both sides can be compared. */
static struct str cells_text(struct arena *a, const struct tally_cell *cells, size_t n)
{
    struct str *lines = NEW_ARRAY(a, struct str, n + 1), text = S("");

    for (size_t i = 0; i < n; i++) {
        const struct tally_cell *c = &cells[i];
        struct str line = arena_printf(
            a, "%lld " STR_FMT " %lld %lld %lld %lld %lld %lld %lld\n", (long long)c->stage, STR_ARG(c->currency),
            (long long)c->count, (long long)c->priced, (long long)c->value, (long long)c->lights[LIGHT_OVERDUE],
            (long long)c->lights[LIGHT_TODAY], (long long)c->lights[LIGHT_NONE], (long long)c->lights[LIGHT_PLANNED]);
        size_t at = i;
        for (; at > 0 && str_cmp(lines[at - 1], line) > 0; at--)
            lines[at] = lines[at - 1];
        lines[at] = line;
    }
    for (size_t i = 0; i < n; i++)
        text = arena_printf(a, STR_FMT STR_FMT, STR_ARG(text), STR_ARG(lines[i]));
    return text;
}

/* The same by a scan of the table. */
static struct str scanned_text(struct ctx *c, const struct list_query *q, const struct tally_ask *ask)
{
    struct tally_cell *cells = NEW_ARRAY(c->arena, struct tally_cell, 500);
    struct sql *s = sql_new(c->arena, DIALECT_SQLITE);
    struct err err = {0};
    size_t n = 0;

    sql_z(s, "SELECT coalesce(t.stage_id, 0), t.currency, count(*), count(t.value), coalesce(sum(t.value), 0), ");
    sql_f(s, "sum(t.next_activity_at < %lld), ", (long long)ask->now);
    sql_f(s, "sum(t.next_activity_at >= %lld AND t.next_activity_at < %lld), ", (long long)ask->now,
          (long long)ask->tomorrow);
    sql_f(s, "sum(t.next_activity_at IS NULL), sum(t.next_activity_at >= %lld)", (long long)ask->tomorrow);
    list_where(s, q);
    sql_z(s, " GROUP BY 1, 2");
    struct rows *r = sql_query(c->t, sql_text(s), sql_args(s), &err);
    while (rows_next(r, &err) == 1) {
        struct tally_cell *cell = &cells[n++];
        *cell = (struct tally_cell){.stage = rows_col(r, 0).i,
                                    .currency = rows_col(r, 1).s,
                                    .count = rows_col(r, 2).i,
                                    .priced = rows_col(r, 3).i,
                                    .value = rows_col(r, 4).i};
        for (int i = 0; i < LIGHT__N; i++) {
            static const enum light order[] = {LIGHT_OVERDUE, LIGHT_TODAY, LIGHT_NONE, LIGHT_PLANNED};
            cell->lights[order[i]] = rows_col(r, 5 + i).type == V_INT ? rows_col(r, 5 + i).i : 0;
        }
    }
    assert_int_equal(err.code, ERR_NONE);
    return cells_text(c->arena, cells, n);
}

static void check_tally(struct scratch *s, struct rng *r)
{
    static const char *const filters[][2] = {{"status", "open"},
                                             {"status.in", "won,lost"},
                                             {"pipeline_id", "1"},
                                             {"stage_id.in", "1,2,3"},
                                             {"stage_id", "2"}};
    struct txn *t = txn_read(s->app->store, s->arena, &s->err);
    struct list_query q = {.kind = s->app->deals};
    struct tally_ask ask = {.now = 1775000000000 + (msec)rng_below(r, 20000000000), .light = -1};
    struct tally_cell *cells;
    size_t n;
    struct ctx c;

    ask.tomorrow = ask.now + (msec)rng_below(r, 5000000000);
    assert_int_equal(ctx_read(&c, s->app, t, WHO_SYSTEM, &s->err), 0);
    for (size_t i = 0; i < COUNT(filters); i++)
        if (rng_below(r, 3) == 0)
            assert_int_equal(list_filter(&q, s->arena, str_of(filters[i][0]), str_of(filters[i][1]), NULL, &s->err), 0);
    int told = tally_sum(&c, &q, &ask, &cells, &n, &s->err);
    if (told == 1) { /* two conditions on one field it leaves to the database */
        struct str got = cells_text(c.arena, cells, n), want = scanned_text(&c, &q, &ask);
        if (!str_eq(got, want))
            fail_msg("tally:\n" STR_FMT "database:\n" STR_FMT, STR_ARG(got), STR_ARG(want));
    }
    assert_int_not_equal(told, -1);
    txn_end(t);
}

/* Two views at once: the older one gets a newer one rather than a tally that is ahead of it. */
static void an_older_view_is_renewed(void **state)
{
    struct scratch s;
    struct list_query q;
    struct tally_cell *cells;
    struct ctx old, new;
    int64_t seq, n;
    size_t ncells;

    (void)state;
    scratch_open(&s);
    q = (struct list_query){.kind = s.app->deals};
    assert_non_null(scratch_create(&s, WHO_SYSTEM, "deals", "{\"title\":\"a\",\"stage_id\":1,\"currency\":\"EUR\"}"));
    struct txn *before = txn_read(s.app->store, s.arena, &s.err);
    assert_int_equal(ctx_read(&old, s.app, before, WHO_SYSTEM, &s.err), 0);
    assert_int_equal(log_last_seq(before, &seq, &s.err), 0);
    assert_non_null(scratch_create(&s, WHO_SYSTEM, "deals", "{\"title\":\"b\",\"stage_id\":1,\"currency\":\"EUR\"}"));
    struct txn *after = txn_read(s.app->store, s.arena, &s.err);
    assert_int_equal(ctx_read(&new, s.app, after, WHO_SYSTEM, &s.err), 0);
    assert_int_equal(tally_count(&new, &q, &n, &s.err), 0);
    assert_int_equal(n, 2);
    assert_int_equal(list_count(before, &q, &n, &s.err), 0);
    assert_int_equal(n, 1);
    assert_int_equal(tally_sum(&old, &q, &(struct tally_ask){.light = -1}, &cells, &ncells, &s.err), 1);
    assert_int_equal(ncells, 1);
    assert_int_equal(cells[0].count, 2);
    assert_int_equal(list_count(before, &q, &n, &s.err), 0);
    assert_int_equal(n, 2);
    txn_end(after);
    txn_end(before);
    scratch_close(&s);
}

static void undo_last(struct scratch *s)
{
    struct undo_report *report = NEW(s->arena, struct undo_report);
    struct undo_request req = {.changeset = scratch_last_changeset(s), .who = WHO_SYSTEM, .origin = "test"};

    err_clear(&s->err);
    undo_run(s->app, s->arena, &req, report, &s->err); /* refused or not */
}

static void one_history(uint64_t seed)
{
    struct scratch s;
    struct rng r;

    rng_seed(&r, seed);
    scratch_open(&s);
    for (int i = 0; i < 300; i++) {
        if (rng_below(&r, 8))
            random_step(&s, &r);
        else
            undo_last(&s);
        if (rng_below(&r, 2))
            check_tally(&s, &r);
        arena_reset(s.arena);
    }
    scratch_close(&s);
}

static void random_histories(void **state)
{
    (void)state;
    for (uint64_t seed = 11; seed <= 14; seed++)
        one_history(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_older_view_is_renewed), cmocka_unit_test(random_histories)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

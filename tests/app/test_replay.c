/* Random operations, and what must hold of them: the fold of the log equals the tables, the past equals a copy kept at
 * the time, an undo restores what was before, and an undo of the undo restores what it took away. What reports keep in
 * memory, followed change by change, is what the log says. */
#include <string.h>
#include <time.h>

#include "follow.h"
#include "random.h"
#include "undo.h"

#define kinds random_kinds
#define KINDS RANDOM_KINDS

/* All rows of the kinds under test, as one text a kind, ordered by id. Derived fields, versions and times of change are
 * left out: an undo makes a new version. */
struct copy {
    struct str text[KINDS];
    msec at;
};

static struct str row_text(struct arena *a, const struct row *row)
{
    struct json_out o;
    struct buf b;
    bool *only = NEW_ARRAY(a, bool, (size_t)row->kind->nfields);

    for (int i = 0; i < row->kind->nfields; i++)
        only[i] = i != SYS_VERSION && i != SYS_UPDATED_AT && !(row->kind->fields[i].flags & DERIVED);
    buf_init(&b, 1u << 20);
    out_init(&o, &b);
    row_write(&o, row, only);
    struct str text = arena_str(a, buf_view(&b));
    buf_clear(&b);
    return text;
}

struct gather {
    struct arena *a;
    struct buf b;
};

static int add_row(void *ctx, struct row *row, struct err *err)
{
    struct gather *g = ctx;

    (void)err;
    buf_str(&g->b, row_text(g->a, row));
    buf_char(&g->b, '\n');
    return 0;
}

/* The rows of a kind's table, or of another table with its columns. */
static struct str tables_text(struct scratch *s, struct txn *t, struct arena *a, const char *kind, const char *table)
{
    struct list_query q = {.kind = schema_must(s->app->schema, kind), .table = table, .limit = 2000};
    struct gather g = {.a = a};
    struct page page;

    buf_init(&g.b, 64u << 20);
    assert_int_equal(list_run(t, &q, &page, &s->err), 0);
    for (size_t i = 0; i < page.n; i++)
        add_row(&g, page.rows[i], &s->err);
    struct str text = arena_str(a, buf_view(&g.b));
    buf_clear(&g.b);
    return text;
}

static struct str folded_text(struct scratch *s, struct txn *t, struct arena *a, const char *kind, msec at,
                              enum clock clock)
{
    struct gather g = {.a = a};

    buf_init(&g.b, 64u << 20);
    if (log_fold(t, schema_must(s->app->schema, kind), NULL, at, clock, add_row, &g, &s->err) < 0)
        fail_msg("%s", s->err.msg);
    struct str text = arena_str(a, buf_view(&g.b));
    buf_clear(&g.b);
    return text;
}

static struct copy take_copy(struct scratch *s, struct arena *a)
{
    struct arena *work = arena_new(1u << 28);
    struct txn *t = txn_read(s->app->store, work, &s->err);
    struct copy c = {.at = clock_now()};

    for (int i = 0; i < KINDS; i++)
        c.text[i] = arena_str(a, tables_text(s, t, work, kinds[i], NULL));
    txn_end(t);
    arena_free(work);
    return c;
}

static void same(const struct copy *x, const struct copy *y, const char *what)
{
    for (int i = 0; i < KINDS; i++)
        if (!str_eq(x->text[i], y->text[i]))
            fail_msg("%s: %s differ:\n" STR_FMT "---\n" STR_FMT, what, kinds[i], STR_ARG(x->text[i]),
                     STR_ARG(y->text[i]));
}

static bool undo(struct scratch *s, id changeset, bool preview)
{
    struct undo_report *report = NEW(s->arena, struct undo_report);
    struct undo_request req = {.changeset = changeset, .preview = preview, .who = WHO_SYSTEM, .origin = "test"};

    err_clear(&s->err);
    return undo_run(s->app, s->arena, &req, report, &s->err) == 0;
}

static void check_fold(struct scratch *s, struct arena *a)
{
    struct txn *t = txn_read(s->app->store, a, &s->err);

    for (int i = 0; i < KINDS; i++) {
        struct str tables = tables_text(s, t, a, kinds[i], NULL);
        struct str folded = folded_text(s, t, a, kinds[i], AT_THE_END, CLOCK_RECORDED);
        if (!str_eq(tables, folded))
            fail_msg("%s: fold and table differ:\n" STR_FMT "---\n" STR_FMT, kinds[i], STR_ARG(tables),
                     STR_ARG(folded));
    }
    txn_end(t);
}

static void check_past(struct scratch *s, struct arena *a, const struct copy *then)
{
    struct txn *t = txn_read(s->app->store, a, &s->err);

    for (int i = 0; i < KINDS; i++)
        for (int clock = CLOCK_OCCURRED; clock <= CLOCK_RECORDED; clock++) {
            struct str folded = folded_text(s, t, a, kinds[i], then->at, (enum clock)clock);
            if (!str_eq(then->text[i], folded))
                fail_msg("%s as of then differ from the copy:\n" STR_FMT "---\n" STR_FMT, kinds[i],
                         STR_ARG(then->text[i]), STR_ARG(folded));
            const char *table;
            if (log_table_at(t, schema_must(s->app->schema, kinds[i]), then->at, (enum clock)clock, &table, &s->err) <
                0)
                fail_msg("%s", s->err.msg);
            if (!str_eq(then->text[i], tables_text(s, t, a, kinds[i], table)))
                fail_msg("a list of %s as of then differs from the copy", kinds[i]);
        }
    txn_end(t);
}

static int add_past(void *ctx, const struct deal_past *past, struct err *err)
{
    struct buf *b = ctx;

    (void)err;
    buf_printf(b, "deal %lld, %zu states\n", (long long)past->deal, past->n);
    buf_add(b, past->states, past->n * sizeof(past->states[0]));
    return 0;
}

static void check_columns(struct scratch *s, msec at)
{
    struct txn *t = txn_read(s->app->store, s->arena, &s->err);
    int64_t seq;

    assert_int_equal(log_last_seq(t, &seq, &s->err), 0);
    struct view *v = follow_view(s->app->follow, seq, 60 * SECOND, &s->err);
    assert_non_null(v);
    for (int clock = CLOCK_OCCURRED; clock <= CLOCK_RECORDED; clock++) {
        struct buf log, memory;
        buf_init(&log, 64u << 20);
        buf_init(&memory, 64u << 20);
        assert_int_equal(deal_pasts(t, 0, at, (enum clock)clock, add_past, &log, &s->err), 0);
        assert_int_equal(view_pasts(v, 0, at, (enum clock)clock, add_past, &memory, &s->err), 0);
        if (!str_eq(buf_view(&log), buf_view(&memory)))
            fail_msg("what reports keep in memory is not what the log says");
        buf_clear(&log);
        buf_clear(&memory);
    }
    view_unref(v);
    txn_end(t);
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static void one_history(uint64_t seed)
{
    struct scratch s;
    struct rng r;
    struct arena *a = arena_new(1u << 30);
    struct copy *kept = NEW_ARRAY(a, struct copy, 8);
    int accepted = 0;

    rng_seed(&r, seed);
    scratch_open(&s);
    assert_int_equal(app_follow(s.app, &s.err), 0);
    for (int i = 0; i < 240; i++) {
        if (i % 40 == 20) {
            pause_ms(2);
            kept[i / 40] = take_copy(&s, a);
            pause_ms(2);
        }
        if (rng_below(&r, 4)) {
            accepted += random_step(&s, &r);
            continue;
        }
        /* The last change set can always be undone, unless what it touched is no longer as it left it. */
        struct copy before = take_copy(&s, a);
        id earlier = scratch_last_changeset(&s);
        if (!random_step(&s, &r))
            continue;
        struct copy after = take_copy(&s, a);
        id changeset = scratch_last_changeset(&s);
        if (changeset == earlier) { /* what changes nothing is no change set */
            same(&before, &after, "a step without a change set changes nothing");
            continue;
        }
        if (!undo(&s, changeset, true))
            fail_msg("preview: %s", s.err.msg);
        struct copy previewed = take_copy(&s, a);
        same(&after, &previewed, "a preview changes nothing");
        if (!undo(&s, changeset, false))
            fail_msg("undo: %s", s.err.msg);
        struct copy undone = take_copy(&s, a);
        same(&before, &undone, "undo restores the state before");
        if (rng_below(&r, 2)) {
            if (!undo(&s, scratch_last_changeset(&s), false))
                fail_msg("undo of the undo: %s", s.err.msg);
            struct copy redone = take_copy(&s, a);
            same(&after, &redone, "undo of the undo restores what was undone");
        }
        arena_reset(s.arena);
    }
    assert_true(accepted > 50);
    check_fold(&s, a);
    check_columns(&s, AT_THE_END);
    for (int i = 0; i < 6; i++) {
        check_past(&s, a, &kept[i]);
        check_columns(&s, kept[i].at);
    }
    scratch_close(&s);
    arena_free(a);
}

static void random_histories(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++)
        one_history(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_histories)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

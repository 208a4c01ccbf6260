/* How an import goes through a file: steps that are taken back and done again, indexes that go and come back. */
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "import.h"
#include "rebuild.h"
#include "scratch.h"
#include "undo.h"

static const char map[] = "{\"key\":\"external_id\",\"columns\":{\"Key\":\"external_id\",\"Name\":\"title\","
                          "\"Value\":\"value\",\"Company\":{\"to\":\"organisation_id\",\"match\":\"name\",\"create\":"
                          "true},\"Probability\":\"probability\",\"Closed\":\"closed_at\"}}";

/* Rows whose every seventh is bad only after its organisation was made, and every eleventh before. */
static const char *long_file(struct scratch *s, int rows)
{
    const char *path = arena_printf(s->arena, "%s/long.csv", s->dir).p;
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    fputs("Key,Name,Value,Company,Probability,Closed\n", f);
    for (int i = 0; i < rows; i++)
        fprintf(f, "K%d,Deal %d,%s,Company %d,%d,%s\n", i, i, i % 11 == 5 ? "much" : "12.50", i % 7 == 3 ? i : i % 20,
                i % 100, i % 7 == 3 ? "2026-01-05" : "");
    fclose(f);
    return path;
}

static struct import *open_import(struct scratch *s, const char *path, int64_t long_file)
{
    struct import_request req = {.path = path,
                                 .filename = S("long.csv"),
                                 .kind = s->app->deals,
                                 .who = WHO_SYSTEM,
                                 .origin = "import",
                                 .long_file = long_file};
    struct import *im;
    json_t *j;

    if (json_read_object(s->arena, str_of(map), &j, &s->err) < 0)
        fail_msg("%s", s->err.msg);
    req.map = j;
    if (import_open(&im, s->app, s->arena, &req, &s->err) < 0)
        fail_msg("%s", s->err.msg);
    return im;
}

static void run_to_the_end(struct scratch *s, struct import *im, unsigned rows)
{
    int more;

    while ((more = import_step(im, rows, &s->err)) > 0)
        ;
    if (more < 0)
        fail_msg("%s", s->err.msg);
}

static int64_t number(struct scratch *s, const char *sql)
{
    struct txn *t = txn_read(s->app->store, s->arena, &s->err);
    struct value v;

    assert_int_equal(sql_row(t, sql, NO_ARGS, &v, 1, &s->err), 1);
    txn_end(t);
    return v.i;
}

static void check_rows(struct scratch *s, const struct import_report *r, int rows)
{
    struct rebuild_report same = {0};
    int bad = 0, kept_companies = 0;

    for (int i = 0; i < rows; i++)
        bad += i % 11 == 5 || i % 7 == 3;
    for (int i = 0; i < 20; i++)
        for (int at = i, used = 0; at < rows && !used; at += 20)
            kept_companies += used = at % 11 != 5 && at % 7 != 3;
    assert_int_equal(r->created, rows - bad);
    assert_int_equal(r->bad, bad);
    assert_int_equal(r->done, rows);
    assert_int_equal(number(s, "SELECT count(*) FROM deals"), rows - bad);
    assert_int_equal(number(s, "SELECT count(*) FROM organisations"), kept_companies);
    assert_int_equal(number(s, "SELECT count(*) FROM deals d JOIN organisations o ON o.id = d.organisation_id"),
                     rows - bad);
    assert_int_equal(number(s, "SELECT count(*) FROM changesets WHERE origin = 'import'"), 1);
    if (rebuild_compare(s->app, &same, NULL, &s->err) < 0)
        fail_msg("%s", s->err.msg);
    assert_int_equal(same.differences, 0);
}

static void rows_bad_at_the_last_moment_leave_nothing(void **state)
{
    static const unsigned steps[] = {1, 10, 500};

    (void)state;
    for (size_t i = 0; i < COUNT(steps); i++) {
        struct scratch s;
        scratch_open(&s);
        struct import *im = open_import(&s, long_file(&s, 300), 0);
        run_to_the_end(&s, im, steps[i]);
        check_rows(&s, import_report(im), 300);
        scratch_close(&s);
    }
}

/* Only SQLite's are let go. */
#define INDEXES "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = 'deals'"

static void indexes_go_and_come_back(void **state)
{
    struct scratch s;

    (void)state;
    if (engine_is_postgres())
        skip();
    scratch_open(&s);
    int64_t all = number(&s, INDEXES);
    struct import *im = open_import(&s, long_file(&s, 300), 100);
    assert_int_equal(import_step(im, 50, &s.err), 1);
    assert_int_equal(number(&s, INDEXES), 1); /* that of the key */
    run_to_the_end(&s, im, 50);
    assert_int_equal(number(&s, INDEXES), all);
    check_rows(&s, import_report(im), 300);

    /* Into a table that is not empty they stay. */
    im = open_import(&s, long_file(&s, 400), 100);
    assert_int_equal(import_step(im, 50, &s.err), 1);
    assert_int_equal(number(&s, INDEXES), all);
    scratch_close(&s);
}

static void indexes_come_back_at_the_next_start(void **state)
{
    struct scratch s;

    (void)state;
    if (engine_is_postgres())
        skip();
    scratch_open(&s);
    int64_t all = number(&s, INDEXES);
    struct import *im = open_import(&s, long_file(&s, 300), 100);
    assert_int_equal(import_step(im, 50, &s.err), 1);
    assert_true(number(&s, INDEXES) < all);
    struct app_config config = {.data_dir = s.dir};
    app_close(s.app);
    if (app_open(&s.app, &config, &s.err) < 0)
        fail_msg("%s", s.err.msg);
    assert_int_equal(number(&s, INDEXES), all);
    scratch_close(&s);
}

/* A manager who may change his own deals only must not get half of an undo. */
static void a_long_undo_looks_at_rights_first(void **state)
{
    struct scratch s;

    (void)state;
    scratch_open(&s);
    struct row *max = scratch_create(&s, WHO_SYSTEM, "users",
                                     "{\"name\":\"Max\",\"email\":\"max@example.org\",\"role\":\"manager\"}");
    assert_non_null(max);
    assert_non_null(scratch_create(&s, WHO_SYSTEM, "rights",
                                   "{\"role\":\"manager\",\"kind\":\"deals\",\"see\":\"all\",\"edit\":\"own\"}"));
    struct import *im = open_import(&s, long_file(&s, 900), 0);
    run_to_the_end(&s, im, 500);
    int64_t deals = number(&s, "SELECT count(*) FROM deals");
    struct undo_request undo = {.changeset = import_report(im)->changeset,
                                .who = {.user = row_id(max), .scope = SCOPE_ADMIN},
                                .origin = "undo"};
    struct undo_report report;
    assert_int_equal(undo_run(s.app, s.arena, &undo, &report, &s.err), -1);
    assert_int_equal(s.err.code, ERR_FORBIDDEN);
    assert_int_equal(number(&s, "SELECT count(*) FROM deals"), deals);
    assert_int_equal(number(&s, "SELECT count(*) FROM changesets WHERE origin = 'undo'"), 0);

    undo.who = WHO_SYSTEM;
    if (undo_run(s.app, s.arena, &undo, &report, &s.err) < 0)
        fail_msg("%s", s.err.msg);
    assert_int_equal(report.removed, deals + 20);
    assert_int_equal(number(&s, "SELECT count(*) FROM deals"), 0);
    assert_int_equal(number(&s, "SELECT count(*) FROM organisations"), 0);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_bad_at_the_last_moment_leave_nothing),
        cmocka_unit_test(indexes_go_and_come_back),
        cmocka_unit_test(indexes_come_back_at_the_next_start),
        cmocka_unit_test(a_long_undo_looks_at_rights_first),
    };

    return cmocka_run_group_tests_name("import steps", tests, NULL, NULL);
}

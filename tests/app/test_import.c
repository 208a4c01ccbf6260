#include "import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "deal.h"
#include "export.h"
#include "rebuild.h"
#include "scratch.h"
#include "undo.h"

static const char *shared(struct arena *a, const char *path)
{
    const char *dir = getenv("PENSTOCK_SHARED");
    const char *full = arena_printf(a, "%s/%s", dir ? dir : "../shared", path).p;

    if (access(full, R_OK) == 0)
        return full;
    print_message("skipped: %s is not there\n", full);
    return NULL;
}

static const char *write_file(struct scratch *s, const char *name, const char *text)
{
    const char *path = arena_printf(s->arena, "%s/%s", s->dir, name).p;
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    return path;
}

static json_t *json_of(struct scratch *s, const char *text)
{
    json_t *j;

    if (json_read_object(s->arena, str_of(text), &j, &s->err) < 0)
        fail_msg("%s", s->err.msg);
    return j;
}

/* Runs to the end; NULL with s->err when it could not. */
static const struct import_report *import_all(struct scratch *s, struct import_request *req)
{
    struct import *im;
    int more = 1;

    err_clear(&s->err);
    req->filename = S("test.csv");
    req->who = WHO_SYSTEM;
    req->origin = "import";
    if (!req->kind)
        req->kind = s->app->deals;
    if (import_open(&im, s->app, s->arena, req, &s->err) < 0)
        return NULL;
    while (more > 0)
        more = import_step(im, 500, &s->err);
    return more < 0 ? NULL : import_report(im);
}

static int64_t number(struct scratch *s, const char *sql)
{
    struct txn *t = txn_read(s->app->store, s->arena, &s->err);
    struct value v;

    assert_int_equal(sql_row(t, sql, NO_ARGS, &v, 1, &s->err), 1);
    txn_end(t);
    return v.type == V_INT ? v.i : -1;
}

static int collect(void *arg, const void *p, size_t n)
{
    buf_add(arg, p, n);
    return 0;
}

/* Everything of a kind as CSV, but for version and time of change. */
static struct str everything(struct scratch *s, const char *kind)
{
    struct txn *t = txn_read(s->app->store, s->arena, &s->err);
    const struct kind *k = schema_must(s->app->schema, kind);
    struct sql *sql = sql_new(s->arena, txn_dialect(t));
    struct buf b;
    struct rows *r;

    buf_init(&b, 256u << 20);
    sql_z(sql, "SELECT ");
    for (int i = 0; i < k->nfields; i++)
        if (i != SYS_VERSION && i != SYS_UPDATED_AT)
            sql_f(sql, "%s%s", i ? "||'|'||" : "", arena_printf(s->arena, "coalesce(%s,'')", k->fields[i].name).p);
    sql_f(sql, " FROM %s ORDER BY id", kind);
    r = sql_query(t, sql_text(sql), NO_ARGS, &s->err);
    while (rows_next(r, &s->err) == 1) {
        buf_str(&b, rows_col_peek(r, 0).s);
        buf_char(&b, '\n');
    }
    txn_end(t);
    struct str text = arena_str(s->arena, buf_view(&b));
    buf_clear(&b);
    return text;
}

static const char maven_map[] =
    "{\"key\":\"external_id\",\"columns\":{\"opportunity_id\":\"external_id\",\"product\":\"title\","
    "\"account\":{\"to\":\"organisation_id\",\"match\":\"name\",\"create\":true},"
    "\"sales_agent\":{\"to\":\"owner_id\",\"match\":\"name\",\"create\":true},"
    "\"deal_stage\":{\"to\":\"stage_id\",\"values\":{\"Prospecting\":\"Lead "
    "generation\",\"Engaging\":\"Qualification\","
    "\"Won\":{\"status\":\"won\"},\"Lost\":{\"status\":\"lost\"}}},\"engage_date\":\"opened_at\","
    "\"close_date\":\"closed_at\",\"close_value\":{\"to\":\"value\",\"when\":\"won\"}},"
    "\"defaults\":{\"currency\":\"USD\",\"pipeline_id\":1}}";

static void check_maven(struct scratch *s)
{
    assert_int_equal(number(s, "SELECT count(*) FROM deals WHERE status = 'open'"), 2089);
    assert_int_equal(number(s, "SELECT count(*) FROM deals WHERE status = 'won'"), 4238);
    assert_int_equal(number(s, "SELECT count(*) FROM deals WHERE status = 'lost'"), 2473);
    assert_int_equal(number(s, "SELECT sum(value) FROM deals WHERE status = 'won'"), 1000553400);
    assert_int_equal(number(s, "SELECT count(*) FROM deals WHERE status = 'lost' AND value IS NOT NULL"), 0);
    assert_int_equal(number(s, "SELECT count(*) FROM deals WHERE organisation_id IS NULL"), 1425);
    assert_int_equal(number(s, "SELECT count(*) FROM users"), 30);
}

static void every_variant_gives_the_same_figures(void **state)
{
    (void)state;
    static const char *const files[] = {"data/maven-crm/sales_pipeline.csv",
                                        "data/maven-crm/variants/sales_pipeline.lf-iso-dates.csv",
                                        "data/maven-crm/variants/sales_pipeline.us-dates-m-d-yy.csv",
                                        "data/maven-crm/variants/sales_pipeline.us-dates-m-d-yyyy.csv"};

    for (size_t i = 0; i < COUNT(files); i++) {
        struct scratch s;
        scratch_open(&s);
        const char *path = shared(s.arena, files[i]);
        struct import_request req = {.path = path, .map = path ? json_of(&s, maven_map) : NULL};
        if (path) {
            const struct import_report *r = import_all(&s, &req);
            if (!r)
                fail_msg("%s: %s", path, s.err.msg);
            assert_int_equal(r->created, 8800);
            check_maven(&s);
            /* The same file again changes nothing, and makes no change set. */
            id last = scratch_last_changeset(&s);
            r = import_all(&s, &req);
            assert_int_equal(r->skipped, 8800);
            assert_true(scratch_last_changeset(&s) == last);
        }
        scratch_close(&s);
    }
}

static void undo_leaves_nothing(void **state)
{
    (void)state;
    static const char *const kinds[] = {"deals", "organisations", "users", "stages", "pipelines"};
    struct scratch s;
    struct str before[COUNT(kinds)];

    scratch_open(&s);
    const char *path = shared(s.arena, "data/maven-crm/sales_pipeline.csv");
    if (path) {
        struct undo_report *report = NEW(s.arena, struct undo_report);
        struct import_request req = {.path = path, .map = json_of(&s, maven_map)};
        struct rebuild_report rebuilt;
        assert_non_null(scratch_create(&s, WHO_SYSTEM, "organisations", "{\"name\":\"cancity\"}"));
        assert_non_null(
            scratch_create(&s, WHO_SYSTEM, "deals",
                           "{\"title\":\"Mine\",\"external_id\":\"1C1I7A6R\",\"value\":3,\"currency\":\"USD\"}"));
        for (size_t i = 0; i < COUNT(kinds); i++)
            before[i] = everything(&s, kinds[i]);
        const struct import_report *r = import_all(&s, &req);
        if (!r)
            fail_msg("%s", s.err.msg);
        assert_int_equal(r->created, 8799);
        assert_int_equal(r->updated, 1);
        struct undo_request undo = {.changeset = r->changeset, .who = WHO_SYSTEM, .origin = "test"};
        if (undo_run(s.app, s.arena, &undo, report, &s.err) < 0)
            fail_msg("%s", s.err.msg);
        for (size_t i = 0; i < COUNT(kinds); i++)
            if (!str_eq(before[i], everything(&s, kinds[i])))
                fail_msg("%s are not as before", kinds[i]);
        assert_int_equal(rebuild_run(s.app, &rebuilt, NULL, &s.err), 0);
        assert_int_equal(rebuilt.differences, 0);
    }
    scratch_close(&s);
}

static void a_dry_run_tells_the_same_and_keeps_nothing(void **state)
{
    (void)state;
    struct scratch s;

    scratch_open(&s);
    const char *path =
        write_file(&s, "d.csv", "Name,Company,Amount\nOne,ACME,100\nTwo,Acme ,\"2,000.50\"\nThree,,oops\n,Acme,4\n");
    struct import_request req = {
        .path = path,
        .dry_run = true,
        .map = json_of(&s, "{\"columns\":{\"Name\":\"title\",\"Amount\":\"value\","
                           "\"Company\":{\"to\":\"organisation_id\",\"match\":\"name\",\"create\":true}}}")};
    const struct import_report *dry = import_all(&s, &req);
    if (!dry)
        fail_msg("%s", s.err.msg);
    assert_int_equal(number(&s, "SELECT count(*) FROM deals"), 0);
    assert_int_equal(number(&s, "SELECT count(*) FROM organisations"), 0);
    req.dry_run = false;
    const struct import_report *r = import_all(&s, &req);
    assert_int_equal(dry->created, r->created);
    assert_int_equal(dry->bad, r->bad);
    assert_int_equal(r->created, 3);
    assert_int_equal(r->bad, 1);
    assert_int_equal(r->bad_rows[0].line, 4);
    assert_str(r->bad_rows[0].column, "Amount");
    assert_int_equal(number(&s, "SELECT count(*) FROM organisations"), 1);
    assert_int_equal(number(&s, "SELECT value FROM deals WHERE title = 'Two'"), 200050);
    scratch_close(&s);
}

static void a_bad_row_leaves_nothing_behind(void **state)
{
    (void)state;
    struct scratch s;

    scratch_open(&s);
    const char *path =
        write_file(&s, "b.csv", "Name,Company,Close\nOne,Fresh Ltd,31/02/2026\nTwo,Fresh Ltd,28/02/2026\n");
    struct import_request req = {
        .path = path,
        .map = json_of(&s, "{\"columns\":{\"Name\":\"title\",\"Close\":\"expected_close_date\","
                           "\"Company\":{\"to\":\"organisation_id\",\"match\":\"name\",\"create\":true}}}")};
    const struct import_report *r = import_all(&s, &req);
    if (!r)
        fail_msg("%s", s.err.msg);
    assert_int_equal(r->created, 1);
    assert_int_equal(r->bad, 1);
    assert_int_equal(number(&s, "SELECT count(*) FROM organisations"), 1);
    assert_int_equal(number(&s, "SELECT count(*) FROM deals d JOIN organisations o ON o.id = d.organisation_id"), 1);
    scratch_close(&s);
}

static void what_is_wrong_with_a_map_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *map, *field;
    } cases[] = {
        {"{}", "columns"},
        {"{\"columns\":{\"Nope\":\"title\"}}", "Nope"},
        {"{\"columns\":{\"Name\":\"nope\"}}", "Name"},
        {"{\"columns\":{\"Name\":{\"to\":\"title\",\"match\":\"name\"}}}", "Name"},
        {"{\"columns\":{\"Name\":\"title\"},\"key\":\"external_id\"}", "key"},
        {"{\"columns\":{\"Name\":\"title\",\"When\":\"expected_close_date\"}}", "dates"},
        {"{\"columns\":{\"Name\":\"title\"},\"dates\":\"french\"}", "dates"},
    };
    struct scratch s;

    scratch_open(&s);
    const char *path = write_file(&s, "m.csv", "Name,When\nOne,01/02/2026\nTwo,03/04/2026\n");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct import_request req = {.path = path, .map = json_of(&s, cases[i].map)};
        assert_null(import_all(&s, &req));
        assert_int_equal(s.err.code, ERR_INVALID);
        assert_string_equal(s.err.fields[0].field, cases[i].field);
    }
    scratch_close(&s);
}

static struct str history_text(struct scratch *s)
{
    struct txn *t = txn_read(s->app->store, s->arena, &s->err);
    struct buf b;
    struct ctx c;
    int64_t rows;

    buf_init(&b, 64u << 20);
    assert_int_equal(ctx_read(&c, s->app, t, WHO_SYSTEM, &s->err), 0);
    if (export_history(&c, 0, TAB_CSV, (struct tab_sink){.write = collect, .arg = &b}, &rows, &s->err) < 0)
        fail_msg("%s", s->err.msg);
    txn_end(t);
    struct str text = arena_str(s->arena, buf_view(&b));
    buf_clear(&b);
    return text;
}

static void a_history_goes_in_and_out(void **state)
{
    (void)state;
    struct scratch first, second;

    scratch_open(&first);
    scratch_open(&second);
    const char *path = shared(first.arena, "analytics/golden_events.csv");
    if (path) {
        struct import_request req = {.path = path, .history = true, .create = true, .pipeline = S("Golden")};
        const struct import_report *r = import_all(&first, &req);
        if (!r)
            fail_msg("%s", first.err.msg);
        assert_int_equal(r->bad, 0);
        assert_int_equal(number(&first, "SELECT count(*) FROM deals"), 10);
        assert_int_equal(number(&first, "SELECT position FROM stages WHERE name = 'S4'"), 40);
        struct str text = history_text(&first);
        struct import_request again = {
            .path = write_file(&second, "h.csv", text.p), .history = true, .create = true, .pipeline = S("Golden")};
        assert_non_null(import_all(&second, &again));
        assert_true(str_eq(text, history_text(&second)));
    }
    scratch_close(&first);
    scratch_close(&second);
}

static void parts_and_dates_that_mean_two_things(void **state)
{
    (void)state;
    struct scratch s;

    scratch_open(&s);
    const char *path =
        write_file(&s, "p.csv", "Last,First,Mail\nLovelace,Ada,ada@example.com\nBoole,George,bad mail\n");
    struct import_request people = {
        .path = path,
        .kind = s.app->people,
        .map = json_of(&s, "{\"columns\":{\"Last\":{\"to\":\"name\",\"part\":2},\"First\":{\"to\":\"name\",\"part\":1},"
                           "\"Mail\":\"email\"}}")};
    const struct import_report *r = import_all(&s, &people);
    if (!r)
        fail_msg("%s", s.err.msg);
    assert_int_equal(r->created, 1);
    assert_int_equal(number(&s, "SELECT count(*) FROM people WHERE name = 'Ada Lovelace'"), 1);
    path = write_file(&s, "q.csv", "Name,State,Close\nA,won,2026-01-15\nB,open,2099-01-15\n");
    struct import_request deals = {
        .path = path,
        .map = json_of(&s, "{\"columns\":{\"Name\":\"title\",\"State\":\"status\","
                           "\"Close\":{\"to\":\"expected_close_date\",\"also\":\"closed_at\"}}}")};
    assert_non_null(import_all(&s, &deals));
    assert_int_equal(number(&s, "SELECT count(*) FROM deals WHERE closed_at IS NOT NULL AND status = 'won'"), 1);
    assert_int_equal(number(&s, "SELECT count(*) FROM deals WHERE closed_at IS NULL AND status = 'open'"), 1);
    scratch_close(&s);
}

static void write_text(const char *path, struct str text)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
    fclose(f);
}

/* Strings that break programs, as descriptions of deals: out through an export, in again elsewhere. */
static void hostile_text_comes_back_unchanged(void **state)
{
    (void)state;
    struct scratch first, second;
    struct err err = {0};
    json_t *list, *e, *body;
    size_t i;

    scratch_open(&first);
    scratch_open(&second);
    const char *path = shared(first.arena, "data/strings/naughty/blns.json");
    if (path) {
        struct buf file;
        buf_init(&file, 1u << 20);
        FILE *f = fopen(path, "rb");
        size_t n = 0;
        for (char *to; (to = buf_reserve(&file, 4096)) && (n = fread(to, 1, 4096, f)) > 0;)
            buf_advance(&file, n);
        fclose(f);
        assert_int_equal(json_read(first.arena, arena_str(first.arena, buf_view(&file)), &list, &err), 0);
        buf_clear(&file);
        json_array_foreach(list, i, e) {
            json_read_object(first.arena, S("{}"), &body, &err);
            json_object_set(body, "description", e);
            json_object_set_new(body, "title", json_string(arena_printf(first.arena, "Deal %zu", i).p));
            json_object_set_new(body, "external_id", json_string(arena_printf(first.arena, "X%zu", i).p));
            if (!scratch_create(&first, WHO_SYSTEM, "deals", json_dump(first.arena, body).p))
                fail_msg("string %zu: %s", i, first.err.msg);
        }
        struct txn *t = txn_read(first.app->store, first.arena, &err);
        struct list_query q = {.kind = first.app->deals};
        struct buf out;
        struct ctx c;
        int64_t rows;
        buf_init(&out, 64u << 20);
        assert_int_equal(ctx_read(&c, first.app, t, WHO_SYSTEM, &err), 0);
        assert_int_equal(export_rows(&c, &q, TAB_CSV, (struct tab_sink){.write = collect, .arg = &out}, &rows, &err),
                         0);
        txn_end(t);
        const char *csv = arena_printf(second.arena, "%s/naughty.csv", second.dir).p;
        write_text(csv, buf_view(&out));
        buf_clear(&out);
        struct import_request req = {
            .path = csv,
            .map = json_of(&second, "{\"key\":\"external_id\",\"columns\":{\"external_id\":\"external_id\","
                                    "\"title\":\"title\",\"description\":\"description\"}}")};
        const struct import_report *r = import_all(&second, &req);
        if (!r)
            fail_msg("%s", second.err.msg);
        assert_int_equal(r->bad, 0);
        json_array_foreach(list, i, e) {
            struct row *deal = scratch_get(&second, WHO_SYSTEM, "deals", (id)i + 1);
            struct str got = row_str(deal, DEAL_DESCRIPTION), want = json_text(e);
            if (!str_eq(got.p ? got : S(""), want))
                fail_msg("string %zu came back as \"" STR_FMT "\", was \"" STR_FMT "\"", i, STR_ARG(got),
                         STR_ARG(want));
        }
    }
    scratch_close(&first);
    scratch_close(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_variant_gives_the_same_figures),
        cmocka_unit_test(undo_leaves_nothing),
        cmocka_unit_test(a_dry_run_tells_the_same_and_keeps_nothing),
        cmocka_unit_test(a_bad_row_leaves_nothing_behind),
        cmocka_unit_test(what_is_wrong_with_a_map_is_said),
        cmocka_unit_test(a_history_goes_in_and_out),
        cmocka_unit_test(parts_and_dates_that_mean_two_things),
        cmocka_unit_test(hostile_text_comes_back_unchanged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

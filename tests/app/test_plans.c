/* How the database goes about what people wait for. Every list of a kind that grows is looked at with every field it
 * can be sorted by, both ways: whole, for who sees his own or his team's, and with the usual filters; then the board,
 * the timeline, what is next, search and the log. A whole list follows an index in its order, or its field is named
 * here; a filtered one at least finds its rows by an index. */
#include <string.h>

#include "scratch.h"
#include "watch.h"

static struct scratch s;
static id rep;

/* Kinds with as many rows as a company has work; all others have a handful. */
static const char *const growing[] = {"deals", "organisations", "people", "activities", "notes", "files"};

static int setup(void **state)
{
    (void)state;
    scratch_open(&s);
    struct row *team = scratch_create(&s, WHO_SYSTEM, "teams", "{\"name\":\"North\"}");
    assert_non_null(team);
    for (int i = 0; i < 3; i++) {
        const char *json = arena_printf(s.arena, "{\"name\":\"Rep %d\",\"role\":\"rep\",\"team_id\":1}", i).p;
        struct row *user = scratch_create(&s, WHO_SYSTEM, "users", json);
        assert_non_null(user);
        rep = row_id(user);
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_close(&s);
    return 0;
}

static struct str plan_of(struct txn *t, const struct list_query *q)
{
    struct sql *sql;
    struct buf b;

    buf_init(&b, 1u << 16);
    if (list_statement(t, q, &sql, &s.err) < 0 || sql_plan(t, sql_text(sql), &b, &s.err) < 0)
        fail_msg("%s", s.err.msg);
    struct str plan = arena_str(s.arena, buf_view(&b));
    buf_clear(&b);
    return plan;
}

/* -- whole lists ------------------------------------------------------------------------------------------- */

/* Fields without an index of their own, because each costs every insert and update: such a list is sorted by hand, in
 * about a tenth of a second for 100,000 rows. The first kind of them group rows (stage, owner), and are filtered by
 * rather than sorted by; the second nobody has in a list unless he puts it there. */
static const struct {
    const char *kind, *groups, *others;
} by_hand[] = {
    {"deals", "pipeline_id stage_id status owner_id currency probability slip_count slip_days",
     "version lost_note description opened_at closed_at stage_since"},
    {"organisations", "industry size country city region revenue_currency",
     "version phone email website street postal_code annual_revenue description"},
    {"people", "job_title city country", "version phone mobile linkedin street postal_code birthday description"},
    {"activities", "type done owner_id deal_id all_day duration_min outcome location",
     "version created_at updated_at subject body due_at done_at"},
    {"notes", "pinned deal_id", "version created_at updated_at body written_at"},
    {"files", "mime size", "version created_at updated_at name"},
};

static bool has_word(const char *words, const char *word)
{
    struct str rest = str_of(words), piece;

    while (rest.n && str_next(&rest, ' ', &piece))
        if (str_is(piece, word))
            return true;
    return false;
}

static bool is_by_hand(const struct kind *k, const char *field)
{
    for (size_t i = 0; i < COUNT(by_hand); i++)
        if (strcmp(by_hand[i].kind, k->name) == 0)
            return has_word(by_hand[i].groups, field) || has_word(by_hand[i].others, field);
    return false;
}

static bool sorts(struct str plan)
{
    return str_contains(plan, S("TEMP B-TREE"));
}

/* All rows, and not in the order of an index that ends where the page does. */
static bool scans(struct str plan)
{
    struct str rest = plan, step;

    while (str_next(&rest, ';', &step))
        if (str_starts(str_trim(step), S("SCAN")) && !str_contains(step, S("USING")) &&
            !str_contains(step, S("VIRTUAL TABLE")) && !str_contains(step, S("SCAN x")))
            return sorts(plan);
    return false;
}

static const struct kind *kind(const char *name)
{
    return schema_must(s.app->schema, name);
}

static void whole_lists(void **state)
{
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);

    (void)state;
    for (size_t n = 0; n < COUNT(growing); n++)
        for (int i = 0; i < kind(growing[n])->nfields; i++)
            for (int down = 0; down < 2; down++) {
                const struct kind *k = kind(growing[n]);
                struct list_query q = {.kind = k, .limit = 50};
                struct str order = arena_printf(s.arena, "%s%s", down ? "-" : "", k->fields[i].name);
                err_clear(&s.err);
                if (list_sort(&q, order, &s.err) < 0)
                    continue;
                struct str plan = plan_of(t, &q);
                if (sorts(plan) != is_by_hand(k, k->fields[i].name))
                    fail_msg("%s by " STR_FMT ": " STR_FMT, k->name, STR_ARG(order), STR_ARG(plan));
            }
    txn_end(t);
}

/* -- filtered lists, and those of a team -------------------------------------------------------------------- */

static void must_find(struct txn *t, struct list_query *q, const char *what)
{
    for (int i = 0; i < q->kind->nfields; i++) {
        q->nsort = 0;
        err_clear(&s.err);
        if (list_sort(q, str_of(q->kind->fields[i].name), &s.err) < 0)
            continue;
        struct str plan = plan_of(t, q);
        if (scans(plan))
            fail_msg("%s, %s, by %s: " STR_FMT, q->kind->name, what, q->kind->fields[i].name, STR_ARG(plan));
    }
}

static void filtered_lists(void **state)
{
    static const char *const filters[][3] = {
        {"deals", "stage_id", "3"},         {"deals", "owner_id", "3"},      {"deals", "status", "open"},
        {"deals", "organisation_id", "3"},  {"deals", "person_id", "3"},     {"organisations", "owner_id", "3"},
        {"people", "organisation_id", "3"}, {"people", "owner_id", "3"},     {"activities", "owner_id", "3"},
        {"activities", "deal_id", "3"},     {"activities", "done", "false"}, {"activities", "person_id", "3"},
        {"notes", "deal_id", "3"},          {"notes", "person_id", "3"},     {"files", "deal_id", "3"},
        {"files", "organisation_id", "3"},  {"deals", "id.in", "1,2,3"},     {"deals", "external_id", "x"},
        {"people", "email", "a@b.example"},
    };
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);

    (void)state;
    for (size_t i = 0; i < COUNT(filters); i++) {
        struct list_query q = {.kind = kind(filters[i][0]), .limit = 50};
        assert_int_equal(list_filter(&q, s.arena, str_of(filters[i][1]), str_of(filters[i][2]), NULL, &s.err), 0);
        must_find(t, &q, filters[i][1]);
    }
    txn_end(t);
}

static void what_few_may_see(void **state)
{
    static const char *const levels[] = {"own", "team"};

    (void)state;
    for (size_t level = 0; level < COUNT(levels); level++)
        for (size_t n = 0; n < COUNT(growing); n++) {
            struct row *right = scratch_create(
                &s, WHO_SYSTEM, "rights",
                arena_printf(s.arena, "{\"role\":\"rep\",\"kind\":\"%s\",\"see\":\"%s\",\"edit\":\"own\"}", growing[n],
                             levels[level])
                    .p);
            assert_non_null(right);
            struct txn *t = txn_read(s.app->store, s.arena, &s.err);
            struct ctx c;
            assert_int_equal(ctx_read(&c, s.app, t, (struct who){rep, SCOPE_ADMIN}, &s.err), 0);
            struct list_query q = {.kind = kind(growing[n]), .access = c.access, .limit = 50};
            /* Notes, files and activities are seen through what they belong to, too: no index says that in one go. */
            if (!q.kind->def.via)
                must_find(t, &q, levels[level]);
            txn_end(t);
            assert_true(scratch_delete(&s, WHO_SYSTEM, "rights", row_id(right)));
        }
}

/* -- screens ------------------------------------------------------------------------------------------------ */

static void in_order(const char *name, const char *const (*filters)[2], size_t n, const char *order)
{
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);
    struct list_query q = {.kind = kind(name), .limit = 50};

    for (size_t i = 0; i < n; i++)
        assert_int_equal(list_filter(&q, s.arena, str_of(filters[i][0]), str_of(filters[i][1]), NULL, &s.err), 0);
    assert_int_equal(list_sort(&q, str_of(order), &s.err), 0);
    struct str plan = plan_of(t, &q);
    if (sorts(plan) || str_contains(plan, S("SCAN")))
        fail_msg("%s by %s: " STR_FMT, name, order, STR_ARG(plan));
    txn_end(t);
}

static void the_board_and_pages_of_records(void **state)
{
    static const char *const column[][2] = {{"pipeline_id", "1"}, {"status", "open"}, {"stage_id", "2"}};
    static const char *const late[][2] = {
        {"pipeline_id", "1"}, {"status", "open"}, {"stage_id", "2"}, {"next_activity_at.lt", "2026-01-01"}};
    static const char *const unplanned[][2] = {
        {"pipeline_id", "1"}, {"status", "open"}, {"stage_id", "2"}, {"next_activity_at.null", "true"}};
    static const char *const stage[][2] = {{"stage_id", "2"}};
    static const char *const mine[][2] = {{"owner_id", "3"}, {"done", "false"}};
    static const char *const of_deal[][2] = {{"deal_id", "3"}, {"done", "false"}};
    static const char *const note[][2] = {{"deal_id", "3"}};
    static const char *const stages[][2] = {{"pipeline_id", "1"}};

    (void)state;
    in_order("deals", column, COUNT(column), "next_activity_at");
    in_order("deals", column, COUNT(column), "-value");
    in_order("deals", late, COUNT(late), "next_activity_at");
    in_order("deals", unplanned, COUNT(unplanned), "-id");
    in_order("deals", stage, COUNT(stage), "-value");
    in_order("activities", mine, COUNT(mine), "due_at");
    in_order("activities", of_deal, COUNT(of_deal), "due_at");
    in_order("notes", note, COUNT(note), "-created_at");
    in_order("stages", stages, COUNT(stages), "position");
}

static void fixed_statements(void **state)
{
    static const char *const statements[] = {
        "SELECT * FROM changes c WHERE " LOG_OF_ROW " LIMIT 50",
        "SELECT * FROM changes c WHERE c.seq > $1 ORDER BY c.seq LIMIT 50",
        "SELECT * FROM changes c WHERE " LOG_OF_CHANGESET " LIMIT 50",
        "SELECT max(seq) FROM changes",
        "SELECT id FROM changesets WHERE actor_id = $1 ORDER BY id DESC LIMIT 50",
        "SELECT 1 FROM sessions WHERE digest = $1",
        "SELECT 1 FROM token_secrets WHERE digest = $1",
        "SELECT 1 FROM sessions WHERE user_id = $1",
        "SELECT rate FROM exchange_rates WHERE currency = $1 AND day <= $2 ORDER BY day DESC LIMIT 1",
        "SELECT id FROM users WHERE team_id = $1 AND id <> $2 ORDER BY id LIMIT 1000",
        "SELECT kind, see, edit FROM rights WHERE role = $1",
        "SELECT rowid FROM deals_search WHERE deals_search MATCH $1 ORDER BY rowid DESC LIMIT 25",
        ("SELECT t.id FROM deals t WHERE t.title COLLATE NOCASE > $1 AND t.title COLLATE NOCASE < $2 ORDER BY t.title "
         "COLLATE NOCASE, t.id LIMIT 25"),
    };
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);

    (void)state;
    for (size_t i = 0; i < COUNT(statements); i++) {
        struct buf b;
        buf_init(&b, 1u << 16);
        if (sql_plan(t, statements[i], &b, &s.err) < 0)
            fail_msg("%s: %s", statements[i], s.err.msg);
        struct str plan = arena_str(s.arena, buf_view(&b));
        buf_clear(&b);
        bool table = str_contains(plan, S("SCAN")) && !str_contains(plan, S("VIRTUAL TABLE"));
        if (sorts(plan) || table)
            fail_msg("%s: " STR_FMT, statements[i], STR_ARG(plan));
    }
    txn_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_lists),      cmocka_unit_test(filtered_lists),
        cmocka_unit_test(what_few_may_see), cmocka_unit_test(the_board_and_pages_of_records),
        cmocka_unit_test(fixed_statements),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}

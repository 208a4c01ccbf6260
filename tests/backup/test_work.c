/* Backups by plan and by wish: made by the runner of jobs, noted, and let go by the plan's rules. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "backup_plan.h"
#include "ceilings.h"
#include "plans.h"
#include "restore.h"
#include "scratch.h"
#include "work.h"

static struct scratch s;
static struct jobs *jobs;

static int set_up(void **state)
{
    static const struct job_type types[] = {{BACKUP_JOB, backup_job_run, 100}};

    (void)state;
    scratch_open(&s);
    return jobs_start(&jobs, s.app->store, types, COUNT(types), s.app, &s.err);
}

static int tear_down(void **state)
{
    (void)state;
    jobs_stop(jobs);
    scratch_close(&s);
    return 0;
}

static struct backup_record newest(void)
{
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);
    struct backup_record *list;
    size_t n = 0;

    assert_int_equal(record_list(t, 10, &list, &n, &s.err), 0);
    txn_end(t);
    return n ? list[0] : (struct backup_record){0};
}

/* The newest backup once it is done or has failed and has a greater number than `after`. */
static struct backup_record wait_for_end(id after)
{
    for (int i = 0; i < 2400; i++) {
        struct backup_record r = newest();
        if (r.id > after && (str_is(r.state, "done") || str_is(r.state, "failed")))
            return r;
        jobs_wake(jobs);
        nanosleep(&(struct timespec){.tv_nsec = 25000000}, NULL);
    }
    fail_msg("no backup was made within a minute");
    return (struct backup_record){0};
}

static struct backup_health health(void)
{
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);
    struct backup_health h;

    assert_int_equal(backup_health(s.app, t, &h, &s.err), 0);
    txn_end(t);
    return h;
}

static int files_in(const char *dir)
{
    DIR *d = opendir(dir);
    int n = 0;

    for (struct dirent *e; d && (e = readdir(d));)
        n += str_ends(str_of(e->d_name), S(BACKUP_SUFFIX));
    if (d)
        closedir(d);
    return n;
}

static struct row *plan(const char *json)
{
    struct row *row = scratch_create(&s, WHO_SYSTEM, "backup_plans", json);

    if (!row)
        fail_msg("%s", s.err.msg);
    return row;
}

static int ask(struct txn *t, void *arg, struct err *err)
{
    return backup_ask(t, *(id *)arg, 0, &(id){0}, err);
}

static void a_plan_makes_backups(void **state)
{
    const char *folder = arena_printf(s.arena, "%s/backups", s.dir).p;
    struct stat st;

    (void)state;
    struct row *p = plan("{\"every_hours\":6,\"keep_last\":2,\"keep_daily\":0,\"keep_weekly\":0,\"keep_monthly\":0}");
    struct backup_record first = wait_for_end(0);
    assert_str(first.state, "done");
    assert_int_equal(first.plan, row_id(p));
    assert_int_equal(stat(arena_cstr(s.arena, first.path), &st), 0);
    assert_int_equal(st.st_size, first.size);
    assert_int_equal(files_in(folder), 1);

    struct backup_health h = health();
    assert_true(h.last_good > 0 && !h.last_failed && !h.overdue);
    assert_int_equal(h.plans, 1);
    assert_true(h.next_at > clock_now() + 5 * HOUR && h.next_at < clock_now() + 7 * HOUR);

    /* It is as good as any. */
    const char *sources[] = {arena_cstr(s.arena, first.path)};
    struct restore_report report;
    struct restore_options o = {.sources = sources, .nsources = 1, .data_dir = s.dir, .check = true};
    assert_int_equal(restore_run(&o, s.arena, &report, &s.err), 0);
    assert_int_equal(report.rows, first.rows);

    /* Two stay, whoever asks. */
    id which = row_id(p), last = first.id;
    for (int i = 0; i < 3; i++) {
        nanosleep(&(struct timespec){.tv_sec = 1, .tv_nsec = 50000000}, NULL); /* names go by the second */
        assert_int_equal(store_write(s.app->store, s.arena, ask, &which, &s.err), 0);
        struct backup_record r = wait_for_end(last);
        assert_str(r.state, "done");
        last = r.id;
    }
    for (int i = 0; i < 200 && files_in(folder) > 2; i++)
        nanosleep(&(struct timespec){.tv_nsec = 25000000}, NULL);
    assert_int_equal(files_in(folder), 2);
    assert_int_equal(access(arena_cstr(s.arena, first.path), F_OK), -1);
}

static void failures_are_told_and_tried_again(void **state)
{
    char body[256];

    (void)state;
    /* A folder that is a file. */
    const char *file = arena_printf(s.arena, "%s/taken", s.dir).p;
    FILE *f = fopen(file, "w");
    assert_non_null(f);
    fclose(f);
    snprintf(body, sizeof(body), "{\"every_hours\":6,\"folder\":\"%s/inside\"}", file);
    struct row *p = plan(body);
    struct backup_record r = wait_for_end(0);
    assert_str(r.state, "failed");
    assert_true(r.error.n > 0);
    for (int i = 0; i < 100 && !health().next_at; i++)
        nanosleep(&(struct timespec){.tv_nsec = 25000000}, NULL);
    struct backup_health h = health();
    assert_true(h.last_failed && h.next_at > clock_now() && h.next_at < clock_now() + 16 * MINUTE);

    /* A key that is none. */
    snprintf(body, sizeof(body), "{\"folder\":null,\"key_file\":\"%s\"}", file);
    assert_non_null(scratch_update(&s, WHO_SYSTEM, "backup_plans", row_id(p), body));
    r = wait_for_end(r.id);
    assert_str(r.state, "failed");

    /* Mended. */
    assert_non_null(scratch_update(&s, WHO_SYSTEM, "backup_plans", row_id(p), "{\"key_file\":null}"));
    r = wait_for_end(r.id);
    assert_str(r.state, "done");
    assert_false(health().last_failed);

    /* Off: nothing waits. */
    assert_non_null(scratch_update(&s, WHO_SYSTEM, "backup_plans", row_id(p), "{\"active\":false}"));
    for (int i = 0; i < 100 && health().next_at; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 25000000}, NULL);
        scratch_update(&s, WHO_SYSTEM, "backup_plans", row_id(p), "{\"name\":\"off\"}");
    }
    assert_int_equal(health().next_at, 0);
}

static msec moment(const char *text)
{
    msec at;

    assert_true(msec_parse(str_of(text), &at));
    return at;
}

static void plans_keep_to_the_clock_on_the_wall(void **state)
{
    static const struct {
        const char *after, *next;
    } cases[] = {
        {"2026-01-10T00:00:00Z", "2026-01-10T01:30:00Z"}, {"2026-01-10T01:30:00Z", "2026-01-11T01:30:00Z"},
        {"2026-07-10T00:00:00Z", "2026-07-10T00:30:00Z"}, /* 02:30 is not there on 2026-03-29 and twice on 2026-10-25 */
        {"2026-03-28T12:00:00Z", "2026-03-29T00:30:00Z"}, {"2026-03-29T12:00:00Z", "2026-03-30T00:30:00Z"},
        {"2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"}, {"2026-10-25T12:00:00Z", "2026-10-26T01:30:00Z"},
    };

    (void)state;
    struct row *p = plan("{\"time_of_day\":\"02:30\",\"active\":false}");
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[MSEC_LEN + 1];
        msec_format(plan_next(p, zone_find("Europe/Berlin"), moment(cases[i].after)), text);
        if (plan_next(p, zone_find("Europe/Berlin"), moment(cases[i].after)) != moment(cases[i].next))
            fail_msg("after %s: %s, not %s", cases[i].after, text, cases[i].next);
    }
}

static void what_stays(void **state)
{
    enum { N = 400 };
    msec made_at[N], now = moment("2026-06-15T12:00:00Z");
    bool keep[N];
    int kept = 0, of_june = 0;

    (void)state;
    struct row *p = plan("{\"every_hours\":6,\"active\":false,\"keep_last\":3,\"keep_daily\":5,\"keep_weekly\":4,"
                         "\"keep_monthly\":3}");
    for (int i = 0; i < N; i++)
        made_at[i] = now - i * 6 * HOUR;
    backup_choose(p, zone_find("UTC"), made_at, N, keep);
    for (int i = 0; i < N; i++) {
        kept += keep[i];
        of_june += keep[i] && made_at[i] >= moment("2026-06-01T00:00:00Z");
    }
    /* The last three; five days, the first two among them; weeks that ended on 14, 7 June and 31 May; April's last,
     * May's is there. */
    assert_true(keep[0] && keep[1] && keep[2] && !keep[4]);
    assert_int_equal(kept, 10);
    assert_int_equal(of_june, 8);
    backup_choose(p, zone_find("UTC"), made_at, 1, keep);
    assert_true(keep[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
        TEST(a_plan_makes_backups),
        TEST(failures_are_told_and_tried_again),
        TEST(plans_keep_to_the_clock_on_the_wall),
        TEST(what_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

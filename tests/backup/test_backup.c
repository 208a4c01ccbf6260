/* Whole installations backed up and restored: what comes back is what was there, at any moment, or nothing comes. */
#include "installation.h"

/* -- tests ---------------------------------------------------------------------------------------------------- */

static void everything_comes_back(void **state)
{
    struct print then, now;
    struct rng r;

    (void)state;
    rng_seed(&r, 1);
    random_steps(&r, 150);
    id kept = keep_file("a letter"), gone = keep_file("a letter that was thrown away");
    keep_file("");
    assert_true(scratch_delete(&s, WHO_SYSTEM, "files", gone));
    id last = row_id(scratch_create(&s, WHO_SYSTEM, "tags", "{\"name\":\"the last one\"}"));
    assert_true(scratch_delete(&s, WHO_SYSTEM, "tags", last));
    take_print(s.app, false, &then);
    must(back_up("one.penstock", NULL));
    assert_int_equal(made.contents, 3);
    struct stat st;
    assert_int_equal(stat(in_dir(0, "one.penstock"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(st.st_size, made.size);

    must(restore("one.penstock", NULL, "copy", NULL));
    assert_int_equal(restored.rows, made.rows);
    struct app *copy = open_restored("copy");
    take_print(copy, false, &now);
    same_print(&then, &now, "a restored installation");
    uint64_t size;
    struct str sha256 = row_value(scratch_get(&s, WHO_SYSTEM, "files", kept), "sha256").s;
    int fd = content_open(copy, s.arena, sha256, &size, &s.err);
    assert_true(fd >= 0 && size == 8);
    close(fd);

    /* Ids go on where they were, also behind a row that is gone. */
    struct scratch other = s;
    other.app = copy;
    assert_int_equal(row_id(scratch_create(&other, WHO_SYSTEM, "tags", "{\"name\":\"the next one\"}")), last + 1);
    app_close(copy);
    refused(restore("one.penstock", NULL, "copy", NULL), "data in");
    must(restore("one.penstock", NULL, "copy2", NULL));
}

/* From the one engine into the other and back: every table is what it was. */
static void engines_take_from_each_other(void **state)
{
    struct print then, now;
    struct make_options o = {0};
    char url[ENGINE_URL];
    struct rng r;

    (void)state;
    if (!engine_is_postgres())
        return;
    rng_seed(&r, 11);
    random_steps(&r, 80);
    keep_file("a letter");
    assert_non_null(scratch_create(&s, WHO_SYSTEM, "fields",
                                   "{\"kind\":\"deals\",\"key\":\"size\",\"label\":\"Size\",\"type\":\"text\"}"));
    take_print(s.app, false, &then);
    must(back_up("server.penstock", NULL));
    must(restore("server.penstock", NULL, "folder", NULL));
    struct app *folder = open_restored("folder");
    take_print(folder, false, &now);
    same_print(&then, &now, "from the server into a folder");
    o.to = in_dir(0, "folder.penstock");
    must(make_backup(folder, &o, s.arena, &made, &s.err));
    app_close(folder);

    const char *sources[] = {in_dir(0, "folder.penstock")};
    struct restore_options into = {
        .sources = sources, .nsources = 1, .data_dir = in_dir(2, "nodes"), .db_url = engine_new(url)};
    must(restore_run(&into, s.arena, &restored, &s.err));
    struct app *server;
    must(app_open(&server, &(struct app_config){.data_dir = in_dir(2, "nodes"), .db_url = url}, &s.err));
    take_print(server, false, &now);
    same_print(&then, &now, "from the folder into a server");

    /* It goes on: ids and lines of the log above all that are there. */
    struct scratch other = s;
    other.app = server;
    assert_non_null(scratch_create(&other, WHO_SYSTEM, "tags", "{\"name\":\"one more\"}"));
    struct rebuild_report report;
    assert_int_equal(rebuild_compare(server, &report, NULL, &s.err), 0);
    assert_int_equal(report.differences + report.missing, 0);
    assert_int_equal(engine_sql(url, "SELECT count(*) FROM pg_namespace WHERE nspname = 'penstock_side'"), 0);
    app_close(server);
    refused(restore_run(&into, s.arena, &restored, &s.err), "data in this database");
}

static void any_moment_comes_back(void **state)
{
    struct print then[5], now;
    char moments[5][MSEC_LEN + 1], dir[16];
    struct rng r;

    (void)state;
    rng_seed(&r, 7);
    for (int i = 0; i < 5; i++) {
        random_steps(&r, 50);
        if (i == 2)
            must(back_up("whole.penstock", NULL));
        nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
        msec_format(clock_now(), moments[i]);
        take_print(s.app, true, &then[i]);
        nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
        arena_reset(s.arena);
    }
    must(back_up("more.penstock", "whole.penstock"));
    must(back_up("all.penstock", NULL));
    assert_true(made.size > 0);
    for (int i = 0; i < 5; i++) {
        bool early = i < 3;
        snprintf(dir, sizeof(dir), "then%d", i);
        must(restore(i % 2 ? "all.penstock" : "whole.penstock", i % 2 || early ? NULL : "more.penstock", dir,
                     moments[i]));
        struct app *copy = open_restored(dir);
        take_print(copy, true, &now);
        same_print(&then[i], &now, moments[i]);
        app_close(copy);
        arena_reset(s.arena);
    }
    refused(restore("all.penstock", NULL, "never", "2001-01-01"), "Nothing had been recorded");
    refused(restore("more.penstock", NULL, "never", NULL), "increment");
    refused(restore("all.penstock", "more.penstock", "never", NULL), "another backup");
    refused(back_up("even-more.penstock", "more.penstock"), "whole backup");
}

static void increments_give_the_whole(void **state)
{
    struct print then, now;
    struct rng r;

    (void)state;
    rng_seed(&r, 3);
    random_steps(&r, 60);
    keep_file("old");
    must(back_up("whole.penstock", NULL));
    random_steps(&r, 60);
    keep_file("new");
    take_print(s.app, false, &then);
    must(back_up("more.penstock", "whole.penstock"));
    assert_int_equal(made.contents, 1);
    must(restore("whole.penstock", "more.penstock", "copy", NULL));
    struct app *copy = open_restored("copy");
    take_print(copy, false, &now);
    same_print(&then, &now, "a whole backup and its increment");
    struct rebuild_report report;
    assert_int_equal(rebuild_compare(copy, &report, NULL, &s.err), 0);
    assert_int_equal(report.differences + report.missing, 0);
    app_close(copy);
}

static void nothing_is_written_over_or_left_half(void **state)
{
    (void)state;
    must(back_up("one.penstock", NULL));
    refused(back_up("one.penstock", NULL), "never written over");
    refused(back_up("no/such/folder.penstock", NULL), "cannot be written");
    assert_int_equal(symlink("/nowhere", in_dir(0, "link.penstock")), 0);
    refused(back_up("link.penstock", NULL), "never written over");

    /* A disk that is full, as far as this process can tell. */
    pid_t child = fork();
    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){2000, 2000});
        _exit(back_up("full.penstock", NULL) < 0 && strstr(s.err.msg, "cannot be written") ? 0 : 1);
    }
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(files_in(s.dir, "full.penstock"), 0);
    assert_int_equal(files_in(s.dir, "side-"), 0);

    /* What a backup that was killed has left goes with the next one; what is being written stays. */
    int dead = open(in_dir(0, ".dead.penstock.partial"), O_WRONLY | O_CREAT, 0600);
    int live = open(in_dir(0, ".live.penstock.partial"), O_WRONLY | O_CREAT, 0600);
    assert_true(dead >= 0 && live >= 0 && flock(live, LOCK_EX) == 0);
    close(dead);
    must(back_up("two.penstock", NULL));
    assert_int_equal(files_in(s.dir, "dead"), 0);
    assert_int_equal(files_in(s.dir, "live"), 1);
    close(live);

    /* A folder gets a file named by the time. */
    mkdir(in_dir(0, "folder"), 0700);
    must(back_up("folder", NULL));
    assert_int_equal(files_in(in_dir(0, "folder"), BACKUP_SUFFIX), 1);
    assert_true(str_ends(str_of(made.path), S(BACKUP_SUFFIX)));
}

static void damage_is_refused_and_leaves_nothing(void **state)
{
    struct stat st;
    char c;

    (void)state;
    must(back_up("one.penstock", NULL));
    int fd = open(in_dir(0, "one.penstock"), O_RDWR);
    fstat(fd, &st);
    assert_int_equal(pread(fd, &c, 1, st.st_size / 2), 1);
    c ^= 1;
    assert_int_equal(pwrite(fd, &c, 1, st.st_size / 2), 1);
    refused(restore("one.penstock", NULL, "copy", NULL), "damaged");
    assert_int_equal(files_in(in_dir(0, "copy"), "penstock"), 0);
    assert_int_equal(ftruncate(fd, st.st_size / 2), 0);
    refused(restore("one.penstock", NULL, "copy", NULL), "cut short");
    assert_int_equal(ftruncate(fd, 5), 0);
    refused(restore("one.penstock", NULL, "copy", NULL), "not a backup");
    assert_int_equal(ftruncate(fd, 0), 0);
    refused(restore("one.penstock", NULL, "copy", NULL), "not a backup");
    close(fd);
    assert_int_equal(files_in(in_dir(0, "copy"), "penstock"), 0);
}

static bool stop_after(void *ctx)
{
    return --*(int *)ctx < 0;
}

static void what_is_stopped_leaves_nothing(void **state)
{
    (void)state;
    must(back_up("one.penstock", NULL));
    for (int steps = 0; steps < 40; steps += 6) {
        const char *sources[] = {in_dir(0, "one.penstock")};
        int left = steps;
        struct restore_options o = {
            .sources = sources, .nsources = 1, .data_dir = in_dir(2, "copy"), .stop = stop_after, .ctx = &left};
        refused(restore_run(&o, s.arena, &restored, &s.err), "stopped");
        assert_int_equal(files_in(in_dir(0, "copy"), "penstock"), 0);

        struct make_options to = {.to = in_dir(0, "two.penstock"), .stop = stop_after, .ctx = &left};
        left = steps;
        refused(make_backup(s.app, &to, s.arena, &made, &s.err), "stopped");
        assert_int_equal(files_in(s.dir, "two") + files_in(s.dir, "side-"), 0);
    }
    must(restore("one.penstock", NULL, "copy", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
        TEST(everything_comes_back),
        TEST(engines_take_from_each_other),
        TEST(any_moment_comes_back),
        TEST(increments_give_the_whole),
        TEST(nothing_is_written_over_or_left_half),
        TEST(damage_is_refused_and_leaves_nothing),
        TEST(what_is_stopped_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Whole installations backed up and restored: what comes back is what was there, at any moment, or nothing comes. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "catalog.h"
#include "content.h"
#include "engine.h"
#include "frame.h"
#include "make.h"
#include "random.h"
#include "rebuild.h"
#include "restore.h"
#include "undo.h"

/* -- comparing installations --------------------------------------------------------------------------------- */

#define MOST 64
struct print {
    int n;
    char name[MOST][40], digest[MOST][DIGEST_TEXT + 1];
};

/* Digests of all tables, derived columns too; with `past` only of those that the log can take back. */
static void take_print(struct app *app, bool past, struct print *ret)
{
    struct arena *a = arena_new(1u << 28);
    struct err err = {0};
    struct txn *t = txn_read(app->store, a, &err);
    struct catalog *c = NEW(a, struct catalog);

    assert_int_equal(catalog_read(t, app->schema, c, &err), 0);
    *ret = (struct print){0};
    for (int i = 0; i < c->n; i++) {
        struct table *table = c->tables[i];
        struct digest d;
        if (past && !table->kind && !str_starts(str_of(table->name), S("change")))
            continue;
        for (int k = 0; k < table->n; k++)
            table->columns[k].derived = false;
        digest_init(&d);
        assert_int_equal(table_digest(t, table, &d, &err), 0);
        snprintf(ret->name[ret->n], sizeof(ret->name[0]), "%s", table->name);
        digest_text(&d, ret->digest[ret->n++]);
        digest_clear(&d);
    }
    txn_end(t);
    arena_free(a);
}

static void same_print(const struct print *want, const struct print *got, const char *what)
{
    assert_int_equal(want->n, got->n);
    for (int i = 0; i < want->n; i++) {
        assert_string_equal(want->name[i], got->name[i]);
        if (strcmp(want->digest[i], got->digest[i]) != 0)
            fail_msg("%s: %s differ", what, want->name[i]);
    }
}

/* -- a scratch installation and its backups ------------------------------------------------------------------ */

static struct scratch s;
static struct make_report made;
static struct restore_report restored;
static char text[4][256];

static const char *in_dir(int slot, const char *name)
{
    snprintf(text[slot], sizeof(text[slot]), "%s/%s", s.dir, name);
    return text[slot];
}

static int set_up(void **state)
{
    (void)state;
    scratch_open(&s);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_close(&s);
    return 0;
}

static int back_up(const char *name, const char *since)
{
    struct make_options o = {.to = in_dir(0, name), .since = since ? in_dir(1, since) : NULL};

    err_clear(&s.err);
    return make_backup(s.app, &o, s.arena, &made, &s.err);
}

static int restore(const char *from, const char *increment, const char *to, const char *until)
{
    const char *sources[] = {in_dir(0, from), increment ? in_dir(1, increment) : NULL};
    struct restore_options o = {
        .sources = sources, .nsources = increment ? 2 : 1, .data_dir = in_dir(2, to), .until = until};

    err_clear(&s.err);
    return restore_run(&o, s.arena, &restored, &s.err);
}

static struct app *open_restored(const char *name)
{
    struct app *app;

    if (app_open(&app, &(struct app_config){.data_dir = in_dir(2, name), .must_exist = true}, &s.err) < 0)
        fail_msg("%s", s.err.msg);
    return app;
}

static void must(int result)
{
    if (result < 0)
        fail_msg("%s", s.err.msg);
}

static void refused(int result, const char *word)
{
    assert_int_equal(result, -1);
    if (!strstr(s.err.msg, word))
        fail_msg("\"%s\" says nothing of \"%s\"", s.err.msg, word);
}

static void random_steps(struct rng *r, int n)
{
    for (int i = 0; i < n; i++) {
        id before = scratch_last_changeset(&s);
        random_step(&s, r);
        id last = scratch_last_changeset(&s);
        if (last > before && rng_below(r, 6) == 0) {
            struct undo_report *report = NEW(s.arena, struct undo_report);
            struct undo_request req = {.changeset = last, .who = WHO_SYSTEM, .origin = "test"};
            undo_run(s.app, s.arena, &req, report, &s.err);
        }
    }
}

struct file_write {
    struct content *content;
    id id;
};

static int write_file_row(struct txn *t, void *arg, struct err *err)
{
    struct file_write *w = arg;
    struct ctx c;

    if (ctx_write(&c, s.app, t, WHO_SYSTEM, "test", err) < 0)
        return -1;
    struct row *row = row_new(c.arena, s.app->files);
    if (content_record(&c, row, w->content, S("letter.txt"), err) < 0)
        return -1;
    w->id = row_id(row);
    return 0;
}

static id keep_file(const char *bytes)
{
    char path[] = "/tmp/penstock-test-XXXXXX";
    int fd = mkstemp(path);
    struct content found;
    struct file_write w = {.content = &found};

    assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
    close(fd);
    must(content_keep(s.app, s.arena, path, &found, &s.err));
    unlink(path);
    must(store_write(s.app->store, s.arena, write_file_row, &w, &s.err));
    return w.id;
}

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

static int files_in(const char *dir, const char *hint)
{
    DIR *d = opendir(dir);
    int n = 0;

    for (struct dirent *e; d && (e = readdir(d));)
        n += strstr(e->d_name, hint) != NULL;
    if (d)
        closedir(d);
    return n;
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

/* -- backups of other programs ---------------------------------------------------------------------------------- */

/* Writes `to` as `from` with each frame's payload changed by `change`; what it drops is left out. */
typedef bool change_fn(struct frame *f, struct str table, struct arena *a);

static void rewrite(const char *from, const char *to, change_fn *change)
{
    int in = open(in_dir(0, from), O_RDONLY), out = open(in_dir(1, to), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    struct arena *a = arena_new(1u << 28);
    struct frame_reader *r;
    struct frame_writer *w;
    struct str table = S("");
    struct frame f;

    assert_int_equal(frame_reader_new(&r, in, NULL, &s.err), 0);
    assert_int_equal(frame_writer_new(&w, out, NULL, &s.err), 0);
    while (frame_read(r, &f, &s.err) == 1) {
        if (f.type == FRAME_TABLE) {
            struct table_head head;
            assert_int_equal(table_head_read(a, arena_str(a, f.payload), &head, &s.err), 0);
            table = head.name;
        }
        if (change(&f, table, a))
            assert_int_equal(frame_write(w, f.type, f.payload, &s.err), 0);
    }
    frame_reader_free(r);
    frame_writer_free(w);
    close(in);
    close(out);
    arena_free(a);
}

static struct str replace(struct arena *a, struct str in, const char *what, const char *by)
{
    struct str rest = in;

    while (rest.n && !str_starts(rest, str_of(what)))
        rest = str_from(rest, 1);
    assert_true(rest.n > 0);
    struct str tail = str_from(rest, strlen(what));
    struct buf b;
    buf_init(&b, 1u << 24);
    buf_add(&b, in.p, in.n - rest.n);
    buf_z(&b, by);
    buf_str(&b, tail);
    struct str made_of_it = arena_str(a, buf_view(&b));
    buf_clear(&b);
    return made_of_it;
}

static bool of_the_future(struct frame *f, struct str table, struct arena *a)
{
    (void)table;
    if (f->type == FRAME_HEAD)
        f->payload = replace(a, f->payload, "\"schema\":", "\"schema\":9");
    return true;
}

static bool with_a_strange_column(struct frame *f, struct str table, struct arena *a)
{
    if (f->type == FRAME_TABLE && str_is(table, "deals"))
        f->payload = replace(a, f->payload, "\"title\"", "\"colour\"");
    return true;
}

static bool with_a_strange_table(struct frame *f, struct str table, struct arena *a)
{
    (void)table;
    if (f->type == FRAME_TABLE && str_is(table, "credentials"))
        f->payload = replace(a, f->payload, "\"credentials\"", "\"sqlite_master\"");
    return true;
}

static bool with_a_statement_for_a_name(struct frame *f, struct str table, struct arena *a)
{
    if (f->type == FRAME_TABLE && str_is(table, "deals"))
        f->payload = replace(a, f->payload, "\"title\"", "\"title) VALUES (1); --\"");
    return true;
}

static bool without_a_table(struct frame *f, struct str table, struct arena *a)
{
    (void)a;
    return !(str_is(table, "stages") && f->type >= FRAME_TABLE && f->type <= FRAME_ROWS_END);
}

static bool with_other_rows(struct frame *f, struct str table, struct arena *a)
{
    if (f->type == FRAME_ROWS && str_is(table, "stages"))
        f->payload = replace(a, f->payload, "Negotiation", "Negociation");
    return true;
}

static bool with_a_path_for_a_digest(struct frame *f, struct str table, struct arena *a)
{
    (void)table;
    if (f->type == FRAME_CONTENT)
        f->payload =
            S("{\"sha256\":\"../../../../../../../../../tmp/penstock-escaped-from-its-folder-oh\",\"size\":8}");
    (void)a;
    return true;
}

static void backups_of_other_programs(void **state)
{
    static const struct {
        change_fn *change;
        const char *word;
    } cases[] = {
        {of_the_future, "newer Penstock"},
        {with_a_strange_column, "column \"colour\""},
        {with_a_strange_table, "table \"sqlite_master\""},
        {with_a_statement_for_a_name, "damaged"},
        {without_a_table, "a table is missing"},
        {with_other_rows, "the rows of stages differ"},
        {with_a_path_for_a_digest, "damaged"},
    };

    (void)state;
    keep_file("a letter");
    must(back_up("one.penstock", NULL));
    for (size_t i = 0; i < COUNT(cases); i++) {
        rewrite("one.penstock", "other.penstock", cases[i].change);
        refused(restore("other.penstock", NULL, "copy", NULL), cases[i].word);
        assert_int_equal(files_in(in_dir(0, "copy"), "penstock"), 0);
    }
}

/* The columns of a kind as an older program had them, which knew no `location`. */
static int location_at(struct str payload, struct arena *a)
{
    struct table_head head;

    assert_int_equal(table_head_read(a, arena_str(a, payload), &head, &s.err), 0);
    for (int i = 0; i < head.n; i++)
        if (strcmp(head.columns[i].name, "location") == 0)
            return i;
    return -1;
}

static char digest_before[DIGEST_TEXT + 1], digest_after[DIGEST_TEXT + 1];

static bool of_an_older_program(struct frame *f, struct str table, struct arena *a)
{
    static struct table_head head;
    static int at;
    static struct digest digest;
    struct value v[MAX_COLUMNS];

    if (f->type == FRAME_END)
        f->payload = replace(a, f->payload, digest_before, digest_after);
    if (!str_is(table, "activities"))
        return true;
    if (f->type == FRAME_TABLE) {
        at = location_at(f->payload, a);
        assert_true(at > 0);
        assert_int_equal(table_head_read(a, arena_str(a, f->payload), &head, &s.err), 0);
        f->payload = replace(a, f->payload, "{\"name\":\"location\"},", "");
        digest_init(&digest);
    } else if (f->type == FRAME_ROWS) {
        struct digest whole;
        struct buf b;
        struct column columns[MAX_COLUMNS];
        digest_init(&whole);
        buf_init(&b, 1u << 24);
        memcpy(columns, head.columns, (size_t)head.n * sizeof(columns[0]));
        memmove(columns + at, columns + at + 1, (size_t)(head.n - at - 1) * sizeof(columns[0]));
        while (f->payload.n) {
            assert_true(rowcode_take(&f->payload, v, head.n));
            digest_add(&whole, head.columns, v, head.n);
            memmove(v + at, v + at + 1, (size_t)(head.n - at - 1) * sizeof(v[0]));
            digest_add(&digest, columns, v, head.n - 1);
            rowcode_put(&b, v, head.n - 1);
        }
        digest_text(&whole, digest_before);
        digest_text(&digest, digest_after);
        f->payload = arena_str(a, buf_view(&b));
        buf_clear(&b);
        digest_clear(&whole);
        digest_clear(&digest);
    }
    return true;
}

static void an_older_backup_is_brought_up_to_date(void **state)
{
    struct print then, now;

    (void)state;
    assert_non_null(scratch_create(&s, WHO_SYSTEM, "activities", "{\"subject\":\"Call\",\"type\":\"call\"}"));
    take_print(s.app, false, &then);
    must(back_up("one.penstock", NULL));
    rewrite("one.penstock", "old.penstock", of_an_older_program);
    must(restore("old.penstock", NULL, "copy", NULL));
    struct app *copy = open_restored("copy");
    take_print(copy, false, &now);
    assert_int_equal(now.n, then.n);
    struct scratch other = s;
    other.app = copy;
    assert_non_null(scratch_create(&other, WHO_SYSTEM, "activities", "{\"subject\":\"Visit\",\"location\":\"Ulm\"}"));
    app_close(copy);
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
        TEST(backups_of_other_programs),
        TEST(an_older_backup_is_brought_up_to_date),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Older and newer databases. tests/app/old has files as earlier versions of the program left them; newer ones are made
 * here with a kind and with steps that the program does not have.
 */
#include "upgrade.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "figures.h"
#include "kinds.h"
#include "scratch.h"
#include "sqlgen.h"
#include "steps.h"

#define MAX_STEPS 64

struct place {
    char dir[64], db[96];
    struct arena *arena;
    struct err err;
};

/* What this test lets the disk say (statvfs below); 0: what it has. */
static uint64_t free_bytes;
static char told[8192];

/* Stands in for the C library's, so that a disk can be full. */
int statvfs(const char *path, struct statvfs *ret)
{
    (void)path;
    *ret = (struct statvfs){.f_frsize = 1, .f_bavail = free_bytes ? free_bytes : UINT64_C(1) << 40};
    return 0;
}

static void tell(const char *line)
{
    size_t n = strlen(told);

    snprintf(told + n, sizeof(told) - n, "%s\n", line);
}

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof(*p));

    strcpy(p->dir, "/tmp/penstock-test-XXXXXX");
    if (!mkdtemp(p->dir))
        return -1;
    snprintf(p->db, sizeof(p->db), "%s/penstock.db", p->dir);
    p->arena = arena_new(1u << 30);
    free_bytes = 0;
    told[0] = '\0';
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    char command[128];

    arena_free(p->arena);
    snprintf(command, sizeof(command), "rm -rf '%s'", p->dir);
    int r = system(command);
    free(p);
    return r;
}

/* -- databases ----------------------------------------------------------------------------------- */

/* The file that version left, under its usual name. */
static void unpack(struct place *p, const char *name)
{
    char path[256], bytes[65536];
    int n;

    snprintf(path, sizeof(path), OLD_DIR "/%s", name);
    gzFile in = gzopen(path, "rb");
    FILE *out = fopen(p->db, "wb");
    assert_non_null(in);
    assert_non_null(out);
    while ((n = gzread(in, bytes, sizeof(bytes))) > 0)
        assert_int_equal(fwrite(bytes, 1, (size_t)n, out), n);
    assert_int_equal(n, 0);
    gzclose(in);
    fclose(out);
    chmod(p->db, 0600);
}

static struct app_config config_of(struct place *p, const struct migrations *m)
{
    return (struct app_config){.data_dir = p->dir, .upgrade = tell, .migrations = m, .must_exist = true};
}

static struct migrations own(struct place *p)
{
    struct schema *s = kinds_schema(p->arena);

    sqlgen_attach(s);
    return (struct migrations){.version = "0.1.0", .schema = s, .steps = app_migrations, .n = app_migrations_n};
}

/* The program's steps and one more. */
static struct migrations newer(struct place *p, const char *version, struct migration last)
{
    struct migrations m = own(p);
    struct migration *steps = NEW_ARRAY(p->arena, struct migration, (size_t)m.n + 1);

    memcpy(steps, m.steps, (size_t)m.n * sizeof(*steps));
    last.number = m.n + 1;
    steps[m.n] = last;
    return (struct migrations){.version = version, .schema = m.schema, .steps = steps, .n = m.n + 1};
}

static struct app *must_open(struct place *p, const struct migrations *m)
{
    struct app_config config = config_of(p, m);
    struct app *app;

    if (app_open(&app, &config, &p->err) < 0)
        fail_msg("%s", p->err.msg);
    return app;
}

static void must_fail(struct place *p, const struct migrations *m, const char *words)
{
    struct app_config config = config_of(p, m);
    struct app *app;

    err_clear(&p->err);
    assert_int_equal(app_open(&app, &config, &p->err), -1);
    if (!strstr(p->err.msg, words) && !strstr(told, words))
        fail_msg("\"%s\" and \"%s\" do not say \"%s\"", p->err.msg, told, words);
}

/* Rows of all tables and the digest of the log, as text. */
static const char *figures(struct place *p)
{
    struct store *s;
    struct figures f;
    struct buf b;

    if (store_open(&s, &(struct store_config){.url = p->db, .must_exist = true}, &p->err) < 0)
        fail_msg("%s", p->err.msg);
    struct txn *t = txn_read(s, p->arena, &p->err);
    assert_int_equal(figures_take(&f, t, NULL, &p->err), 0);
    txn_end(t);
    store_close(s);
    buf_init(&b, 1u << 20);
    for (size_t i = 0; i < f.n; i++)
        if (strcmp(f.tables[i].table, "extra") != 0)
            buf_printf(&b, "%s %lld %llx\n", f.tables[i].table, (long long)f.tables[i].count,
                       (unsigned long long)f.tables[i].digest);
    buf_printf(&b, "log %s\n", f.log);
    const char *text = arena_cstr(p->arena, buf_view(&b));
    buf_clear(&b);
    return text;
}

static int count_files(struct place *p, const char *part)
{
    DIR *d = opendir(p->dir);
    int n = 0;

    for (struct dirent *e; (e = readdir(d));)
        n += strstr(e->d_name, part) != NULL;
    closedir(d);
    return n;
}

static int64_t number_in(struct place *p, struct app *app, const char *sql)
{
    struct txn *t = txn_read(app->store, p->arena, &p->err);
    struct value v;

    assert_int_equal(sql_row(t, sql, NO_ARGS, &v, 1, &p->err), 1);
    txn_end(t);
    return v.i;
}

static int migrate_by(struct txn *t, void *arg, struct err *err)
{
    return migrate(t, arg, err);
}

/* -- steps that fail the second time ----------------------------------------------------------- */

/* Well on the copy, then not. */
static int runs;
static void second_time_wrong(struct buf *b, enum dialect d)
{
    if (++runs % 2 == 0)
        lose_rows(b, d);
    else
        make_table(b, d);
}

/* The process dies in the middle of the step, in its nth run. */
static int die_at;
static void dies(struct buf *b, enum dialect d)
{
    make_table(b, d);
    if (++runs == die_at)
        raise(SIGKILL);
}

/* -- what is tested ---------------------------------------------------------------------------------- */

static void an_older_database_is_upgraded(void **state)
{
    struct place *p = *state;
    struct migrations m = newer(p, "0.2.0", (struct migration){.name = "one more table", .script = make_table});
    struct stat st;

    unpack(p, "step-5.db.gz");
    const char *before = figures(p);
    struct app *app = must_open(p, &m);
    assert_int_equal(number_in(p, app, "SELECT count(*) FROM extra"), number_in(p, app, "SELECT count(*) FROM deals"));
    assert_int_equal(number_in(p, app, "SELECT step FROM releases ORDER BY number DESC LIMIT 1"), m.n);
    app_close(app);
    assert_non_null(strstr(told, "one more table"));
    assert_non_null(strstr(told, "no difference"));
    assert_non_null(strstr(told, "penstock.db.before-1"));
    if (app_migrations_n == 5) /* its own steps change no rows either */
        assert_string_equal(figures(p), before);
    assert_int_equal(count_files(p, "rehearsal"), 0);

    /* The file of before is the old one, and closed to others. */
    const char *kept = arena_printf(p->arena, "%s.before-1", p->db).p;
    assert_int_equal(stat(kept, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(rename(kept, p->db), 0);
    assert_string_equal(figures(p), before);
}

static void once_upgraded_nothing_more_is_done(void **state)
{
    struct place *p = *state;
    struct migrations m = newer(p, "0.2.0", (struct migration){.name = "one more table", .script = make_table});

    unpack(p, "step-5.db.gz");
    app_close(must_open(p, &m));
    told[0] = '\0';
    app_close(must_open(p, &m));
    assert_string_equal(told, "");
    struct app_config config = config_of(p, &m);
    assert_int_equal(app_upgrade(&config, false, &p->err), 0);
    assert_string_equal(told, "");
    assert_int_equal(count_files(p, ".before-"), 1);
}

static void every_step_leads_here(void **state)
{
    struct place *p = *state;
    struct migrations all = own(p);

    for (int n = 1; n <= all.n; n++) {
        struct migrations some = all;
        struct store *s;
        some.n = n;
        some.version = "0.0.1";
        assert_int_equal(store_open(&s, &(struct store_config){.url = p->db}, &p->err), 0);
        if (store_write(s, p->arena, migrate_by, &some, &p->err) < 0)
            fail_msg("with %d steps: %s", n, p->err.msg);
        store_close(s);
        struct app *app = must_open(p, &all);
        assert_int_equal(number_in(p, app, "SELECT max(number) FROM migrations"), all.n);
        app_close(app);
        assert_int_equal(unlink(p->db), 0);
    }
}

static void a_rehearsal_changes_nothing(void **state)
{
    struct place *p = *state;
    struct migrations m = newer(p, "0.2.0", (struct migration){.name = "one more table", .script = make_table});
    struct app_config config = config_of(p, &m);

    unpack(p, "step-5.db.gz");
    const char *before = figures(p);
    assert_int_equal(app_upgrade(&config, true, &p->err), 0);
    assert_non_null(strstr(told, "no difference"));
    assert_null(strstr(told, "switched"));
    assert_string_equal(figures(p), before);
    assert_int_equal(count_files(p, ".before-") + count_files(p, "rehearsal"), 0);
}

static void only_who_upgrades_does(void **state)
{
    struct place *p = *state;
    struct migrations m = newer(p, "0.2.0", (struct migration){.name = "one more table", .script = make_table});
    struct app_config config = config_of(p, &m);
    struct app *app;

    unpack(p, "step-5.db.gz");
    config.upgrade = NULL;
    assert_int_equal(app_open(&app, &config, &p->err), -1);
    assert_non_null(strstr(p->err.msg, "penstock upgrade"));
}

static void a_newer_database_is_left_alone(void **state)
{
    struct place *p = *state;
    struct migrations now = own(p), by_step = newer(p, "0.3.0", (struct migration){.name = "x", .script = make_table});

    unpack(p, "step-5.db.gz");
    app_close(must_open(p, &by_step));
    const char *before = figures(p);
    must_fail(p, &now, "A newer Penstock (0.3.0, step");
    assert_non_null(strstr(p->err.msg, "this is Penstock 0.1.0"));
    struct app_config config = config_of(p, &now);
    assert_int_equal(app_upgrade(&config, false, &p->err), -1);
    assert_string_equal(figures(p), before);
}

/* A new field needs no step; the shape of the kinds tells. */
static void a_newer_shape_is_noticed(void **state)
{
    struct place *p = *state;
    struct migrations now = own(p), later = own(p);
    static const struct field fields[] = {{.name = "name", .label = "Name", .doc = "What", .type = FT_TEXT}};
    static const struct kind_def kind_room = {.name = "rooms",
                                              .one = "room",
                                              .label = "Room",
                                              .labels = "Rooms",
                                              .icon = "file",
                                              .doc = "Where",
                                              .class = CLASS_RECORD,
                                              .fields = fields,
                                              .nfields = COUNT(fields),
                                              .title = "name"};
    const struct kind_def **defs = NEW_ARRAY(p->arena, const struct kind_def *, all_kinds_n + 1);

    memcpy(defs, all_kinds, all_kinds_n * sizeof(*defs));
    defs[all_kinds_n] = &kind_room;
    struct schema *s = schema_build(p->arena, defs, all_kinds_n + 1);
    sqlgen_attach(s);
    later.schema = s;

    unpack(p, "step-5.db.gz");
    app_close(must_open(p, &now));
    app_close(must_open(p, &later));
    assert_non_null(strstr(told, "1 new table"));
    must_fail(p, &now, "A newer Penstock (0.1.0"); /* of the same version, but it was here before */
    later.version = "0.10.0";
    now.version = "0.9.9";
    unpack(p, "step-5.db.gz");
    app_close(must_open(p, &later));
    must_fail(p, &now, "A newer Penstock (0.10.0");
}

static void steps_that_lose_something_are_refused(void **state)
{
    struct place *p = *state;
    static const struct {
        void (*script)(struct buf *b, enum dialect d);
        const char *words;
    } cases[] = {
        {nonsense, "(bad) failed"},
        {lose_rows, "people: 8 rows before, 4 after"},
        {change_values, "deals: rows have other values than before"},
        {change_values, "fields that differ from the log in a row of deals: 1 instead of 0"},
        {lose_a_change, "the log: 118 changes before, 117 after"},
        {lose_a_column, "notes"},
        {second_time_wrong, "people: 8 rows before, 4 after"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct migrations m = newer(p, "0.2.0", (struct migration){.name = "bad", .script = cases[i].script});
        unpack(p, "step-5.db.gz");
        const char *before = figures(p);
        told[0] = '\0';
        runs = 0;
        must_fail(p, &m, cases[i].words);
        assert_string_equal(figures(p), before);
        assert_int_equal(count_files(p, ".before-") + count_files(p, "rehearsal"), 0);
    }
}

static void a_step_may_say_what_it_touches(void **state)
{
    struct place *p = *state;
    struct migrations m =
        newer(p, "0.2.0", (struct migration){.name = "forget", .script = forget_tokens, .touches = "people tokens"});

    unpack(p, "step-5.db.gz");
    app_close(must_open(p, &m));
    assert_non_null(strstr(told, "tokens: 1 rows before, 0 after (as its step says it may)"));
}

static void earlier_copies_go(void **state)
{
    struct place *p = *state;
    struct migrations one = newer(p, "0.2.0", (struct migration){.name = "one", .script = make_table});
    struct migrations two = one;
    struct migration *steps = NEW_ARRAY(p->arena, struct migration, (size_t)one.n + 1);

    memcpy(steps, one.steps, (size_t)one.n * sizeof(*steps));
    steps[one.n] = (struct migration){.number = one.n + 1, .name = "two", .script = forget_tokens, .touches = "tokens"};
    two.steps = steps;
    two.n++;
    two.version = "0.3.0";
    unpack(p, "step-5.db.gz");
    app_close(must_open(p, &one));
    app_close(must_open(p, &two));
    assert_int_equal(count_files(p, ".before-"), 1);
    assert_int_equal(count_files(p, ".before-2"), 1);
    assert_non_null(strstr(told, "removed penstock.db.before-1"));
}

static void no_room_is_said_before_anything(void **state)
{
    struct place *p = *state;
    struct migrations m = newer(p, "0.2.0", (struct migration){.name = "one", .script = make_table});

    unpack(p, "step-5.db.gz");
    const char *before = figures(p);
    free_bytes = 100000;
    must_fail(p, &m, "not enough room on the disk for a copy of the database");
    assert_string_equal(figures(p), before);
    assert_int_equal(count_files(p, "penstock.db"), 1);
}

static void open_and_close(struct place *p, const struct migrations *m)
{
    struct app_config config = config_of(p, m);
    struct app *app;

    if (app_open(&app, &config, &p->err) == 0)
        app_close(app);
}

static void killed_anywhere_it_is_old_or_new(void **state)
{
    struct place *p = *state;
    struct migrations m = newer(p, "0.2.0", (struct migration){.name = "one", .script = dies});

    for (die_at = 1; die_at <= 2; die_at++) { /* in the rehearsal; in the switch */
        unpack(p, "step-5.db.gz");
        runs = 0;
        const char *before = figures(p);
        int status;
        pid_t pid = fork();
        if (pid == 0) {
            open_and_close(p, &m);
            _exit(0);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        assert_string_equal(figures(p), before);
        runs = 10;
        app_close(must_open(p, &m)); /* it goes on where it can */
        assert_int_equal(count_files(p, "rehearsal"), 0);
        assert_int_equal(count_files(p, ".before-"), 1);
        const char *kept = arena_printf(p->arena, "%s.before-%d", p->db, die_at).p;
        assert_int_equal(rename(kept, p->db), 0);
        assert_string_equal(figures(p), before);
    }
}

static void killed_at_any_moment(void **state)
{
    struct place *p = *state;
    struct migrations m = newer(p, "0.2.0", (struct migration){.name = "one", .script = make_table});

    unpack(p, "step-5.db.gz");
    const char *before = figures(p);
    for (int i = 0; i < 24; i++) {
        unpack(p, "step-5.db.gz");
        pid_t pid = fork();
        if (pid == 0) {
            open_and_close(p, &m);
            _exit(0);
        }
        usleep((useconds_t)(i * 15000));
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        struct app *app = must_open(p, &m);
        assert_int_equal(number_in(p, app, "SELECT count(*) FROM extra"), 41);
        app_close(app);
        if (app_migrations_n == 5)
            assert_string_equal(figures(p), before);
        assert_int_equal(count_files(p, "rehearsal"), 0);
    }
}

static void hold_open(struct place *p, const struct migrations *m)
{
    struct app *app = must_open(p, m);
    FILE *f = fopen(arena_printf(p->arena, "%s/ready", p->dir).p, "w");

    fclose(f);
    pause();
    app_close(app);
}

static void nobody_else_may_have_it_open(void **state)
{
    struct place *p = *state;
    struct migrations now = own(p), m = newer(p, "0.2.0", (struct migration){.name = "one", .script = make_table});
    char words[64];

    unpack(p, "step-5.db.gz");
    app_close(must_open(p, &now));
    pid_t pid = fork();
    if (pid == 0)
        hold_open(p, &now);
    while (count_files(p, "ready") == 0)
        usleep(1000);
    snprintf(words, sizeof(words), "process %d has it open", (int)pid);
    must_fail(p, &m, words);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    app_close(must_open(p, &m));
}

/* A program that runs while a newer one upgrades its database writes no more. */
static void who_is_overtaken_stops_writing(void **state)
{
    struct place *p = *state;
    struct migrations now = own(p), m = newer(p, "0.2.0", (struct migration){.name = "one", .script = make_table});

    unpack(p, "step-5.db.gz");
    struct app *app = must_open(p, &now);
    struct store *other; /* as if it had come between */
    assert_int_equal(store_open(&other, &(struct store_config){.url = p->db}, &p->err), 0);
    assert_int_equal(store_write(other, p->arena, migrate_by, &m, &p->err), 0);
    store_close(other);
    struct ctx c;
    struct err err = {0};
    for (int i = 0; i < 5000 && !atomic_load(&app->overtaken); i++)
        usleep(1000);
    struct txn *t = txn_read(app->store, p->arena, &p->err);
    assert_int_equal(ctx_write(&c, app, t, WHO_SYSTEM, "test", &err), -1);
    assert_int_equal(err.code, ERR_BUSY);
    assert_non_null(strstr(err.msg, "newer Penstock has upgraded"));
    txn_end(t);
    app_close(app);
}

/* Two start at once: one upgrades, the other waits and finds it done. */
static void two_take_turns(void **state)
{
    struct place *p = *state;
    struct migrations m = newer(p, "0.2.0", (struct migration){.name = "one", .script = make_table});
    int status;

    unpack(p, "step-5.db.gz");
    pid_t pids[3];
    for (size_t i = 0; i < COUNT(pids); i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            struct app_config config = config_of(p, &m);
            _exit(app_upgrade(&config, false, &p->err) == 0 ? 0 : 1);
        }
    }
    for (size_t i = 0; i < COUNT(pids); i++) {
        waitpid(pids[i], &status, 0);
        assert_int_equal(status, 0);
    }
    struct app *app = must_open(p, &m);
    assert_int_equal(number_in(p, app, "SELECT max(number) FROM releases"), 1);
    app_close(app);
    assert_int_equal(count_files(p, ".before-"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(an_older_database_is_upgraded),
        TEST(once_upgraded_nothing_more_is_done),
        TEST(every_step_leads_here),
        TEST(a_rehearsal_changes_nothing),
        TEST(only_who_upgrades_does),
        TEST(a_newer_database_is_left_alone),
        TEST(a_newer_shape_is_noticed),
        TEST(steps_that_lose_something_are_refused),
        TEST(a_step_may_say_what_it_touches),
        TEST(earlier_copies_go),
        TEST(no_room_is_said_before_anything),
        TEST(killed_anywhere_it_is_old_or_new),
        TEST(killed_at_any_moment),
        TEST(nobody_else_may_have_it_open),
        TEST(who_is_overtaken_stops_writing),
        TEST(two_take_turns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The writer: what is kept, what is taken back, and who is told. */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "day.h"
#include "gate.h"

static int insert_then_fail_silently(struct txn *t, void *arg, struct err *err)
{
    insert_int(t, arg, err);
    return -1;
}

static int insert_then_use_up_memory(struct txn *t, void *arg, struct err *err)
{
    if (insert_int(t, arg, err) < 0)
        return -1;
    struct rows *r = sql_query(t, "SELECT zeroblob(1000) FROM things, things, things", NO_ARGS, err);
    while (rows_next(r, err) >= 0) /* 0 too: never ends by itself */
        arena_alloc(txn_arena(t), 100000);
    return 0;
}

static int insert_then_break_a_statement(struct txn *t, void *arg, struct err *err)
{
    struct err mine;

    if (insert_int(t, arg, err) < 0)
        return -1;
    assert_int_equal(sql_run(t, "INSERT INTO nowhere VALUES(1)", NO_ARGS, NULL, &mine), -1);
    return insert_int(t, arg, err); /* a refused statement does not end the write */
}

static int leave_rows_open(struct txn *t, void *arg, struct err *err)
{
    struct rows *r = sql_query(t, "SELECT v FROM things", NO_ARGS, err);

    if (rows_next(r, err) < 0)
        return -1;
    return insert_int(t, arg, err);
}

static void a_failing_write_is_alone(void **state)
{
    struct scratch *s = *state;
    struct gate g;
    struct write_job gate;
    static const struct {
        write_fn *fn;
        int result;
        enum err_code code;
    } rows[] = {
        {insert_int, 0, ERR_NONE},
        {insert_then_refuse, -1, ERR_INVALID},
        {leave_rows_open, 0, ERR_NONE},
        {insert_then_use_up_memory, -1, ERR_BUSY},
        {insert_int, 0, ERR_NONE},
        {insert_then_fail_silently, -1, ERR_INTERNAL},
        {insert_then_break_a_statement, 0, ERR_NONE},
    };
    struct write_job jobs[COUNT(rows)];

    close_gate(s, &g, &gate);
    for (size_t i = 0; i < COUNT(rows); i++) {
        jobs[i] = (struct write_job){
            .arena = arena_new(1 << 20), .fn = rows[i].fn, .arg = (void *)(intptr_t)(i + 1), .done = note_done};
        assert_int_equal(store_submit(s->store, &jobs[i], &s->err), 0);
    }
    sem_post(&g.leave);
    wait_done(COUNT(rows) + 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(jobs[i].result, rows[i].result);
        assert_int_equal(jobs[i].err.code, rows[i].code);
        arena_free(jobs[i].arena);
    }
    arena_free(gate.arena);
    assert_int_equal(count(s, "SELECT count(*) FROM things"), 5);
    assert_int_equal(count(s, "SELECT sum(v) FROM things"), 1 + 3 + 5 + 7 + 7);
}

static void the_queue_has_an_end(void **state)
{
    struct scratch *s = *state;
    struct gate g;
    struct write_job gate, *jobs = calloc(MAX_WRITE_QUEUE + 1, sizeof(*jobs));

    close_gate(s, &g, &gate);
    for (size_t i = 0; i <= MAX_WRITE_QUEUE; i++) {
        jobs[i] =
            (struct write_job){.arena = s->arena, .fn = insert_int, .arg = (void *)(intptr_t)i, .done = note_done};
        assert_int_equal(store_submit(s->store, &jobs[i], &s->err), i < MAX_WRITE_QUEUE ? 0 : -1);
    }
    assert_int_equal(s->err.code, ERR_BUSY);
    assert_true(s->err.retry_after > 0);
    sem_post(&g.leave);
    wait_done((int)MAX_WRITE_QUEUE + 1);
    assert_int_equal(count(s, "SELECT count(*) FROM things"), MAX_WRITE_QUEUE);
    assert_int_equal(count(s, "SELECT count(*) FROM things WHERE v = id - 1"), MAX_WRITE_QUEUE); /* in their order */
    arena_free(gate.arena);
    free(jobs);
}

static void closing_waits_for_what_is_queued(void **state)
{
    struct scratch *s = *state;
    struct write_job jobs[100];

    atomic_store(&ndone, 0);
    struct arena *a = arena_new(MAX_ARENA);
    for (size_t i = 0; i < COUNT(jobs); i++) {
        jobs[i] = (struct write_job){.arena = a, .fn = insert_int, .arg = NULL, .done = note_done};
        assert_int_equal(store_submit(s->store, &jobs[i], &s->err), 0);
    }
    must_close(s);
    assert_int_equal(atomic_load(&ndone), COUNT(jobs));
    arena_free(a);
    must_open(s);
    assert_int_equal(count(s, "SELECT count(*) FROM things"), COUNT(jobs));
}

/* -- many threads ------------------------------------------------------------------------------ */

#define SUBMITTERS 16
#define WRITES 500

struct submitter {
    struct store *store;
    int number, acknowledged;
    pthread_t thread;
};

static void *submit_many(void *arg)
{
    struct submitter *w = arg;
    struct arena *a = arena_new(MAX_ARENA);

    for (int i = 0; i < WRITES; i++) {
        struct err err;
        if (store_write(w->store, a, i % 10 == 9 ? insert_then_refuse : insert_int,
                        (void *)(intptr_t)(w->number * 1000 + i), &err) == 0)
            w->acknowledged++;
        arena_reset(a);
    }
    arena_free(a);
    return NULL;
}

static void every_acknowledged_write_is_there(void **state)
{
    struct scratch *s = *state;
    struct submitter w[SUBMITTERS];

    for (int i = 0; i < SUBMITTERS; i++) {
        w[i] = (struct submitter){.store = s->store, .number = i};
        pthread_create(&w[i].thread, NULL, submit_many, &w[i]);
    }
    for (int i = 0; i < SUBMITTERS; i++) {
        pthread_join(w[i].thread, NULL);
        assert_int_equal(w[i].acknowledged, WRITES * 9 / 10);
    }
    must_close(s);
    must_open(s);
    assert_int_equal(count(s, "SELECT count(*) FROM things"), SUBMITTERS * WRITES * 9 / 10);
    assert_int_equal(count(s, "SELECT count(DISTINCT v) FROM things"), SUBMITTERS * WRITES * 9 / 10);
    assert_int_equal(count(s, "SELECT count(*) FROM things WHERE v % 10 = 9"), 0);
}

struct reader {
    struct store *store;
    atomic_bool *stop;
    int rounds, wrong;
    pthread_t thread;
};

/* What moves between two rows never goes missing, and nothing moves while one looks. */
static void *read_many(void *arg)
{
    struct reader *r = arg;
    struct arena *a = arena_new(MAX_ARENA);

    while (!atomic_load(r->stop)) {
        struct err err;
        struct value first[2], second[2];
        struct txn *t = txn_read(r->store, a, &err);
        const char *sql = "SELECT sum(v), max(v) FROM things";
        if (!t || sql_row(t, sql, NO_ARGS, first, 2, &err) != 1 || sql_row(t, sql, NO_ARGS, second, 2, &err) != 1 ||
            first[0].i != 1000 || !value_eq(first[1], second[1]) || second[0].i != 1000)
            r->wrong++;
        txn_end(t);
        arena_reset(a);
        r->rounds++;
    }
    arena_free(a);
    return NULL;
}

static int move_one(struct txn *t, void *arg, struct err *err)
{
    (void)arg;
    if (sql_run(t, "UPDATE things SET v = v - 1 WHERE id = 1", NO_ARGS, NULL, err) < 0 ||
        sql_run(t, "UPDATE things SET v = v + 1 WHERE id = 2", NO_ARGS, NULL, err) < 0)
        return -1;
    return 0;
}

static void readers_see_whole_states_while_one_writes(void **state)
{
    struct scratch *s = *state;
    struct reader r[4];
    atomic_bool stop = false;

    must_script(s, "INSERT INTO things(v) VALUES(900), (100)");
    for (size_t i = 0; i < COUNT(r); i++) {
        r[i] = (struct reader){.store = s->store, .stop = &stop};
        pthread_create(&r[i].thread, NULL, read_many, &r[i]);
    }
    for (int i = 0; i < 500; i++)
        assert_int_equal(store_write(s->store, s->arena, move_one, NULL, &s->err), 0);
    atomic_store(&stop, true);
    for (size_t i = 0; i < COUNT(r); i++) {
        pthread_join(r[i].thread, NULL);
        assert_int_equal(r[i].wrong, 0);
        assert_true(r[i].rounds > 0);
    }
}

/* -- who is told ------------------------------------------------------------------------------- */

static void count_hook(void *ctx)
{
    atomic_fetch_add((atomic_int *)ctx, 1);
}

static void wait_count(atomic_int *n, int want)
{
    for (int i = 0; i < 3000 && atomic_load(n) < want; i++)
        usleep(1000);
    assert_int_equal(atomic_load(n), want);
}

static void commits_are_announced(void **state)
{
    struct scratch *s = *state;
    static atomic_int one, two;
    struct store *other;
    struct store_config config = scratch_config(s);

    must_close(s); /* the writer may not have announced the tables yet */
    must_open(s);
    atomic_store(&one, 0);
    atomic_store(&two, 0);
    store_on_commit(s->store, count_hook, &one);
    store_on_commit(s->store, count_hook, &two);
    must_script(s, "INSERT INTO things(v) VALUES(1)");
    wait_count(&one, 1);
    wait_count(&two, 1);
    assert_int_equal(store_write(s->store, s->arena, insert_then_refuse, NULL, &s->err), -1);
    usleep(600000); /* longer than the writer sleeps: it does not take its own commit for another's */
    wait_count(&one, 1);

    assert_int_equal(store_open(&other, &config, &s->err), 0);
    struct store *mine = s->store;
    s->store = other;
    must_script(s, "INSERT INTO things(v) VALUES(2)");
    s->store = mine;
    msec start = clock_monotonic();
    wait_count(&one, 2);
    assert_true(clock_monotonic() - start < 1000);
    store_close(other);
    assert_int_equal(count(s, "SELECT count(*) FROM things"), 2);
}

/* -- several processes ------------------------------------------------------------------------- */

/* In a process of its own: 300 writes; 0 when all were acknowledged. */
static int write_elsewhere(const char *path)
{
    struct store *st;
    struct err err;
    struct arena *a = arena_new(MAX_ARENA);

    if (store_open(&st, &(struct store_config){.url = path}, &err) < 0)
        return 2;
    for (int i = 0; i < 300; i++) {
        if (store_write(st, a, insert_int, (void *)(intptr_t)(1000000 + i), &err) < 0)
            return 3;
        arena_reset(a);
    }
    arena_free(a);
    store_close(st);
    return 0;
}

static void two_processes_write(void **state)
{
    struct scratch *s = *state;
    int status;

    must_close(s); /* nothing of SQLite crosses a fork */
    pid_t pid = fork();
    if (pid == 0)
        _exit(write_elsewhere(s->path));
    must_open(s);
    for (int i = 0; i < 300; i++)
        assert_int_equal(store_write(s->store, s->arena, insert_int, (void *)(intptr_t)i, &s->err), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(count(s, "SELECT count(*) FROM things"), 600);
    assert_int_equal(count(s, "SELECT count(DISTINCT v) FROM things"), 600);
}

/* Holds the write lock for as long as the pipe is open. */
static int hold_lock(const char *path, int ready, int until)
{
    struct store *st;
    struct err err;
    struct gate g = {.passed = false};
    char byte = 0;

    sem_init(&g.entered, 0, 0);
    sem_init(&g.leave, 0, 0);
    struct write_job job = {.arena = arena_new(MAX_ARENA), .fn = wait_at, .arg = &g, .done = note_done};
    if (store_open(&st, &(struct store_config){.url = path}, &err) < 0 || store_submit(st, &job, &err) < 0)
        return 2;
    sem_wait(&g.entered);
    if (write(ready, "", 1) != 1)
        return 3;
    if (read(until, &byte, 1) < 0)
        return 4;
    sem_post(&g.leave);
    store_close(st);
    arena_free(job.arena);
    return 0;
}

static void a_lock_held_too_long_is_busy(void **state)
{
    struct scratch *s = *state;
    int ready[2], until[2];
    char byte;

    must_close(s);
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(until), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(until[1]);
        _exit(hold_lock(s->path, ready[1], until[0]));
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    struct store_config config = {.url = s->path, .busy_ms = 300};
    assert_int_equal(store_open(&s->store, &config, &s->err), 0);
    assert_int_equal(count(s, "SELECT count(*) FROM things"), 0); /* readers do not mind */
    msec start = clock_monotonic();
    assert_int_equal(store_write(s->store, s->arena, insert_int, NULL, &s->err), -1);
    assert_int_equal(s->err.code, ERR_BUSY);
    assert_true(s->err.retry_after > 0);
    assert_true(clock_monotonic() - start >= 250);
    close(until[1]);
    waitpid(pid, NULL, 0);
    assert_int_equal(store_write(s->store, s->arena, insert_int, NULL, &s->err), 0);
    for (int i = 0; i < 2; i++)
        close(ready[i]);
    close(until[0]);
}

/* -- when the disk will not ------------------------------------------------------------------- */

static void a_full_disk_is_said(void **state)
{
    struct scratch *s = *state;

    must_script(s, "PRAGMA max_page_count = 12");
    int r = 0, kept = 0;
    for (int i = 0; i < 100 && r == 0; i++) {
        r = write_script(s, "INSERT INTO things(v) VALUES(hex(randomblob(3000)))");
        kept += r == 0;
    }
    assert_int_equal(r, -1);
    assert_int_equal(s->err.code, ERR_STORAGE);
    assert_non_null(strstr(s->err.msg, "The disk is full"));
    assert_int_equal(count(s, "SELECT count(*) FROM things"), kept);
    must_script(s, "PRAGMA max_page_count = 100000");
    must_script(s, "INSERT INTO things(v) VALUES(1)");
    assert_int_equal(count(s, "SELECT count(*) FROM things"), kept + 1);
}

static int insert_large(struct txn *t, void *arg, struct err *err)
{
    (void)arg;
    return sql_run(t, "INSERT INTO things(v) VALUES(hex(randomblob(50000)))", NO_ARGS, NULL, err);
}

static void nothing_of_a_lost_batch_is_acknowledged(void **state)
{
    struct scratch *s = *state;
    struct gate g;
    struct write_job gate, jobs[20];
    struct rlimit was, low;

    close_gate(s, &g, &gate);
    for (size_t i = 0; i < COUNT(jobs); i++) {
        jobs[i] = (struct write_job){.arena = s->arena, .fn = insert_large, .done = note_done};
        assert_int_equal(store_submit(s->store, &jobs[i], &s->err), 0);
    }
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &was);
    low = was;
    low.rlim_cur = 60000; /* less than one of them */
    setrlimit(RLIMIT_FSIZE, &low);
    sem_post(&g.leave);
    wait_done(COUNT(jobs) + 1);
    setrlimit(RLIMIT_FSIZE, &was);
    signal(SIGXFSZ, SIG_DFL);
    for (size_t i = 0; i < COUNT(jobs); i++) {
        assert_int_equal(jobs[i].result, -1);
        assert_int_equal(jobs[i].err.code, ERR_STORAGE);
    }
    assert_int_equal(count(s, "SELECT count(*) FROM things"), 0);
    assert_int_equal(store_write(s->store, s->arena, insert_large, NULL, &s->err), 0);
    must_close(s);
    must_open(s);
    assert_int_equal(count(s, "SELECT count(*) FROM things"), 1);
    arena_free(gate.arena);
}

static int end_the_transaction(struct txn *t, void *arg, struct err *err)
{
    (void)arg;
    return sql_script(t, "INSERT INTO things(v) VALUES(1); ROLLBACK", err);
}

static void a_write_that_ends_the_transaction_is_caught(void **state)
{
    struct scratch *s = *state;

    assert_int_equal(store_write(s->store, s->arena, end_the_transaction, NULL, &s->err), -1);
    assert_int_equal(s->err.code, ERR_INTERNAL);
    assert_int_equal(store_write(s->store, s->arena, insert_int, NULL, &s->err), 0);
    assert_int_equal(count(s, "SELECT count(*) FROM things"), 1);
}

static off_t log_size(struct scratch *s)
{
    char wal[128];
    struct stat st;

    snprintf(wal, sizeof(wal), "%s-wal", s->path);
    assert_int_equal(stat(wal, &st), 0);
    return st.st_size;
}

static int replace_large(struct txn *t, void *arg, struct err *err)
{
    return sql_run(t, "DELETE FROM things WHERE id > 2", NO_ARGS, NULL, err) < 0 ? -1 : insert_large(t, arg, err);
}

static void the_log_is_copied_back(void **state)
{
    struct scratch *s = *state;

    for (int i = 0; i < 300; i++)
        assert_int_equal(store_write(s->store, s->arena, replace_large, NULL, &s->err), 0);
    assert_true(log_size(s) < 20 << 20); /* of 30 MB */
}

static void *look_on(void *arg)
{
    struct reader *r = arg;
    struct arena *a = arena_new(MAX_ARENA);

    while (!atomic_load(r->stop)) {
        struct err err;
        struct value v;
        struct txn *t = txn_read(r->store, a, &err);
        if (!t || sql_row(t, "SELECT count(*), sum(length(v)) FROM things", NO_ARGS, &v, 1, &err) != 1)
            r->wrong++;
        usleep(300);
        txn_end(t);
        arena_reset(a);
    }
    arena_free(a);
    return NULL;
}

static void the_log_begins_anew_among_readers(void **state)
{
    struct scratch *s = *state;
    struct reader r[8];
    atomic_bool stop = false;

    for (size_t i = 0; i < COUNT(r); i++) {
        r[i] = (struct reader){.store = s->store, .stop = &stop};
        pthread_create(&r[i].thread, NULL, look_on, &r[i]);
    }
    for (int i = 0; i < 800; i++) /* 80 MB */
        assert_int_equal(store_write(s->store, s->arena, replace_large, NULL, &s->err), 0);
    atomic_store(&stop, true);
    for (size_t i = 0; i < COUNT(r); i++) {
        pthread_join(r[i].thread, NULL);
        assert_int_equal(r[i].wrong, 0);
    }
    assert_true(log_size(s) < 60 << 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(a_failing_write_is_alone),
        IN_SCRATCH(the_queue_has_an_end),
        IN_SCRATCH(closing_waits_for_what_is_queued),
        IN_SCRATCH(every_acknowledged_write_is_there),
        IN_SCRATCH(readers_see_whole_states_while_one_writes),
        IN_SCRATCH(commits_are_announced),
        IN_SCRATCH(two_processes_write),
        IN_SCRATCH(a_lock_held_too_long_is_busy),
        IN_SCRATCH(a_full_disk_is_said),
        IN_SCRATCH(nothing_of_a_lost_batch_is_acknowledged),
        IN_SCRATCH(a_write_that_ends_the_transaction_is_caught),
        IN_SCRATCH(the_log_is_copied_back),
        IN_SCRATCH(the_log_begins_anew_among_readers),
    };
    return cmocka_run_group_tests_name("executor", tests, NULL, NULL);
}

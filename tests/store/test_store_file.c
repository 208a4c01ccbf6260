/* Opening: what is made, what is refused, and that a refused file is left as it was. */
#include <fcntl.h>
#include <string.h>

#include "scratch.h"

static void refused(struct scratch *s, enum err_code code, const char *words)
{
    struct store_config config = scratch_config(s);
    struct stat before = {0}, after = {0};
    char first[4096] = {0}, then[4096] = {0};
    int files = scratch_files(s, false);

    int fd = open(s->path, O_RDONLY);
    ssize_t n = pread(fd, first, sizeof(first), 0);
    fstat(fd, &before);
    config.must_exist = true;
    assert_int_equal(store_open(&s->store, &config, &s->err), -1);
    assert_null(s->store);
    assert_int_equal(s->err.code, code);
    if (!strstr(s->err.msg, words))
        fail_msg("\"%s\" does not say \"%s\"", s->err.msg, words);
    if (fd < 0)
        return;
    assert_int_equal(pread(fd, then, sizeof(then), 0), n);
    fstat(fd, &after);
    close(fd);
    assert_memory_equal(first, then, sizeof(first));
    assert_int_equal(before.st_size, after.st_size);
    assert_int_equal(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    assert_int_equal(scratch_files(s, false), files);
}

static void put_file(struct scratch *s, const void *p, size_t n)
{
    int fd = open(s->path, O_RDWR | O_CREAT | O_TRUNC, 0600);

    assert_int_equal(write(fd, p, n), n);
    close(fd);
}

/* A database of ours with about 100 pages. */
static void put_database(struct scratch *s)
{
    must_open(s);
    must_script(s, "CREATE TABLE t(v);"
                   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
                   "INSERT INTO t SELECT hex(randomblob(500)) FROM n");
    must_close(s);
}

static void a_new_file_is_private_and_marked(void **state)
{
    struct scratch *s = *state;
    struct stat st;
    unsigned char head[100];

    must_open(s);
    assert_int_equal(store_dialect(s->store), DIALECT_SQLITE);
    struct txn *t = must_read(s);
    assert_int_equal(txn_dialect(t), DIALECT_SQLITE);
    assert_ptr_equal(txn_store(t), s->store);
    assert_ptr_equal(txn_arena(t), s->arena);
    assert_int_equal(int_of(s, t, "PRAGMA synchronous"), 2);
    assert_int_equal(int_of(s, t, "PRAGMA foreign_keys"), 0);
    txn_end(t);
    must_script(s, "CREATE TABLE t(v)");
    char wal[128];
    snprintf(wal, sizeof(wal), "%s-wal", s->path);
    assert_int_equal(stat(wal, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    must_close(s);
    assert_int_equal(scratch_files(s, false), 1);
    assert_int_equal(stat(s->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    int fd = open(s->path, O_RDONLY);
    assert_int_equal(read(fd, head, sizeof(head)), sizeof(head));
    close(fd);
    assert_memory_equal(head + 68, "PENS", 4);
}

static void what_was_written_is_there_again(void **state)
{
    struct scratch *s = *state;

    put_database(s);
    for (int i = 0; i < 3; i++) {
        must_open(s);
        assert_int_equal(count(s, "SELECT count(*) FROM t"), 400 + i);
        must_script(s, "INSERT INTO t VALUES(1)");
        must_close(s);
    }
}

static void two_stores_on_one_file(void **state)
{
    struct scratch *s = *state;
    struct store *other;
    struct store_config config = scratch_config(s);

    put_database(s);
    must_open(s);
    assert_int_equal(store_open(&other, &config, &s->err), 0);
    must_script(s, "INSERT INTO t VALUES(1)");
    store_close(other);
    must_script(s, "INSERT INTO t VALUES(1)");
    assert_int_equal(count(s, "SELECT count(*) FROM t"), 402);
}

static void odd_paths_are_paths(void **state)
{
    struct scratch *s = *state;

    snprintf(s->path, sizeof(s->path), "%s/a?mode=memory#%%41 é.db", s->folder);
    put_database(s);
    must_open(s);
    assert_int_equal(count(s, "SELECT count(*) FROM t"), 400);
    must_close(s);
    assert_int_equal(scratch_files(s, false), 1);
    assert_int_equal(access(s->path, F_OK), 0);
}

static void what_is_not_there(void **state)
{
    struct scratch *s = *state;
    struct store_config config = scratch_config(s);

    refused(s, ERR_NOT_FOUND, "There is no database at");
    assert_int_equal(scratch_files(s, false), 0);
    snprintf(s->path, sizeof(s->path), "%s/no/folder.db", s->folder);
    assert_int_equal(store_open(&s->store, &config, &s->err), -1);
    assert_non_null(strstr(s->err.msg, "cannot be made"));
    snprintf(s->path, sizeof(s->path), "%s", s->folder);
    refused(s, ERR_INVALID, "is not a file");
    config.url = "";
    assert_int_equal(store_open(&s->store, &config, &s->err), -1);
    config.url = NULL;
    assert_int_equal(store_open(&s->store, &config, &s->err), -1);
}

static void not_a_database(void **state)
{
    struct scratch *s = *state;
    static const char text[8192] = "Dear diary,\n";

    put_file(s, text, sizeof(text));
    refused(s, ERR_INVALID, "is not a database");
    put_file(s, text, 12);
    refused(s, ERR_INVALID, "is not a database");
    put_file(s, "x", 1);
    refused(s, ERR_INVALID, "is not a database");
}

static void of_another_program(void **state)
{
    struct scratch *s = *state;
    static const unsigned char others[][4] = {{0, 0, 0, 0}, {0x0f, 0x05, 0x51, 0x12}};

    for (size_t i = 0; i < COUNT(others); i++) {
        put_database(s);
        int fd = open(s->path, O_RDWR);
        assert_int_equal(pwrite(fd, others[i], 4, 68), 4);
        close(fd);
        refused(s, ERR_INVALID, "is a database of another program");
        unlink(s->path);
    }
}

static void shorter_than_it_was(void **state)
{
    struct scratch *s = *state;
    struct stat st;

    put_database(s);
    stat(s->path, &st);
    static const off_t left[] = {-1, -4096, -100000, 4097, 4096, 4095, 1000, 512, 100, 99, 20, 16};
    for (size_t i = 0; i < COUNT(left); i++) {
        assert_int_equal(truncate(s->path, left[i] > 0 ? left[i] : st.st_size + left[i]), 0);
        struct store_config config = scratch_config(s);
        assert_int_equal(store_open(&s->store, &config, &s->err), -1);
        if (!strstr(s->err.msg, "damaged") && !strstr(s->err.msg, "not a database"))
            fail_msg("%s", s->err.msg);
    }
    refused(s, ERR_INVALID, "is not a database");
}

static void overwritten_in_places(void **state)
{
    struct scratch *s = *state;
    static const char noise[4096] = "noise noise noise";

    put_database(s);
    int fd = open(s->path, O_RDWR);
    assert_int_equal(pwrite(fd, noise, sizeof(noise) - 200, 200), sizeof(noise) - 200);
    close(fd);
    refused(s, ERR_INTERNAL, "is damaged");
    unlink(s->path);

    put_database(s);
    fd = open(s->path, O_RDWR);
    for (int page = 1; page < 90; page++)
        assert_int_equal(pwrite(fd, noise, sizeof(noise), page * 4096), sizeof(noise));
    close(fd);
    must_open(s); /* looking at every page would take long with a large file */
    struct value v;
    struct txn *t = must_read(s);
    assert_int_equal(sql_row(t, "SELECT sum(length(v)) FROM t", NO_ARGS, &v, 1, &s->err), -1);
    assert_int_equal(s->err.code, ERR_INTERNAL);
    assert_non_null(strstr(s->err.msg, "damaged"));
    txn_end(t);
    assert_int_equal(write_script(s, "INSERT INTO t VALUES(1)"), -1);
    assert_non_null(strstr(s->err.msg, "damaged"));
}

static void one_may_not_write(void **state)
{
    struct scratch *s = *state;
    bool root = geteuid() == 0;

    put_database(s);
    chmod(s->folder, 0777);
    chmod(s->path, 0444);
    if (root)
        assert_int_equal(seteuid(65534), 0);
    struct store_config config = scratch_config(s);
    int r = store_open(&s->store, &config, &s->err);
    if (root)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(r, -1);
    assert_non_null(strstr(s->err.msg, "cannot be written"));
    assert_int_equal(scratch_files(s, false), 1);

    /* The log needs the folder too. */
    chmod(s->path, 0666);
    chmod(s->folder, 0555);
    if (root)
        assert_int_equal(seteuid(65534), 0);
    r = store_open(&s->store, &config, &s->err);
    if (root)
        assert_int_equal(seteuid(0), 0);
    chmod(s->folder, 0700);
    assert_int_equal(r, -1);
    assert_int_equal(scratch_files(s, false), 1);
    if (!strstr(s->err.msg, "folder"))
        fail_msg("%s", s->err.msg);
}

static void postgres_is_not_a_file_name(void **state)
{
    struct scratch *s = *state;
    struct store_config config = {.url = "postgres://localhost/penstock"};

    if (store_open(&s->store, &config, &s->err) == 0)
        skip();
    assert_int_equal(access("postgres:", F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_EMPTY(a_new_file_is_private_and_marked),
        IN_EMPTY(what_was_written_is_there_again),
        IN_EMPTY(two_stores_on_one_file),
        IN_EMPTY(odd_paths_are_paths),
        IN_EMPTY(what_is_not_there),
        IN_EMPTY(not_a_database),
        IN_EMPTY(of_another_program),
        IN_EMPTY(shorter_than_it_was),
        IN_EMPTY(overwritten_in_places),
        IN_EMPTY(one_may_not_write),
        IN_EMPTY(postgres_is_not_a_file_name),
    };
    return cmocka_run_group_tests_name("store-file", tests, NULL, NULL);
}

/* A folder of its own with a database for each test of the store, gone at its end. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceilings.h"
#include "check.h"
#include "store.h"

struct scratch {
    char folder[64], path[96];
    struct arena *arena;
    struct store *store;
    struct err err;
};

static inline struct store_config scratch_config(struct scratch *s)
{
    return (struct store_config){.url = s->path, .busy_ms = 2000};
}

static inline void must_open(struct scratch *s)
{
    struct store_config config = scratch_config(s);

    if (store_open(&s->store, &config, &s->err) < 0)
        fail_msg("%s", s->err.msg);
}

static inline void must_close(struct scratch *s)
{
    arena_reset(s->arena);
    store_close(s->store);
    s->store = NULL;
}

static inline int run_script(struct txn *t, void *arg, struct err *err)
{
    return sql_script(t, arg, err);
}

static inline int write_script(struct scratch *s, const char *script)
{
    return store_write(s->store, s->arena, run_script, (void *)(uintptr_t)script, &s->err);
}

static inline void must_script(struct scratch *s, const char *script)
{
    if (write_script(s, script) < 0)
        fail_msg("%s", s->err.msg);
}

static inline struct txn *must_read(struct scratch *s)
{
    struct txn *t = txn_read(s->store, s->arena, &s->err);

    if (!t)
        fail_msg("%s", s->err.msg);
    return t;
}

static inline int64_t int_of(struct scratch *s, struct txn *t, const char *sql)
{
    struct value v;

    if (sql_row(t, sql, NO_ARGS, &v, 1, &s->err) != 1)
        fail_msg("%s: %s", sql, s->err.msg);
    return v.i;
}

/* The same in a transaction of its own. */
static inline int64_t count(struct scratch *s, const char *sql)
{
    struct txn *t = must_read(s);
    int64_t n = int_of(s, t, sql);

    txn_end(t);
    return n;
}

static inline int scratch_empty(void **state)
{
    struct scratch *s = calloc(1, sizeof(*s));

    snprintf(s->folder, sizeof(s->folder), "/tmp/penstock-test-XXXXXX");
    if (!mkdtemp(s->folder))
        return -1;
    snprintf(s->path, sizeof(s->path), "%s/a.db", s->folder);
    s->arena = arena_new(MAX_ARENA);
    *state = s;
    return 0;
}

static inline int scratch_open(void **state)
{
    if (scratch_empty(state) < 0)
        return -1;
    must_open(*state);
    must_script(*state, "CREATE TABLE things(id INTEGER PRIMARY KEY AUTOINCREMENT, v, code TEXT, team_id INTEGER);"
                        "CREATE UNIQUE INDEX things_code ON things(code, team_id)");
    return 0;
}

/* What the folder holds beside `.` and `..`. */
static inline int scratch_files(const struct scratch *s, bool remove_them)
{
    DIR *d = opendir(s->folder);
    struct dirent *e;
    int n = 0;

    while (d && (e = readdir(d))) {
        if (e->d_name[0] == '.')
            continue;
        n++;
        if (remove_them)
            unlinkat(dirfd(d), e->d_name, 0);
    }
    closedir(d);
    return n;
}

static inline int scratch_gone(void **state)
{
    struct scratch *s = *state;

    arena_reset(s->arena); /* ends what a failed test left open */
    store_close(s->store);
    arena_free(s->arena);
    scratch_files(s, true);
    rmdir(s->folder);
    free(s);
    return 0;
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_open, scratch_gone)
#define IN_EMPTY(test) cmocka_unit_test_setup_teardown(test, scratch_empty, scratch_gone)

#endif

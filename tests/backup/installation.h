/* What the tests of whole backups share: a scratch installation, its backups, and what is in a copy. */
#ifndef TESTS_INSTALLATION_H
#define TESTS_INSTALLATION_H

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
static inline void take_print(struct app *app, bool past, struct print *ret)
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

static inline void same_print(const struct print *want, const struct print *got, const char *what)
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

static inline const char *in_dir(int slot, const char *name)
{
    snprintf(text[slot], sizeof(text[slot]), "%s/%s", s.dir, name);
    return text[slot];
}

static inline int set_up(void **state)
{
    (void)state;
    scratch_open(&s);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    scratch_close(&s);
    return 0;
}

static inline int back_up(const char *name, const char *since)
{
    struct make_options o = {.to = in_dir(0, name), .since = since ? in_dir(1, since) : NULL};

    err_clear(&s.err);
    return make_backup(s.app, &o, s.arena, &made, &s.err);
}

static inline int restore(const char *from, const char *increment, const char *to, const char *until)
{
    const char *sources[] = {in_dir(0, from), increment ? in_dir(1, increment) : NULL};
    struct restore_options o = {
        .sources = sources, .nsources = increment ? 2 : 1, .data_dir = in_dir(2, to), .until = until};

    err_clear(&s.err);
    return restore_run(&o, s.arena, &restored, &s.err);
}

static inline struct app *open_restored(const char *name)
{
    struct app *app;

    if (app_open(&app, &(struct app_config){.data_dir = in_dir(2, name), .must_exist = true}, &s.err) < 0)
        fail_msg("%s", s.err.msg);
    return app;
}

static inline void must(int result)
{
    if (result < 0)
        fail_msg("%s", s.err.msg);
}

static inline void refused(int result, const char *word)
{
    assert_int_equal(result, -1);
    if (!strstr(s.err.msg, word))
        fail_msg("\"%s\" says nothing of \"%s\"", s.err.msg, word);
}

static inline void random_steps(struct rng *r, int n)
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

static inline int write_file_row(struct txn *t, void *arg, struct err *err)
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

static inline id keep_file(const char *bytes)
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

static inline int files_in(const char *dir, const char *hint)
{
    DIR *d = opendir(dir);
    int n = 0;

    for (struct dirent *e; d && (e = readdir(d));)
        n += strstr(e->d_name, hint) != NULL;
    if (d)
        closedir(d);
    return n;
}

#endif

#include "import_job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content.h"
#include "json_in.h"
#include "json_scan.h"
#include "secret.h"
#include "sqlgen.h"

#define STEP 5000        /* rows in one transaction at most; it ends after some milliseconds anyway */
#define PREVIEW_STEP 250 /* of a preview, which keeps nothing and so cannot end in between */

void imports_tables(struct buf *b, enum dialect d)
{
    const char *key = sqlgen_id(d), *big = sqlgen_big(d);

    buf_printf(
        b,
        "CREATE TABLE imports (id %s, user_id %s NOT NULL, scope %s NOT NULL, kind TEXT NOT NULL, filename TEXT NOT "
        "NULL, path TEXT NOT NULL, map TEXT, state TEXT NOT NULL, error TEXT, done %s NOT NULL, total %s NOT NULL, "
        "created %s NOT NULL, updated %s NOT NULL, skipped %s NOT NULL, bad %s NOT NULL, changeset_id %s, "
        "at_offset %s NOT NULL, at_line %s NOT NULL, created_at %s NOT NULL);\n"
        "CREATE TABLE import_bad (import_id %s NOT NULL, line %s NOT NULL, column_name TEXT, reason TEXT NOT NULL, "
        "cells TEXT NOT NULL);\n"
        "CREATE INDEX import_bad_by_import ON import_bad (import_id, line);\n",
        key, big, big, big, big, big, big, big, big, big, big, big, big, big, big);
}

static bool is_history(struct str kind)
{
    return str_is(kind, "deal-history");
}

static const struct kind *kind_of(struct app *app, struct str name)
{
    return is_history(name) ? app->deals : schema_kind(app->schema, name);
}

/* -- keeping the file ------------------------------------------------------------------------------ */

static int write_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t done = write(fd, p, n);
        if (done < 0)
            return -1;
        p += done;
        n -= (size_t)done;
    }
    return 0;
}

static int copy_file(const char *from, const char *to, struct err *err)
{
    char bytes[65536];
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ssize_t n = in >= 0 && out >= 0 ? 0 : -1;

    while (n == 0 && (n = read(in, bytes, sizeof(bytes))) > 0)
        n = write_all(out, bytes, (size_t)n);
    if (out >= 0 && fsync(out) < 0)
        n = -1;
    int failure = errno;
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    if (n < 0 && out >= 0)
        unlink(to);
    return n < 0 ? err_disk(err, failure, "The file could not be kept") : 0;
}

static bool is_content(struct str path)
{
    return str_starts(path, S(CONTENT_PATH));
}

/* In DATA/imports, or among the contents where another node may run the import. */
static int keep_file(struct app *app, struct arena *a, const char *path, const char **ret, struct err *err)
{
    struct content content;

    if (store_dialect(app->store) != DIALECT_SQLITE) {
        if (content_keep(app, a, path, &content, err) < 0)
            return -1;
        *ret = arena_printf(a, CONTENT_PATH STR_FMT, STR_ARG(content.sha256)).p;
        return 0;
    }
    const char *dir = arena_printf(a, "%s/imports", app->data_dir).p;
    struct str name = token_new(a, "");

    if (mkdir(dir, 0700) < 0 && errno != EEXIST)
        return err_disk(err, errno, "The folder for imports cannot be made");
    *ret = arena_printf(a, "%s/" STR_FMT, dir, STR_ARG(name)).p;
    return copy_file(path, *ret, err);
}

static void close_file(void *fd)
{
    close((int)(intptr_t)fd);
}

/* A path to open it by, good as long as the arena. */
static int find_file(struct app *app, struct arena *a, struct str path, const char **ret, struct err *err)
{
    uint64_t size;

    *ret = arena_cstr(a, path);
    if (!is_content(path))
        return 0;
    int fd = content_open(app, a, str_from(path, strlen(CONTENT_PATH)), &size, err);
    if (fd < 0)
        return -1;
    arena_defer(a, close_file, (void *)(intptr_t)fd); /* NOLINT(performance-no-int-to-ptr): a number, not an address */
    *ret = arena_printf(a, "/proc/self/fd/%d", fd).p;
    return 0;
}

struct create {
    struct app *app;
    struct who who;
    struct import_job *job;
};

static int insert_job(struct txn *t, void *arg, struct err *err)
{
    struct create *c = arg;
    struct import_job *j = c->job;
    struct ctx ctx;
    const struct kind *k = kind_of(c->app, j->kind);

    if (ctx_read(&ctx, c->app, t, c->who, err) < 0)
        return -1;
    if (ctx.access && !ctx.access->create[k->number])
        return err_set(err, ERR_FORBIDDEN, "You may not add %s.", k->def.labels);
    return sql_insert(
        t,
        "INSERT INTO imports (user_id, scope, kind, filename, path, state, done, total, created, updated, "
        "skipped, bad, at_offset, at_line, created_at) VALUES ($1, $2, $3, $4, $5, 'uploaded', 0, $6, 0, 0, "
        "0, 0, 0, 0, $7)",
        ARGS(value_int(j->user), value_int(j->scope), value_text(j->kind), value_text(j->filename), value_text(j->path),
             value_int(j->total), value_int(j->created_at)),
        &j->id, err);
}

int import_job_create(struct app *app, struct arena *a, struct who who, struct str kind, struct str filename,
                      const char *path, struct import_job *ret, struct tab_report **ret_file, struct err *err)
{
    struct import_job job = {
        .user = who.user, .scope = who.scope, .kind = kind, .filename = filename, .state = S("uploaded")};
    struct create create = {.app = app, .who = who, .job = &job};
    struct tab_source source;
    const char *kept = NULL;

    if (!kind_of(app, kind))
        return err_field(err, "kind", "unknown", "There is no kind \"" STR_FMT "\"; one is deals.",
                         STR_ARG(str_upto(kind, 60)));
    if (tab_source_open(&source, path, err) < 0)
        return -1;
    int result = tab_detect(a, &source, ret_file, err);
    tab_source_close(&source);
    if (result < 0 || keep_file(app, a, path, &kept, err) < 0)
        return -1;
    job.path = str_of(kept);
    job.total = (*ret_file)->rows;
    job.created_at = clock_now();
    if (store_write(app->store, a, insert_job, &create, err) < 0) {
        if (!is_content(job.path))
            unlink(kept);
        return -1;
    }
    *ret = job;
    return 0;
}

/* -- reading ------------------------------------------------------------------------------------- */

static struct str text(struct value v)
{
    return v.type == V_TEXT ? v.s : STR_NULL;
}

#define JOB_COLUMNS                                                                                                    \
    "id, user_id, scope, kind, filename, path, map, state, error, done, total, created, updated, skipped, bad, "       \
    "coalesce(changeset_id, 0), at_offset, at_line, created_at"
#define JOB_COLUMNS_N 19

static struct import_job job_of(const struct value v[JOB_COLUMNS_N])
{
    return (struct import_job){
        .id = v[0].i,
        .user = v[1].i,
        .scope = (enum token_scope)v[2].i,
        .kind = v[3].s,
        .filename = v[4].s,
        .path = v[5].s,
        .map = text(v[6]),
        .state = v[7].s,
        .error = text(v[8]),
        .done = v[9].i,
        .total = v[10].i,
        .created = v[11].i,
        .updated = v[12].i,
        .skipped = v[13].i,
        .bad = v[14].i,
        .changeset = v[15].i,
        .at = {.offset = v[16].i, .line = v[17].i},
        .created_at = v[18].i,
    };
}

static int import_job_read(struct txn *t, id which, struct import_job *ret, struct err *err)
{
    struct value v[JOB_COLUMNS_N];
    int n =
        sql_row(t, "SELECT " JOB_COLUMNS " FROM imports WHERE id = $1", ARGS(value_int(which)), v, JOB_COLUMNS_N, err);

    if (n < 0)
        return -1;
    if (n == 0)
        return err_set(err, ERR_NOT_FOUND, "There is no import %lld.", (long long)which);
    *ret = job_of(v);
    return 0;
}

int import_job_list(struct ctx *c, struct import_job **ret, size_t *ret_n, struct err *err)
{
    bool all = !c->access || c->access->role == ROLE_ADMIN;
    struct rows *r =
        sql_query(c->t, "SELECT " JOB_COLUMNS " FROM imports WHERE user_id = $1 OR $2 = 1 ORDER BY id DESC LIMIT 100",
                  ARGS(value_int(c->who.user), value_int(all)), err);
    int n;

    *ret = NEW_ARRAY(c->arena, struct import_job, 100);
    *ret_n = 0;
    while ((n = rows_next(r, err)) == 1) {
        struct value v[JOB_COLUMNS_N];
        for (int i = 0; i < JOB_COLUMNS_N; i++)
            v[i] = rows_col(r, i);
        (*ret)[(*ret_n)++] = job_of(v);
    }
    return n;
}

int import_job_get(struct ctx *c, id which, struct import_job *ret, struct err *err)
{
    if (import_job_read(c->t, which, ret, err) < 0)
        return -1;
    if (c->access && c->access->role != ROLE_ADMIN && ret->user != c->who.user)
        return err_set(err, ERR_NOT_FOUND, "There is no import %lld.", (long long)which);
    return 0;
}

/* -- previewing and running ------------------------------------------------------------------------ */

static int request_of(struct app *app, struct arena *a, const struct import_job *job, const json_t *map,
                      struct import_request *ret, struct err *err)
{
    struct import_request r = {
        .filename = job->filename,
        .kind = kind_of(app, job->kind),
        .map = map,
        .history = is_history(job->kind),
        .who = {.user = job->user, .scope = job->scope},
        .origin = "import",
    };

    if (r.history) {
        r.pipeline = json_member_str(map, "pipeline");
        r.create = json_is_true(json_object_get(map, "create"));
    }
    if (find_file(app, a, job->path, &r.path, err) < 0)
        return -1;
    *ret = r;
    return 0;
}

int import_job_preview(struct app *app, struct arena *a, const struct import_job *job, struct who who,
                       const json_t *map, const struct import_report **ret, bool *ret_whole, struct err *err)
{
    struct import_request req;
    struct import *im;
    int more = 1;

    if (request_of(app, a, job, map, &req, err) < 0)
        return -1;
    req.who = who;
    req.dry_run = true;
    if (import_open(&im, app, a, &req, err) < 0)
        return -1;
    *ret = import_report(im);
    while (more > 0 && (*ret)->done < PREVIEW_ROWS)
        more = import_step(im, PREVIEW_STEP, err);
    *ret_whole = more == 0;
    return more < 0 ? -1 : 0;
}

struct start {
    const struct import_job *job;
    struct str map;
};

static int enqueue(struct txn *t, void *arg, struct err *err)
{
    struct start *s = arg;
    struct str which = arena_printf(txn_arena(t), "%lld", (long long)s->job->id);
    int64_t changed;

    if (sql_run(t, "UPDATE imports SET state = 'running', map = $1, error = NULL WHERE id = $2 AND state <> 'running'",
                ARGS(value_text(s->map), value_int(s->job->id)), &changed, err) < 0)
        return -1;
    if (changed == 0)
        return err_set(err, ERR_CONFLICT, "This import is running already.");
    return job_add(t, "import", which, 0, err);
}

int import_job_start(struct app *app, struct arena *a, const struct import_job *job, const json_t *map, struct err *err)
{
    struct import_request req;
    struct start start = {.job = job, .map = json_dump(a, map)};
    struct import *im;

    if (str_is(job->state, "done"))
        return err_set(err, ERR_CONFLICT, "This file has been imported; upload it again for another run.");
    /* The map is checked now, while somebody looks. */
    return request_of(app, a, job, map, &req, err) < 0 || import_open(&im, app, a, &req, err) < 0
               ? -1
               : store_write(app->store, a, enqueue, &start, err);
}

struct running {
    struct import_job job;
    const struct job *work;
    size_t columns;
};

static int keep_bad(void *ctx, struct txn *t, const struct import_bad *bad, const struct tab_row *row, struct err *err)
{
    struct running *r = ctx;
    struct json_out o;
    struct buf b;

    buf_init(&b, MAX_CSV_CELL * 2);
    out_init(&o, &b);
    out_open(&o, '[');
    for (size_t i = 0; i < row->n && i < r->columns; i++)
        out_str(&o, row->cells[i]);
    out_close(&o, ']');
    bool fits = buf_ok(&b);
    struct str cells = buf_keep(&b, txn_arena(t));
    return sql_run(t,
                   "INSERT INTO import_bad (import_id, line, column_name, reason, cells) VALUES ($1, $2, $3, $4, $5)",
                   ARGS(value_int(r->job.id), value_int(bad->line), value_text(bad->column), value_text(bad->reason),
                        value_text(fits ? cells : S("[]"))),
                   NULL, err);
}

static int keep_place(void *ctx, struct txn *t, const struct import_report *p, struct tab_mark at, struct err *err)
{
    struct running *r = ctx;

    if (job_hold(r->work, t, err) < 0)
        return -1;
    return sql_run(t,
                   "UPDATE imports SET done = $1, total = $2, created = $3, updated = $4, skipped = $5, bad = $6, "
                   "changeset_id = $7, at_offset = $8, at_line = $9 WHERE id = $10",
                   ARGS(value_int(p->done), value_int(p->total > p->done ? p->total : p->done), value_int(p->created),
                        value_int(p->updated), value_int(p->skipped), value_int(p->bad), value_ref(p->changeset),
                        value_int(at.offset), value_int(at.line), value_int(r->job.id)),
                   NULL, err);
}

struct ending {
    id import;
    const char *state, *error;
};

static int write_ending(struct txn *t, void *arg, struct err *err)
{
    struct ending *e = arg;

    return sql_run(t, "UPDATE imports SET state = $1, error = $2 WHERE id = $3",
                   ARGS(value_text(str_of(e->state)), value_text(str_of(e->error)), value_int(e->import)), NULL, err);
}

static int run_to_the_end(struct import *im, struct job *job, struct err *err)
{
    int more = 1;

    while (more > 0) {
        more = import_step(im, STEP, err);
        if (more > 0 && job_stopping(job))
            return err_set(err, ERR_BUSY, "The program stops; the import goes on when it starts again.");
    }
    return more;
}

int import_job_run(void *ctx, struct job *job, struct err *err)
{
    struct app *app = ctx;
    struct running r = {.work = job};
    struct ending ending = {.state = "done"};
    struct txn *t = txn_read(app->store, job->arena, err);
    struct import *im;
    json_t *map;
    int64_t which = 0;

    str_int(job->payload, &which);
    int result = t ? import_job_read(t, which, &r.job, err) : -1;
    txn_end(t);
    if (result < 0 || json_read_object(job->arena, r.job.map.p ? r.job.map : S("{}"), &map, err) < 0)
        return -1;
    struct import_request req;
    if (request_of(app, job->arena, &r.job, map, &req, err) < 0)
        return -1;
    req.bad = keep_bad;
    req.kept = keep_place;
    req.ctx = &r;
    if (r.job.at.offset > 0) {
        req.changeset = r.job.changeset;
        req.resume_at = r.job.at;
        req.resume_counts = (struct import_report){.done = r.job.done,
                                                   .created = r.job.created,
                                                   .updated = r.job.updated,
                                                   .skipped = r.job.skipped,
                                                   .bad = r.job.bad};
    }
    result = import_open(&im, app, job->arena, &req, err);
    r.columns = result == 0 ? import_file(im)->n : 0;
    if (result == 0)
        result = run_to_the_end(im, job, err);
    if (result < 0 && err_passes(err->code))
        return -1; /* it goes on later */
    ending.import = r.job.id;
    if (result < 0) {
        ending.state = "failed";
        ending.error = arena_cstr(job->arena, str_of(err->msg));
        err_clear(err);
    }
    return store_write(app->store, job->arena, write_ending, &ending, err);
}

/* -- bad rows ------------------------------------------------------------------------------------ */

static size_t file_columns(struct ctx *c, const struct import_job *job, struct str **ret, struct err *err)
{
    struct tab_source source;
    struct tab_report *file;

    const char *path;

    if (find_file(c->app, c->arena, job->path, &path, err) < 0 || tab_source_open(&source, path, err) < 0)
        return 0;
    int result = tab_detect(c->arena, &source, &file, err);
    tab_source_close(&source);
    if (result < 0)
        return 0;
    *ret = NEW_ARRAY(c->arena, struct str, file->n + 3);
    for (size_t i = 0; i < file->n; i++)
        (*ret)[i] = file->columns[i].name;
    return file->n;
}

int import_job_bad(struct ctx *c, const struct import_job *job, struct tab_sink sink, struct err *err)
{
    struct str *names;
    size_t n = file_columns(c, job, &names, err);
    int got;

    if (n == 0)
        return -1;
    names[n] = S("Line");
    names[n + 1] = S("Column");
    names[n + 2] = S("Reason");
    struct tab_writer_options o = {.format = TAB_CSV, .columns = names, .n = n + 3};
    struct tab_writer *w = tab_writer_new(c->arena, &o, sink);
    struct rows *r =
        sql_query(c->t, "SELECT line, column_name, reason, cells FROM import_bad WHERE import_id = $1 ORDER BY line",
                  ARGS(value_int(job->id)), err);
    while ((got = rows_next(r, err)) == 1) {
        struct tab_cell *cells = NEW_ARRAY(c->arena, struct tab_cell, n + 3);
        struct json_walk walk = json_walk(rows_col(r, 3).s);
        struct str raw;
        for (size_t i = 0; i < n && json_walk_element(&walk, &raw); i++)
            cells[i] = tab_text(json_raw_text(c->arena, raw));
        cells[n] = tab_int(rows_col(r, 0).i);
        cells[n + 1] = tab_text(text(rows_col(r, 1)));
        cells[n + 2] = tab_text(rows_col(r, 2).s);
        if (tab_writer_row(w, cells, err) < 0)
            return -1;
    }
    return got < 0 ? -1 : tab_writer_end(w, err);
}

/*
 * SQLite behind store.h: one file with a write-ahead log, made durable at every commit. Connections have no locks of
 * their own (each is used by one thread at a time) and share the file's pages through memory mapping instead of
 * each keeping a large cache.
 */
#include "sqlite.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "day.h"
#include "diag.h"
#include "sqlite_tidy.h"
#include "stats.h"

#define BUSY_MS 10000u        /* unless the configuration says otherwise */
#define CHECKPOINT_PAGES 1000 /* of the log, before they are copied into the file */
#define ALONE_PAGES 10000     /* of the log, before readers are held off so that it can begin anew */
#define ALONE_MS 20           /* patience with the readers of other processes */

#define PROGRESS_STEPS 20000 /* of SQLite's machine, about a millisecond, between two looks at the clock */

/* Statements that every connection has from the start. */
#define FIXED(X)                                                                                                       \
    X(BEGIN_READ, "BEGIN")                                                                                             \
    X(BEGIN_WRITE, "BEGIN IMMEDIATE")                                                                                  \
    X(COMMIT, "COMMIT")                                                                                                \
    X(ROLLBACK, "ROLLBACK")                                                                                            \
    X(SAVEPOINT, "SAVEPOINT one")                                                                                      \
    X(RELEASE, "RELEASE one")                                                                                          \
    X(ROLLBACK_TO, "ROLLBACK TO one")                                                                                  \
    X(DATA_VERSION, "PRAGMA data_version")

#define FIXED_AS_ENUM(name, sql) name,
#define FIXED_AS_TEXT(name, sql) sql,
enum { FIXED(FIXED_AS_ENUM) FIXED__N };
static const char *const fixed_sql[] = {FIXED(FIXED_AS_TEXT)};

struct back_conn {
    sqlite3 *db;
    struct back_db *of;
    enum conn_use use;
    msec patience, busy_since;
    msec until; /* when reading is stopped; 0: never */
    sqlite3_stmt *fixed[FIXED__N];
    bool wrote;
    int64_t data_version;
    struct tidy *tidy; /* of the writer; NULL: it copies the log by itself */
    int log_pages;     /* in the log after the last commit */
    int tidy_pages;    /* in the log when it was last copied into the file */
    int alone_pages;   /* in the log when readers shall be held off */
};

struct back_stmt {
    struct back_conn *conn;
    sqlite3_stmt *st;
    bool writes;
    int nparams;  /* SQLite's count: distinct ones in the order of their first use */
    int nargs;    /* the highest $n */
    int number[]; /* n of each */
};

/* -- database and connections ------------------------------------------------------------------ */

static void set_up_library(void)
{
    /* Savepoints stay in memory. A limit above 128 kB would not do: SQLite writes what it spills in one piece and takes
     * a longer one for a full disk. */
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* counting memory would put one lock around every allocation */
}

static int sq_open(struct back_db **ret, const struct store_config *config, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct back_db *db = calloc(1, sizeof(*db));

    pthread_once(&once, set_up_library);
    if (!db)
        return err_set(err, ERR_BUSY, "Out of memory.");
    db->busy_ms = config->busy_ms ? config->busy_ms : BUSY_MS;
    db->scratch = config->scratch;
    if (sqlite_file(config, db->busy_ms, &db->path, err) < 0) {
        free(db);
        return -1;
    }
    *ret = db;
    return 0;
}

static void sq_close(struct back_db *db)
{
    free(db->path);
    free(db);
}

/* Short naps, so that two busy processes take turns; SQLite's own handler would sleep up to 100 ms. */
static int on_busy(void *ctx, int tries)
{
    struct back_conn *c = ctx;

    atomic_fetch_add_explicit(&c->of->retries, 1, memory_order_relaxed);
    if (tries == 0)
        c->busy_since = clock_monotonic();
    else if (clock_monotonic() - c->busy_since >= c->patience)
        return 0;
    nanosleep(&(struct timespec){.tv_nsec = tries < 100 ? 200000l : 1000000l}, NULL);
    return 1;
}

static int on_progress(void *ctx)
{
    const struct back_conn *c = ctx;

    return c->until && clock_monotonic() >= c->until;
}

static int on_log(void *ctx, sqlite3 *db, const char *name, int pages)
{
    struct back_conn *c = ctx;

    (void)db, (void)name;
    c->log_pages = pages;
    return SQLITE_OK;
}

static void sq_disconnect(struct back_conn *c)
{
    if (!c)
        return;
    tidy_free(c->tidy);
    for (int i = 0; i < FIXED__N; i++)
        sqlite3_finalize(c->fixed[i]);
    int rc = sqlite3_close(c->db);
    assert(rc == SQLITE_OK); /* every statement was finalised */
    (void)rc;
    free(c);
}

static const char settings[] = "PRAGMA synchronous = FULL;"
                               "PRAGMA foreign_keys = OFF;" /* references are the program's own business */
                               "PRAGMA temp_store = MEMORY;" SHARED_PAGES "PRAGMA journal_size_limit = 67108864;";

static int sq_connect(struct back_db *db, enum conn_use use, struct back_conn **ret, struct err *err)
{
    struct back_conn *c = calloc(1, sizeof(*c));

    if (!c)
        return err_set(err, ERR_BUSY, "Out of memory.");
    *c = (struct back_conn){.of = db, .use = use, .patience = db->busy_ms, .alone_pages = ALONE_PAGES};
    /* A reader may still have temporary tables, unlike with PRAGMA query_only. */
    int r = sqlite_connect(db->path, use == CONN_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, &c->db, err);
    if (r == 0) {
        sqlite3_busy_handler(c->db, on_busy, c);
        int rc = sqlite3_exec(c->db, settings, NULL, NULL, NULL);
        if (rc == SQLITE_OK && use == CONN_READ)
            rc = sqlite3_exec(c->db, "PRAGMA cache_size = -2000", NULL, NULL, NULL);
        else if (rc == SQLITE_OK)
            rc = sqlite3_exec(c->db, WRITER_CACHE SORTS_IN_FILES, NULL, NULL, NULL);
        if (rc == SQLITE_OK && db->scratch)
            rc = sqlite3_exec(c->db, "PRAGMA synchronous = OFF;" SCRATCH_CACHE, NULL, NULL, NULL);
        for (int i = 0; i < FIXED__N && rc == SQLITE_OK; i++)
            rc = sqlite3_prepare_v3(c->db, fixed_sql[i], -1, SQLITE_PREPARE_PERSISTENT, &c->fixed[i], NULL);
        if (use == CONN_READ)
            sqlite3_progress_handler(c->db, PROGRESS_STEPS, on_progress, c);
        sqlite3_wal_hook(c->db, on_log, c); /* instead of SQLite's own, which would let the committer wait */
        if (rc != SQLITE_OK)
            r = sqlite_fail(c->db, rc, "connect", err);
    }
    if (r < 0) {
        sq_disconnect(c);
        return -1;
    }
    if (use == CONN_WRITE)
        c->tidy = tidy_new(db);
    *ret = c;
    return 0;
}

/* -- statements -------------------------------------------------------------------------------- */

/* SQLite takes $1 for a name, and numbers names by their first use; arguments go by the number in the name. */
static int number_of(const char *name)
{
    int64_t n;

    return name && name[0] == '$' && str_int(str_of(name + 1), &n) && n > 0 && n <= 100000 ? (int)n : 0;
}

static void sq_finalize(struct back_stmt *s)
{
    sqlite3_finalize(s->st);
    free(s);
}

static int sq_prepare(struct back_conn *c, const char *sql, enum stmt_use use, struct back_stmt **ret, struct err *err)
{
    sqlite3_stmt *st = NULL;
    const char *tail = NULL;

    (void)use; /* the last id is known anyway, and rows come one by one */
    int rc = sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, &tail);
    if (rc != SQLITE_OK)
        return sqlite_fail(c->db, rc, sql, err);
    int n = sqlite3_bind_parameter_count(st);
    struct back_stmt *s = st ? malloc(sizeof(*s) + (size_t)n * sizeof(s->number[0])) : NULL;
    if (!s || str_trim(str_of(tail)).n) {
        sqlite3_finalize(st);
        free(s);
        if (!st || s) {
            diag(DIAG_ERROR, "not one statement sql=\"%.300s\"", sql);
            return err_set(err, ERR_INTERNAL, "The database refused a statement.");
        }
        return err_set(err, ERR_BUSY, "Out of memory.");
    }
    *s = (struct back_stmt){.conn = c, .st = st, .nparams = n, .writes = !sqlite3_stmt_readonly(st)};
    for (int i = 0; i < n; i++) {
        s->number[i] = number_of(sqlite3_bind_parameter_name(st, i + 1));
        if (s->number[i] > s->nargs)
            s->nargs = s->number[i];
        if (!s->number[i]) {
            diag(DIAG_ERROR, "parameter is not $n sql=\"%.300s\"", sql);
            sq_finalize(s);
            return err_set(err, ERR_INTERNAL, "The database refused a statement.");
        }
    }
    *ret = s;
    return 0;
}

static int bind_one(sqlite3_stmt *st, int at, const struct value *v, bool copy)
{
    switch (v->type) {
    case V_NULL:
        return sqlite3_bind_null(st, at);
    case V_INT:
        return sqlite3_bind_int64(st, at, v->i);
    case V_REAL:
        return sqlite3_bind_double(st, at, v->d);
    case V_TEXT:
        return sqlite3_bind_text64(st, at, v->s.p ? v->s.p : "", v->s.n, copy ? SQLITE_TRANSIENT : SQLITE_STATIC,
                                   SQLITE_UTF8);
    }
    return SQLITE_MISUSE;
}

static int sq_bind(struct back_stmt *s, struct args args, bool copy, struct err *err)
{
    /* A number left out would have no type on other databases. */
    if (args.n != (size_t)s->nargs || s->nargs != s->nparams) {
        diag(DIAG_ERROR, "arguments given=%zu highest=%d distinct=%d sql=\"%.300s\"", args.n, s->nargs, s->nparams,
             sqlite3_sql(s->st));
        return err_set(err, ERR_INTERNAL, "The database refused a statement.");
    }
    for (int i = 0; i < s->nparams; i++) {
        int rc = bind_one(s->st, i + 1, &args.v[s->number[i] - 1], copy);
        if (rc != SQLITE_OK)
            return sqlite_fail(s->conn->db, rc, sqlite3_sql(s->st), err);
    }
    return 0;
}

static int sq_step(struct back_stmt *s, struct err *err)
{
    s->conn->wrote |= s->writes;
    int rc = sqlite3_step(s->st);

    if (rc == SQLITE_ROW)
        return 1;
    return rc == SQLITE_DONE ? 0 : sqlite_fail(s->conn->db, rc, sqlite3_sql(s->st), err);
}

static int sq_columns(struct back_stmt *s)
{
    return sqlite3_column_count(s->st);
}

/* SQLite calls such a value unprotected, for other threads could meanwhile change it; none does here. */
static struct value sq_column(struct back_stmt *s, int i)
{
    sqlite3_value *v = sqlite3_column_value(s->st, i);
    const void *p;

    switch (sqlite3_value_type(v)) {
    case SQLITE_INTEGER:
        return value_int(sqlite3_value_int64(v));
    case SQLITE_FLOAT:
        return value_real(sqlite3_value_double(v));
    case SQLITE_TEXT:
    case SQLITE_BLOB:
        p = sqlite3_value_blob(v); /* the same bytes as the text, and NULL when there are none */
        return value_text((struct str){p ? p : "", (size_t)sqlite3_value_bytes(v)});
    default:
        return VALUE_NULL;
    }
}

static int64_t sq_changed(struct back_stmt *s)
{
    return s->writes ? sqlite3_changes64(s->conn->db) : 0;
}

static id sq_inserted(struct back_stmt *s)
{
    return sqlite3_changes64(s->conn->db) ? sqlite3_last_insert_rowid(s->conn->db) : 0;
}

static void sq_reset(struct back_stmt *s)
{
    sqlite3_reset(s->st); /* tells once more what step has told */
    if (s->nparams)
        sqlite3_clear_bindings(s->st);
}

static int sq_script(struct back_conn *c, const char *script, struct err *err)
{
    c->wrote = true;
    int rc = sqlite3_exec(c->db, script, NULL, NULL, NULL);

    return rc == SQLITE_OK ? 0 : sqlite_fail(c->db, rc, script, err);
}

/* -- transactions ------------------------------------------------------------------------------ */

static int run_fixed(struct back_conn *c, int which)
{
    int rc = sqlite3_step(c->fixed[which]);

    sqlite3_reset(c->fixed[which]);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int fixed(struct back_conn *c, int which, struct err *err)
{
    int rc = run_fixed(c, which);

    return rc == SQLITE_OK ? 0 : sqlite_fail(c->db, rc, fixed_sql[which], err);
}

static bool sq_inside(struct back_conn *c)
{
    return !sqlite3_get_autocommit(c->db);
}

static void sq_rollback(struct back_conn *c)
{
    if (sq_inside(c))
        run_fixed(c, ROLLBACK);
}

static bool sq_wrote(struct back_conn *c)
{
    bool wrote = c->wrote;

    c->wrote = false;
    return wrote;
}

static int sq_begin(struct back_conn *c, struct err *err)
{
    sq_rollback(c); /* one that had no memory when it was tried first would be in the way for ever */
    return fixed(c, c->use == CONN_WRITE ? BEGIN_WRITE : BEGIN_READ, err);
}

static int sq_commit(struct back_conn *c, struct err *err)
{
    return fixed(c, COMMIT, err);
}

static int sq_savepoint(struct back_conn *c, struct err *err)
{
    return fixed(c, SAVEPOINT, err);
}

static int sq_release(struct back_conn *c, struct err *err)
{
    return fixed(c, RELEASE, err);
}

static int sq_rollback_to(struct back_conn *c, struct err *err)
{
    return fixed(c, ROLLBACK_TO, err) < 0 ? -1 : fixed(c, RELEASE, err);
}

static void sq_limit(struct back_conn *c, msec until)
{
    c->until = until;
}

/* The version SQLite gives does not move for commits of this connection, and only the writer's commits. */
static bool sq_moved(struct back_conn *c)
{
    int64_t version = c->data_version;

    if (sqlite3_step(c->fixed[DATA_VERSION]) == SQLITE_ROW)
        version = sqlite3_column_int64(c->fixed[DATA_VERSION], 0);
    sqlite3_reset(c->fixed[DATA_VERSION]);
    bool moved = version != c->data_version;
    c->data_version = version;
    return moved;
}

/* The log goes on until all of it is copied and nobody reads from it; then it begins anew. Among many readers that
 * moment may never come by itself. */
static bool sq_tidy(struct back_conn *c, bool alone)
{
    if (c->log_pages < c->tidy_pages) { /* it has begun anew */
        c->tidy_pages = 0;
        c->alone_pages = ALONE_PAGES;
    }
    if (alone) {
        msec patience = c->patience;
        c->patience = ALONE_MS;
        tidy_copy(c->of, c->db, SQLITE_CHECKPOINT_RESTART);
        c->patience = patience;
        c->tidy_pages = c->log_pages;
        return false;
    }
    if (c->tidy ? tidy_ended(c->tidy) : c->log_pages - c->tidy_pages >= CHECKPOINT_PAGES) {
        tidy_copy(c->of, c->db, SQLITE_CHECKPOINT_PASSIVE); /* what has come meanwhile, so that nothing is left */
        c->tidy_pages = c->log_pages;
    } else if (c->log_pages - c->tidy_pages >= CHECKPOINT_PAGES && !tidy_busy(c->tidy)) {
        tidy_begin(c->tidy);
    }
    if (c->log_pages < c->alone_pages)
        return false;
    c->alone_pages = c->log_pages * 2; /* whoever reads for long is not asked again soon */
    return true;
}

static int64_t size_of(const char *path, const char *suffix)
{
    char name[4096];
    struct stat st;

    snprintf(name, sizeof(name), "%s%s", path, suffix);
    return stat(name, &st) == 0 ? (int64_t)st.st_size : 0;
}

static void sq_measure(struct back_db *db, struct store_stats *stats)
{
    metric_set(&stats->size, size_of(db->path, ""));
    metric_set(&stats->wal_size, size_of(db->path, "-wal"));
    metric_set(&stats->retries, atomic_load(&db->retries));
    metric_set(&stats->checkpoints, atomic_load(&db->checkpoints));
}

const struct backend backend_sqlite = {
    .dialect = DIALECT_SQLITE,
    .open = sq_open,
    .close = sq_close,
    .connect = sq_connect,
    .disconnect = sq_disconnect,
    .prepare = sq_prepare,
    .finalize = sq_finalize,
    .bind = sq_bind,
    .step = sq_step,
    .columns = sq_columns,
    .column = sq_column,
    .changed = sq_changed,
    .inserted = sq_inserted,
    .reset = sq_reset,
    .script = sq_script,
    .begin = sq_begin,
    .commit = sq_commit,
    .rollback = sq_rollback,
    .inside = sq_inside,
    .wrote = sq_wrote,
    .savepoint = sq_savepoint,
    .release = sq_release,
    .rollback_to = sq_rollback_to,
    .limit = sq_limit,
    .moved = sq_moved,
    .tidy = sq_tidy,
    .measure = sq_measure,
};

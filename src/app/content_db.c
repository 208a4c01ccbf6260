#include "content_db.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "sqlgen.h"

#define PART (512u << 10) /* bytes of one row: a transaction of a few milliseconds */

void content_tables(struct buf *b, enum dialect d)
{
    if (d == DIALECT_SQLITE)
        return;
    buf_printf(
        b,
        "CREATE TABLE contents (id %s, sha256 text NOT NULL, size bigint NOT NULL, kept_at bigint NOT NULL, whole "
        "bigint NOT NULL);\n"
        "CREATE UNIQUE INDEX contents_by_digest ON contents (sha256) WHERE whole = 1;\n"
        "CREATE TABLE content_parts (content_id bigint NOT NULL, part bigint NOT NULL, bytes bytea NOT NULL, "
        "PRIMARY KEY (content_id, part));\n"
        "ALTER TABLE content_parts ALTER COLUMN bytes SET STORAGE EXTERNAL;\n",
        sqlgen_id(d));
}

static int lost(const char *doing, struct err *err)
{
    diag(DIAG_ERROR, "files: %s: %s", doing, strerror(errno));
    return err_set(err, ERR_INTERNAL, "The file could not be kept.");
}

/* -- keeping ----------------------------------------------------------------------------------------- */

struct keeping {
    struct app *app;
    const struct content *content;
    id id; /* 0: it is there already */
    int64_t part;
    struct str bytes; /* base64 */
};

static int begin(struct txn *t, void *arg, struct err *err)
{
    const char *now = sqlgen_now(txn_dialect(t));
    struct keeping *k = arg;
    struct value digest = value_text(k->content->sha256);
    int64_t young = 0;

    k->id = 0;
    /* What is there is made young again, so that nobody sweeps it away before a record names it. */
    if (sql_run(t,
                arena_printf(txn_arena(t), "UPDATE contents SET kept_at = %s WHERE sha256 = $1 AND whole = 1", now).p,
                ARGS(digest), &young, err) < 0)
        return -1;
    if (young)
        return 0;
    return sql_insert(
        t,
        arena_printf(txn_arena(t), "INSERT INTO contents (sha256, size, kept_at, whole) VALUES ($1, $2, %s, 0)", now).p,
        ARGS(digest, value_int((int64_t)k->content->size)), &k->id, err);
}

static int add_part(struct txn *t, void *arg, struct err *err)
{
    const struct keeping *k = arg;

    return sql_run(t, "INSERT INTO content_parts (content_id, part, bytes) VALUES ($1, $2, decode($3, 'base64'))",
                   ARGS(value_int(k->id), value_int(k->part), value_text(k->bytes)), NULL, err);
}

static int drop(struct txn *t, id which, struct err *err)
{
    return sql_run(t, "DELETE FROM content_parts WHERE content_id = $1", ARGS(value_int(which)), NULL, err) < 0
               ? -1
               : sql_run(t, "DELETE FROM contents WHERE id = $1", ARGS(value_int(which)), NULL, err);
}

/* The same may have come in by another node meanwhile. */
static int finish(struct txn *t, void *arg, struct err *err)
{
    const struct keeping *k = arg;
    struct value other;
    int n = sql_row(t, "SELECT id FROM contents WHERE sha256 = $1 AND whole = 1", ARGS(value_text(k->content->sha256)),
                    &other, 1, err);

    if (n != 0)
        return n < 0 ? -1 : drop(t, k->id, err);
    return sql_run(t, "UPDATE contents SET whole = 1 WHERE id = $1", ARGS(value_int(k->id)), NULL, err);
}

static int write_with(const struct keeping *k, write_fn *fn, struct err *err)
{
    struct arena *work = arena_new(8u << 20);
    int r = work ? store_write(k->app->store, work, fn, (void *)(uintptr_t)k, err)
                 : err_set(err, ERR_BUSY, "There is no memory for this now.");

    arena_free(work);
    return r;
}

static ssize_t read_whole(int fd, char *bytes, size_t n)
{
    size_t got = 0;
    ssize_t r = 1;

    while (got < n && (r = read(fd, bytes + got, n - got)) > 0)
        got += (size_t)r;
    return r < 0 ? -1 : (ssize_t)got;
}

int content_db_keep(struct app *a, struct arena *arena, int fd, const struct content *c, struct err *err)
{
    size_t room = sodium_base64_encoded_len(PART, sodium_base64_VARIANT_ORIGINAL);
    char *bytes = arena_alloc(arena, PART), *text = arena_alloc(arena, room);
    struct keeping k = {.app = a, .content = c};
    ssize_t n = -1;

    if (lseek(fd, 0, SEEK_SET) < 0)
        return lost("reading an upload", err);
    if (write_with(&k, begin, err) < 0)
        return -1;
    if (k.id == 0)
        return 0;
    while ((n = read_whole(fd, bytes, PART)) > 0) {
        sodium_bin2base64(text, room, (const unsigned char *)bytes, (size_t)n, sodium_base64_VARIANT_ORIGINAL);
        k.bytes = str_of(text);
        if (write_with(&k, add_part, err) < 0)
            return -1;
        k.part++;
    }
    return n < 0 ? lost("reading an upload", err) : write_with(&k, finish, err);
}

/* -- reading ----------------------------------------------------------------------------------------- */

static int scratch_file(struct app *a, struct arena *arena, struct err *err)
{
    const char *dir = arena_printf(arena, "%s/tmp", a->data_dir).p;

    if (mkdir(dir, 0700) < 0 && errno != EEXIST)
        return lost("making a folder", err);
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return fd < 0 ? lost("making a file", err) : fd;
}

static int write_whole(int fd, const char *bytes, size_t n, struct err *err)
{
    for (size_t at = 0; at < n;) {
        ssize_t w = write(fd, bytes + at, n - at);
        if (w < 0 && errno != EINTR)
            return lost("writing a file", err);
        at += w > 0 ? (size_t)w : 0;
    }
    return 0;
}

/* Every part into the file, and all of them into the digest. */
static int fetch_parts(struct txn *t, id which, int fd, crypto_hash_sha256_state *digest, struct err *err)
{
    char *bytes = arena_alloc(txn_arena(t), PART);
    struct value of[2] = {value_int(which), value_int(0)};

    for (;; of[1].i++) {
        struct rows *r =
            sql_query(t, "SELECT encode(bytes, 'base64') FROM content_parts WHERE content_id = $1 AND part = $2",
                      (struct args){of, 2}, err);
        int n = r ? rows_next(r, err) : -1;
        if (n <= 0)
            return n;
        struct str text = rows_col_peek(r, 0).s;
        size_t size = 0;
        bool fine = sodium_base642bin((unsigned char *)bytes, PART, text.p, text.n, "\n", &size, NULL,
                                      sodium_base64_VARIANT_ORIGINAL) == 0;
        rows_close(r);
        if (!fine)
            return err_set(err, ERR_INTERNAL, "The content of this file is damaged.");
        crypto_hash_sha256_update(digest, (const unsigned char *)bytes, size);
        if (write_whole(fd, bytes, size, err) < 0)
            return -1;
    }
}

static int fetch(struct txn *t, id which, struct str sha256, int fd, struct err *err)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof(digest) + 1];
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    if (fetch_parts(t, which, fd, &state, err) < 0)
        return -1;
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
    if (!str_is(sha256, hex)) {
        diag(DIAG_ERROR, "files: the content " STR_FMT " is damaged", STR_ARG(sha256));
        return err_set(err, ERR_INTERNAL, "The content of this file is damaged.");
    }
    return lseek(fd, 0, SEEK_SET) < 0 ? lost("reading a file", err) : 0;
}

int content_db_open(struct app *a, struct arena *arena, struct str sha256, int *ret_fd, uint64_t *ret_size,
                    struct err *err)
{
    struct value found[2];
    struct txn *t = txn_read(a->store, arena, err);
    int n = t ? sql_row(t, "SELECT id, size FROM contents WHERE sha256 = $1 AND whole = 1", ARGS(value_text(sha256)),
                        found, 2, err)
              : -1;

    if (n == 1) {
        int fd = scratch_file(a, arena, err);
        n = fd < 0 || fetch(t, found[0].i, sha256, fd, err) < 0 ? -1 : 1;
        if (n < 0 && fd >= 0)
            close(fd);
        *ret_fd = fd;
        *ret_size = (uint64_t)found[1].i;
    }
    txn_end(t);
    return n;
}

/* -- keeping house ------------------------------------------------------------------------------------ */

struct dropping {
    id id;
    msec grace;
    bool gone;
};

/* Looks once more: an upload may have made it young meanwhile. */
static int drop_old(struct txn *t, void *arg, struct err *err)
{
    struct dropping *d = arg;
    const char *sql = arena_printf(txn_arena(t), "SELECT 1 FROM contents WHERE id = $1 AND kept_at < %s - $2",
                                   sqlgen_now(txn_dialect(t)))
                          .p;
    struct value v;
    int n = sql_row(t, sql, ARGS(value_int(d->id), value_int(d->grace)), &v, 1, err);

    d->gone = n == 1;
    return n == 1 ? drop(t, d->id, err) : n;
}

int content_db_sweep(struct app *a, struct txn *t, const struct map *keep, msec grace, int64_t *ret_removed,
                     struct err *err)
{
    const char *sql = arena_printf(txn_arena(t), "SELECT id, sha256, whole FROM contents WHERE kept_at < %s - $1",
                                   sqlgen_now(txn_dialect(t)))
                          .p;
    struct rows *r = sql_query(t, sql, ARGS(value_int(grace)), err);
    int n = r ? 0 : -1;

    *ret_removed = 0;
    while (r && (n = rows_next(r, err)) == 1) {
        struct dropping d = {.id = rows_col(r, 0).i, .grace = grace};
        if (rows_col(r, 2).i && map_get(keep, rows_col(r, 1).s))
            continue;
        struct arena *work = arena_new(1u << 20);
        int result = work ? store_write(a->store, work, drop_old, &d, err) : -1;
        arena_free(work);
        if (result < 0)
            return -1;
        *ret_removed += d.gone;
    }
    return n;
}

/*
 * The content of files: kept once under the SHA-256 of its bytes, however often it is uploaded. Rows of kind `files`
 * name it by that digest, so names that people give never become paths. With SQLite it lives in DATA/files/ab/cdef…,
 * with a database server in the database, where every node finds it (content_db.h).
 *
 *     struct content found;
 *     content_keep(app, arena, part->path, &found, err);        not inside a write: it reads, hashes and syncs
 *     ... a row with found.sha256, found.size, found.mime
 *     int fd = content_open(app, arena, sha256, &size, err);
 *
 * The type is what libmagic sees in the bytes; what the client claims counts for nothing.
 */
#ifndef APP_CONTENT_H
#define APP_CONTENT_H

#include "op.h"

#define CONTENT_PATH "content:" /* and a digest: where a path may be that of a file */

struct content {
    struct str sha256, mime;
    uint64_t size;
};

/* Puts the file at `path` into the store, durable when it returns 0. The file itself is left alone. */
int content_keep(struct app *a, struct arena *arena, const char *path, struct content *ret, struct err *err);

/* A descriptor to read it, or -1: ERR_NOT_FOUND when it is gone. With a database server all of it is fetched first. */
int content_open(struct app *a, struct arena *arena, struct str sha256, uint64_t *ret_size, struct err *err);

/* How a type may be shown inside a page, or NULL when it is only ever downloaded. */
struct content_view {
    const char *mime, *type, *csp;
};
const struct content_view *content_view_of(struct str mime);

/* The last component of a name without what could mislead: control characters and marks that turn the direction of
 * writing. Never empty, at most 255 characters. */
struct str content_name(struct arena *a, struct str name);

/* attachment or inline, with the name in both forms of RFC 6266, 4.3. */
struct str content_disposition(struct arena *a, struct str name, bool show);

/* Inside a write: the record for kept content. `row` has its other fields set already. */
int content_record(struct ctx *c, struct row *row, const struct content *content, struct str name, struct err *err);

/* The digests of all content that records name, or named before they were deleted, as far as the log tells since
 * `from_seq` (0: all of it). */
int content_named(struct app *a, struct txn *t, int64_t from_seq, struct map *into, struct err *err);

/* Removes content that no record and no line of the log names and that is older than an hour. What a deleted record
 * named stays, because undo brings the record back. */
int content_sweep(struct app *a, struct txn *t, int64_t *ret_removed, struct err *err);

/* Calls `missing` for each record whose content is not there or has another size. */
int content_check(struct app *a, struct txn *t, void (*missing)(void *ctx, id file), void *ctx, struct err *err);

#endif

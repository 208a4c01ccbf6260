#include "sqlite.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "diag.h"

/* "UNIQUE constraint failed: users.email, users.team_id": the columns become fields of the error. */
static int unique_broken(const char *message, struct err *err)
{
    struct str rest, piece, head, column;
    struct buf words;
    size_t n = 0;

    err_set(err, ERR_CONFLICT, "Another record has the same values.");
    if (!str_cut(str_of(message), ':', &head, &rest))
        return -1;
    buf_init(&words, sizeof(err->msg));
    while (str_next(&rest, ',', &piece)) {
        if (!str_cut(str_trim(piece), '.', &head, &column) || n == ERR_MAX_FIELDS)
            continue;
        buf_z(&words, n ? " and " : "");
        for (size_t i = 0; i < column.n; i++)
            buf_char(&words, column.p[i] == '_' ? ' ' : column.p[i]);
        struct err_field *f = &err->fields[n++];
        snprintf(f->field, sizeof(f->field), STR_FMT, STR_ARG(column));
        snprintf(f->code, sizeof(f->code), "taken");
        snprintf(f->msg, sizeof(f->msg), "Another record has the same.");
    }
    err->nfields = n;
    if (n && buf_ok(&words))
        snprintf(err->msg, sizeof(err->msg), "Another record has the same " STR_FMT ".", STR_ARG(buf_view(&words)));
    buf_clear(&words);
    return -1;
}

#define CANNOT_WRITE "The disk does not take what is written; nothing was changed."

/* The first that fits counts: those of one cause before those of its kind. */
static const struct {
    int rc;
    enum err_code code;
    const char *words;
} refusals[] = {
    {SQLITE_BUSY, ERR_BUSY, "The database is busy with another program's work."},
    {SQLITE_LOCKED, ERR_BUSY, "The database is busy with another program's work."},
    {SQLITE_INTERRUPT, ERR_BUSY, "This takes too long and was stopped; ask for less of it."},
    {SQLITE_NOMEM, ERR_BUSY, "Out of memory."},
    {SQLITE_FULL, ERR_STORAGE, "The disk is full; nothing was changed."},
    {SQLITE_READONLY, ERR_STORAGE, "The database cannot be written: the file or its folder is read-only."},
    {SQLITE_PERM, ERR_INTERNAL, "The database file may not be opened by this user."},
    {SQLITE_CANTOPEN, ERR_BUSY,
     "The database file cannot be opened; look at its path and permissions, and at the limit of open files."},
    {SQLITE_IOERR_NOMEM, ERR_BUSY, "Out of memory."},
    {SQLITE_IOERR_SHMMAP, ERR_BUSY, "Out of memory."},
    {SQLITE_IOERR_WRITE, ERR_STORAGE, CANNOT_WRITE},
    {SQLITE_IOERR_FSYNC, ERR_STORAGE, CANNOT_WRITE},
    {SQLITE_IOERR_DIR_FSYNC, ERR_STORAGE, CANNOT_WRITE},
    {SQLITE_IOERR_TRUNCATE, ERR_STORAGE, CANNOT_WRITE},
    {SQLITE_IOERR_DELETE, ERR_STORAGE, CANNOT_WRITE},
    {SQLITE_IOERR_SHMOPEN, ERR_STORAGE, CANNOT_WRITE},
    {SQLITE_IOERR_SHMSIZE, ERR_STORAGE, CANNOT_WRITE},
    {SQLITE_IOERR, ERR_INTERNAL, "The disk reported an error while the database was read or written."},
    {SQLITE_CORRUPT_VTAB, ERR_INTERNAL, "The search index cannot be read; if that stays so, run penstock rebuild."},
    {SQLITE_CORRUPT, ERR_INTERNAL, "The database file is damaged. Restore it from a backup."},
    {SQLITE_NOTADB, ERR_INTERNAL, "The file is not a database."},
    {SQLITE_TOOBIG, ERR_TOO_LARGE, "A value is too large for the database."},
    {SQLITE_CONSTRAINT, ERR_INTERNAL, "The database refused the change."},
};

int sqlite_fail(sqlite3 *db, int rc, const char *sql, struct err *err)
{
    const char *message = db ? sqlite3_errmsg(db) : sqlite3_errstr(rc);

    if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY || rc == SQLITE_CONSTRAINT_ROWID)
        return unique_broken(message, err);
    err_set(err, ERR_INTERNAL, "The database refused a statement.");
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
        if (refusals[i].rc == rc || refusals[i].rc == (rc & 0xff)) {
            err_set(err, refusals[i].code, "%s", refusals[i].words);
            break;
        }
    err->retry_after = err->code == ERR_BUSY ? 1 : err->code == ERR_STORAGE ? 30 : 0;
    diag(err->code == ERR_BUSY ? DIAG_WARN : DIAG_ERROR, "database code=%d message=\"%s\" sql=\"%.300s\"", rc, message,
         sql ? sql : "");
    return -1;
}

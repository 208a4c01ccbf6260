/*
 * Opening a database file: what is not ours, or damaged, is refused before anything of it is touched. A new file gets
 * its mark before it gets the write-ahead log, so that the mark always stands in the file itself.
 */
#include "sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"

#define MAX_URI 16384u
#define SMALLEST 512 /* SQLite takes anything shorter for an empty database */

int sqlite_connect(const char *path, int flags, sqlite3 **ret, struct err *err)
{
    int rc = sqlite3_open_v2(path, ret, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

    if (rc == SQLITE_OK)
        return 0;
    sqlite_fail(*ret, rc, NULL, err);
    sqlite3_close(*ret);
    *ret = NULL;
    return -1;
}

/* One integer of a pragma; a result code of SQLite. */
static int pragma_int(sqlite3 *db, const char *sql, int64_t *ret)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

    if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        *ret = sqlite3_column_int64(st, 0);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(st);
    return rc;
}

static int not_ours(const char *path, int64_t application, struct err *err)
{
    if (application == SQLITE_APPLICATION)
        return 0;
    return err_set(err, ERR_INVALID, "%s is a database of another program; it was left as it is.", path);
}

static bool has_log(const char *path)
{
    char *wal;
    struct stat st;

    if (asprintf(&wal, "%s-wal", path) < 0)
        return false;
    bool has = stat(wal, &st) == 0 && st.st_size > 0;
    free(wal);
    return has;
}

static int damaged(const char *path, int rc, struct err *err)
{
    if (rc == SQLITE_NOTADB)
        return err_set(err, ERR_INVALID, "%s is not a database; it was left as it is.", path);
    if (rc == SQLITE_CORRUPT)
        return err_set(err, ERR_INTERNAL,
                       "%s is damaged (shorter than it should be, or overwritten). Restore a backup.", path);
    return sqlite_fail(NULL, rc, NULL, err);
}

/* Reads the header through an immutable connection: no lock, no log, nothing written. */
static int probe(const char *path, off_t size, struct err *err)
{
    struct buf uri;
    sqlite3 *db;
    int64_t application = 0, page = 1;

    if (size < SMALLEST)
        return damaged(path, SQLITE_NOTADB, err);
    buf_init(&uri, MAX_URI);
    buf_z(&uri, "file:");
    for (const char *p = path; *p; p++)
        if (*p == '%' || *p == '?' || *p == '#')
            buf_printf(&uri, "%%%02X", (unsigned char)*p);
        else
            buf_char(&uri, *p);
    buf_z(&uri, "?immutable=1");
    buf_char(&uri, '\0');
    int r = buf_ok(&uri) ? sqlite_connect(uri.p, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, &db, err)
                         : err_set(err, ERR_INVALID, "The path of the database is too long.");
    buf_clear(&uri);
    if (r < 0)
        return -1;
    int rc = pragma_int(db, "PRAGMA application_id", &application);
    if (rc == SQLITE_OK)
        rc = pragma_int(db, "PRAGMA page_size", &page);
    sqlite3_close(db);
    if (rc == SQLITE_OK && size % page != 0)
        rc = SQLITE_CORRUPT;
    /* After a crash the file may lack pages that its log still has. */
    if ((rc & 0xff) == SQLITE_CORRUPT && has_log(path))
        return 0;
    return rc == SQLITE_OK ? not_ours(path, application, err) : damaged(path, rc & 0xff, err);
}

/* Several processes may make the same file at once; the first one marks it. */
static int mark(sqlite3 *db, const char *path, struct err *err)
{
    int64_t application = 0, tables = 0;
    char sql[64];

    int rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = pragma_int(db, "PRAGMA application_id", &application);
    if (rc == SQLITE_OK)
        rc = pragma_int(db, "SELECT count(*) FROM sqlite_master", &tables);
    if (rc == SQLITE_OK && application == 0 && tables == 0) {
        snprintf(sql, sizeof(sql), "PRAGMA application_id = %d", SQLITE_APPLICATION);
        rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
        application = SQLITE_APPLICATION;
    }
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    return rc == SQLITE_OK ? not_ours(path, application, err) : sqlite_fail(db, rc, "make the database", err);
}

static int settle(const char *path, bool empty, unsigned busy_ms, struct err *err)
{
    sqlite3 *db;
    int64_t application = 0;

    if (sqlite_connect(path, SQLITE_OPEN_READWRITE, &db, err) < 0)
        return -1;
    sqlite3_busy_timeout(db, (int)busy_ms);
    int r = 0;
    if (sqlite3_db_readonly(db, "main"))
        r = err_set(err, ERR_INVALID, "%s is read-only.", path);
    else if (empty)
        r = mark(db, path, err);
    if (r == 0) {
        /* Every start reads the schema once, so that damage at the front of the file is met here and not by a user. */
        int rc = pragma_int(db, "SELECT count(*) FROM sqlite_master", &(int64_t){0});
        if (rc == SQLITE_OK)
            rc = pragma_int(db, "PRAGMA application_id", &application);
        if (rc == SQLITE_OK)
            r = not_ours(path, application, err);
        if (rc == SQLITE_OK && r == 0)
            rc = sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        if (rc != SQLITE_OK)
            r = (rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB ? damaged(path, rc & 0xff, err)
                                                                              : sqlite_fail(db, rc, "open", err);
    }
    sqlite3_close(db);
    return r;
}

int sqlite_file(const struct store_config *config, unsigned busy_ms, char **ret_path, struct err *err)
{
    const char *path = config->url;
    struct stat st;

    if (stat(path, &st) < 0 && errno == ENOENT) {
        if (config->must_exist)
            return err_set(err, ERR_NOT_FOUND, "There is no database at %s.", path);
        int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0 && errno != EEXIST)
            return err_set(err, ERR_INVALID, "%s cannot be made: %s.", path, strerror(errno));
        if (fd >= 0)
            close(fd);
    }
    char *full = realpath(path, NULL);
    int r = -1;
    if (!full || stat(full, &st) < 0)
        err_set(err, ERR_INVALID, "%s cannot be opened: %s.", path, strerror(errno));
    else if (!S_ISREG(st.st_mode))
        err_set(err, ERR_INVALID, "%s is not a file.", path);
    else if (eaccess(full, R_OK | W_OK) < 0)
        err_set(err, ERR_INVALID, "%s cannot be written: %s.", path, strerror(errno));
    else if (st.st_size == 0 || probe(full, st.st_size, err) == 0)
        r = settle(full, st.st_size == 0, busy_ms, err);
    if (r < 0) {
        free(full);
        return -1;
    }
    *ret_path = full;
    return 0;
}

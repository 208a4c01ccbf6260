#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite.h"
#include "store_file.h"

static int failed(const char *path, struct err *err)
{
    return err_set(err, ERR_INTERNAL, "%s cannot be put in its place: %s.", path, strerror(errno));
}

static int sync_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int result = fd < 0 ? -1 : fsync(fd);

    if (fd >= 0)
        close(fd);
    return result;
}

/* Leaving the write-ahead log takes the lock that nobody gets while another has the file open. */
static int take_out_of_use(const char *path, struct err *err)
{
    sqlite3_stmt *st = NULL;
    sqlite3 *db;

    if (sqlite_connect(path, SQLITE_OPEN_READWRITE, &db, err) < 0)
        return -1;
    int rc = sqlite3_prepare_v2(db, "PRAGMA journal_mode = DELETE", -1, &st, NULL);
    bool alone = rc == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW &&
                 strcmp((const char *)sqlite3_column_text(st, 0), "delete") == 0;
    sqlite3_finalize(st);
    sqlite3_close(db);
    return alone ? 0 : err_set(err, ERR_BUSY, "A program has %s open; stop it first.", path);
}

/* A log that a database has left behind must not be taken for the new one's. */
static int remove_beside(const char *path, const char *suffix)
{
    char *name;
    int result = asprintf(&name, "%s%s", path, suffix) < 0 ? -1 : 0;

    if (result == 0) {
        result = unlink(name) < 0 && errno != ENOENT ? -1 : 0;
        free(name);
    }
    return result;
}

int store_file_take(const char *from, const char *to, struct err *err)
{
    struct stat st;

    if (sync_file(from) < 0)
        return failed(from, err);
    if (stat(to, &st) == 0) {
        if (st.st_size > 0 && take_out_of_use(to, err) < 0)
            return -1;
        return rename(from, to) < 0 ? failed(to, err) : 0;
    }
    if (remove_beside(to, "-wal") < 0 || remove_beside(to, "-shm") < 0)
        return failed(to, err);
    /* Unlike a rename this is refused when a database has been made there meanwhile. */
    if (link(from, to) == 0)
        return unlink(from) < 0 ? failed(from, err) : 0;
    if (errno == EEXIST)
        return err_set(err, ERR_CONFLICT, "Meanwhile there is another database at %s.", to);
    return rename(from, to) < 0 ? failed(to, err) : 0;
}

#include "file_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite.h"

#define COPY_PAGES 4096 /* at a time; between two the source's lock is let go */
#define BUSY_NAP_MS 20
#define BUSY_NAPS 500

/* Where SQLite keeps the lock that whoever reads a database has (file format, "File Locking"). In write-ahead mode it
 * stays as long as the connection does. */
#define LOCK_SHARED_FIRST 0x40000002
#define LOCK_SHARED_SIZE 510

static int make_file(const char *path, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return err_set(err, ERR_INVALID, "%s cannot be made: %s.", path, strerror(errno));
    close(fd);
    return 0;
}

static int copy_pages(sqlite3 *from, sqlite3 *to, struct err *err)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    int rc = b ? SQLITE_OK : sqlite3_errcode(to), naps = 0;

    while (rc == SQLITE_OK || ((rc & 0xff) == SQLITE_BUSY && naps++ < BUSY_NAPS)) {
        if (rc != SQLITE_OK)
            sqlite3_sleep(BUSY_NAP_MS);
        rc = sqlite3_backup_step(b, COPY_PAGES);
    }
    int last = sqlite3_backup_finish(b);
    if (rc == SQLITE_DONE)
        rc = last;
    return rc == SQLITE_OK ? 0 : sqlite_fail(to, rc, "copy the database", err);
}

int file_copy(const char *from, const char *to, struct err *err)
{
    sqlite3 *in = NULL, *out = NULL;

    if (make_file(to, err) < 0)
        return -1;
    int r = -1;
    /* The read transaction keeps writers from making the copy begin anew. */
    if (sqlite_connect(from, SQLITE_OPEN_READONLY, &in, err) == 0 &&
        sqlite_connect(to, SQLITE_OPEN_READWRITE, &out, err) == 0) {
        int rc = sqlite3_exec(in, "BEGIN; SELECT count(*) FROM sqlite_master", NULL, NULL, NULL);
        r = rc == SQLITE_OK ? copy_pages(in, out, err) : sqlite_fail(in, rc, "copy the database", err);
    }
    sqlite3_close(in);
    sqlite3_close(out);
    if (r < 0)
        unlink(to);
    return r;
}

pid_t file_user(const char *path)
{
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_SHARED_FIRST, .l_len = LOCK_SHARED_SIZE};
    int fd = open(path, O_RDWR | O_CLOEXEC);

    if (fd < 0)
        return 0;
    bool held = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    close(fd);
    return held ? lock.l_pid : 0;
}

static int64_t bytes_of(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? st.st_size : 0;
}

int64_t file_size(const char *path)
{
    char wal[4096];

    snprintf(wal, sizeof(wal), "%s-wal", path);
    return bytes_of(path) + bytes_of(wal);
}

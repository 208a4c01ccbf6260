#include "key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BEGINS "penstock-backup-key "
#define HEX (2 * sizeof(((struct backup_key *)0)->bytes))
#define LINE (sizeof(BEGINS) - 1 + HEX + 1)

int key_make(const char *path, struct err *err)
{
    unsigned char bytes[sizeof(((struct backup_key *)0)->bytes)];
    char hex[HEX + 1], line[LINE + 1];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0 && errno == EEXIST)
        return err_set(err, ERR_CONFLICT, "%s exists already, and a key is never written over.", path);
    if (fd < 0)
        return err_set(err, ERR_INVALID, "%s cannot be made: %s.", path, strerror(errno));
    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2hex(hex, sizeof(hex), bytes, sizeof(bytes));
    int n = snprintf(line, sizeof(line), BEGINS "%s\n", hex);
    bool written = write(fd, line, (size_t)n) == n && fsync(fd) == 0;
    written = close(fd) == 0 && written;
    sodium_memzero(bytes, sizeof(bytes));
    sodium_memzero(hex, sizeof(hex));
    sodium_memzero(line, sizeof(line));
    if (written)
        return 0;
    unlink(path);
    return err_set(err, ERR_INTERNAL, "The key could not be written to %s.", path);
}

static int open_closed_file(const char *path, struct err *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return err_set(err, ERR_INVALID, "The key file %s cannot be read: %s.", path, strerror(errno));
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) == 0)
        return fd;
    close(fd);
    return err_set(err, ERR_INVALID, "Others can read the key file %s; chmod 600 it.", path);
}

/* What is in a file that is no key is never told: its path may come from far away. */
int key_read(const char *path, struct backup_key *ret, struct err *err)
{
    char line[LINE + 1];
    size_t bytes = 0;
    int fd = open_closed_file(path, err);

    if (fd < 0)
        return -1;
    ssize_t n = read(fd, line, sizeof(line));
    close(fd);
    bool fits =
        n == (ssize_t)LINE && memcmp(line, BEGINS, sizeof(BEGINS) - 1) == 0 && line[LINE - 1] == '\n' &&
        sodium_hex2bin(ret->bytes, sizeof(ret->bytes), line + sizeof(BEGINS) - 1, HEX, NULL, &bytes, NULL) == 0 &&
        bytes == sizeof(ret->bytes);
    sodium_memzero(line, sizeof(line));
    return fits ? 0
                : err_set(err, ERR_INVALID, "%s is not a key file; penstock backup --new-key FILE makes one.", path);
}

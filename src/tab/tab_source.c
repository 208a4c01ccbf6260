#include "tab_source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int tab_source_open(struct tab_source *s, const char *path, struct err *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return errno == EMFILE || errno == ENFILE
                   ? err_disk(err, errno, "The file cannot be opened")
                   : err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_INVALID, "%s: %s.", path, strerror(errno));
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return err_set(err, ERR_INVALID, "%s is not a file.", path);
    }
    *s = (struct tab_source){.fd = fd, .size = st.st_size};
    return 0;
}

void tab_source_memory(struct tab_source *s, struct str bytes)
{
    *s = (struct tab_source){.fd = -1, .memory = bytes, .size = (int64_t)bytes.n};
}

void tab_source_close(struct tab_source *s)
{
    if (s->fd >= 0)
        close(s->fd);
    *s = (struct tab_source){.fd = -1};
}

ssize_t tab_source_read(const struct tab_source *s, int64_t offset, char *p, size_t n, struct err *err)
{
    size_t got = 0;

    if (s->fd < 0) {
        struct str rest = (size_t)offset < s->memory.n ? str_from(s->memory, (size_t)offset) : STR_NULL;
        got = rest.n < n ? rest.n : n;
        if (got)
            memcpy(p, rest.p, got);
        return (ssize_t)got;
    }
    while (got < n) {
        ssize_t one = pread(s->fd, p + got, n - got, offset + (int64_t)got);
        if (one < 0 && errno == EINTR)
            continue;
        if (one < 0)
            return err_set(err, ERR_INTERNAL, "The file cannot be read: %s.", strerror(errno));
        if (one == 0)
            break;
        got += (size_t)one;
    }
    return (ssize_t)got;
}

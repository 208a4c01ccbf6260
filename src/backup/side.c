#include "side.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME ".penstock-side-"

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    remove(path);
    return 0;
}

static void remove_tree(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

void side_sweep(const char *parent)
{
    DIR *d = opendir(parent);
    char path[4096];

    for (struct dirent *e; d && (e = readdir(d));) {
        if (strncmp(e->d_name, NAME, sizeof(NAME) - 1) != 0 ||
            snprintf(path, sizeof(path), "%s/%s", parent, e->d_name) >= (int)sizeof(path))
            continue;
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
            remove_tree(path);
        if (fd >= 0)
            close(fd);
    }
    if (d)
        closedir(d);
}

int side_make(struct side *ret, const char *parent, struct err *err)
{
    *ret = (struct side){.fd = -1};
    if (mkdir(parent, 0700) < 0 && errno != EEXIST)
        return err_set(err, ERR_INVALID, "The folder %s cannot be made: %s.", parent, strerror(errno));
    side_sweep(parent);
    if (snprintf(ret->path, sizeof(ret->path), "%s/" NAME "XXXXXX", parent) >= (int)sizeof(ret->path))
        return err_set(err, ERR_INVALID, "The path of the folder is too long.");
    if (!mkdtemp(ret->path))
        return err_set(err, ERR_INVALID, "The folder %s cannot be written: %s.", parent, strerror(errno));
    ret->fd = open(ret->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (ret->fd >= 0 && flock(ret->fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    side_remove(ret);
    return err_set(err, ERR_INTERNAL, "The folder %s cannot be locked.", parent);
}

void side_remove(struct side *s)
{
    if (s->path[0])
        remove_tree(s->path);
    if (s->fd >= 0)
        close(s->fd);
    *s = (struct side){.fd = -1};
}

int sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result = fd < 0 ? -1 : fsync(fd);

    if (fd >= 0)
        close(fd);
    return result;
}

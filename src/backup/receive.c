#include "receive.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "head.h"

struct receiving {
    int fd;
    uint64_t left;
    char sha256[65];
    crypto_hash_sha256_state state;
};

static int failed(struct err *err)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return err_set(err, ERR_INTERNAL, "There is no room on the disk for what is in the backup.");
    return err_set(err, ERR_INTERNAL, "The content of a file cannot be written: %s.", strerror(errno));
}

void receive_free(struct receiving **r)
{
    if (!*r)
        return;
    close((*r)->fd);
    free(*r);
    *r = NULL;
}

static int finish(struct receiving **r, int64_t *count, struct err *err)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof(digest) + 1];

    crypto_hash_sha256_final(&(*r)->state, digest);
    sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
    bool same = strcmp(hex, (*r)->sha256) == 0;
    bool synced = fsync((*r)->fd) == 0;
    receive_free(r);
    if (!same)
        return err_set(err, ERR_INVALID, "The backup is damaged: the content of a file is not what it is called.");
    ++*count;
    return synced ? 0 : failed(err);
}

int receive_begin(struct receiving **ret, struct arena *a, const char *dir, struct str head, int64_t *count,
                  struct err *err)
{
    struct str sha256;
    uint64_t size;

    if (content_head_read(a, arena_str(a, head), &sha256, &size, err) < 0)
        return -1;
    const char *folder = arena_printf(a, "%s/files/" STR_FMT, dir, STR_ARG(str_upto(sha256, 2))).p;
    const char *path = arena_printf(a, "%s/" STR_FMT, folder, STR_ARG(str_from(sha256, 2))).p;
    if ((mkdir(arena_printf(a, "%s/files", dir).p, 0700) < 0 && errno != EEXIST) ||
        (mkdir(folder, 0700) < 0 && errno != EEXIST))
        return failed(err);
    struct receiving *r = calloc(1, sizeof(*r));
    if (!r)
        return err_set(err, ERR_BUSY, "There is no memory for this now.");
    *r =
        (struct receiving){.left = size, .fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (r->fd < 0) {
        free(r);
        return failed(err);
    }
    memcpy(r->sha256, sha256.p, 64);
    crypto_hash_sha256_init(&r->state);
    *ret = r;
    return size ? 0 : finish(ret, count, err);
}

int receive_bytes(struct receiving **ret, struct str bytes, int64_t *count, struct err *err)
{
    struct receiving *r = *ret;

    if (bytes.n == 0 || bytes.n > r->left)
        return err_set(err, ERR_INVALID, "The backup is damaged: the content of a file has not the size it says.");
    crypto_hash_sha256_update(&r->state, (const unsigned char *)bytes.p, bytes.n);
    r->left -= bytes.n;
    while (bytes.n) {
        ssize_t n = write(r->fd, bytes.p, bytes.n);
        if (n < 0 && errno != EINTR)
            return failed(err);
        if (n > 0)
            bytes = str_from(bytes, (size_t)n);
    }
    return r->left ? 0 : finish(ret, count, err);
}

#include "content.h"

#include <errno.h>
#include <fcntl.h>
#include <magic.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content_db.h"
#include "diag.h"
#include "rules.h"

#define LOOK_AT (256u << 10) /* bytes that libmagic gets to see */
#define PIECE (64u << 10)

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static int failed(const char *doing, struct err *err)
{
    diag(DIAG_ERROR, "files: %s: %s", doing, strerror(errno));
    return err_disk(err, errno, "The file could not be kept");
}

/* -- looking at it --------------------------------------------------------------------------------------- */

/* A handle for each file: opening one goes over state that libmagic shares between threads, using it does not. */
static struct str find_type(struct arena *a, const void *head, size_t n)
{
    static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;
    struct str type = STR_NULL;

    if (n == 0)
        return S("application/octet-stream");
    pthread_mutex_lock(&opening);
    magic_t m = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF);
    bool ready = m && magic_load(m, NULL) == 0;
    pthread_mutex_unlock(&opening);
    if (ready) {
        const char *text = magic_buffer(m, head, n);
        if (text && strlen(text) <= 150)
            type = arena_str(a, str_of(text));
    }
    if (m)
        magic_close(m);
    return type.n && str_find(type, '/') > 0 ? type : S("application/octet-stream");
}

/* Digest, size and type in one reading; what was read is on disk. */
static int look(struct arena *a, int fd, struct content *ret, struct err *err)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    char *head = arena_alloc(a, LOOK_AT), *hex = arena_alloc(a, 2 * sizeof(digest) + 1), *piece = arena_alloc(a, PIECE);
    crypto_hash_sha256_state state;
    size_t nhead = 0;
    ssize_t n;

    ret->size = 0;
    crypto_hash_sha256_init(&state);
    while ((n = read(fd, piece, PIECE)) > 0) {
        size_t take = (size_t)n < LOOK_AT - nhead ? (size_t)n : LOOK_AT - nhead;
        memcpy(head + nhead, piece, take);
        nhead += take;
        crypto_hash_sha256_update(&state, (const unsigned char *)piece, (size_t)n);
        ret->size += (uint64_t)n;
    }
    if (n < 0 || fsync(fd) < 0)
        return failed("reading an upload", err);
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(hex, 2 * sizeof(digest) + 1, digest, sizeof(digest));
    ret->sha256 = str_of(hex);
    ret->mime = find_type(a, head, nhead);
    return 0;
}

/* -- keeping it -------------------------------------------------------------------------------------------- */

static const char *folder_of(struct app *a, struct arena *arena, struct str sha256)
{
    return arena_printf(arena, "%s/files/" STR_FMT, a->data_dir, STR_ARG(str_upto(sha256, 2))).p;
}

static const char *path_of(struct app *a, struct arena *arena, struct str sha256)
{
    return arena_printf(arena, "%s/" STR_FMT, folder_of(a, arena, sha256), STR_ARG(str_from(sha256, 2))).p;
}

static int sync_folder(const char *path)
{
    _cleanup_(close_fd) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd < 0 ? -1 : fsync(fd);
}

static int make_folders(struct app *a, struct arena *arena, struct str sha256)
{
    const char *top = arena_printf(arena, "%s/files", a->data_dir).p;

    if ((mkdir(top, 0700) < 0 && errno != EEXIST) || (mkdir(folder_of(a, arena, sha256), 0700) < 0 && errno != EEXIST))
        return -1;
    return sync_folder(top);
}

/* For uploads on another file system than the store. */
static int copy_to(struct arena *arena, int from, const char *to)
{
    char *path = (char *)(uintptr_t)arena_printf(arena, "%s.XXXXXX", to).p, *piece = arena_alloc(arena, PIECE);
    _cleanup_(close_fd) int fd = mkostemp(path, O_CLOEXEC);
    ssize_t n = -1;

    if (fd < 0 || lseek(from, 0, SEEK_SET) < 0)
        return -1;
    while ((n = read(from, piece, PIECE)) > 0) {
        for (ssize_t at = 0, written; at < n; at += written)
            if ((written = write(fd, piece + at, (size_t)(n - at))) < 0)
                goto undo;
    }
    if (n == 0 && fsync(fd) == 0 && rename(path, to) == 0)
        return 0;
undo:
    n = errno;
    unlink(path);
    errno = (int)n;
    return -1;
}

static bool is_there(const char *path, uint64_t size)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == size;
}

int content_keep(struct app *a, struct arena *arena, const char *path, struct content *ret, struct err *err)
{
    _cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct content found;

    if (fd < 0)
        return failed("opening an upload", err);
    if (look(arena, fd, &found, err) < 0)
        return -1;
    if (store_dialect(a->store) != DIALECT_SQLITE) {
        *ret = found;
        return content_db_keep(a, arena, fd, ret, err);
    }
    const char *to = path_of(a, arena, found.sha256);
    if (make_folders(a, arena, found.sha256) < 0)
        return failed("making a folder", err);
    /* What is there already is made young again, so that nobody sweeps it away before a record names it. */
    bool kept = is_there(to, found.size) && utimensat(AT_FDCWD, to, NULL, 0) == 0;
    if (!kept && link(path, to) < 0 && copy_to(arena, fd, to) < 0)
        return failed("keeping an upload", err);
    if (sync_folder(folder_of(a, arena, found.sha256)) < 0)
        return failed("keeping an upload", err);
    *ret = found;
    return 0;
}

int content_open(struct app *a, struct arena *arena, struct str sha256, uint64_t *ret_size, struct err *err)
{
    struct stat st;

    if (sha256.n != 2 * crypto_hash_sha256_BYTES)
        return err_set(err, ERR_NOT_FOUND, "This file has no content.");
    if (store_dialect(a->store) != DIALECT_SQLITE) {
        int kept = -1, n = content_db_open(a, arena, sha256, &kept, ret_size, err);
        if (n != 0)
            return n < 0 ? -1 : kept;
        /* The folder may be one that was used with SQLite before, or was filled by a restore. */
    }
    int fd = open(path_of(a, arena, sha256), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        diag(DIAG_ERROR, "files: the content " STR_FMT " is missing", STR_ARG(sha256));
        close_fd(&fd);
        return err_set(err, ERR_NOT_FOUND, "The content of this file is missing.");
    }
    *ret_size = (uint64_t)st.st_size;
    return fd;
}

/* Content comes by upload only, so that nobody can name what he has not got. */
static int file_before(struct ctx *c, const struct row *old, struct row *row, const bool *given, struct err *err)
{
    (void)given;
    if (!old && (!row_value(row, "sha256").s.n || c->by_import))
        return err_set(err, ERR_INVALID, "Files are sent as multipart/form-data with a part named file.");
    row_set(row, "name", value_text(content_name(c->arena, row_value(row, "name").s)));
    return 0;
}

const struct rule rule_file = {.kind = "files", .before = file_before};

int content_record(struct ctx *c, struct row *row, const struct content *content, struct str name, struct err *err)
{
    row_set(row, "name", value_text(content_name(c->arena, name)));
    row_set(row, "mime", value_text(content->mime));
    row_set(row, "size", value_int((int64_t)content->size));
    row_set(row, "sha256", value_text(content->sha256));
    return op_insert(c, row, NULL, err);
}

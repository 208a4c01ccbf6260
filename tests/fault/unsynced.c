#include "unsynced.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROOM (1ull << 30) /* of address space; what is never written costs nothing */
#define SECTOR 512
#define FILES 4

struct write {
    int file, n;
    int64_t at;
    bool durable, lost; /* a sync has made it so; a sync has failed since, and no later one can */
    char bytes[];       /* n that were there before, n that were written */
};

struct unsynced {
    char path[FILES][256];
    int nfiles;
    unsigned fails; /* one sync in so many; 0 for none */
    atomic_size_t used;
    _Alignas(16) char log[];
};

static struct unsynced *here; /* of the process that writes */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sqlite3_vfs *below, layer;

struct file {
    sqlite3_file base;
    int number; /* -1 when nobody minds losing it */
    sqlite3_file *below;
};

static sqlite3_file *under(sqlite3_file *f)
{
    return ((struct file *)f)->below;
}

struct unsynced *unsynced_new(void)
{
    struct unsynced *u = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return u == MAP_FAILED ? NULL : u;
}

static struct write *next(struct unsynced *u, struct write *w)
{
    char *p = w ? w->bytes + 2 * (size_t)w->n : u->log;

    p = u->log + (((size_t)(p - u->log) + 15) & ~(size_t)15);
    return p < u->log + atomic_load(&u->used) ? (struct write *)(void *)p : NULL;
}

/* -- in the process that writes ---------------------------------------------------------------- */

static int on_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    int number = ((struct file *)f)->number;

    if (number < 0)
        return under(f)->pMethods->xWrite(under(f), p, n, at);
    pthread_mutex_lock(&lock);
    size_t start = (atomic_load(&here->used) + 15) & ~(size_t)15;
    struct write *w = (struct write *)(void *)(here->log + start);
    if (start + sizeof(*w) + 2 * (size_t)n + sizeof(*here) > ROOM) {
        fputs("unsynced: too many writes without a sync\n", stderr);
        abort();
    }
    *w = (struct write){.file = number, .n = n, .at = at};
    memset(w->bytes, 0, (size_t)n);
    under(f)->pMethods->xRead(under(f), w->bytes, n, at); /* what lies behind the end reads as nothing */
    memcpy(w->bytes + n, p, (size_t)n);
    atomic_store(&here->used, start + sizeof(*w) + 2 * (size_t)n);
    int rc = under(f)->pMethods->xWrite(under(f), p, n, at);
    pthread_mutex_unlock(&lock);
    return rc;
}

static int on_sync(sqlite3_file *f, int flags)
{
    static atomic_uint count;
    bool all = true, fails = here->fails && atomic_fetch_add(&count, 1) % here->fails == here->fails - 1;
    int rc = fails ? SQLITE_IOERR_FSYNC : under(f)->pMethods->xSync(under(f), flags);

    if (rc != SQLITE_OK && !fails)
        return rc;
    pthread_mutex_lock(&lock);
    for (struct write *w = NULL; (w = next(here, w));) {
        if (w->file == ((struct file *)f)->number && !w->durable) {
            w->lost |= fails;
            w->durable = !w->lost;
        }
        all &= w->durable;
    }
    if (all)
        atomic_store(&here->used, 0);
    pthread_mutex_unlock(&lock);
    return rc;
}

static int on_close(sqlite3_file *f)
{
    int rc = under(f)->pMethods->xClose(under(f));

    free(under(f));
    return rc;
}

static int on_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    return under(f)->pMethods->xRead(under(f), p, n, at);
}

static int on_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return under(f)->pMethods->xTruncate(under(f), size);
}

static int on_size(sqlite3_file *f, sqlite3_int64 *ret)
{
    return under(f)->pMethods->xFileSize(under(f), ret);
}

static int on_lock(sqlite3_file *f, int level)
{
    return under(f)->pMethods->xLock(under(f), level);
}

static int on_unlock(sqlite3_file *f, int level)
{
    return under(f)->pMethods->xUnlock(under(f), level);
}

static int on_check_lock(sqlite3_file *f, int *ret)
{
    return under(f)->pMethods->xCheckReservedLock(under(f), ret);
}

static int on_control(sqlite3_file *f, int op, void *arg)
{
    return under(f)->pMethods->xFileControl(under(f), op, arg);
}

static int on_sector(sqlite3_file *f)
{
    return under(f)->pMethods->xSectorSize(under(f));
}

/* This disk promises nothing. Only where syncs fail it is one that leaves the bytes beside a write alone, as SQLite
 * takes every disk on Unix to be: else it would pad commits with frames that the sync after next makes durable, and
 * which are lost when that fails. */
static int on_traits(sqlite3_file *f)
{
    (void)f;
    return here->fails ? SQLITE_IOCAP_POWERSAFE_OVERWRITE : 0;
}

static int on_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **ret)
{
    return under(f)->pMethods->xShmMap(under(f), page, size, extend, ret);
}

static int on_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return under(f)->pMethods->xShmLock(under(f), offset, n, flags);
}

static void on_shm_barrier(sqlite3_file *f)
{
    under(f)->pMethods->xShmBarrier(under(f));
}

static int on_shm_unmap(sqlite3_file *f, int remove_it)
{
    return under(f)->pMethods->xShmUnmap(under(f), remove_it);
}

static int on_fetch(sqlite3_file *f, sqlite3_int64 at, int n, void **ret)
{
    return under(f)->pMethods->xFetch(under(f), at, n, ret);
}

static int on_unfetch(sqlite3_file *f, sqlite3_int64 at, void *p)
{
    return under(f)->pMethods->xUnfetch(under(f), at, p);
}

static const sqlite3_io_methods methods = {
    .iVersion = 3,
    .xClose = on_close,
    .xRead = on_read,
    .xWrite = on_write,
    .xTruncate = on_truncate,
    .xSync = on_sync,
    .xFileSize = on_size,
    .xLock = on_lock,
    .xUnlock = on_unlock,
    .xCheckReservedLock = on_check_lock,
    .xFileControl = on_control,
    .xSectorSize = on_sector,
    .xDeviceCharacteristics = on_traits,
    .xShmMap = on_shm_map,
    .xShmLock = on_shm_lock,
    .xShmBarrier = on_shm_barrier,
    .xShmUnmap = on_shm_unmap,
    .xFetch = on_fetch,
    .xUnfetch = on_unfetch,
};

static int number_of(const char *path)
{
    int i = 0;

    pthread_mutex_lock(&lock);
    while (i < here->nfiles && strcmp(here->path[i], path) != 0)
        i++;
    if (i == here->nfiles && i < FILES) {
        snprintf(here->path[i], sizeof(here->path[i]), "%s", path);
        here->nfiles++;
    }
    pthread_mutex_unlock(&lock);
    return i < FILES ? i : -1;
}

static int on_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *f, int flags, int *ret_flags)
{
    struct file *file = (struct file *)f;

    (void)vfs;
    *file = (struct file){.number = -1, .below = calloc(1, (size_t)below->szOsFile)};
    if (!file->below)
        return SQLITE_NOMEM;
    int rc = below->xOpen(below, path, file->below, flags, ret_flags);
    if (rc != SQLITE_OK) {
        free(file->below);
        return rc;
    }
    file->base.pMethods = &methods;
    if (path && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)))
        file->number = number_of(path);
    return SQLITE_OK;
}

void unsynced_install(struct unsynced *u, unsigned fails)
{
    u->fails = fails;
    u->nfiles = 0;
    atomic_store(&u->used, 0);
    here = u;
    below = sqlite3_vfs_find(NULL);
    layer = *below;
    layer.zName = "unsynced";
    layer.szOsFile = sizeof(struct file);
    layer.xOpen = on_open;
    sqlite3_vfs_register(&layer, 1);
}

/* -- in the process that looks at what is left -------------------------------------------------- */

static bool put(int fd, const char *p, int64_t n, int64_t at)
{
    return n <= 0 || pwrite(fd, p, (size_t)n, at) == n;
}

/* All of it, nothing of it, or some of its sectors. */
static bool arrive(int fd, const struct write *w, struct rng *r)
{
    const char *written = w->bytes + w->n;
    uint64_t how = rng_below(r, 3);

    if (how == 0)
        return true;
    if (how == 1)
        return put(fd, written, w->n, w->at);
    for (int64_t i = 0; i < w->n; i += SECTOR - (w->at + i) % SECTOR) {
        int64_t n = SECTOR - (w->at + i) % SECTOR;
        if (n > w->n - i)
            n = w->n - i;
        if (rng_below(r, 2) && !put(fd, written + i, n, w->at + i))
            return false;
    }
    return true;
}

long unsynced_cut(struct unsynced *u, struct rng *r)
{
    int fds[FILES];
    long n = 0, lost = 0;
    bool fine = true;

    for (int i = 0; i < u->nfiles; i++)
        fds[i] = open(u->path[i], O_RDWR | O_CLOEXEC);
    for (struct write *w = NULL; (w = next(u, w));)
        n++;
    struct write **all = calloc((size_t)n + 1, sizeof(*all));
    if (!all)
        return -1;
    n = 0;
    for (struct write *w = NULL; (w = next(u, w));)
        if (fds[w->file] >= 0)
            all[n++] = w;
    /* All is taken back, for what is durable may stand upon what is not; then it is written again, as far as it was. */
    for (long i = n - 1; i >= 0; i--)
        fine = fine && put(fds[all[i]->file], all[i]->bytes, all[i]->n, all[i]->at);
    bool none = rng_below(r, 4) == 0; /* the commonest cut: nothing of the last moments arrives */
    for (long i = 0; i < n; i++) {
        const struct write *w = all[i];
        lost += !w->durable;
        if (w->durable)
            fine = fine && put(fds[w->file], w->bytes + w->n, w->n, w->at);
        else if (!w->lost && !none)
            fine = fine && arrive(fds[w->file], w, r);
    }
    free(all);
    for (int i = 0; i < u->nfiles; i++) {
        char shm[300];
        snprintf(shm, sizeof(shm), "%s-shm", u->path[i]);
        unlink(shm); /* never on the disk */
        if (fds[i] >= 0)
            close(fds[i]);
    }
    return fine ? lost : -1;
}

/* Both names of each function are defined here, the one with 64 bits and the one without. */
#undef _FILE_OFFSET_BITS
#include "failing.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int failing_what;
static atomic_int failing_how;
static atomic_long at, counted, struck;

/* One more of `what`: shall it fail? */
static bool fails(enum failing what)
{
    if (atomic_load(&failing_what) != (int)what)
        return false;
    long n = atomic_fetch_add(&counted, 1) + 1;
    if (n != atomic_load(&at) && !(n > atomic_load(&at) && atomic_load(&failing_how) == FAIL_ON))
        return false;
    atomic_fetch_add(&struck, 1);
    return true;
}

void failing_from(enum failing what, long n, enum failing_for how)
{
    atomic_store(&failing_what, FAIL_NOTHING);
    atomic_store(&at, n);
    atomic_store(&counted, 0);
    atomic_store(&struck, 0);
    atomic_store(&failing_how, how);
    atomic_store(&failing_what, (int)what);
}

bool failing_stop(void)
{
    atomic_store(&failing_what, FAIL_NOTHING);
    return atomic_load(&struck) > 0;
}

long failing_counted(void)
{
    return atomic_load(&counted);
}

/* -- memory ---------------------------------------------------------------------------------------- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static void *refused(void)
{
    errno = ENOMEM;
    return NULL;
}

void *__wrap_malloc(size_t size)
{
    return fails(FAIL_MEMORY) ? refused() : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails(FAIL_MEMORY) ? refused() : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    return fails(FAIL_MEMORY) ? refused() : __real_realloc(p, size);
}

static sqlite3_mem_methods sqlite_own;

static void *sqlite_malloc(int n)
{
    return fails(FAIL_MEMORY) ? NULL : sqlite_own.xMalloc(n);
}

static void *sqlite_realloc(void *p, int n)
{
    return fails(FAIL_MEMORY) ? NULL : sqlite_own.xRealloc(p, n);
}

void failing_install(void)
{
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_own);
    sqlite3_mem_methods methods = sqlite_own;
    methods.xMalloc = sqlite_malloc;
    methods.xRealloc = sqlite_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

/* -- the disk -------------------------------------------------------------------------------------- */

static bool is_file(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* The error that a call of this use of this file shall give, or 0. */
static int refused_by_disk(int fd, bool writes, bool syncs)
{
    if (atomic_load(&failing_what) <= FAIL_MEMORY || (fd >= 0 && !is_file(fd)))
        return 0;
    if (writes && fails(FAIL_FULL))
        return ENOSPC;
    if ((writes || syncs) && fails(FAIL_WRITE))
        return EIO;
    if (syncs && fails(FAIL_SYNC))
        return EIO;
    return !writes && !syncs && fails(FAIL_READ) ? EIO : 0;
}

#define DISK_CALL(fd, writes, syncs, call)                                                                             \
    do {                                                                                                               \
        int refusal = refused_by_disk((fd), (writes), (syncs));                                                        \
        if (!refusal)                                                                                                  \
            return call;                                                                                               \
        errno = refusal;                                                                                               \
        return -1;                                                                                                     \
    } while (0)

ssize_t write(int fd, const void *p, size_t n)
{
    DISK_CALL(fd, true, false, syscall(SYS_write, fd, p, n));
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t off)
{
    DISK_CALL(fd, true, false, syscall(SYS_pwrite64, fd, p, n, off));
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t off)
{
    DISK_CALL(fd, true, false, syscall(SYS_pwrite64, fd, p, n, off));
}

ssize_t read(int fd, void *p, size_t n)
{
    DISK_CALL(fd, false, false, syscall(SYS_read, fd, p, n));
}

ssize_t pread(int fd, void *p, size_t n, off_t off)
{
    DISK_CALL(fd, false, false, syscall(SYS_pread64, fd, p, n, off));
}

ssize_t pread64(int fd, void *p, size_t n, off64_t off)
{
    DISK_CALL(fd, false, false, syscall(SYS_pread64, fd, p, n, off));
}

int fsync(int fd)
{
    DISK_CALL(fd, false, true, (int)syscall(SYS_fsync, fd));
}

int fdatasync(int fd)
{
    DISK_CALL(fd, false, true, (int)syscall(SYS_fdatasync, fd));
}

int ftruncate(int fd, off_t size)
{
    DISK_CALL(fd, true, false, (int)syscall(SYS_ftruncate, fd, size));
}

int ftruncate64(int fd, off64_t size)
{
    DISK_CALL(fd, true, false, (int)syscall(SYS_ftruncate, fd, size));
}

int mkdir(const char *path, mode_t mode)
{
    DISK_CALL(-1, true, false, (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}

static int open_file(const char *path, int flags, mode_t mode)
{
    if (fails(FAIL_OPEN)) {
        errno = EMFILE;
        return -1;
    }
    if ((flags & O_CREAT) && fails(FAIL_FULL)) {
        errno = ENOSPC;
        return -1;
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        va_list ap;                                                                                                    \
                                                                                                                       \
        va_start(ap, flags);                                                                                           \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;                                          \
        va_end(ap);                                                                                                    \
        return open_file(path, flags, mode);                                                                           \
    }

OPEN(open)
OPEN(open64)

#include "upgrade_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "file_copy.h"
#include "upgrade_steps.h"

#define ROOM (16ll << 20) /* disk that stays free beside what the upgrade itself takes */
#define NAP_US 20000
#define PATIENCE 50     /* naps */
#define KEPT ".before-" /* and a number */

struct file_upgrade {
    const struct upgrade *u;
    struct arena *arena;
    const char *path, *folder, *rehearsal, *kept;
    int folder_fd; /* locked while the upgrade goes on */
    struct migrate_look look;
    int64_t log_bytes; /* what the steps wrote on the copy */
    char log[65];      /* digest of the copy's log */
    msec copied, rehearsed, switched;
};

static const char *megabytes(struct arena *a, int64_t bytes)
{
    return arena_printf(a, "%.1f MB", (double)bytes / 1048576.0).p;
}

static double seconds(msec t)
{
    return (double)t / 1000.0;
}

/* -- files ----------------------------------------------------------------------------------------- */

static int find_file(struct file_upgrade *f, struct err *err)
{
    char *full = realpath(f->u->store.url, NULL);

    if (!full)
        return err_set(err, ERR_NOT_FOUND, "%s cannot be opened: %s.", f->u->store.url, strerror(errno));
    f->path = arena_cstr(f->arena, str_of(full));
    free(full);
    f->folder = arena_printf(f->arena, "%.*s", (int)(strrchr(f->path, '/') - f->path + 1), f->path).p;
    f->rehearsal = arena_printf(f->arena, "%s.rehearsal", f->path).p;
    f->folder_fd = open(f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return f->folder_fd >= 0 ? 0 : err_set(err, ERR_INVALID, "%s cannot be opened: %s.", f->folder, strerror(errno));
}

/* Another program may be at the same upgrade; after it there is nothing left to do. */
static int take_turn(struct file_upgrade *f, struct err *err)
{
    if (flock(f->folder_fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    upgrade_tell(f->u, "waiting for another Penstock that is upgrading %s", f->path);
    while (flock(f->folder_fd, LOCK_EX) < 0)
        if (errno != EINTR)
            return err_set(err, ERR_INVALID, "%s cannot be locked: %s.", f->folder, strerror(errno));
    return 0;
}

static void remove_rehearsal(struct file_upgrade *f)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};

    for (size_t i = 0; i < COUNT(ends); i++)
        unlink(arena_printf(f->arena, "%s%s", f->rehearsal, ends[i]).p);
}

/* The number of a kept file; 0 for any other. */
static int64_t kept_number(const struct file_upgrade *f, const char *name)
{
    struct str rest = str_of(name), base = str_of(f->path + strlen(f->folder));
    int64_t n;

    if (!str_starts(rest, base) || !str_starts(str_from(rest, base.n), S(KEPT)))
        return 0;
    return str_int(str_from(rest, base.n + strlen(KEPT)), &n) && n > 0 ? n : 0;
}

/* Calls unlink for those below `below`; the highest number found. */
static int64_t walk_kept(const struct file_upgrade *f, int64_t below)
{
    DIR *d = opendir(f->folder);
    int64_t highest = 0;

    for (struct dirent *e; d && (e = readdir(d));) {
        int64_t n = kept_number(f, e->d_name);
        if (n > highest)
            highest = n;
        if (n > 0 && n < below) {
            unlinkat(dirfd(d), e->d_name, 0);
            upgrade_tell(f->u, "removed %s of an earlier upgrade", e->d_name);
        }
    }
    if (d)
        closedir(d);
    return highest;
}

static int check_room(const struct file_upgrade *f, int64_t needed, const char *what, struct err *err)
{
    struct statvfs space;

    if (statvfs(f->folder, &space) < 0)
        return 0; /* a file system that does not say */
    int64_t free_bytes = (int64_t)(space.f_bavail * space.f_frsize);
    if (free_bytes >= needed + ROOM)
        return 0;
    return err_set(err, ERR_CONFLICT,
                   "There is not enough room on the disk for %s: %s are needed in %s, %s are free. Nothing was begun.",
                   what, megabytes(f->arena, needed + ROOM), f->folder, megabytes(f->arena, free_bytes));
}

/* -- the database ---------------------------------------------------------------------------------- */

/* With nobody else at it. What this process has open itself it closes first. */
static int look_alone(struct file_upgrade *f, struct err *err)
{
    struct store *s;
    pid_t other = file_user(f->path);

    for (int i = 0; other && i < PATIENCE; i++) { /* it may be about to find that there is an upgrade to do */
        usleep(NAP_US);
        other = file_user(f->path);
    }
    if (other)
        return err_set(err, ERR_CONFLICT,
                       "The database has to be upgraded, but process %ld has it open. Stop that one first.",
                       (long)other);
    if (store_open(&s, &f->u->store, err) < 0)
        return -1;
    int r = upgrade_look(s, f->arena, f->u->migrations, &f->look, err);
    store_close(s);
    return r;
}

static int copy(struct file_upgrade *f, struct err *err)
{
    int64_t size = file_size(f->path);
    msec start = clock_monotonic();

    remove_rehearsal(f);
    if (check_room(f, size, "a copy of the database", err) < 0 || file_copy(f->path, f->rehearsal, err) < 0)
        return -1;
    f->copied = clock_monotonic() - start;
    upgrade_tell(f->u, "copied %s in %.1f s", megabytes(f->arena, size), seconds(f->copied));
    return 0;
}

static int run_on(struct file_upgrade *f, const char *path, struct steps_run *run, int64_t *ret_log, struct err *err)
{
    struct store_config config = f->u->store;
    struct store *s;

    config.url = path;
    if (store_open(&s, &config, err) < 0)
        return -1;
    int64_t before = file_size(path);
    int r = upgrade_steps(s, f->arena, run, err);
    *ret_log = file_size(path) - before;
    store_close(s);
    return r;
}

static int rehearse(struct file_upgrade *f, struct err *err)
{
    struct steps_run run = {.upgrade = f->u};
    msec start = clock_monotonic();

    if (run_on(f, f->rehearsal, &run, &f->log_bytes, err) < 0)
        return -1;
    f->rehearsed = clock_monotonic() - start;
    snprintf(f->log, sizeof(f->log), "%s", run.before.log);
    upgrade_tell(f->u,
                 "rehearsed on the copy in %.1f s: %zu tables, %lld rows, %lld changes (log %.16s), %d questions, no "
                 "difference",
                 seconds(f->rehearsed), run.before.n, (long long)run.before.rows, (long long)run.before.changes, f->log,
                 run.asked);
    return 0;
}

/* The copy, on which everything was taken back, becomes the file to return to. */
static int keep_copy(struct file_upgrade *f, struct err *err)
{
    f->kept = arena_printf(f->arena, "%s" KEPT "%lld", f->path, (long long)walk_kept(f, 0) + 1).p;
    if (rename(f->rehearsal, f->kept) < 0 || fsync(f->folder_fd) < 0)
        return err_set(err, ERR_INTERNAL, "%s cannot be made: %s.", f->kept, strerror(errno));
    return 0;
}

static int switch_over(struct file_upgrade *f, struct err *err)
{
    struct steps_run run = {.upgrade = f->u, .keep = true};
    msec start = clock_monotonic();
    int64_t ignored;

    if (check_room(f, f->log_bytes, "what the steps write", err) < 0 || keep_copy(f, err) < 0)
        return -1;
    if (run_on(f, f->path, &run, &ignored, err) < 0) {
        unlink(f->kept); /* the database is what it was */
        return -1;
    }
    f->switched = clock_monotonic() - start;
    upgrade_tell(f->u, "switched in %.1f s with the same figures; the database as it was is %s", seconds(f->switched),
                 f->kept);
    if (strcmp(run.before.log, f->log) != 0)
        upgrade_tell(f->u, "note: somebody wrote between the copy and the switch; %s lacks that", f->kept);
    walk_kept(f, kept_number(f, f->kept + strlen(f->folder)));
    return 0;
}

static int run(struct file_upgrade *f, struct err *err)
{
    if (look_alone(f, err) < 0)
        return -1;
    if (f->look.state != MIGRATE_OLDER)
        return 0;
    upgrade_tell_plan(f->u, f->arena, f->path, &f->look);
    int r = copy(f, err) < 0 || rehearse(f, err) < 0 ? -1 : f->u->rehearse_only ? 0 : switch_over(f, err);
    remove_rehearsal(f);
    return r;
}

int upgrade_file(const struct upgrade *u, struct err *err)
{
    struct file_upgrade f = {.u = u, .arena = arena_new(MAX_ARENA), .folder_fd = -1};

    if (!f.arena)
        return err_set(err, ERR_BUSY, "There is no memory for this now.");
    int r = find_file(&f, err) < 0 || take_turn(&f, err) < 0 ? -1 : run(&f, err);
    if (f.folder_fd >= 0)
        close(f.folder_fd);
    arena_free(f.arena);
    return r;
}

#include "make.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ceilings.h"
#include "dump.h"
#include "restore.h"
#include "side.h"

#define PARTIAL ".partial"

struct making {
    struct app *app;
    const struct make_options *o;
    struct arena *arena;
    struct make_report *report;
    struct side side;          /* for the output */
    const char *folder, *path; /* of the backup */
    const char *partial;       /* of the file as long as it is not proven */
    int fd;
    struct head base;
};

/* -- names ---------------------------------------------------------------------------------------------------- */

static const char *name_by_time(struct arena *a, bool increment)
{
    time_t now = (time_t)(clock_now() / SECOND);
    struct tm tm;

    gmtime_r(&now, &tm);
    return arena_printf(a, "penstock-%04d%02d%02d-%02d%02d%02dZ%s" BACKUP_SUFFIX, tm.tm_year + 1900, tm.tm_mon + 1,
                        tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, increment ? "-increment" : "")
        .p;
}

static int find_names(struct making *m, struct err *err)
{
    struct arena *a = m->arena;
    const char *to = m->o->to, *name;
    struct stat st;

    if (strcmp(to, "-") == 0) {
        if (side_make(&m->side, m->app->data_dir, err) < 0)
            return -1;
        m->folder = m->side.path;
        name = "backup";
    } else if (stat(to, &st) == 0 && S_ISDIR(st.st_mode)) {
        m->folder = to;
        name = name_by_time(a, m->o->since != NULL);
    } else {
        const char *slash = strrchr(to, '/');
        m->folder = slash ? arena_cstr(a, (struct str){to, (size_t)(slash - to) + (slash == to)}) : ".";
        name = slash ? slash + 1 : to;
    }
    m->path = arena_printf(a, "%s/%s", m->folder, name).p;
    m->partial = arena_printf(a, "%s/.%s" PARTIAL, m->folder, name).p;
    if (!*name || lstat(m->path, &st) == 0)
        return err_set(err, ERR_CONFLICT, "%s exists already, and a backup is never written over.", m->path);
    return 0;
}

/* What nobody holds locked is left over from a backup that was interrupted. */
static bool is_left_over(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool free = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;

    if (fd >= 0)
        close(fd);
    return free;
}

void make_sweep(const char *folder)
{
    DIR *d = opendir(folder);
    char path[4096];

    for (struct dirent *e; d && (e = readdir(d));)
        if (e->d_name[0] == '.' && str_ends(str_of(e->d_name), S(BACKUP_SUFFIX PARTIAL)) &&
            snprintf(path, sizeof(path), "%s/%s", folder, e->d_name) < (int)sizeof(path) && is_left_over(path))
            unlink(path);
    if (d)
        closedir(d);
}

static int open_partial(struct making *m, struct err *err)
{
    make_sweep(m->folder);
    if (is_left_over(m->partial))
        unlink(m->partial);
    m->fd = open(m->partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (m->fd < 0 && errno == EEXIST)
        return err_set(err, ERR_CONFLICT, "Another backup is being written to %s.", m->path);
    if (m->fd < 0)
        return err_set(err, ERR_INVALID, "%s cannot be written: %s.", m->path, strerror(errno));
    flock(m->fd, LOCK_EX | LOCK_NB);
    return 0;
}

/* -- the base of an increment ---------------------------------------------------------------------------------- */

static int read_head(struct making *m, const char *path, struct head *ret, struct err *err)
{
    struct frame_reader *reader = NULL;
    struct frame frame;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return err_set(err, ERR_NOT_FOUND, "The backup %s cannot be read: %s.", path, strerror(errno));
    int result = frame_reader_new(&reader, fd, m->o->key, err);
    if (result == 0 && frame_read(reader, &frame, err) != 1)
        result = -1;
    if (result == 0)
        result = head_read(m->arena, arena_str(m->arena, frame.payload), ret, err);
    frame_reader_free(reader);
    close(fd);
    return result;
}

/* -- writing ------------------------------------------------------------------------------------------------------ */

struct dumping {
    struct making *m;
    struct arena *work;
    struct frame_writer *writer;
    struct dump_counts counts;
    struct err *err;
};

static int dump(void *arg)
{
    struct dumping *d = arg;
    const struct make_options *o = d->m->o;
    struct dump_options options = {
        .base = o->since ? &d->m->base : NULL, .stop = o->stop, .tell = o->tell, .ctx = o->ctx};
    struct txn *t = txn_read(d->m->app->store, d->work, d->err);
    int result = t ? dump_write(d->m->app, t, d->writer, &options, &d->counts, d->err) : -1;

    txn_end(t);
    return result;
}

static int dump_into(struct making *m, struct frame_writer *w, struct err *err)
{
    struct dumping d = {.m = m, .work = arena_new(MAX_ARENA), .writer = w, .err = err};
    int result = d.work ? arena_try(dump, &d) : ARENA_OOM;

    arena_free(d.work);
    if (result == ARENA_OOM)
        return err_set(err, ERR_INTERNAL, "There was not memory enough for the backup.");
    if (result < 0)
        return -1;
    struct dump_counts counts = d.counts;
    m->report->rows = counts.rows;
    m->report->changes = counts.changes;
    m->report->contents = counts.contents;
    m->report->missing = counts.missing;
    m->report->last_seq = counts.last_seq;
    m->report->size = frame_written(w);
    return 0;
}

static int write_it(struct making *m, struct err *err)
{
    msec begin = clock_monotonic();
    struct frame_writer *w;

    if (m->o->since && read_head(m, m->o->since, &m->base, err) < 0)
        return -1;
    if (frame_writer_new(&w, m->fd, m->o->key, err) < 0)
        return -1;
    int result = dump_into(m, w, err);
    frame_writer_free(w);
    if (result == 0 && fsync(m->fd) < 0)
        result = err_set(err, ERR_INTERNAL, "The backup could not be written to the disk: %s.", strerror(errno));
    m->report->written_ms = clock_monotonic() - begin;
    return result;
}

/* -- proving: from the file, as somebody else would ------------------------------------------------------------ */

static int prove(struct making *m, struct err *err)
{
    const char *sources[] = {m->o->since ? m->o->since : m->partial, m->partial};
    struct restore_options o = {
        .sources = sources,
        .nsources = m->o->since ? 2 : 1,
        .key = m->o->key,
        .data_dir = m->app->data_dir,
        .check = true,
        .stop = m->o->stop,
        .tell = m->o->tell,
        .ctx = m->o->ctx,
    };
    msec begin = clock_monotonic();
    struct restore_report found;

    /* What the machine still has of it in memory is not what is on the disk. */
    posix_fadvise(m->fd, 0, 0, POSIX_FADV_DONTNEED);
    if (restore_run(&o, m->arena, &found, err) < 0)
        return -1;
    if (found.rows != m->report->rows || found.changes != m->report->changes)
        return err_set(err, ERR_INTERNAL, "The backup does not hold as many rows as were read.");
    m->report->head = found.head;
    m->report->verified_ms = clock_monotonic() - begin;
    return 0;
}

/* -- giving it its name ------------------------------------------------------------------------------------------- */

static int name_it(struct making *m, struct err *err)
{
    int result = renameat2(AT_FDCWD, m->partial, AT_FDCWD, m->path, RENAME_NOREPLACE);

    if (result < 0 && errno != EEXIST && (result = link(m->partial, m->path)) == 0)
        unlink(m->partial);
    if (result < 0 && errno == EEXIST)
        return err_set(err, ERR_CONFLICT, "%s exists by now, and a backup is never written over.", m->path);
    if (result < 0 || sync_folder(m->folder) < 0)
        return err_set(err, ERR_INTERNAL, "%s cannot be made: %s.", m->path, strerror(errno));
    m->report->path = m->path;
    return 0;
}

static int send_out(struct making *m, struct err *err)
{
    char bytes[65536];
    ssize_t n;

    if (lseek(m->fd, 0, SEEK_SET) < 0)
        return err_set(err, ERR_INTERNAL, "The backup cannot be read: %s.", strerror(errno));
    while ((n = read(m->fd, bytes, sizeof(bytes))) > 0)
        for (ssize_t at = 0, done; at < n; at += done)
            if ((done = write(STDOUT_FILENO, bytes + at, (size_t)(n - at))) < 0)
                return err_set(err, ERR_INTERNAL, "The backup cannot be written: %s.", strerror(errno));
    return n < 0 ? err_set(err, ERR_INTERNAL, "The backup cannot be read: %s.", strerror(errno)) : 0;
}

int make_backup(struct app *app, const struct make_options *o, struct arena *a, struct make_report *ret,
                struct err *err)
{
    struct making m = {.app = app, .o = o, .arena = a, .report = ret, .side = {.fd = -1}, .fd = -1};

    *ret = (struct make_report){0};
    int result = find_names(&m, err);
    if (result == 0)
        result = open_partial(&m, err);
    if (m.fd >= 0) {
        result = write_it(&m, err);
        if (result == 0)
            result = prove(&m, err);
        if (result == 0)
            result = strcmp(o->to, "-") == 0 ? send_out(&m, err) : name_it(&m, err);
        if (result < 0)
            unlink(m.partial);
        close(m.fd);
    }
    side_remove(&m.side);
    return result;
}

#include "restore.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ceilings.h"
#include "content.h"
#include "diag.h"
#include "load.h"
#include "place.h"
#include "rebuild.h"
#include "schema_place.h"
#include "settle.h"
#include "side.h"
#include "zone.h"

struct restore {
    const struct restore_options *o;
    struct arena *arena;
    struct restore_report *report;
    struct side side;
    bool server;     /* the target is a database server */
    struct app *app; /* in the side folder, or the schema beside */
    struct load load;
    struct settle settle;
};

static void tell(const struct restore *r, const char *what)
{
    if (r->o->tell)
        r->o->tell(what);
}

static int stopped(const struct restore *r, struct err *err)
{
    return r->o->stop && r->o->stop(r->o->ctx) ? err_set(err, ERR_BUSY, "The work was stopped.") : 0;
}

/* One write, with an arena of its own. */
static int step(struct restore *r, write_fn *fn, void *arg, struct err *err)
{
    struct arena *work = arena_new(MAX_ARENA);
    int result = stopped(r, err) < 0 ? -1
                 : work              ? store_write(r->app->store, work, fn, arg, err)
                                     : err_set(err, ERR_BUSY, "There is no memory for this now.");

    arena_free(work);
    return result;
}

/* -- reading the sources ------------------------------------------------------------------------------------- */

static int load_from(struct restore *r, int fd, struct err *err)
{
    struct frame_reader *reader;
    int result = frame_reader_new(&reader, fd, r->o->key, err);

    if (result < 0)
        return -1;
    result = load_begin(&r->load, reader, err);
    while (result == 0 && !r->load.done)
        result = step(r, load_step, &r->load, err);
    r->report->bytes += frame_taken(reader);
    load_end(&r->load);
    frame_reader_free(reader);
    return result;
}

static int load_source(struct restore *r, const char *path, struct err *err)
{
    if (strcmp(path, "-") == 0)
        return load_from(r, STDIN_FILENO, err);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_NOT_FOUND, "The backup %s cannot be read: %s.", path, strerror(errno));
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    int result = load_from(r, fd, err);
    close(fd);
    return result;
}

/* Every kind in turn, each in a write of its own. */
static int each_kind(struct restore *r, write_fn *fn, struct err *err)
{
    for (r->settle.kind = 0; r->settle.kind < r->app->schema->n;)
        if (step(r, fn, &r->settle, err) < 0)
            return -1;
    return 0;
}

/* Finding the changes of a row takes the index that loading did without. */
static int index_log(struct txn *t, void *arg, struct err *err)
{
    (void)arg;
    return sql_script(t, LOG_INDEXES, err);
}

static int load_all(struct restore *r, struct err *err)
{
    for (int i = 0; i < r->o->nsources; i++)
        if (load_source(r, r->o->sources[i], err) < 0)
            return -1;
    if (!r->load.head.base.p)
        return 0;
    tell(r, "rows from the log");
    r->settle.from_seq = r->load.head.from_seq;
    return step(r, index_log, NULL, err) < 0 ? -1 : each_kind(r, settle_increment, err);
}

/* -- proof ----------------------------------------------------------------------------------------------------- */

static int verify_tables(struct restore *r, struct err *err)
{
    int result = 0;

    for (int i = 0; i < r->load.end.n && result == 0; i++) {
        struct arena *work = arena_new(MAX_ARENA);
        struct txn *t = work ? txn_read(r->app->store, work, err) : NULL;
        tell(r, r->load.end.tables[i].name.p);
        result = t && stopped(r, err) == 0 ? load_verify(&r->load, t, &r->load.end.tables[i], err) : -1;
        if (str_is(r->load.end.tables[i].name, "changes"))
            r->report->changes = r->load.end.tables[i].rows;
        r->report->rows += r->load.end.tables[i].rows;
        txn_end(t);
        arena_free(work);
    }
    return result;
}

static int verify_file(struct restore *r, struct err *err)
{
    struct txn *t = txn_read(r->app->store, r->arena, err);
    struct value v;

    if (!t)
        return -1;
    int n = txn_dialect(t) == DIALECT_SQLITE ? sql_row(t, "PRAGMA integrity_check(1)", NO_ARGS, &v, 1, err) : 0;
    if (n == 1 && !str_is(v.s, "ok"))
        n = err_set(err, ERR_INTERNAL, "The restored database is not whole: " STR_FMT, STR_ARG(str_upto(v.s, 200)));
    txn_end(t);
    return n < 0 ? -1 : 0;
}

static void tell_difference(const char *line)
{
    diag(DIAG_ERROR, "backup: %s", line);
}

static int verify_fold(struct restore *r, struct err *err)
{
    struct rebuild_report found;

    if (rebuild_compare(r->app, &found, tell_difference, err) < 0)
        return -1;
    if (found.differences)
        return err_set(err, ERR_INVALID, "In the backup %lld rows differ from their log.",
                       (long long)found.differences);
    if (found.missing && !r->load.end.missing && !r->load.head.base.p)
        return err_set(err, ERR_INVALID, "The backup lacks the contents of %lld files.", (long long)found.missing);
    return 0;
}

/* -- all of it ------------------------------------------------------------------------------------------------- */

bool restore_until_fits(const char *text)
{
    return msec_parse(str_of(text), &(msec){0}) || day_parse(str_of(text), &(struct day){0});
}

static int find_moment(struct restore *r, struct err *err)
{
    struct txn *t = txn_read(r->app->store, r->arena, err);
    struct value name = VALUE_NULL;
    struct day day;

    if (!t)
        return -1;
    int n = sql_row(t, "SELECT time_zone FROM workspaces ORDER BY id LIMIT 1", NO_ARGS, &name, 1, err);
    txn_end(t);
    const struct zone *zone = name.type == V_TEXT ? zone_find(arena_cstr(r->arena, name.s)) : NULL;
    if (day_parse(str_of(r->o->until), &day))
        r->settle.until = zone_midnight(zone ? zone : zone_find("UTC"), day);
    else if (!msec_parse(str_of(r->o->until), &r->settle.until))
        return err_set(err, ERR_INVALID, "\"%s\" is not a moment; one is 2026-03-01T09:30:00Z.", r->o->until);
    return n < 0 ? -1 : 0;
}

static int take_back(struct restore *r, struct err *err)
{
    if (find_moment(r, err) < 0)
        return -1;
    tell(r, "the state of then");
    if (step(r, index_log, NULL, err) < 0)
        return -1;
    return each_kind(r, settle_rows_until, err) < 0 ? -1 : step(r, settle_log_until, &r->settle, err);
}

/* After this the database is as any other, brought up to this program's age. */
static int finish(struct restore *r, struct err *err)
{
    bool made_anew = r->o->until || r->load.head.base.p;

    if (r->o->until && take_back(r, err) < 0)
        return -1;
    tell(r, "indexes");
    if (step(r, settle_place, &r->settle, err) < 0 || step(r, app_prepare, r->app, err) < 0)
        return -1;
    tell(r, "search");
    if (!r->o->check && rebuild_renew(r->app, made_anew, err) < 0)
        return -1;
    tell(r, "rows and log compared");
    return verify_file(r, err) < 0 ? -1 : verify_fold(r, err);
}

static int move_folder(struct restore *r, const char *folder, struct err *err)
{
    DIR *d = opendir(folder);
    struct content kept;
    int result = 0;

    for (struct dirent *e; d && result == 0 && (e = readdir(d));)
        if (e->d_name[0] != '.')
            result = content_keep(r->app, r->arena, arena_printf(r->arena, "%s/%s", folder, e->d_name).p, &kept, err);
    if (d)
        closedir(d);
    return result;
}

/* On a server contents live in the database too. */
static int move_contents(struct restore *r, struct err *err)
{
    const char *top = arena_printf(r->arena, "%s/files", r->side.path).p;
    DIR *d = r->server ? opendir(top) : NULL;
    int result = 0;

    for (struct dirent *e; d && result == 0 && (e = readdir(d));)
        if (e->d_name[0] != '.')
            result = move_folder(r, arena_printf(r->arena, "%s/%s", top, e->d_name).p, err);
    if (d)
        closedir(d);
    return result;
}

static int put_together(struct restore *r, const char *side_url, struct err *err)
{
    struct app_config config = {.data_dir = r->side.path, .db_url = side_url};

    if (app_open_bare(&r->app, &config, err) < 0)
        return -1;
    r->load = (struct load){.app = r->app, .arena = r->arena};
    r->settle = (struct settle){.app = r->app};
    int result = load_all(r, err);
    if (result == 0)
        result = move_contents(r, err);
    if (result == 0)
        result = verify_tables(r, err);
    if (result == 0)
        result = finish(r, err);
    r->report->head = r->load.head;
    r->report->contents = r->load.contents;
    r->report->missing = r->load.end.missing;
    app_close(r->app);
    return result;
}

static int restore_to_folder(struct restore *r, struct err *err)
{
    if (put_together(r, NULL, err) < 0)
        return -1;
    return r->o->check ? 0 : place_take(r->arena, r->side.path, r->o->data_dir, err);
}

static int restore_to_server(struct restore *r, struct err *err)
{
    const char *side_url;

    if (schema_place_begin(r->arena, r->o->db_url, &side_url, err) < 0)
        return -1;
    if (put_together(r, side_url, err) == 0 && schema_place_take(r->arena, r->o->db_url, err) == 0)
        return 0;
    schema_place_drop(r->arena, r->o->db_url);
    return -1;
}

int restore_run(const struct restore_options *o, struct arena *a, struct restore_report *ret, struct err *err)
{
    struct restore r = {.o = o, .arena = a, .report = ret};

    *ret = (struct restore_report){0};
    if (o->db_url && !schema_place_fits(o->db_url))
        return err_set(err, ERR_INVALID, "Restore into a folder with --data, or into a server with --db postgres://….");
    r.server = o->db_url && !o->check;
    if (!r.server && !o->check && place_check(a, o->data_dir, err) < 0)
        return -1;
    if (side_make(&r.side, o->data_dir, err) < 0)
        return -1;
    int result = r.server ? restore_to_server(&r, err) : restore_to_folder(&r, err);
    side_remove(&r.side);
    return result;
}

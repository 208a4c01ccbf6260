/* Content that nothing names, and records whose content is gone. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content_db.h"
#include "json_scan.h"

#define GRACE (HOUR) /* an upload is kept before its record is written */

int content_named(struct app *a, struct txn *t, int64_t from_seq, struct map *into, struct err *err)
{
    const struct field *field = &a->files->fields[kind_at(a->files, "sha256")];
    struct rows *r = sql_stream(t, "SELECT fields FROM changes WHERE kind = 'files' AND op <> 'update' AND seq >= $1",
                                ARGS(value_int(from_seq)), err);
    int n = r ? 0 : -1;

    while (r && (n = rows_next(r, err)) == 1) {
        struct json_walk w = json_walk(rows_col(r, 0).s);
        struct str name, pair, side;
        while (json_walk_member(&w, &name, &pair)) {
            struct json_walk both = json_walk(pair);
            while (str_is(name, field->name) && json_walk_element(&both, &side))
                if (json_raw_is_string(side))
                    map_put(into, json_raw_text(txn_arena(t), side), into);
        }
    }
    return n;
}

/* Files to import are contents too where nodes share them. */
static int content_of_imports(struct txn *t, struct map *into, struct err *err)
{
    struct rows *r = sql_query(t, "SELECT path FROM imports", NO_ARGS, err);
    int n = r ? 0 : -1;

    while (r && (n = rows_next(r, err)) == 1)
        if (str_starts(rows_col_peek(r, 0).s, S(CONTENT_PATH)))
            map_put(into, str_from(rows_col_peek(r, 0).s, strlen(CONTENT_PATH)), into);
    return n;
}

static int64_t sweep_folder(struct arena *a, const char *top, const char *two, const struct map *keep)
{
    const char *path = arena_printf(a, "%s/%s", top, two).p;
    DIR *d = opendir(path);
    int64_t removed = 0;
    msec now = clock_now();

    for (struct dirent *e; d && (e = readdir(d));) {
        const char *file = arena_printf(a, "%s/%s", path, e->d_name).p;
        struct stat st;
        if (map_get(keep, arena_printf(a, "%s%s", two, e->d_name)) || lstat(file, &st) < 0 || !S_ISREG(st.st_mode) ||
            (msec)st.st_mtim.tv_sec * SECOND > now - GRACE)
            continue;
        removed += unlink(file) == 0;
    }
    if (d)
        closedir(d);
    return removed;
}

int content_sweep(struct app *a, struct txn *t, int64_t *ret_removed, struct err *err)
{
    const char *top = arena_printf(txn_arena(t), "%s/files", a->data_dir).p;
    struct map keep;

    map_init(&keep, txn_arena(t));
    if (content_named(a, t, 0, &keep, err) < 0)
        return -1;
    if (store_dialect(a->store) != DIALECT_SQLITE)
        return content_of_imports(t, &keep, err) < 0 ? -1 : content_db_sweep(a, t, &keep, GRACE, ret_removed, err);
    *ret_removed = 0;
    DIR *d = opendir(top);
    for (struct dirent *e; d && (e = readdir(d));)
        if (strlen(e->d_name) == 2 && strcmp(e->d_name, "..") != 0)
            *ret_removed += sweep_folder(txn_arena(t), top, e->d_name, &keep);
    if (d)
        closedir(d);
    return 0;
}

int content_check(struct app *a, struct txn *t, void (*missing)(void *ctx, id file), void *ctx, struct err *err)
{
    struct rows *r = sql_stream(t, "SELECT id, sha256, size FROM files ORDER BY id", NO_ARGS, err);
    int n = r ? 0 : -1;

    while (r && (n = rows_next(r, err)) == 1) {
        id file = rows_col(r, 0).i;
        struct value digest = rows_col(r, 1), size = rows_col(r, 2);
        struct err gone = {0};
        uint64_t found = 0;
        int fd = content_open(a, txn_arena(t), digest.type == V_TEXT ? digest.s : STR_NULL, &found, &gone);
        if (fd < 0 || size.type != V_INT || found != (uint64_t)size.i)
            missing(ctx, file);
        if (fd >= 0)
            close(fd);
    }
    return n;
}

#include "place.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceilings.h"
#include "side.h"
#include "store.h"
#include "store_file.h"

static int cannot(const char *what, struct err *err)
{
    return err_set(err, ERR_INTERNAL, "%s cannot be put in its place: %s.", what, strerror(errno));
}

/* Nobody has an account, and nothing has been done but setting it up. */
static int is_unused(struct store *s, struct arena *a, bool *ret, struct err *err)
{
    struct txn *t = txn_read(s, a, err);
    struct value v[2];

    if (!t)
        return -1;
    int n = sql_row(t, "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM changesets WHERE origin <> 'setup')",
                    NO_ARGS, v, 2, err);
    txn_end(t);
    *ret = n == 1 && v[0].i == 0 && v[1].i == 0;
    return n < 0 ? -1 : 0;
}

int place_check(struct arena *a, const char *data_dir, struct err *err)
{
    const char *path = arena_printf(a, "%s/penstock.db", data_dir).p;
    struct store *s = NULL;
    bool unused = false;
    struct stat st;

    if (stat(path, &st) < 0 || st.st_size == 0)
        return 0;
    if (store_open(&s, &(struct store_config){.url = path, .must_exist = true}, err) < 0)
        return -1;
    int result = is_unused(s, a, &unused, err);
    store_close(s);
    if (result < 0 || !unused)
        return err_set(err, ERR_CONFLICT, "There is data in %s already; restore into an empty folder.", data_dir);
    return 0;
}

/* -- contents: named by their digests, so what is there already is the same ------------------------------------ */

static int move_folder(struct arena *a, const char *from, const char *to, struct err *err)
{
    DIR *d = opendir(from);
    int result = d ? 0 : cannot("A content", err);

    if (mkdir(to, 0700) < 0 && errno != EEXIST)
        result = cannot("A content", err);
    for (struct dirent *e; result == 0 && (e = readdir(d));)
        if (e->d_name[0] != '.' &&
            rename(arena_printf(a, "%s/%s", from, e->d_name).p, arena_printf(a, "%s/%s", to, e->d_name).p) < 0)
            result = cannot("A content", err);
    if (d)
        closedir(d);
    return result == 0 && sync_folder(to) < 0 ? cannot("A content", err) : result;
}

static int move_contents(struct arena *a, const char *side, const char *data_dir, struct err *err)
{
    const char *from = arena_printf(a, "%s/files", side).p, *to = arena_printf(a, "%s/files", data_dir).p;
    DIR *d = opendir(from);
    int result = 0;

    if (!d)
        return errno == ENOENT ? 0 : cannot("A content", err);
    if (mkdir(to, 0700) < 0 && errno != EEXIST)
        result = cannot("A content", err);
    for (struct dirent *e; result == 0 && (e = readdir(d));)
        if (e->d_name[0] != '.')
            result = move_folder(a, arena_printf(a, "%s/%s", from, e->d_name).p,
                                 arena_printf(a, "%s/%s", to, e->d_name).p, err);
    closedir(d);
    return result == 0 && sync_folder(to) < 0 ? cannot("A content", err) : result;
}

int place_take(struct arena *a, const char *side, const char *data_dir, struct err *err)
{
    const char *from = arena_printf(a, "%s/penstock.db", side).p, *to = arena_printf(a, "%s/penstock.db", data_dir).p;

    if (move_contents(a, side, data_dir, err) < 0 || place_check(a, data_dir, err) < 0 ||
        store_file_take(from, to, err) < 0)
        return -1;
    return sync_folder(data_dir) < 0 ? cannot("The database", err) : 0;
}

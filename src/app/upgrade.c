#include "upgrade.h"

#include "upgrade_file.h"
#include "upgrade_steps.h"

/* -- on a database server: tables change in transactions there, so the rehearsal is one that is taken back ----------
 */

static int run_once(const struct upgrade *u, struct store *s, struct arena *a, bool keep, struct err *err)
{
    struct steps_run run = {.upgrade = u, .keep = keep};
    msec start = clock_monotonic();

    if (upgrade_steps(s, a, &run, err) < 0)
        return -1;
    upgrade_tell(u, "%s in %.1f s: %zu tables, %lld rows, %lld changes (log %.16s), %d questions, no difference",
                 keep ? "done" : "rehearsed", (double)(clock_monotonic() - start) / 1000.0, run.before.n,
                 (long long)run.before.rows, (long long)run.before.changes, run.before.log, run.asked);
    return 0;
}

static int run_on_server(const struct upgrade *u, struct store *s, struct arena *a, struct err *err)
{
    struct migrate_look look = {0};

    if (upgrade_look(s, a, u->migrations, &look, err) < 0)
        return -1;
    if (look.state != MIGRATE_OLDER)
        return 0;
    upgrade_tell_plan(u, a, "the database", &look);
    return run_once(u, s, a, /* keep= */ false, err) < 0 ? -1
           : u->rehearse_only                            ? 0
                                                         : run_once(u, s, a, /* keep= */ true, err);
}

static int upgrade_server(const struct upgrade *u, struct err *err)
{
    struct arena *a = arena_new(MAX_ARENA);
    struct store *s = NULL;
    int r = a ? store_open(&s, &u->store, err) : err_set(err, ERR_BUSY, "There is no memory for this now.");

    if (r == 0)
        r = run_on_server(u, s, a, err);
    store_close(s);
    arena_free(a);
    return r;
}

int upgrade_run(const struct upgrade *u, struct err *err)
{
    return store_is_server(u->store.url) ? upgrade_server(u, err) : upgrade_file(u, err);
}

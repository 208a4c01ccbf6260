#include "upgrade_steps.h"

#include <stdio.h>

#include "samples.h"

void upgrade_tell(const struct upgrade *u, const char *fmt, ...)
{
    char line[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    if (u->tell)
        u->tell(line);
}

static void add_count(struct buf *b, int n, const char *what)
{
    if (n)
        buf_printf(b, "%s%d new %s%s", b->n ? ", " : "", n, what, n == 1 ? "" : what[0] == 'i' ? "es" : "s");
}

static struct str upgrade_plan(struct arena *a, const struct migrate_look *look, const struct migrations *m)
{
    struct buf b;

    buf_init(&b, 4096);
    for (int i = look->step; i < m->n; i++)
        buf_printf(&b, "%sstep %d (%s)", b.n ? ", " : "", m->steps[i].number, m->steps[i].name);
    add_count(&b, look->tables, "table");
    add_count(&b, look->columns, "column");
    add_count(&b, look->indexes, "index");
    struct str plan = arena_str(a, b.n ? buf_view(&b) : S("nothing"));
    buf_clear(&b);
    return plan;
}

void upgrade_tell_plan(const struct upgrade *u, struct arena *a, const char *where, const struct migrate_look *look)
{
    upgrade_tell(u, "upgrading %s from %s (step %d) to %s (step %d): " STR_FMT, where,
                 look->version.p ? arena_cstr(a, look->version) : "an early version", look->step,
                 u->migrations->version, u->migrations->n, STR_ARG(upgrade_plan(a, look, u->migrations)));
}

static void tell_difference(void *ctx, const char *line)
{
    upgrade_tell(ctx, "  differs: %s", line);
}

/* Names of the tables whose rows the steps to come may change. */
static const char *touched(struct arena *a, const struct migrate_look *look, const struct migrations *m)
{
    const char *all = "";

    for (int i = look->step; i < m->n; i++)
        if (m->steps[i].touches)
            all = arena_printf(a, "%s %s", all, m->steps[i].touches).p;
    return all;
}

static int run_steps(struct txn *t, void *arg, struct err *err)
{
    struct steps_run *run = arg;
    const struct upgrade *u = run->upgrade;
    struct migrate_look look = {0};
    struct figures after;

    if (txn_alone(t, err) < 0 || migrate_look(t, u->migrations, &look, err) < 0)
        return -1;
    if (look.state != MIGRATE_OLDER) { /* another node was first */
        run->done = true;
        return 0;
    }
    if (figures_take(&run->before, t, NULL, err) < 0 || migrate(t, u->migrations, err) < 0 ||
        figures_take(&after, t, &run->before, err) < 0)
        return -1;
    void *ctx = (void *)(uintptr_t)u;
    int differing =
        figures_compare(&run->before, &after, touched(txn_arena(t), &look, u->migrations), tell_difference, ctx);
    int wrong = samples_check(u->app, t, tell_difference, ctx, &run->asked, err);
    if (wrong < 0)
        return -1;
    run->differences = differing + wrong;
    if (run->differences > 0)
        return err_set(err, ERR_CONFLICT, "After the steps %d of the figures would differ.", run->differences);
    run->done = true;
    return run->keep ? 0 : err_set(err, ERR_CONFLICT, "The rehearsal was taken back."); /* never shown */
}

int upgrade_look(struct store *s, struct arena *a, const struct migrations *m, struct migrate_look *ret,
                 struct err *err)
{
    struct txn *t = txn_read(s, a, err);
    int r = t ? migrate_look(t, m, ret, err) : -1;

    txn_end(t);
    return r;
}

int upgrade_steps(struct store *s, struct arena *a, struct steps_run *run, struct err *err)
{
    struct err why = {0};

    run->done = false;
    int r = store_write(s, a, run_steps, run, &why);
    if (r == 0 || (run->done && !run->keep))
        return 0;
    *err = why;
    return -1;
}

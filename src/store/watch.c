#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "conn.h"

void sql_watch(struct arena *a, struct sql_watch *w)
{
    arena_set_note(a, w);
}

void sql_watch_clear(struct sql_watch *w)
{
    for (unsigned i = 0; i < w->n; i++)
        free(w->slow[i].sql);
    w->n = 0;
}

void watch_took(struct sql_watch *w, const char *sql, msec ms, int64_t rows)
{
    unsigned at = 0;

    w->statements++;
    w->spent += ms;
    if (ms < WATCH_FROM_MS)
        return;
    while (at < w->n && w->slow[at].ms >= ms)
        at++;
    char *text = at < WATCH_KEPT ? strdup(sql) : NULL;
    if (!text)
        return;
    if (w->n == WATCH_KEPT)
        free(w->slow[--w->n].sql);
    memmove(w->slow + at + 1, w->slow + at, (w->n - at) * sizeof(w->slow[0]));
    w->slow[at] = (struct sql_slow){ms, rows, text};
    w->n++;
}

/* -- plans ---------------------------------------------------------------------------------------- */

/* The highest $n outside of quotes. */
static unsigned parameters(const char *sql)
{
    unsigned most = 0;
    bool quoted = false;

    for (const char *p = sql; *p; p++) {
        quoted ^= *p == '\'';
        if (quoted || *p != '$')
            continue;
        unsigned n = (unsigned)strtoul(p + 1, NULL, 10);
        most = n > most && n < 1000 ? n : most;
    }
    return most;
}

static int collect(struct txn *t, const char *sql, struct args args, int column, struct buf *plan, struct err *err)
{
    struct rows *r = sql_query(t, sql, args, err);
    int n = -1;

    while (r && (n = rows_next(r, err)) == 1) {
        if (plan->n)
            buf_z(plan, "; ");
        buf_str(plan, str_trim(rows_col_peek(r, column).s));
    }
    return n;
}

/* PostgreSQL plans for the values it is given, and NULLs would make it plan for nothing; so it is asked for the plan
 * it would use for any. */
static int generic_plan(struct txn *t, const char *sql, unsigned n, struct buf *plan, struct err *err)
{
    struct arena *a = txn_arena(t);
    struct str list = S("");

    for (unsigned i = 0; i < n; i++)
        list = arena_printf(a, STR_FMT "%s", STR_ARG(list), i ? ", NULL" : "(NULL");
    struct str prepare =
        arena_printf(a, "SET LOCAL plan_cache_mode = force_generic_plan; PREPARE penstock_plan AS %s", sql);
    if (sql_script(t, prepare.p, err) < 0)
        return -1;
    struct str explain = arena_printf(a, "EXPLAIN EXECUTE penstock_plan" STR_FMT "%s", STR_ARG(list), n ? ")" : "");
    int r = collect(t, explain.p, NO_ARGS, 0, plan, err);
    struct err ignored = {0};
    sql_script(t, "DEALLOCATE penstock_plan", &ignored);
    return r;
}

int sql_plan(struct txn *t, const char *sql, struct buf *plan, struct err *err)
{
    unsigned n = parameters(sql);

    if (txn_dialect(t) == DIALECT_POSTGRES)
        return generic_plan(t, sql, n, plan, err);
    struct value *none = NEW_ARRAY(txn_arena(t), struct value, n + 1);
    struct str explain = arena_printf(txn_arena(t), "EXPLAIN QUERY PLAN %s", sql);
    return collect(t, explain.p, (struct args){none, n}, 3, plan, err);
}

#include "rebuild.h"

#include <stdio.h>

#include "content.h"
#include "rules.h"
#include "sqlgen.h"

#define STEP 2000 /* rows written anew in one transaction */

/* The table and the fold of its log, walked side by side in the order of their ids. */
struct compare {
    struct txn *t;
    const struct kind *kind;
    struct rows *table;
    struct row *row; /* the table's present row; its text belongs to the cursor */
    bool at_end;
    struct rebuild_report *report;
    void (*tell)(const char *line);
};

static void differs(struct compare *c, id which, const char *how, const char *where)
{
    char line[256];

    c->report->differences++;
    snprintf(line, sizeof(line), "%s %lld %s%s", c->kind->def.one, (long long)which, how, where);
    if (c->tell)
        c->tell(line);
}

static int next_in_table(struct compare *c, struct err *err)
{
    int n = rows_next(c->table, err);

    for (int i = 0; n == 1 && i < c->kind->nfields; i++)
        c->row->v[i] = rows_col_peek(c->table, i);
    c->at_end = n != 1;
    return n < 0 ? -1 : 0;
}

/* Rows of the table with a smaller id than the log's next. */
static int pass_unlogged(struct compare *c, id below, struct err *err)
{
    while (!c->at_end && row_id(c->row) < below) {
        differs(c, row_id(c->row), "is not in the log", "");
        if (next_in_table(c, err) < 0)
            return -1;
    }
    return 0;
}

static int compare_row(void *ctx, struct row *folded, struct err *err)
{
    struct compare *c = ctx;

    c->report->rows++;
    if (pass_unlogged(c, row_id(folded), err) < 0)
        return -1;
    if (c->at_end || row_id(c->row) != row_id(folded)) {
        differs(c, row_id(folded), "is in the log but not in its table", "");
        return 0;
    }
    for (int i = 0; i < c->kind->nfields; i++) {
        const struct field *f = &c->kind->fields[i];
        if (!(f->flags & DERIVED) && !value_eq(folded->v[i], c->row->v[i]))
            differs(c, row_id(folded), "differs from the log in ", f->name);
    }
    return next_in_table(c, err);
}

static int compare_kind(struct compare *c, struct err *err)
{
    struct arena *a = txn_arena(c->t);
    const char *sql = arena_printf(a, "SELECT %s FROM %s ORDER BY id", sqlgen_row(c->kind)->columns, c->kind->name).p;

    c->row = row_blank(a, c->kind);
    c->table = sql_stream(c->t, sql, NO_ARGS, err);
    if (!c->table || next_in_table(c, err) < 0 ||
        log_fold(c->t, c->kind, NULL, AT_THE_END, CLOCK_RECORDED, compare_row, c, err) < 0 ||
        pass_unlogged(c, INT64_MAX, err) < 0)
        return -1;
    return 0;
}

/* -- writing derived data anew ------------------------------------------------------------------------ */

struct renew {
    struct app *app;
    const struct kind *kind;
    bool derived; /* derived fields too, not the search alone */
    id after;
    bool more;
};

static int renew_row(struct renew *r, struct txn *t, const struct row *row, struct err *err)
{
    const struct rule *rule = rule_of(r->kind);

    if (search_renew(t, row, err) < 0)
        return -1;
    return r->derived && rule->derive ? rule->derive(t, r->app, row, row, err) : 0;
}

static int renew_step(struct txn *t, void *arg, struct err *err)
{
    struct renew *r = arg;
    struct value from = value_int(r->after);
    struct list_query q = {.kind = r->kind, .limit = STEP, .nfilters = 1};
    struct page page;

    q.filters[0] = (struct filter){.field = &r->kind->fields[SYS_ID], .op = OP_GT, .values = &from, .n = 1};
    if (list_run(t, &q, &page, err) < 0)
        return -1;
    for (size_t i = 0; i < page.n; i++)
        if (renew_row(r, t, page.rows[i], err) < 0)
            return -1;
    r->more = page.n == STEP;
    if (page.n > 0)
        r->after = row_id(page.rows[page.n - 1]);
    return 0;
}

static int renew_kind(struct app *app, const struct kind *k, bool derived, struct err *err)
{
    struct renew r = {.app = app, .kind = k, .derived = derived, .more = derived || kind_searchable(k)};

    while (r.more) {
        struct arena *work = arena_new(MAX_ARENA);
        int result = work ? store_work(app->store, work, renew_step, &r, err)
                          : err_set(err, ERR_BUSY, "There is no memory for this now.");
        arena_free(work);
        if (result < 0)
            return -1;
    }
    return 0;
}

int rebuild_renew(struct app *app, bool derived, struct err *err)
{
    int result = 0;

    for (int i = 0; i < app->schema->n && result == 0; i++)
        result = renew_kind(app, &app->schema->kinds[i], derived, err);
    return result;
}

/* -- contents of files --------------------------------------------------------------------------------- */

struct look {
    struct rebuild_report *report;
    void (*tell)(const char *line);
};

static void content_missing(void *ctx, id file)
{
    struct look *l = ctx;
    char line[64];

    l->report->missing++;
    snprintf(line, sizeof(line), "file %lld has lost its content", (long long)file);
    if (l->tell)
        l->tell(line);
}

static int look_at_contents(struct app *app, struct look *l, struct err *err)
{
    struct arena *work = arena_new(MAX_ARENA);
    struct txn *t = work ? txn_read(app->store, work, err) : NULL;
    int result = t ? content_check(app, t, content_missing, l, err) : -1;

    txn_end(t);
    arena_free(work);
    return result;
}

static int sweep(struct app *app, struct rebuild_report *report, struct err *err)
{
    struct arena *work = arena_new(MAX_ARENA);
    struct txn *t = work ? txn_read(app->store, work, err) : NULL;
    int result = t ? content_sweep(app, t, &report->swept, err) : -1;

    txn_end(t);
    arena_free(work);
    return result;
}

int rebuild_compare(struct app *app, struct rebuild_report *ret, void (*tell)(const char *line), struct err *err)
{
    int result = 0;

    *ret = (struct rebuild_report){0};
    for (int i = 0; i < app->schema->n && result == 0; i++) {
        struct arena *work = arena_new(MAX_ARENA);
        struct txn *t = work ? txn_read(app->store, work, err) : NULL;
        struct compare c = {.t = t, .kind = &app->schema->kinds[i], .report = ret, .tell = tell};
        result = t ? compare_kind(&c, err) : -1;
        txn_end(t);
        arena_free(work);
    }
    if (result == 0)
        result = look_at_contents(app, &(struct look){ret, tell}, err);
    return result;
}

int rebuild_run(struct app *app, struct rebuild_report *ret, void (*tell)(const char *line), struct err *err)
{
    if (rebuild_compare(app, ret, tell, err) < 0 || rebuild_renew(app, true, err) < 0)
        return -1;
    return sweep(app, ret, err);
}

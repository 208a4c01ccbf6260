#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "sql.h"

/* One line of a row's past, as far as folding needs it. */
struct step {
    int64_t seq;
    msec when, recorded_at;
    char op; /* c u d */
    struct str fields;
};

/* The changes of one row, gathered before they are put in the order of the clock. */
struct past {
    struct step *steps;
    size_t n, room;
};

static void past_add(struct past *p, struct arena *a, struct step step)
{
    if (p->n == p->room) {
        size_t room = p->room ? p->room * 2 : 16;
        p->steps = arena_grow(a, p->steps, p->n * sizeof(*p->steps), room * sizeof(*p->steps));
        p->room = room;
    }
    p->steps[p->n++] = step;
}

static int by_clock(const void *x, const void *y)
{
    const struct step *a = x, *b = y;

    if (a->when != b->when)
        return a->when < b->when ? -1 : 1;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

/* The row after all steps, or NULL when it is not there then. */
static struct row *fold_steps(struct arena *a, const struct kind *k, id which, struct past *p, bool *ret_damaged)
{
    struct row *row = row_blank(a, k);
    bool there = false;

    if (p->n > 1)
        qsort(p->steps, p->n, sizeof(*p->steps), by_clock);
    for (size_t i = 0; i < p->n; i++) {
        const struct step *s = &p->steps[i];
        if (!row_apply_diff(a, row, s->fields, 1))
            *ret_damaged = true;
        there = s->op == 'd' ? false : s->op == 'c' ? true : there;
        row->v[SYS_VERSION] = value_int((int64_t)i + 1);
        row->v[SYS_UPDATED_AT] = value_int(s->recorded_at);
    }
    row->v[SYS_ID] = value_int(which);
    return there ? row : NULL;
}

static const char *clock_column(enum clock clock)
{
    return clock == CLOCK_OCCURRED ? "occurred_at" : "recorded_at";
}

/* `among`: a table of row_id, or NULL for all rows. */
static struct rows *query_past(struct txn *t, const struct kind *k, id which, const char *among, msec at,
                               enum clock clock, struct err *err)
{
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));

    sql_f(s, "SELECT row_id, seq, %s, recorded_at, op, fields FROM changes WHERE kind = ", clock_column(clock));
    sql_arg(s, value_text(str_of(k->name)));
    if (which) {
        sql_z(s, " AND row_id = ");
        sql_arg(s, value_int(which));
    }
    if (among)
        sql_f(s, " AND row_id IN (SELECT row_id FROM %s)", among);
    if (at != AT_THE_END) {
        sql_f(s, " AND %s < ", clock_column(clock));
        sql_arg(s, value_int(at));
    }
    sql_z(s, " ORDER BY row_id, seq");
    return which ? sql_query(t, sql_text(s), sql_args(s), err) : sql_stream(t, sql_text(s), sql_args(s), err);
}

static struct step take_step(struct rows *r, struct arena *a)
{
    return (struct step){
        .seq = rows_col_peek(r, 1).i,
        .when = rows_col_peek(r, 2).i,
        .recorded_at = rows_col_peek(r, 3).i,
        .op = rows_col_peek(r, 4).s.p[0],
        .fields = arena_str(a, rows_col_peek(r, 5).s),
    };
}

static int damaged(const struct kind *k, id which, struct err *err)
{
    return err_set(err, ERR_INTERNAL, "The log of %s %lld is damaged.", k->def.one, (long long)which);
}

int log_row_at(struct txn *t, const struct kind *k, id which, msec at, enum clock clock, struct row **ret,
               struct err *err)
{
    struct arena *a = txn_arena(t);
    struct past p = {0};
    bool is_damaged = false;
    struct rows *r = query_past(t, k, which, NULL, at, clock, err);
    int n = r ? 0 : -1;

    while (r && (n = rows_next(r, err)) == 1)
        past_add(&p, a, take_step(r, a));
    if (n < 0)
        return -1;
    struct row *row = fold_steps(a, k, which, &p, &is_damaged);
    if (is_damaged)
        return damaged(k, which, err);
    *ret = row;
    return row != NULL;
}

/* State of a walk over all rows of a kind; `arena` is emptied after each row. */
struct walk {
    struct arena *arena;
    const struct kind *kind;
    struct past past;
    id row;
    row_fn *fn;
    void *ctx;
};

static int walk_row(struct walk *w, struct err *err)
{
    bool is_damaged = false;
    struct row *row = w->past.n ? fold_steps(w->arena, w->kind, w->row, &w->past, &is_damaged) : NULL;
    int result = is_damaged ? damaged(w->kind, w->row, err) : row ? w->fn(w->ctx, row, err) : 0;

    arena_reset(w->arena);
    w->past = (struct past){0};
    return result;
}

int log_fold(struct txn *t, const struct kind *k, const char *among, msec at, enum clock clock, row_fn *fn, void *ctx,
             struct err *err)
{
    struct arena *a = arena_inside(txn_arena(t), 64u << 20);
    struct walk w = {.arena = a, .kind = k, .fn = fn, .ctx = ctx};
    struct rows *r = query_past(t, k, 0, among, at, clock, err);
    int n = r ? 0 : -1;
    while (r && (n = rows_next(r, err)) == 1) {
        id row = rows_col_peek(r, 0).i;
        if (row != w.row && walk_row(&w, err) < 0) {
            rows_close(r);
            return -1;
        }
        w.row = row;
        past_add(&w.past, a, take_step(r, a));
    }
    return n < 0 ? -1 : walk_row(&w, err);
}

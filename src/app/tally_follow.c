#include <string.h>

#include "deal.h"
#include "json_scan.h"
#include "tally_private.h"

/* Of changes: more of them, and reading all deals is quicker. */
#define MANY(t) (5000 + (int64_t)(t)->n / 8)

#define COLUMNS                                                                                                        \
    "SELECT id, pipeline_id, stage_id, owner_id, status, currency, value, probability, next_activity_at, closed_at "   \
    "FROM deals "

static bool small(struct value v, int32_t *ret)
{
    *ret = v.type == V_INT ? (int32_t)v.i : 0;
    return v.type != V_INT || (v.i >= 0 && v.i <= INT32_MAX);
}

/* False when something does not fit, or without memory. */
static bool take(struct tally *t, struct rows *r)
{
    struct value status = rows_col_peek(r, 4), value = rows_col_peek(r, 6), probability = rows_col_peek(r, 7),
                 next = rows_col_peek(r, 8), closed = rows_col_peek(r, 9);
    struct slot s = {.id = rows_col_peek(r, 0).i,
                     .value = value.type == V_INT ? value.i : 0,
                     .priced = value.type == V_INT,
                     .next_at = next.type == V_INT ? next.i : 0,
                     .planned = next.type == V_INT,
                     .probability = probability.type == V_INT ? (int8_t)probability.i : (int8_t)-1};
    int currency = tally_currency(t, rows_col_peek(r, 5).s);

    s.status = str_is(status.s, DEAL_OPEN) ? TALLY_OPEN : str_is(status.s, DEAL_WON) ? TALLY_WON : TALLY_LOST;
    s.currency = (uint8_t)currency;
    if (closed.type == V_INT)
        closed.i /= QUARTER;
    if (currency < 0 || !small(rows_col_peek(r, 1), &s.pipeline) || !small(rows_col_peek(r, 2), &s.stage) ||
        !small(rows_col_peek(r, 3), &s.owner) || !small(closed, &s.closed))
        return false;
    if (s.status == TALLY_OPEN || t->whole)
        return tally_put(t, &s);
    tally_drop(t, s.id);
    return true;
}

static int read_all(struct tally *t, struct ctx *c, bool whole, struct err *err)
{
    struct rows *r = sql_query(c->t, whole ? COLUMNS : COLUMNS "WHERE status = '" DEAL_OPEN "'", NO_ARGS, err);
    int n = r ? 0 : -1;

    tally_clear(t);
    t->whole = whole;
    while (r && (n = rows_next(r, err)) == 1)
        if (!take(t, r)) {
            rows_close(r);
            t->unfit = true;
            return 0;
        }
    return n < 0 ? -1 : 1;
}

static int read_one(struct tally *t, struct ctx *c, id deal, struct err *err)
{
    struct rows *r = sql_query(c->t, COLUMNS "WHERE id = $1", ARGS(value_int(deal)), err);
    int n = r ? rows_next(r, err) : -1;
    bool fits = true;

    if (n == 1)
        fits = take(t, r);
    else if (n == 0)
        tally_drop(t, deal);
    rows_close(r);
    if (!fits)
        t->unfit = true;
    return n < 0 ? -1 : fits;
}

/* -- what has changed ------------------------------------------------------------------------------------ */

struct touched {
    struct arena *arena;
    id *v;
    size_t n, room;
};

static void touch(struct touched *d, id deal)
{
    if (deal <= 0 || (d->n && d->v[d->n - 1] == deal))
        return;
    if (d->n == d->room) {
        size_t room = d->room ? d->room * 2 : 64;
        d->v = arena_grow(d->arena, d->v, d->n * sizeof(id), room * sizeof(id));
        d->room = room;
    }
    d->v[d->n++] = deal;
}

/* The deals an activity belonged to before and after its change: its plan is theirs. */
static void touch_both(struct touched *d, struct str fields)
{
    struct json_walk w = json_walk(fields);
    struct str name, pair, side;
    int64_t deal;

    while (json_walk_member(&w, &name, &pair)) {
        if (!str_is(name, "deal_id"))
            continue;
        for (struct json_walk sides = json_walk(pair); json_walk_element(&sides, &side);)
            if (str_int(side, &deal))
                touch(d, deal);
    }
}

static int find_touched(struct ctx *c, int64_t since, struct touched *d, struct err *err)
{
    struct rows *r = sql_query(c->t,
                               "SELECT h.kind, h.row_id, h.fields, a.deal_id FROM changes h LEFT JOIN activities a ON "
                               "a.id = h.row_id AND h.kind = 'activities' WHERE h.seq > $1",
                               ARGS(value_int(since)), err);
    int n = r ? 0 : -1;

    while (r && (n = rows_next(r, err)) == 1) {
        struct str kind = rows_col_peek(r, 0).s;
        struct value deal = rows_col_peek(r, 3);
        if (str_is(kind, "deals"))
            touch(d, rows_col_peek(r, 1).i);
        if (!str_is(kind, "activities"))
            continue;
        if (deal.type == V_INT)
            touch(d, deal.i);
        touch_both(d, rows_col_peek(r, 2).s);
    }
    return n;
}

int tally_follow(struct tally *t, struct ctx *c, bool whole, struct err *err)
{
    struct touched d = {.arena = c->arena};
    int64_t seq;

    if (t->unfit)
        return 0;
    if (log_last_seq(c->t, &seq, err) < 0)
        return -1;
    if (seq < t->seq && (txn_renew(c->t, err) < 0 || log_last_seq(c->t, &seq, err) < 0))
        return -1;
    if (seq < t->seq) /* it is another log: restored, or the tests' */
        t->seq = -1;
    if (t->seq < 0 || seq - t->seq > MANY(t) || (whole && !t->whole)) {
        t->seq = -1;
        int n = read_all(t, c, whole || t->whole, err);
        t->seq = n == 1 ? seq : -1;
        return n;
    }
    if (seq == t->seq)
        return 1;
    int n = find_touched(c, t->seq, &d, err) < 0 ? -1 : 1;
    for (size_t i = 0; i < d.n && n == 1; i++)
        n = read_one(t, c, d.v[i], err);
    if (n == 1)
        t->seq = seq;
    return n;
}

#include "deal_past.h"

#include "sql.h"

bool deal_cut(struct deal_past *p, msec at)
{
    size_t low = 0, high = p->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (deal_at(p, middle) < at)
            low = middle + 1;
        else
            high = middle;
    }
    p->n = low;
    return low > 0;
}

/* -- from the log ------------------------------------------------------------------------------------ */

struct reader {
    struct arena *arena; /* of one deal */
    struct deal_past past;
    struct deal_state *states;
    size_t room;
    msec at;
    deal_past_fn *fn;
    void *ctx;
};

static int tell(struct reader *r, struct err *err)
{
    int result = 0;

    if (r->past.n > 0) {
        deal_states_settle(r->states, r->past.n, r->past.clock);
        r->past.states = r->states;
        if (deal_cut(&r->past, r->at))
            result = r->fn(r->ctx, &r->past, err);
    }
    arena_reset(r->arena);
    r->states = NULL;
    r->past.n = r->room = 0;
    return result;
}

static void put(struct reader *r, const struct deal_state *state)
{
    if (r->past.n == r->room) {
        size_t room = r->room ? r->room * 2 : 16;
        r->states = arena_grow(r->arena, r->states, r->room * sizeof(*r->states), room * sizeof(*r->states));
        r->room = room;
    }
    r->states[r->past.n++] = *state;
}

struct rows *deal_changes(struct txn *t, id only, struct err *err)
{
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));

    sql_z(s, "SELECT row_id, seq, occurred_at, recorded_at, op, fields FROM changes WHERE kind = 'deals'");
    if (only) {
        sql_z(s, " AND row_id = ");
        sql_arg(s, value_int(only));
    }
    sql_z(s, " ORDER BY row_id, seq");
    return sql_stream(t, sql_text(s), sql_args(s), err);
}

int deal_changes_next(struct rows *rows, struct deal_change *ret, struct err *err)
{
    int n = rows_next(rows, err);

    if (n != 1)
        return n;
    struct log_item item = {.row = rows_col_peek(rows, 0).i,
                            .seq = rows_col_peek(rows, 1).i,
                            .occurred_at = rows_col_peek(rows, 2).i,
                            .recorded_at = rows_col_peek(rows, 3).i,
                            .op = rows_col_peek(rows, 4).s,
                            .fields = rows_col_peek(rows, 5).s};
    *ret = (struct deal_change){item.row, deal_state_read(&item)};
    return 1;
}

int deal_pasts(struct txn *t, id only, msec at, enum clock clock, deal_past_fn *fn, void *ctx, struct err *err)
{
    struct arena *a = arena_inside(txn_arena(t), 64u << 20);
    struct reader r = {.arena = a, .past.clock = clock, .at = at, .fn = fn, .ctx = ctx};
    struct deal_change change;
    int n;

    struct rows *rows = deal_changes(t, only, err);
    n = rows ? 0 : -1;
    while (rows && (n = deal_changes_next(rows, &change, err)) == 1) {
        if (change.deal != r.past.deal && tell(&r, err) < 0) {
            rows_close(rows);
            return -1;
        }
        r.past.deal = change.deal;
        put(&r, &change.state);
    }
    return n < 0 ? -1 : tell(&r, err);
}

/* -- what it comes to ---------------------------------------------------------------------------------- */

msec deal_closed(const struct deal_past *p)
{
    size_t i = p->n - 1;

    if (p->states[i].status == DEAL_IS_OPEN || p->states[i].status == DEAL_IS_DELETED)
        return 0;
    while (i > 0 && p->states[i - 1].status == p->states[i].status)
        i--;
    return deal_at(p, i);
}

size_t deal_spells(const struct deal_past *p, struct spell *ret, size_t room)
{
    size_t n = 0;
    bool inside = false;

    for (size_t i = 0; i < p->n; i++) {
        enum deal_status status = (enum deal_status)p->states[i].status;
        if (status == DEAL_IS_OPEN && !inside) {
            if (n == room)
                break;
            ret[n++] = (struct spell){.begin = deal_at(p, i), .how = DEAL_IS_OPEN};
            inside = true;
        } else if (status != DEAL_IS_OPEN && inside) {
            ret[n - 1].end = deal_at(p, i);
            ret[n - 1].how = status;
            inside = false;
        }
    }
    return n;
}

static void leave(struct visit *v, const struct deal_state *s, msec at)
{
    v->leave = at;
    v->how = (enum deal_status)s->status;
    v->next = s->status == DEAL_IS_OPEN && s->pipeline == v->pipeline ? s->stage : 0;
}

size_t deal_visits(const struct deal_past *p, struct visit *ret, size_t room)
{
    size_t n = 0;
    bool inside = false;

    for (size_t i = 0; i < p->n; i++) {
        const struct deal_state *s = &p->states[i];
        msec at = deal_at(p, i);
        bool stays = inside && s->status == DEAL_IS_OPEN && s->stage == ret[n - 1].stage;
        if (inside && !stays) {
            leave(&ret[n - 1], s, at);
            inside = false;
            if (at - ret[n - 1].enter < VISIT_SLIP && s->status == DEAL_IS_OPEN)
                n--;
        }
        if (inside || s->status != DEAL_IS_OPEN || !s->stage)
            continue;
        /* Back after a slip: the visit before goes on. */
        inside = n > 0 && ret[n - 1].stage == s->stage && at - ret[n - 1].leave < VISIT_SLIP;
        if (inside) {
            ret[n - 1].leave = 0;
        } else if (n < room) {
            ret[n++] = (struct visit){.stage = s->stage, .pipeline = s->pipeline, .enter = at};
            inside = true;
        }
    }
    return n;
}

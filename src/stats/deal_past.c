#include "deal_past.h"

#include <stdlib.h>
#include <string.h>

#include "json_scan.h"
#include "money.h"
#include "sql.h"

/* One line of the log: what a change says about the fields that reports look at. */
struct change {
    msec at;
    int64_t seq;
    char op;
    struct str fields;
};

struct reader {
    struct arena *arena; /* of one deal */
    struct change *changes;
    size_t n, room;
    id deal;
    deal_past_fn *fn;
    void *ctx;
};

static int by_clock(const void *x, const void *y)
{
    const struct change *a = x, *b = y;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

/* The second of [before,after]. */
static struct str after(struct str pair)
{
    struct json_walk w = json_walk(pair);
    struct str raw = STR_NULL;

    json_walk_element(&w, &raw);
    json_walk_element(&w, &raw);
    return raw;
}

static void take_field(struct deal_state *s, struct str name, struct str raw)
{
    static const struct {
        const char *name;
        size_t at;
    } refs[] = {{"pipeline_id", offsetof(struct deal_state, pipeline)},
                {"stage_id", offsetof(struct deal_state, stage)},
                {"owner_id", offsetof(struct deal_state, owner)},
                {"source_id", offsetof(struct deal_state, source)}};
    int digits;

    for (size_t i = 0; i < COUNT(refs); i++) {
        id which = 0;
        if (!str_is(name, refs[i].name))
            continue;
        str_int(raw, &which);
        memcpy((char *)s + refs[i].at, &which, sizeof(which));
        return;
    }
    if (str_is(name, "status") && s->status != DEAL_IS_DELETED)
        s->status = str_is(raw, "\"won\"") ? DEAL_IS_WON : str_is(raw, "\"lost\"") ? DEAL_IS_LOST : DEAL_IS_OPEN;
    else if (str_is(name, "value"))
        s->valued = decimal_scan(raw, &s->value, &digits);
    else if (str_is(name, "currency") && raw.n == 5)
        memcpy(s->currency, raw.p + 1, 3);
}

static int tell(struct reader *r, struct err *err)
{
    struct deal_state state = {0};
    size_t n = 0;

    if (r->n == 0)
        return 0;
    qsort(r->changes, r->n, sizeof(*r->changes), by_clock);
    struct deal_state *states = NEW_ARRAY(r->arena, struct deal_state, r->n);
    for (size_t i = 0; i < r->n; i++) {
        const struct change *c = &r->changes[i];
        struct json_walk w = json_walk(c->fields);
        struct str name, raw;
        if (c->op == 'c')
            state.status = DEAL_IS_OPEN;
        while (c->op != 'd' && json_walk_member(&w, &name, &raw))
            take_field(&state, name, after(raw));
        if (c->op == 'd')
            state.status = DEAL_IS_DELETED;
        state.at = c->at;
        state.seq = c->seq;
        states[n++] = state;
    }
    struct deal_past past = {.deal = r->deal, .states = states, .n = n};
    int result = r->fn(r->ctx, &past, err);
    arena_reset(r->arena);
    r->changes = NULL;
    r->n = r->room = 0;
    return result;
}

static void put(struct reader *r, struct change c)
{
    if (r->n == r->room) {
        size_t room = r->room ? r->room * 2 : 16;
        r->changes = arena_grow(r->arena, r->changes, r->n * sizeof(c), room * sizeof(c));
        r->room = room;
    }
    r->changes[r->n++] = c;
}

static struct rows *query(struct txn *t, id only, msec at, enum clock clock, struct err *err)
{
    const char *column = clock == CLOCK_OCCURRED ? "occurred_at" : "recorded_at";
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));

    sql_f(s, "SELECT row_id, seq, %s, op, fields FROM changes WHERE kind = 'deals'", column);
    if (only) {
        sql_z(s, " AND row_id = ");
        sql_arg(s, value_int(only));
    }
    sql_f(s, " AND %s < ", column);
    sql_arg(s, value_int(at));
    sql_z(s, " ORDER BY row_id, seq");
    return sql_query(t, sql_text(s), sql_args(s), err);
}

int deal_pasts(struct txn *t, id only, msec at, enum clock clock, deal_past_fn *fn, void *ctx, struct err *err)
{
    struct arena *a = arena_new(64u << 20);
    struct reader r = {.arena = a, .fn = fn, .ctx = ctx};
    int n;

    if (!a)
        return err_set(err, ERR_BUSY, "There is no memory for this now.");
    arena_defer(txn_arena(t), arena_let_go, a);
    struct rows *rows = query(t, only, at, clock, err);
    n = rows ? 0 : -1;
    while (rows && (n = rows_next(rows, err)) == 1) {
        id deal = rows_col_peek(rows, 0).i;
        if (deal != r.deal && tell(&r, err) < 0) {
            rows_close(rows);
            return -1;
        }
        r.deal = deal;
        put(&r, (struct change){.seq = rows_col_peek(rows, 1).i,
                                .at = rows_col_peek(rows, 2).i,
                                .op = rows_col_peek(rows, 3).s.p[0],
                                .fields = arena_str(a, rows_col_peek(rows, 4).s)});
    }
    return n < 0 ? -1 : tell(&r, err);
}

msec deal_closed(const struct deal_past *p)
{
    size_t i = p->n - 1;

    if (p->states[i].status == DEAL_IS_OPEN || p->states[i].status == DEAL_IS_DELETED)
        return 0;
    while (i > 0 && p->states[i - 1].status == p->states[i].status)
        i--;
    return p->states[i].at;
}

size_t deal_visits(const struct deal_past *p, struct visit *ret, size_t room)
{
    size_t n = 0;
    bool inside = false;

    for (size_t i = 0; i < p->n; i++) {
        const struct deal_state *s = &p->states[i];
        bool stays = inside && s->status == DEAL_IS_OPEN && s->stage == ret[n - 1].stage;
        if (inside && !stays) {
            ret[n - 1].leave = s->at;
            inside = false;
            if (s->at - ret[n - 1].enter < VISIT_SLIP && s->status == DEAL_IS_OPEN)
                n--;
        }
        if (inside || s->status != DEAL_IS_OPEN || !s->stage)
            continue;
        /* Back after a slip: the visit before goes on. */
        inside = n > 0 && ret[n - 1].stage == s->stage && s->at - ret[n - 1].leave < VISIT_SLIP;
        if (inside) {
            ret[n - 1].leave = 0;
        } else if (n < room) {
            ret[n++] = (struct visit){.stage = s->stage, .enter = s->at};
            inside = true;
        }
    }
    return n;
}

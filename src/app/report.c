#include "report.h"

#include <string.h>

#include "follow.h"
#include "sql.h"

#define REPORT_PATIENCE (10 * SECOND) /* with a view that is still being made */

/* Ids of the deals that the caller sees, when he does not see all. */
struct seen {
    id *ids; /* ascending */
    size_t n;
    bool all;
};

struct pick {
    struct report_scope scope;
    bool any; /* scope or not */
    struct seen seen;
    deal_past_fn *fn;
    void *ctx;
    int64_t fitted;
};

static int load_ids(struct ctx *c, struct sql *s, id **ret, size_t *ret_n, struct err *err)
{
    struct rows *r = sql_stream(c->t, sql_text(s), sql_args(s), err);
    size_t n = 0, room = 0;
    id *ids = NULL;
    int more = r ? 0 : -1;

    while (r && (more = rows_next(r, err)) == 1) {
        if (n == room) {
            room = room ? room * 2 : 256;
            ids = arena_grow(c->arena, ids, n * sizeof(id), room * sizeof(id));
        }
        ids[n++] = rows_col_peek(r, 0).i;
    }
    *ret = ids;
    *ret_n = n;
    return more;
}

static int load_seen(struct ctx *c, struct seen *ret, struct err *err)
{
    const struct kind *k = c->app->deals;
    struct sql *s = sql_new(c->arena, txn_dialect(c->t));

    *ret = (struct seen){.all = scope_is_all(c->access, k, false)};
    if (ret->all)
        return 0;
    sql_z(s, "SELECT t.id FROM deals t WHERE ");
    scope_where(s, c->access, k, "t", false);
    sql_z(s, " ORDER BY t.id");
    return load_ids(c, s, &ret->ids, &ret->n, err);
}

int report_scope_load(struct ctx *c, const struct report_request *req, struct report_scope *ret, struct err *err)
{
    struct sql *s = sql_new(c->arena, txn_dialect(c->t));

    *ret = (struct report_scope){.req = req, .currency = currency_pack(req->currency)};
    if (!req->team)
        return 0;
    sql_z(s, "SELECT id FROM users WHERE team_id = ");
    sql_arg(s, value_int(req->team));
    return load_ids(c, s, &ret->team, &ret->nteam, err);
}

static bool in_team(const struct report_scope *s, id owner)
{
    for (size_t i = 0; i < s->nteam; i++)
        if (s->team[i] == owner)
            return true;
    return !s->req->team;
}

bool report_in_scope(const struct report_scope *s, const struct deal_state *state)
{
    const struct report_request *req = s->req;

    return (!req->pipeline || state->pipeline == req->pipeline) && (!req->owner || state->owner == req->owner) &&
           (!req->source || state->source == req->source) &&
           (!req->currency.n || (s->currency && state->currency == s->currency)) && in_team(s, state->owner);
}

static bool sees(const struct seen *s, id deal)
{
    size_t low = 0, high = s->n;

    while (!s->all && low < high) {
        size_t mid = low + (high - low) / 2;
        if (s->ids[mid] == deal)
            return true;
        if (s->ids[mid] < deal)
            low = mid + 1;
        else
            high = mid;
    }
    return s->all;
}

static int one(void *arg, const struct deal_past *past, struct err *err)
{
    struct pick *p = arg;
    const struct deal_state *last = deal_last(past);

    if (last->status == DEAL_IS_DELETED || (!p->any && !report_in_scope(&p->scope, last)) ||
        !sees(&p->seen, past->deal))
        return 0;
    p->fitted++;
    return p->fn(p->ctx, past, err);
}

static void let_go(void *view)
{
    view_unref(view);
}

/* From memory where a view follows the log, else from the log itself. */
static int pasts(struct ctx *c, const struct report_request *req, deal_past_fn *fn, void *ctx, struct err *err)
{
    int64_t seq;

    if (!c->app->follow)
        return deal_pasts(c->t, 0, req->at, req->clock, fn, ctx, err);
    if (log_last_seq(c->t, &seq, err) < 0)
        return -1;
    struct view *v = follow_view(c->app->follow, seq, REPORT_PATIENCE, err);
    if (!v)
        return -1;
    arena_defer(c->arena, let_go, v);
    return view_pasts(v, 0, req->at, req->clock, fn, ctx, err);
}

int report_deals(struct ctx *c, const struct report_request *req, deal_past_fn *fn, void *ctx, int64_t *ret_seen,
                 struct err *err)
{
    struct pick p = {.fn = fn, .ctx = ctx};

    if (load_seen(c, &p.seen, err) < 0 || report_scope_load(c, req, &p.scope, err) < 0 ||
        pasts(c, req, one, &p, err) < 0)
        return -1;
    *ret_seen = p.fitted;
    return 0;
}

int report_all_deals(struct ctx *c, const struct report_request *req, deal_past_fn *fn, void *ctx, struct err *err)
{
    struct pick p = {.any = true, .fn = fn, .ctx = ctx};

    return load_seen(c, &p.seen, err) < 0 ? -1 : pasts(c, req, one, &p, err);
}

int report_value(struct fx *fx, const struct deal_state *s, struct day day, int64_t *ret, struct err *err)
{
    struct currency_text code = currency_text(s->currency);
    struct amount_part part;
    struct amount sum = {.parts = &part, .room = 1};

    if (amount_add(fx, &sum, str_of(code.code), s->value, 1, day, err) < 0)
        return -1;
    wide base = amount_base(fx, &sum, 1);
    *ret = base > INT64_MAX / 4 ? INT64_MAX / 4 : base < INT64_MIN / 4 ? INT64_MIN / 4 : (int64_t)base;
    return sum.parts[0].rate != 0;
}

/* -- funnel -------------------------------------------------------------------------------------------- */

struct funnel_fill {
    const struct report_request *req;
    enum report_population population;
    struct funnel *funnel;
};

static int fill_funnel(void *arg, const struct deal_past *past, struct err *err)
{
    struct funnel_fill *f = arg;

    (void)err;
    if (f->population == POPULATION_COHORT && !report_within(f->req, deal_created(past)))
        return 0;
    if (f->population == POPULATION_CLOSED && (!deal_closed(past) || !report_within(f->req, deal_closed(past))))
        return 0;
    funnel_add(f->funnel, past);
    return 0;
}

int report_funnel(struct ctx *c, const struct report_request *req, enum funnel_kind kind,
                  enum report_population population, struct funnel *ret, struct row ***ret_stages, struct err *err)
{
    struct list_query q = {.kind = c->app->stages, .limit = FUNNEL_MAX_STAGES};
    struct funnel_fill f = {req, population, ret};
    struct page page;
    int64_t seen;

    if (list_filter(&q, c->arena, S("pipeline_id"), arena_printf(c->arena, "%lld", (long long)req->pipeline), NULL,
                    err) < 0 ||
        list_sort(&q, S("position,id"), err) < 0 || list_run(c->t, &q, &page, err) < 0)
        return -1;
    *ret = (struct funnel){.kind = kind, .n = page.n, .from = req->from, .to = req->to};
    ret->by_entry = population == POPULATION_ENTERED && req->bounded;
    for (size_t i = 0; i < page.n; i++)
        ret->stages[i].stage = row_id(page.rows[i]);
    *ret_stages = page.rows;
    return report_deals(c, req, fill_funnel, &f, &seen, err);
}

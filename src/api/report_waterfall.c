/* R9: what became of the pipeline between two instants, exact to the minor unit. */
#include "waterfall.h"

#include "report_route.h"

#define DEALS_SHOWN 20u /* of each bar, the largest */
#define USUAL_PERIOD (7 * DAY_MS)

struct shown {
    id deals[DEALS_SHOWN];
    int64_t amounts[DEALS_SHOWN];
    size_t n;
};

struct changes {
    struct report *r;
    struct report_scope scope;
    struct waterfall w;
    bool by_close;
    struct day close_from, close_to, start, end;
    struct shown shown[BAR__N];
};

static bool in_scope(void *ctx, const struct deal_state *s)
{
    const struct changes *c = ctx;

    return report_in_scope(&c->scope, s) &&
           (!c->by_close || (s->expected >= c->close_from.n && s->expected <= c->close_to.n));
}

static int base(void *ctx, const struct deal_state *s, bool at_end, int64_t *ret, struct err *err)
{
    struct changes *c = ctx;

    return report_base(c->r, s, at_end ? c->end : c->start, ret, err);
}

static int64_t size_of(int64_t amount)
{
    return amount < 0 ? -amount : amount;
}

/* Keeps the largest, in their order. */
static void booked(void *ctx, enum waterfall_bar bar, id deal, int64_t amount)
{
    struct changes *c = ctx;
    struct shown *s = &c->shown[bar];
    size_t at = s->n < DEALS_SHOWN ? s->n++ : DEALS_SHOWN - 1;

    if (s->n == DEALS_SHOWN && at == DEALS_SHOWN - 1 && s->deals[at] && size_of(s->amounts[at]) >= size_of(amount))
        return;
    for (; at > 0 && size_of(s->amounts[at - 1]) < size_of(amount); at--) {
        s->amounts[at] = s->amounts[at - 1];
        s->deals[at] = s->deals[at - 1];
    }
    s->amounts[at] = amount;
    s->deals[at] = deal;
}

static int take(void *ctx, const struct deal_past *p, struct err *err)
{
    struct changes *c = ctx;

    return waterfall_add(&c->w, p, err);
}

static int write_deal(struct changes *c, id deal, int64_t amount, struct err *err)
{
    struct row *row = NULL;

    if (row_find(c->r->c->ctx.t, c->r->c->app->deals, "id", value_int(deal), &row, err) < 0)
        return -1;
    out_open(c->r->o, '{');
    out_kv_int(c->r->o, "id", deal);
    out_kv_str(c->r->o, "title", row ? row_title(row) : STR_NULL);
    write_base(c->r, "amount", amount);
    out_close(c->r->o, '}');
    return 0;
}

static int write_bar(struct changes *c, enum waterfall_bar bar, struct err *err)
{
    struct json_out *o = c->r->o;
    const struct shown *s = &c->shown[bar];

    out_open(o, '{');
    out_kv_z(o, "bar", waterfall_bars[bar]);
    write_base(c->r, "amount", c->w.bars[bar]);
    out_kv_int(o, "count", c->w.n[bar]);
    out_kv_open(o, "deals", '[');
    for (size_t i = 0; i < s->n; i++)
        if (write_deal(c, s->deals[i], s->amounts[i], err) < 0)
            return -1;
    out_close(o, ']');
    out_close(o, '}');
    return 0;
}

static int answer(struct report *r, struct err *err)
{
    static const char *const modes[] = {"net", "gross"};
    struct changes *c = NEW(r->c->arena, struct changes);
    int mode;

    *c = (struct changes){.r = r, .w = {.in_scope = in_scope, .base = base, .booked = booked, .ctx = c}};
    if (report_word(r, "mode", modes, 2, &mode, err) < 0 ||
        report_days(r, "expected_close", &c->by_close, &c->close_from, &c->close_to, err) < 0 ||
        report_scope_load(&r->c->ctx, &r->req, &c->scope, err) < 0)
        return -1;
    if (r->req.to < r->req.at)
        r->req.at = r->req.to;
    c->w.gross = mode;
    c->w.to = r->req.at;
    c->w.from = r->req.from == INT64_MIN ? c->w.to - USUAL_PERIOD : r->req.from;
    if (c->w.from > c->w.to)
        return err_field(err, "from", "order", "The period begins after the moment the report is of.");
    c->start = report_day(r, c->w.from);
    c->end = report_day(r, c->w.to);
    if (report_all_deals(&r->c->ctx, &r->req, take, c, err) < 0)
        return -1;
    for (int i = 0; i < BAR__N; i++)
        write_base(r, waterfall_bars[i], c->w.bars[i]);
    out_kv_open(r->o, "bars", '[');
    for (int i = 0; i < BAR__N; i++)
        if (write_bar(c, (enum waterfall_bar)i, err) < 0)
            return -1;
    out_close(r->o, ']');
    out_kv_msec(r->o, "from", c->w.from);
    out_kv_msec(r->o, "to", c->w.to);
    out_kv_z(r->o, "mode", modes[mode]);
    r->population = c->w.n[BAR_START] + c->w.n[BAR_CREATED] + c->w.n[BAR_REOPENED] + c->w.n[BAR_MOVED_IN];
    report_exclude(r, c->w.unconverted, "no exchange rate");
    r->definition =
        mode ? "Open value at both ends and every way in, up, down and out between, at the rates of the start; "
               "start plus all bars is end."
             : "Open value at both ends and what makes the difference deal by deal, at the rates of the start; "
               "start plus all bars is end.";
    return 0;
}

static int run(struct api_call *c, struct err *err)
{
    return report_run(c, answer, 0, err);
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/reports/waterfall", API_SLOW, run, .query = REPORT_QUERY " mode expected_close",
     .answer = "Waterfall", .doc = "What changed in the pipeline between two instants"},
};

#define BAR(name) "\"" name "\":" NUMBER ","

/* clang-format off */
static const struct api_schema schemas[] = {
    {"WaterfallDeal", OBJECT("\"id\",\"title\",\"amount\"", "\"id\":" INTEGER ",\"title\":" MAYBE_TEXT ",\"amount\":" NUMBER)},
    {"WaterfallBar",
     OBJECT("\"bar\",\"amount\",\"count\",\"deals\"",
            "\"bar\":" TEXT ",\"amount\":" NUMBER ",\"count\":" INTEGER ",\"deals\":" ARRAY_OF(REF("WaterfallDeal")))},
    {"Waterfall",
     REPORT("\"start\",\"created\",\"reopened\",\"moved_in\",\"up\",\"down\",\"won\",\"lost\",\"moved_out\",\"fx\","
            "\"end\",\"bars\",\"from\",\"to\",\"mode\"",
            BAR("start") BAR("created") BAR("reopened") BAR("moved_in") BAR("up") BAR("down") BAR("won") BAR("lost")
            BAR("moved_out") BAR("fx") BAR("end") "\"bars\":" ARRAY_OF(REF("WaterfallBar")) ",\"from\":" TEXT
            ",\"to\":" TEXT ",\"mode\":" TEXT)},
};
/* clang-format on */

const struct api_table waterfall_report = {routes, COUNT(routes), schemas, COUNT(schemas)};

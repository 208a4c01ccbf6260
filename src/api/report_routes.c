/* GET /reports/NAME: numbers with their counts, intervals and definitions. They read the whole log, so the pool's
 * threads do it. */
#include "report.h"

#include <math.h>

#include "api.h"
#include "board.h"

#define REPORT_QUERY "pipeline from to owner team source currency as_of clock"

/* A report reads in a transaction of its own. */
static struct txn *begin(struct api_call *c, struct err *err)
{
    struct txn *t = txn_read(c->app->store, c->arena, err);

    if (t && ctx_read(&c->ctx, c->app, t, c->who, err) < 0) {
        txn_end(t);
        t = NULL;
    }
    return t;
}

static int read_id(struct api_call *c, const char *name, id *ret, struct err *err)
{
    if (str_is(api_query(c, name), "me")) {
        *ret = c->who.user;
        return 0;
    }
    return api_query_int(c, name, 1, INT64_MAX, ret, err);
}

static int read_request(struct api_call *c, struct report_request *ret, struct err *err)
{
    bool past;

    *ret = (struct report_request){.at = c->ctx.now, .to = INT64_MAX, .from = INT64_MIN};
    if (read_id(c, "pipeline", &ret->pipeline, err) < 0 || read_id(c, "owner", &ret->owner, err) < 0 ||
        read_id(c, "team", &ret->team, err) < 0 || read_id(c, "source", &ret->source, err) < 0 ||
        api_query_when(c, "from", &ret->from, err) < 0 || api_query_when(c, "to", &ret->to, err) < 0 ||
        api_query_past(c, &past, &ret->at, &ret->clock, err) < 0)
        return -1;
    ret->currency = api_query(c, "currency");
    ret->bounded = api_query(c, "from").p || api_query(c, "to").p;
    if (ret->from >= ret->to)
        return err_field(err, "to", "order", "The period ends before it begins.");
    return 0;
}

static int first_pipeline(struct api_call *c, id *ret, struct err *err)
{
    struct value v;
    int n = *ret ? 0 : sql_row(c->ctx.t, "SELECT id FROM pipelines ORDER BY position, id LIMIT 1", NO_ARGS, &v, 1, err);

    if (n == 1)
        *ret = v.i;
    struct row *ignored;
    return n < 0 ? -1 : op_get(&c->ctx, c->app->pipelines, *ret, &ignored, err);
}

/* -- what every report says ------------------------------------------------------------------------------ */

static void write_real_or_null(struct json_out *o, const char *name, double v)
{
    out_kv_real(o, name, v); /* what is not a number is null */
}

static void write_rate(struct json_out *o, const char *name, int64_t x, int64_t n)
{
    double low = NAN, high = NAN;

    if (n > 0)
        wilson(x, n, &low, &high);
    out_kv_open(o, name, '{');
    out_kv_int(o, "x", x);
    out_kv_int(o, "n", n);
    write_real_or_null(o, "rate", n > 0 ? (double)x / (double)n : NAN);
    write_real_or_null(o, "low", low);
    write_real_or_null(o, "high", high);
    out_kv_bool(o, "weak", n == 0 || is_weak(x, n));
    out_close(o, '}');
}

static void write_end(struct api_call *c, struct json_out *o, msec at, msec began, const char *definition)
{
    out_kv_z(o, "definition", definition);
    out_kv_msec(o, "as_of", at);
    out_kv_int(o, "computed_ms", clock_monotonic() - began);
    out_kv_str(o, "currency", c->ctx.workspace.base_currency);
    out_close(o, '}');
}

static void begin_population(struct json_out *o, int64_t n)
{
    out_kv_open(o, "population", '{');
    out_kv_int(o, "n", n);
    out_kv_open(o, "excluded", '[');
}

static void write_excluded(struct json_out *o, int64_t n, const char *why)
{
    if (n == 0)
        return;
    out_open(o, '{');
    out_kv_int(o, "n", n);
    out_kv_z(o, "why", why);
    out_close(o, '}');
}

static void end_population(struct json_out *o)
{
    out_close(o, ']');
    out_close(o, '}');
}

/* -- snapshot ---------------------------------------------------------------------------------------------- */

/* Owned by somebody of the team; a team without people owns nothing. */
static int team_filter(struct api_call *c, id team, struct list_query *q, struct err *err)
{
    struct rows *r = sql_query(c->ctx.t, "SELECT id FROM users WHERE team_id = $1 ORDER BY id LIMIT 1000",
                               ARGS(value_int(team)), err);
    struct filter f = {.field = kind_field(q->kind, S("owner_id")), .op = OP_IN};
    int more = r ? 0 : -1;

    f.values = NEW_ARRAY(c->arena, struct value, 1000);
    while (r && (more = rows_next(r, err)) == 1)
        f.values[f.n++] = rows_col(r, 0);
    if (f.n == 0)
        f.values[f.n++] = value_int(0);
    q->filters[q->nfilters++] = f;
    return more;
}

static int snapshot_filters(struct api_call *c, const struct report_request *req, struct board_request *b,
                            struct err *err)
{
    const struct {
        const char *name;
        id which;
    } refs[] = {{"owner_id", req->owner}, {"source_id", req->source}};

    for (size_t i = 0; i < COUNT(refs); i++) {
        struct str text = arena_printf(c->arena, "%lld", (long long)refs[i].which);
        if (refs[i].which && list_filter(&b->list, c->arena, str_of(refs[i].name), text, NULL, err) < 0)
            return -1;
    }
    if (req->currency.n && list_filter(&b->list, c->arena, S("currency"), req->currency, NULL, err) < 0)
        return -1;
    return req->team ? team_filter(c, req->team, &b->list, err) : 0;
}

static void write_amounts(struct json_out *o, const struct board *b, int64_t count, const struct amount *value,
                          const struct amount *weighted)
{
    out_kv_int(o, "count", count);
    out_key(o, S("value"));
    amount_write(o, b->fx, amount_base(b->fx, value, 1));
    out_key(o, S("weighted"));
    amount_write(o, b->fx, amount_base(b->fx, weighted, 100));
}

static int write_snapshot(struct api_call *c, msec began, struct err *err)
{
    struct report_request req;
    struct board b;

    if (read_request(c, &req, err) < 0 || first_pipeline(c, &req.pipeline, err) < 0)
        return -1;
    struct board_request ask = {.pipeline = req.pipeline,
                                .list = {.kind = c->app->deals, .access = c->ctx.access},
                                .light = -1,
                                .past = api_query(c, "as_of").p != NULL,
                                .at = req.at,
                                .clock = req.clock};
    if (snapshot_filters(c, &req, &ask, err) < 0 || board_load(&c->ctx, &ask, &b, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    out_kv_open(o, "stages", '[');
    for (size_t i = 0; i < b.n; i++) {
        out_open(o, '{');
        out_kv_int(o, "stage_id", row_id(b.columns[i].stage));
        out_kv_str(o, "name", row_title(b.columns[i].stage));
        write_amounts(o, &b, b.columns[i].count, &b.columns[i].value, &b.columns[i].weighted);
        out_close(o, '}');
    }
    out_close(o, ']');
    out_kv_open(o, "total", '{');
    write_amounts(o, &b, b.count, &b.value, &b.weighted);
    out_close(o, '}');
    out_key(o, S("unconverted"));
    amount_write_unconverted(o, &b.value);
    begin_population(o, b.count);
    end_population(o);
    write_end(
        c, o, req.at, began,
        "Open deals by stage; weighted is the sum of value times probability, in the base currency at the rate of "
        "the day asked for.");
    return 0;
}

/* -- funnel -------------------------------------------------------------------------------------------------- */

/* The place of a word in a list, for arguments that take one of a few. */
static int read_word(struct api_call *c, const char *name, const char *const *words, int n, int *ret, struct err *err)
{
    struct str given = api_query(c, name), all = S("");

    for (int i = 0; i < n; i++) {
        if (str_is(given, words[i])) {
            *ret = i;
            return 0;
        }
        all = arena_printf(c->arena, STR_FMT "%s%s", STR_ARG(all), i ? ", " : "", words[i]);
    }
    return given.p ? err_field(err, name, "value", "%s is one of " STR_FMT ".", name, STR_ARG(all)) : 0;
}

static int write_funnel(struct api_call *c, msec began, struct err *err)
{
    static const char *const kinds[] = {"reached", "touched", "strict"};
    static const char *const populations[] = {"cohort", "entered", "closed"};
    static const char *const definitions[] = {
        "Deals that stood in the stage or a later one, or were won; conversion is advanced / (advanced + lost).",
        "Deals that stood in the stage; conversion is advanced / (advanced + lost).",
        "Deals that stood in every stage up to this one, in order; conversion is advanced / (advanced + lost)."};
    struct funnel *f = NEW(c->arena, struct funnel);
    int kind = 0, population = 0;
    struct report_request req;
    struct row **stages;

    if (read_request(c, &req, err) < 0 || first_pipeline(c, &req.pipeline, err) < 0 ||
        read_word(c, "definition", kinds, 3, &kind, err) < 0 ||
        read_word(c, "population", populations, 3, &population, err) < 0 ||
        report_funnel(&c->ctx, &req, (enum funnel_kind)kind, (enum report_population)population, f, &stages, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    out_kv_open(o, "stages", '[');
    for (size_t i = 0; i < f->n; i++) {
        const struct funnel_stage *s = &f->stages[i];
        out_open(o, '{');
        out_kv_int(o, "stage_id", s->stage);
        out_kv_str(o, "name", row_title(stages[i]));
        out_kv_int(o, "count", s->count);
        out_kv_int(o, "advanced", s->advanced);
        out_kv_int(o, "lost", s->lost);
        out_kv_int(o, "open", s->open);
        write_rate(o, "conversion", s->advanced, s->advanced + s->lost);
        out_close(o, '}');
    }
    out_close(o, ']');
    out_kv_int(o, "won", f->won);
    begin_population(o, f->deals);
    end_population(o);
    write_end(c, o, req.at, began, definitions[kind]);
    return 0;
}

/* -- win rate -------------------------------------------------------------------------------------------------- */

static void write_value_rate(struct json_out *o, const struct ratio *r)
{
    double rate = NAN, se = NAN, n_eff = 0;
    bool any = ratio_estimate(r, &rate, &se, &n_eff);

    out_kv_open(o, "value", '{');
    write_real_or_null(o, "rate", rate);
    write_real_or_null(o, "low", any ? fmax(0, rate - STATS_Z95 * se) : NAN);
    write_real_or_null(o, "high", any ? fmin(1, rate + STATS_Z95 * se) : NAN);
    write_real_or_null(o, "n_eff", n_eff);
    out_kv_int(o, "n", r->n);
    out_close(o, '}');
}

static void write_group(struct json_out *o, const struct win_group *g)
{
    write_rate(o, "count", g->won, g->closed);
    write_value_rate(o, &g->value);
}

static int write_win_rate(struct api_call *c, msec began, struct err *err)
{
    enum win_rate_by by = BY_NOTHING;
    struct str word = api_query(c, "by");
    struct report_request req;
    struct win_rate w;

    if (word.p && !win_rate_by_find(word, &by))
        return err_field(err, "by", "value", "by is owner, source, stage, pipeline, currency or month.");
    if (read_request(c, &req, err) < 0 || report_win_rate(&c->ctx, &req, by, &w, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    write_group(o, &w.all);
    out_kv_open(o, "groups", '[');
    for (size_t i = 0; i < w.ngroups; i++) {
        out_open(o, '{');
        out_kv_str(o, "key", w.groups[i].key.n ? w.groups[i].key : STR_NULL);
        out_kv_str(o, "name", w.groups[i].name.n ? w.groups[i].name : STR_NULL);
        write_group(o, &w.groups[i]);
        out_close(o, '}');
    }
    out_close(o, ']');
    begin_population(o, w.all.closed);
    write_excluded(o, w.unvalued, "value unknown: in the count, not in the value rate");
    write_excluded(o, w.unconverted, "no exchange rate: in the count, not in the value rate");
    end_population(o);
    write_end(c, o, req.at, began,
              "Won / (won + lost) over deals closed in the period and closed still; by value each deal weighs what it "
              "was worth when it closed.");
    return 0;
}

static int run(struct api_call *c, int (*write)(struct api_call *c, msec began, struct err *err), struct err *err)
{
    msec began = clock_monotonic();
    struct txn *t = begin(c, err);
    int r = t ? write(c, began, err) : -1;

    txn_end(t);
    return r;
}

static int snapshot(struct api_call *c, struct err *err)
{
    return run(c, write_snapshot, err);
}

static int funnel(struct api_call *c, struct err *err)
{
    return run(c, write_funnel, err);
}

static int win_rate(struct api_call *c, struct err *err)
{
    return run(c, write_win_rate, err);
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/reports/snapshot", API_SLOW, snapshot, .query = REPORT_QUERY, .answer = "Snapshot",
     .doc = "What is open, by stage"},
    {HTTP_GET, API "/reports/funnel", API_SLOW, funnel, .query = REPORT_QUERY " definition population",
     .answer = "Funnel", .doc = "How many deals came how far, lost ones included"},
    {HTTP_GET, API "/reports/win-rate", API_SLOW, win_rate, .query = REPORT_QUERY " by", .answer = "WinRate",
     .doc = "Share of closed deals that were won, by count and by value"},
};

#define REF(name) "{\"$ref\":\"#/components/schemas/" name "\"}"
#define INTEGER "{\"type\":\"integer\"}"
#define NUMBER "{\"type\":\"number\"}"
#define MAYBE "{\"type\":[\"number\",\"null\"]}"
#define COMMON                                                                                                         \
    "\"population\":" REF("Population") ",\"definition\":{\"type\":\"string\"},\"as_of\":{\"type\":\"string\","        \
                                        "\"format\":\"date-time\"},\"computed_ms\":" INTEGER                           \
                                        ",\"currency\":{\"type\":\"string\"}"
#define COMMON_NAMES "\"population\",\"definition\",\"as_of\",\"computed_ms\",\"currency\""

static const struct api_schema schemas[] = {
    {"Rate",
     "{\"type\":\"object\",\"description\":\"A share with its 95 % interval (Wilson)\",\"required\":[\"x\","
     "\"n\",\"rate\",\"low\",\"high\",\"weak\"],\"additionalProperties\":false,\"properties\":{\"x\":" INTEGER
     ",\"n\":" INTEGER ",\"rate\":" MAYBE ",\"low\":" MAYBE ",\"high\":" MAYBE ",\"weak\":{\"type\":\"boolean\"}}}"},
    {"ValueRate", "{\"type\":\"object\",\"required\":[\"rate\",\"low\",\"high\",\"n_eff\",\"n\"],"
                  "\"additionalProperties\":false,\"properties\":{\"rate\":" MAYBE ",\"low\":" MAYBE ",\"high\":" MAYBE
                  ",\"n_eff\":" MAYBE ",\"n\":" INTEGER "}}"},
    {"Population", "{\"type\":\"object\",\"required\":[\"n\",\"excluded\"],\"additionalProperties\":false,"
                   "\"properties\":{\"n\":" INTEGER ",\"excluded\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
                   "\"required\":[\"n\",\"why\"]}}}}"},
    {"Snapshot",
     "{\"type\":\"object\",\"required\":[\"stages\",\"total\",\"unconverted\"," COMMON_NAMES
     "],\"additionalProperties\":false,\"properties\":{\"stages\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
     "\"required\":[\"stage_id\",\"name\",\"count\",\"value\",\"weighted\"]}},\"total\":{\"type\":\"object\","
     "\"required\":[\"count\",\"value\",\"weighted\"],\"properties\":{\"count\":" INTEGER ",\"value\":" NUMBER
     ",\"weighted\":" NUMBER "}},\"unconverted\":" REF("Unconverted") "," COMMON "}}"},
    {"Funnel",
     "{\"type\":\"object\",\"required\":[\"stages\",\"won\"," COMMON_NAMES
     "],\"additionalProperties\":false,\"properties\":{\"stages\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
     "\"required\":[\"stage_id\",\"name\",\"count\",\"advanced\",\"lost\",\"open\",\"conversion\"],\"properties\":{"
     "\"stage_id\":" INTEGER ",\"count\":" INTEGER ",\"advanced\":" INTEGER ",\"lost\":" INTEGER ",\"open\":" INTEGER
     ",\"conversion\":" REF("Rate") "}}},\"won\":" INTEGER "," COMMON "}}"},
    {"WinRate",
     "{\"type\":\"object\",\"required\":[\"count\",\"value\",\"groups\"," COMMON_NAMES
     "],\"additionalProperties\":false,\"properties\":{\"count\":" REF("Rate") ",\"value\":" REF(
         "ValueRate") ",\"groups\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"key\",\"name\","
                      "\"count\",\"value\"],\"properties\":{\"key\":{\"type\":[\"string\",\"null\"]},\"name\":{"
                      "\"type\":["
                      "\"string\",\"null\"]},\"count\":" REF("Rate") ",\"value\":" REF("ValueRate") "}}}," COMMON "}}"},
};

const struct api_table report_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};

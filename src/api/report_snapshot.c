/* R1: what is open, by stage. The board has the same sums; nothing is computed here. */
#include "board.h"
#include "report_route.h"

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

static int answer(struct report *r, struct err *err)
{
    struct api_call *c = r->c;
    struct report_request req = r->req;
    struct json_out *o = r->o;
    struct board b;

    struct board_request ask = {.pipeline = req.pipeline,
                                .list = {.kind = c->app->deals, .access = c->ctx.access},
                                .light = -1,
                                .past = api_query(c, "as_of").p != NULL,
                                .at = req.at,
                                .clock = req.clock};
    if (snapshot_filters(c, &req, &ask, err) < 0 || board_load(&c->ctx, &ask, &b, err) < 0)
        return -1;
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
    r->population = b.count;
    r->definition =
        "Open deals by stage; weighted is the sum of value times probability, in the base currency at the rate of "
        "the day asked for.";
    return 0;
}

static int run(struct api_call *c, struct err *err)
{
    return report_run(c, answer, REPORT_OF_PIPELINE, err);
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/reports/snapshot", API_SLOW, run, .query = REPORT_QUERY, .answer = "Snapshot",
     .doc = "What is open, by stage"},
};

/* clang-format off */
static const struct api_schema schemas[] = {
    {"SnapshotStage",
     OBJECT("\"stage_id\",\"name\",\"count\",\"value\",\"weighted\"",
            "\"stage_id\":" INTEGER ",\"name\":" TEXT ",\"count\":" INTEGER ",\"value\":" NUMBER ",\"weighted\":" NUMBER)},
    {"SnapshotTotal",
     OBJECT("\"count\",\"value\",\"weighted\"",
            "\"count\":" INTEGER ",\"value\":" NUMBER ",\"weighted\":" NUMBER)},
    {"Snapshot",
     REPORT("\"stages\",\"total\",\"unconverted\"",
            "\"stages\":" ARRAY_OF(REF("SnapshotStage")) ",\"total\":" REF("SnapshotTotal")
            ",\"unconverted\":" REF("Unconverted"))},
};
/* clang-format on */

const struct api_table snapshot_report = {routes, COUNT(routes), schemas, COUNT(schemas)};

/* GET /deals/{id}/stages: the way of one deal through the stages of its pipeline. */
#include "api.h"
#include "deal.h"
#include "deal_past.h"

#define MAX_VISITS 1000

struct way {
    struct visit visits[MAX_VISITS];
    size_t n;
};

static int take(void *arg, const struct deal_past *past, struct err *err)
{
    struct way *w = arg;

    (void)err;
    w->n = deal_visits(past, w->visits, MAX_VISITS);
    return 0;
}

static void write_stage(struct api_call *c, struct json_out *o, const struct way *w, const struct row *stage,
                        const struct row *deal)
{
    bool current = row_id(stage) == row_int(deal, DEAL_STAGE) && str_is(row_str(deal, DEAL_STATUS), DEAL_OPEN);
    msec spent = 0, entered = 0;
    int64_t visits = 0;

    for (size_t i = 0; i < w->n; i++) {
        const struct visit *v = &w->visits[i];
        if (v->stage != row_id(stage))
            continue;
        spent += (v->leave ? v->leave : c->ctx.now) - v->enter;
        entered = v->enter;
        visits++;
    }
    out_open(o, '{');
    out_kv_int(o, "stage_id", row_id(stage));
    out_kv_str(o, "name", row_title(stage));
    if (visits)
        out_kv_msec(o, "entered_at", entered);
    else
        out_kv_null(o, "entered_at");
    out_key(o, S("days"));
    out_decimal(o, spent / (DAY_MS / 100), 2);
    out_kv_int(o, "visits", visits);
    out_kv_bool(o, "current", current);
    out_close(o, '}');
}

static int stages(struct api_call *c, struct err *err)
{
    struct list_query q = {.kind = c->app->stages, .limit = MAX_PAGE};
    struct way *w = NEW(c->arena, struct way);
    struct page page;
    struct row *deal;

    if (op_get(&c->ctx, c->app->deals, c->id, &deal, err) < 0)
        return -1;
    struct str pipeline = arena_printf(c->arena, "%lld", (long long)row_int(deal, DEAL_PIPELINE));
    if (list_filter(&q, c->arena, S("pipeline_id"), pipeline, NULL, err) < 0 ||
        list_sort(&q, S("position,id"), err) < 0 || list_run(c->ctx.t, &q, &page, err) < 0 ||
        deal_pasts(c->ctx.t, c->id, AT_THE_END, CLOCK_OCCURRED, take, w, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 200);
    out_open(o, '[');
    for (size_t i = 0; i < page.n; i++)
        write_stage(c, o, w, page.rows[i], deal);
    out_close(o, ']');
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/deals/{id}/stages", API_READ, stages, .answer = "DealStages",
     .doc = "How long a deal stood in each stage of its pipeline"},
};

static const struct api_schema schemas[] = {
    {"DealStages",
     "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"stage_id\",\"name\",\"entered_at\",\"days\","
     "\"visits\",\"current\"],\"additionalProperties\":false,\"properties\":{\"stage_id\":{\"type\":\"integer\"},"
     "\"name\":{\"type\":\"string\"},\"entered_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\","
     "\"description\":\"Of the last visit\"},\"days\":{\"type\":\"number\"},\"visits\":{\"type\":\"integer\"},"
     "\"current\":{\"type\":\"boolean\"}}}}"},
};

const struct api_table stage_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};

/* The board and what changed on it; the way of one deal through its stages. */
#include "board.h"

#include "activity.h"
#include "deal.h"
#include "page.h"

#define BOARD_QUERY "pipeline stage light"

/* -- cards --------------------------------------------------------------------------------------------- */

static void write_brief(struct json_out *o, const char *name, const struct row *to)
{
    if (!to) {
        out_kv_null(o, name);
        return;
    }
    out_kv_open(o, name, '{');
    out_kv_int(o, "id", row_id(to));
    out_kv_str(o, "name", row_title(to));
    out_close(o, '}');
}

static void write_next(struct json_out *o, const struct row *activity)
{
    if (!activity) {
        out_kv_null(o, "next_activity");
        return;
    }
    out_kv_open(o, "next_activity", '{');
    out_kv_int(o, "id", row_id(activity));
    out_kv_str(o, "type", row_str(activity, ACTIVITY_TYPE));
    out_kv_str(o, "subject", row_str(activity, ACTIVITY_SUBJECT));
    if (row_has(activity, ACTIVITY_DUE_AT))
        out_kv_msec(o, "due_at", row_int(activity, ACTIVITY_DUE_AT));
    else
        out_kv_null(o, "due_at");
    out_close(o, '}');
}

static void write_card(struct json_out *o, const struct app *app, const struct refs *refs, const struct row *deal)
{
    out_open(o, '{');
    row_write_members(o, deal, NULL);
    write_brief(o, "organisation", refs_find(refs, app->organisations, row_int(deal, DEAL_ORGANISATION)));
    write_brief(o, "owner", refs_find(refs, app->users, row_int(deal, DEAL_OWNER)));
    write_next(o, refs_find(refs, app->activities, row_int(deal, DEAL_NEXT_ACTIVITY)));
    out_kv_open(o, "slips", '{');
    out_kv_int(o, "count", row_int(deal, DEAL_SLIP_COUNT));
    out_kv_int(o, "days", row_int(deal, DEAL_SLIP_DAYS));
    out_close(o, '}');
    out_close(o, '}');
}

static int load_refs(struct api_call *c, const struct board *b, struct refs *refs, struct err *err)
{
    const struct app *app = c->app;

    refs_from(refs, app->activities, b->activities);
    refs_only(refs, c->arena, app->organisations, "name");
    refs_only(refs, c->arena, app->users, "name");
    refs_only(refs, c->arena, app->activities, "type subject due_at");
    for (size_t i = 0; i < b->n; i++)
        for (size_t d = 0; d < b->columns[i].ndeals; d++) {
            const struct row *deal = b->columns[i].deals[d];
            refs_want(refs, c->arena, app->organisations, row_int(deal, DEAL_ORGANISATION));
            refs_want(refs, c->arena, app->users, row_int(deal, DEAL_OWNER));
            refs_want(refs, c->arena, app->activities, row_int(deal, DEAL_NEXT_ACTIVITY));
        }
    return refs_load(&c->ctx, refs, err);
}

/* -- the board ------------------------------------------------------------------------------------------- */

static void write_sums(struct json_out *o, const struct board *b, int64_t count, const struct amount *value,
                       const struct amount *weighted)
{
    out_kv_int(o, "count", count);
    out_key(o, S("value"));
    amount_write(o, b->fx, amount_base(b->fx, value, 1));
    out_key(o, S("weighted"));
    amount_write(o, b->fx, amount_base(b->fx, weighted, 100));
    out_key(o, S("unconverted"));
    amount_write_unconverted(o, value);
}

static void write_column(struct json_out *o, const struct app *app, const struct board *b, const struct refs *refs,
                         const struct board_column *col)
{
    out_open(o, '{');
    out_kv_int(o, "id", row_id(col->stage));
    out_kv_str(o, "name", row_title(col->stage));
    out_kv_int(o, "probability", row_value(col->stage, "probability").i);
    write_sums(o, b, col->count, &col->value, &col->weighted);
    out_kv_open(o, "lights", '{');
    for (int i = 0; i < LIGHT__N; i++)
        out_kv_int(o, light_name((enum light)i), col->lights[i]);
    out_close(o, '}');
    out_kv_open(o, "cards", '[');
    for (size_t i = 0; i < col->ndeals; i++)
        write_card(o, app, refs, col->deals[i]);
    out_close(o, ']');
    out_kv_str(o, "next_cursor", col->next_cursor);
    out_close(o, '}');
}

static int read_pipeline(struct api_call *c, id *ret, struct err *err)
{
    struct value first;

    *ret = 0;
    if (api_query_int(c, "pipeline", 1, INT64_MAX, ret, err) < 0)
        return -1;
    if (*ret)
        return 0;
    int n = sql_row(c->ctx.t, "SELECT id FROM pipelines ORDER BY position, id LIMIT 1", NO_ARGS, &first, 1, err);
    if (n == 0)
        return err_set(err, ERR_NOT_FOUND, "There is no pipeline yet.");
    *ret = n == 1 ? first.i : 0;
    return n < 0 ? -1 : 0;
}

static int read_light(struct api_call *c, int *ret, struct err *err)
{
    struct str light = api_query(c, "light");

    *ret = -1;
    for (int i = 0; light.p && i < LIGHT__N; i++)
        if (str_is(light, light_name((enum light)i)))
            *ret = i;
    if (light.p && *ret < 0)
        return err_field(err, "light", "value", "light is overdue, today, planned or none.");
    return 0;
}

static int read_request(struct api_call *c, struct board_request *ret, struct err *err)
{
    int64_t limit = 20;
    struct str sort = api_query(c, "sort");

    *ret = (struct board_request){.list = {.kind = c->app->deals, .access = c->ctx.access}};
    if (read_pipeline(c, &ret->pipeline, err) < 0 || read_light(c, &ret->light, err) < 0 ||
        api_query_int(c, "stage", 1, INT64_MAX, &ret->stage, err) < 0 ||
        api_query_int(c, "limit", 1, MAX_PAGE, &limit, err) < 0 ||
        api_query_past(c, &ret->past, &ret->at, &ret->clock, err) < 0 ||
        (!str_is(sort, "urgency") && list_sort(&ret->list, sort, err) < 0) ||
        page_filters_read(c, BOARD_QUERY, &ret->list, err) < 0)
        return -1;
    ret->list.limit = (unsigned)limit;
    ret->list.q = str_trim(api_query(c, "q"));
    ret->list.cursor = api_query(c, "cursor");
    if (ret->list.cursor.n && !ret->stage)
        return err_field(err, "cursor", "stage", "A cursor belongs to one stage; name it too.");
    if (ret->past && ret->list.q.n)
        return err_field(err, "q", "past", "Words can be searched in the present only.");
    return 0;
}

static int board(struct api_call *c, struct err *err)
{
    struct board_request req;
    struct refs refs = {0};
    struct board b;

    if (read_request(c, &req, err) < 0 || board_load(&c->ctx, &req, &b, err) < 0 || load_refs(c, &b, &refs, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    out_kv_open(o, "stages", '[');
    for (size_t i = 0; i < b.n; i++)
        write_column(o, c->app, &b, &refs, &b.columns[i]);
    out_close(o, ']');
    out_kv_open(o, "total", '{');
    write_sums(o, &b, b.count, &b.value, &b.weighted);
    out_close(o, '}');
    out_kv_str(o, "currency", c->ctx.workspace.base_currency);
    out_kv_msec(o, "as_of", b.now);
    out_close(o, '}');
    return 0;
}

/* -- what changed ------------------------------------------------------------------------------------------ */

static void write_field(struct json_out *o, const char *name, const struct row *deal, int at)
{
    const struct field *f = deal ? &deal->kind->fields[at] : NULL;

    out_key(o, str_of(name));
    if (deal)
        field_write(o, f, row_digits(deal, f), deal->v[at]);
    else
        out_null(o);
}

static void write_difference(struct json_out *o, const struct board_difference *d)
{
    const struct row *deal = d->now ? d->now : d->then;

    out_open(o, '{');
    out_kv_int(o, "id", row_id(deal));
    write_field(o, "title", deal, DEAL_TITLE);
    write_field(o, "value", deal, DEAL_VALUE);
    write_field(o, "value_then", d->then, DEAL_VALUE);
    write_field(o, "currency", deal, DEAL_CURRENCY);
    write_field(o, "stage_id_then", d->then, DEAL_STAGE);
    write_field(o, "stage_id_now", d->now, DEAL_STAGE);
    write_field(o, "opened_at", deal, DEAL_OPENED_AT);
    write_field(o, "closed_at", deal, DEAL_CLOSED_AT);
    out_kv_open(o, "what", '[');
    for (int w = 0; w < BOARD_CHANGE__N; w++)
        if (d->what & 1u << w)
            out_str(o, str_of(board_change_name((enum board_change)w)));
    out_close(o, ']');
    out_close(o, '}');
}

static int diff(struct api_call *c, struct err *err)
{
    msec from = 0, to = AT_THE_END, ignored;
    struct board_diff d;
    enum clock clock;
    bool past;
    id pipeline;

    if (read_pipeline(c, &pipeline, err) < 0 || api_query_when(c, "from", &from, err) < 0 ||
        api_query_when(c, "to", &to, err) < 0 || api_query_past(c, &past, &ignored, &clock, err) < 0)
        return -1;
    if (!api_query(c, "from").p)
        return err_field(err, "from", "required", "from says since when.");
    if (board_compare(&c->ctx, pipeline, from, to, clock, &d, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    out_kv_open(o, "deals", '[');
    for (size_t i = 0; i < d.n; i++)
        write_difference(o, &d.deals[i]);
    out_close(o, ']');
    out_kv_open(o, "counts", '{');
    for (int w = 0; w < BOARD_CHANGE__N; w++)
        out_kv_int(o, board_change_name((enum board_change)w), d.counts[w]);
    out_close(o, '}');
    out_close(o, '}');
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/board", API_READ, board, .query = BOARD_QUERY " limit cursor sort q as_of clock *",
     .answer = "Board", .polled = true,
     .doc = "The open deals of a pipeline by stage, with totals and a page of cards each"},
    {HTTP_GET, API "/board/diff", API_LONG_READ, diff, .query = "pipeline from to clock", .answer = "BoardDiff",
     .polled = true, .doc = "What happened on the board between two moments"},
};

#define SUMS                                                                                                           \
    "\"count\":{\"type\":\"integer\"},\"value\":{\"type\":\"number\"},\"weighted\":{\"type\":\"number\"},"             \
    "\"unconverted\":{\"$ref\":\"#/components/schemas/Unconverted\"}"
#define BRIEF                                                                                                          \
    "{\"type\":[\"object\",\"null\"],\"required\":[\"id\",\"name\"],\"additionalProperties\":false,\"properties\":{"   \
    "\"id\":{\"type\":\"integer\"},\"name\":{\"type\":[\"string\",\"null\"]}}}"

static const struct api_schema schemas[] = {
    {"Card",
     "{\"type\":\"object\",\"description\":\"A deal with its organisation, owner and next activity\",\"required\":["
     "\"id\",\"title\",\"version\",\"organisation\",\"owner\",\"next_activity\",\"slips\"],\"properties\":{"
     "\"id\":{\"type\":\"integer\"},\"title\":{\"type\":\"string\"},\"organisation\":" BRIEF ",\"owner\":" BRIEF ","
     "\"next_activity\":{\"type\":[\"object\",\"null\"],\"required\":[\"id\",\"type\",\"subject\",\"due_at\"]},"
     "\"slips\":{\"type\":\"object\",\"required\":[\"count\",\"days\"]}}}"},
    {"Board",
     "{\"type\":\"object\",\"required\":[\"stages\",\"total\",\"currency\",\"as_of\"],\"additionalProperties\":false,"
     "\"properties\":{\"stages\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"id\",\"name\","
     "\"probability\",\"count\",\"value\",\"weighted\",\"unconverted\",\"lights\",\"cards\",\"next_cursor\"],"
     "\"additionalProperties\":false,\"properties\":{\"id\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"},"
     "\"probability\":{\"type\":\"integer\"}," SUMS ",\"lights\":{\"type\":\"object\",\"required\":[\"overdue\","
     "\"today\",\"none\",\"planned\"],\"additionalProperties\":{\"type\":\"integer\"}},\"cards\":{\"type\":\"array\","
     "\"items\":{\"$ref\":\"#/components/schemas/Card\"}},\"next_cursor\":{\"type\":[\"string\",\"null\"]}}}},"
     "\"total\":{\"type\":\"object\",\"required\":[\"count\",\"value\",\"weighted\",\"unconverted\"],"
     "\"additionalProperties\":false,\"properties\":{" SUMS "}},\"currency\":{\"type\":\"string\"},"
     "\"as_of\":{\"type\":\"string\",\"format\":\"date-time\"}}}"},
    {"BoardDiff",
     "{\"type\":\"object\",\"required\":[\"deals\",\"counts\"],\"additionalProperties\":false,\"properties\":{"
     "\"deals\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"id\",\"title\",\"value\","
     "\"currency\",\"stage_id_then\",\"stage_id_now\",\"what\"],\"properties\":{\"id\":{\"type\":\"integer\"},"
     "\"title\":{\"type\":\"string\"},\"value\":{\"type\":[\"number\",\"null\"]},\"value_then\":{\"type\":[\"number\","
     "\"null\"]},\"currency\":{\"type\":\"string\"},\"stage_id_then\":{\"type\":[\"integer\",\"null\"]},"
     "\"stage_id_now\":{\"type\":[\"integer\",\"null\"]},\"what\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}"
     "}},\"counts\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"}}}}"},
};

const struct api_table board_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};

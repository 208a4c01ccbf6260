/* R3: the share of closed deals that were won. */
#include "report_route.h"

static void write_group(struct json_out *o, const struct win_group *g)
{
    write_rate(o, "count", g->won, g->closed);
    write_value_rate(o, "value", &g->value);
}

static int answer(struct report *r, struct err *err)
{
    enum win_rate_by by = BY_NOTHING;
    struct str word = api_query(r->c, "by");
    struct json_out *o = r->o;
    struct win_rate w;

    if (word.p && !win_rate_by_find(word, &by))
        return err_field(err, "by", "value", "by is owner, source, stage, pipeline, currency or month.");
    if (report_win_rate(&r->c->ctx, &r->req, by, &w, err) < 0)
        return -1;
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
    r->population = w.all.closed;
    report_exclude(r, w.unvalued, "value unknown: in the count, not in the value rate");
    report_exclude(r, w.unconverted, "no exchange rate: in the count, not in the value rate");
    r->definition =
        "Won / (won + lost) over deals closed in the period and closed still; by value each deal weighs what it "
        "was worth when it closed.";
    return 0;
}

static int run(struct api_call *c, struct err *err)
{
    return report_run(c, answer, 0, err);
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/reports/win-rate", API_SLOW, run, .query = REPORT_QUERY " by", .answer = "WinRate",
     .doc = "Share of closed deals that were won, by count and by value"},
};

/* clang-format off */
static const struct api_schema schemas[] = {
    {"WinRateGroup",
     OBJECT("\"key\",\"name\",\"count\",\"value\"",
            "\"key\":" MAYBE_TEXT ",\"name\":" MAYBE_TEXT ",\"count\":" REF("Rate") ",\"value\":" REF("ValueRate"))},
    {"WinRate",
     REPORT("\"count\",\"value\",\"groups\"",
            "\"count\":" REF("Rate") ",\"value\":" REF("ValueRate") ",\"groups\":" ARRAY_OF(REF("WinRateGroup")))},
};
/* clang-format on */

const struct api_table win_rate_report = {routes, COUNT(routes), schemas, COUNT(schemas)};

#include "report_route.h"

#include <assert.h>
#include <math.h>

#include "money.h"
#include "zone.h"

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
    struct row *ignored;

    if (n == 1)
        *ret = v.i;
    return n < 0 ? -1 : op_get(&c->ctx, c->app->pipelines, *ret, &ignored, err);
}

static void write_end(struct report *r, msec began)
{
    struct json_out *o = r->o;

    out_kv_open(o, "population", '{');
    out_kv_int(o, "n", r->population);
    out_kv_open(o, "excluded", '[');
    for (int i = 0; i < r->nexcluded; i++) {
        out_open(o, '{');
        out_kv_int(o, "n", r->excluded[i].n);
        out_kv_z(o, "why", r->excluded[i].why);
        out_close(o, '}');
    }
    out_close(o, ']');
    out_close(o, '}');
    out_kv_z(o, "definition", r->definition);
    out_kv_msec(o, "as_of", r->req.at);
    out_kv_int(o, "computed_ms", clock_monotonic() - began);
    out_kv_str(o, "currency", r->c->ctx.workspace.base_currency);
    out_close(o, '}');
}

static int run_in(struct report *r, report_answer *answer, int flags, struct err *err)
{
    struct api_call *c = r->c;
    msec began = clock_monotonic();

    if (read_request(c, &r->req, err) < 0 ||
        (flags & REPORT_OF_PIPELINE && first_pipeline(c, &r->req.pipeline, err) < 0))
        return -1;
    r->fx = fx_new(&c->ctx);
    r->o = api_reply(c, 200);
    out_open(r->o, '{');
    if (answer(r, err) < 0)
        return -1;
    assert(r->definition);
    write_end(r, began);
    return 0;
}

int report_run(struct api_call *c, report_answer *answer, int flags, struct err *err)
{
    struct report *r = NEW(c->arena, struct report);
    struct txn *t = txn_read(c->app->store, c->arena, err);

    r->c = c;
    int n = t && ctx_read(&c->ctx, c->app, t, c->who, err) == 0 ? run_in(r, answer, flags, err) : -1;
    txn_end(t);
    return n;
}

void report_exclude(struct report *r, int64_t n, const char *why)
{
    if (n == 0)
        return;
    assert(r->nexcluded < (int)COUNT(r->excluded));
    r->excluded[r->nexcluded].n = n;
    r->excluded[r->nexcluded++].why = why;
}

int report_word(struct report *r, const char *name, const char *const *words, int n, int *ret, struct err *err)
{
    struct str given = api_query(r->c, name), all = S("");

    *ret = 0;
    for (int i = 0; i < n; i++) {
        if (str_is(given, words[i])) {
            *ret = i;
            return 0;
        }
        all = arena_printf(r->c->arena, STR_FMT "%s%s", STR_ARG(all), i ? ", " : "", words[i]);
    }
    return given.p ? err_field(err, name, "value", "%s is one of " STR_FMT ".", name, STR_ARG(all)) : 0;
}

int report_base(struct report *r, const struct deal_state *s, struct day day, int64_t *ret, struct err *err)
{
    return report_value(r->fx, s, day, ret, err);
}

int report_stages(struct report *r, struct page *ret, struct err *err)
{
    struct api_call *c = r->c;
    struct list_query q = {.kind = c->app->stages, .limit = FUNNEL_MAX_STAGES};
    struct str pipeline = arena_printf(c->arena, "%lld", (long long)r->req.pipeline);

    if (list_filter(&q, c->arena, S("pipeline_id"), pipeline, NULL, err) < 0 ||
        list_sort(&q, S("position,id"), err) < 0)
        return -1;
    return list_run(c->ctx.t, &q, ret, err);
}

int report_days(struct report *r, const char *name, bool *ret_given, struct day *ret_from, struct day *ret_to,
                struct err *err)
{
    struct str given = api_query(r->c, name), from, to;

    *ret_given = given.p != NULL;
    if (!given.p)
        return 0;
    if (!str_cut(given, '.', &from, &to) || !str_starts(to, S(".")) || !day_parse(from, ret_from) ||
        !day_parse(str_from(to, 1), ret_to) || ret_from->n > ret_to->n)
        return err_field(err, name, "value", "%s is two days, as 2026-04-01..2026-06-30.", name);
    return 0;
}

struct day report_day(const struct report *r, msec at)
{
    return zone_day(r->c->ctx.workspace.zone, at);
}

double report_units(const struct report *r, int64_t base_minor)
{
    return (double)base_minor / (double)decimal_pow10(fx_base_digits(r->fx));
}

void write_rate(struct json_out *o, const char *name, int64_t x, int64_t n)
{
    double low = NAN, high = NAN;

    if (n > 0)
        wilson(x, n, &low, &high);
    out_kv_open(o, name, '{');
    out_kv_int(o, "x", x);
    out_kv_int(o, "n", n);
    out_kv_real(o, "rate", n > 0 ? (double)x / (double)n : NAN); /* what is not a number is null */
    out_kv_real(o, "low", low);
    out_kv_real(o, "high", high);
    out_kv_bool(o, "weak", n == 0 || is_weak(x, n));
    out_close(o, '}');
}

void write_value_rate(struct json_out *o, const char *name, const struct ratio *r)
{
    double rate = NAN, se = NAN, n_eff = 0;
    bool any = ratio_estimate(r, &rate, &se, &n_eff);

    out_kv_open(o, name, '{');
    out_kv_real(o, "rate", rate);
    out_kv_real(o, "low", any ? fmax(0, rate - STATS_Z95 * se) : NAN);
    out_kv_real(o, "high", any ? fmin(1, rate + STATS_Z95 * se) : NAN);
    out_kv_real(o, "n_eff", n_eff);
    out_kv_int(o, "n", r->n);
    out_close(o, '}');
}

void write_base(struct report *r, const char *name, int64_t base_minor)
{
    out_key(r->o, str_of(name));
    amount_write(r->o, r->fx, base_minor);
}

/* clang-format off */
static const struct api_schema schemas[] = {
    {"Rate",
     OBJECT("\"x\",\"n\",\"rate\",\"low\",\"high\",\"weak\"",
            "\"x\":" INTEGER ",\"n\":" INTEGER ",\"rate\":" MAYBE ",\"low\":" MAYBE ",\"high\":" MAYBE
            ",\"weak\":" BOOLEAN)},
    {"ValueRate",
     OBJECT("\"rate\",\"low\",\"high\",\"n_eff\",\"n\"",
            "\"rate\":" MAYBE ",\"low\":" MAYBE ",\"high\":" MAYBE ",\"n_eff\":" MAYBE ",\"n\":" INTEGER)},
    {"Excluded", OBJECT("\"n\",\"why\"", "\"n\":" INTEGER ",\"why\":" TEXT)},
    {"Population",
     OBJECT("\"n\",\"excluded\"", "\"n\":" INTEGER ",\"excluded\":" ARRAY_OF(REF("Excluded")))},
};
/* clang-format on */

const struct api_table report_schemas = {NULL, 0, schemas, COUNT(schemas)};

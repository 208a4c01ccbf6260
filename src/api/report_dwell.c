/* R7: how long deals stand in each stage. */
#include "report_route.h"

#include <math.h>

#include "funnel.h"
#include "sample.h"
#include "survival.h"

#define MOST_VISITS 512u

enum { FORWARD = 1, BACK, WON, LOST };

struct stage_visits {
    struct span *spans;
    size_t n, room;
    int64_t exits[LOST + 1]; /* [0]: still there, or gone to another pipeline */
    struct exact_sum completed;
};

struct dwell {
    struct report *r;
    struct page stages;
    struct stage_visits *of;
};

static int place_of(const struct dwell *d, id stage)
{
    for (size_t i = 0; i < d->stages.n; i++)
        if (row_id(d->stages.rows[i]) == stage)
            return (int)i;
    return -1;
}

static int exit_of(const struct dwell *d, const struct visit *v, int place)
{
    if (!v->leave || v->how == DEAL_IS_DELETED)
        return 0;
    if (v->how != DEAL_IS_OPEN)
        return v->how == DEAL_IS_WON ? WON : LOST;
    int next = place_of(d, v->next);
    return next < 0 ? 0 : next > place ? FORWARD : BACK;
}

static void add(struct dwell *d, const struct visit *v, int place)
{
    struct stage_visits *s = &d->of[place];
    double days = (double)((v->leave ? v->leave : d->r->req.at) - v->enter) / (double)DAY_MS;
    int how = exit_of(d, v, place);

    if (s->n == s->room) {
        size_t room = s->room ? s->room * 2 : 256;
        s->spans = arena_grow(d->r->c->arena, s->spans, s->n * sizeof(*s->spans), room * sizeof(*s->spans));
        s->room = room;
    }
    s->spans[s->n++] = (struct span){-1, days, how};
    s->exits[how]++;
    if (how)
        sum_add(&s->completed, days);
}

static int take(void *ctx, const struct deal_past *p, struct err *err)
{
    struct dwell *d = ctx;
    struct visit visits[MOST_VISITS];
    size_t n = deal_visits(p, visits, MOST_VISITS);

    (void)err;
    for (size_t i = 0; i < n; i++) {
        int place = place_of(d, visits[i].stage);
        if (place >= 0 && report_within(&d->r->req, visits[i].enter))
            add(d, &visits[i], place);
    }
    return 0;
}

static void write_quantile(struct json_out *o, const struct curve *c, double p, const char *name)
{
    double at, low, high;

    curve_quantile(c, p, &at, &low, &high); /* not reached: infinite, written as null */
    out_kv_open(o, name, '{');
    out_kv_real(o, "days", at);
    out_kv_real(o, "low", low);
    out_kv_real(o, "high", high);
    out_close(o, '}');
}

static void write_stage(struct dwell *d, size_t place)
{
    static const char *const names[] = {"still_there", "forward", "back", "won", "lost"};
    struct json_out *o = d->r->o;
    struct stage_visits *s = &d->of[place];
    const struct curve *c = kaplan_meier(d->r->c->arena, s->spans, s->n);
    int64_t completed = (int64_t)s->n - s->exits[0];
    double at, low, high;

    out_open(o, '{');
    out_kv_int(o, "stage_id", row_id(d->stages.rows[place]));
    out_kv_str(o, "name", row_title(d->stages.rows[place]));
    out_kv_int(o, "visits", (int64_t)s->n);
    out_kv_int(o, "open", s->exits[0]);
    for (size_t i = 0; i < 3; i++) {
        static const char *const keys[] = {"median", "p75", "p90"};
        static const double at_p[] = {.5, .75, .9};
        curve_quantile(c, at_p[i], &at, &low, &high);
        out_kv_real(o, keys[i], at);
    }
    write_quantile(o, c, .5, "median_interval");
    out_kv_real(o, "completed_mean", completed ? sum_value(&s->completed) / (double)completed : NAN);
    out_kv_open(o, "exits", '{');
    for (int i = 0; i <= LOST; i++)
        out_kv_int(o, names[i], s->exits[i]);
    out_close(o, '}');
    out_kv_bool(o, "weak", s->n < 30);
    out_close(o, '}');
}

static int answer(struct report *r, struct err *err)
{
    struct dwell d = {.r = r};
    int64_t seen;

    if (report_stages(r, &d.stages, err) < 0)
        return -1;
    d.of = NEW_ARRAY(r->c->arena, struct stage_visits, d.stages.n);
    if (report_deals(&r->c->ctx, &r->req, take, &d, &seen, err) < 0)
        return -1;
    out_kv_open(r->o, "stages", '[');
    for (size_t i = 0; i < d.stages.n; i++)
        write_stage(&d, i);
    out_close(r->o, ']');
    r->population = seen;
    r->definition =
        "Days from coming to a stage to leaving it whichever way (Kaplan-Meier; deals still there count as "
        "long as they have been); a median that is not reached is null. completed_mean is of finished visits "
        "only.";
    return 0;
}

static int run(struct api_call *c, struct err *err)
{
    return report_run(c, answer, REPORT_OF_PIPELINE, err);
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/reports/dwell", API_SLOW, run, .query = REPORT_QUERY, .answer = "Dwell",
     .doc = "How long deals stand in each stage"},
};

/* clang-format off */
static const struct api_schema schemas[] = {
    {"DwellMedian",
     OBJECT("\"days\",\"low\",\"high\"", "\"days\":" MAYBE ",\"low\":" MAYBE ",\"high\":" MAYBE)},
    {"DwellExits",
     OBJECT("\"still_there\",\"forward\",\"back\",\"won\",\"lost\"",
            "\"still_there\":" INTEGER ",\"forward\":" INTEGER ",\"back\":" INTEGER ",\"won\":" INTEGER
            ",\"lost\":" INTEGER)},
    {"DwellStage",
     OBJECT("\"stage_id\",\"name\",\"visits\",\"open\",\"median\",\"p75\",\"p90\",\"median_interval\","
            "\"completed_mean\",\"exits\",\"weak\"",
            "\"stage_id\":" INTEGER ",\"name\":" TEXT ",\"visits\":" INTEGER ",\"open\":" INTEGER ",\"median\":" MAYBE
            ",\"p75\":" MAYBE ",\"p90\":" MAYBE ",\"median_interval\":" REF("DwellMedian")
            ",\"completed_mean\":" MAYBE ",\"exits\":" REF("DwellExits") ",\"weak\":" BOOLEAN)},
    {"Dwell", REPORT("\"stages\"", "\"stages\":" ARRAY_OF(REF("DwellStage")))},
};
/* clang-format on */

const struct api_table dwell_report = {routes, COUNT(routes), schemas, COUNT(schemas)};

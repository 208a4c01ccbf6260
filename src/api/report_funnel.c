/* R2: how many deals came how far. */
#include "report_route.h"

static int answer(struct report *r, struct err *err)
{
    static const char *const kinds[] = {"reached", "touched", "strict"};
    static const char *const populations[] = {"cohort", "entered", "closed"};
    static const char *const definitions[] = {
        "Deals that stood in the stage or a later one, or were won; conversion is advanced / (advanced + lost).",
        "Deals that stood in the stage; conversion is advanced / (advanced + lost).",
        "Deals that stood in every stage up to this one, in order; conversion is advanced / (advanced + lost)."};
    struct funnel *f = NEW(r->c->arena, struct funnel);
    struct json_out *o = r->o;
    int kind = 0, population = 0;
    struct row **stages;

    if (report_word(r, "definition", kinds, 3, &kind, err) < 0 ||
        report_word(r, "population", populations, 3, &population, err) < 0 ||
        report_funnel(&r->c->ctx, &r->req, (enum funnel_kind)kind, (enum report_population)population, f, &stages,
                      err) < 0)
        return -1;
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
    r->population = f->deals;
    r->definition = definitions[kind];
    return 0;
}

static int run(struct api_call *c, struct err *err)
{
    return report_run(c, answer, REPORT_OF_PIPELINE, err);
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/reports/funnel", API_SLOW, run, .query = REPORT_QUERY " definition population", .answer = "Funnel",
     .doc = "How many deals came how far, lost ones included"},
};

/* clang-format off */
static const struct api_schema schemas[] = {
    {"FunnelStage",
     OBJECT("\"stage_id\",\"name\",\"count\",\"advanced\",\"lost\",\"open\",\"conversion\"",
            "\"stage_id\":" INTEGER ",\"name\":" TEXT ",\"count\":" INTEGER ",\"advanced\":" INTEGER ",\"lost\":" INTEGER
            ",\"open\":" INTEGER ",\"conversion\":" REF("Rate"))},
    {"Funnel",
     REPORT("\"stages\",\"won\"", "\"stages\":" ARRAY_OF(REF("FunnelStage")) ",\"won\":" INTEGER)},
};
/* clang-format on */

const struct api_table funnel_report = {routes, COUNT(routes), schemas, COUNT(schemas)};

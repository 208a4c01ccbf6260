/* R4: how long it takes to win, and what share is ever won. Deals still open are part of it: they have not been won so
 * far, which is not the same as never. */
#include "report_route.h"

#include <math.h>

#include "sample.h"
#include "survival.h"

#define MOST_SPELLS 64u
#define MOST_POINTS 1000u
#define ENOUGH_AT_RISK 10 /* where the curve is still to be read */

enum { WON = 1, LOST = 2 };

struct watched {
    struct report *r;
    struct span *spans;
    bool *brought_in; /* each span's deal, from elsewhere */
    double *won_days;
    size_t n, room, won;
    int64_t deals, reopened;
    int32_t first_close; /* of deals that were brought in */
};

static int32_t day_at(const struct watched *w, msec at)
{
    return report_day(w->r, at).n;
}

/* Brought in with its history: it says nothing of deals that ended before that history begins. */
static bool is_reconstructed(const struct deal_past *p)
{
    return p->states[0].recorded - p->states[0].occurred > DAY_MS;
}

static void make_room(struct watched *w, size_t more)
{
    size_t room = w->room ? w->room : 1024;

    while (room < w->n + more)
        room *= 2;
    if (room == w->room)
        return;
    w->spans = arena_grow(w->r->c->arena, w->spans, w->n * sizeof(*w->spans), room * sizeof(*w->spans));
    w->brought_in = arena_grow(w->r->c->arena, w->brought_in, w->n * sizeof(bool), room * sizeof(bool));
    w->won_days = arena_grow(w->r->c->arena, w->won_days, w->won * sizeof(double), room * sizeof(double));
    w->room = room;
}

/* Spans carry the day their deal was opened on in `enter` until it is known when watching began. */
static int watch(void *ctx, const struct deal_past *p, struct err *err)
{
    struct watched *w = ctx;
    struct spell spells[MOST_SPELLS];
    size_t n = deal_spells(p, spells, MOST_SPELLS);
    msec closed = deal_closed(p);

    (void)err;
    if (n == 0)
        return 0;
    make_room(w, n);
    if (deal_last(p)->status == DEAL_IS_WON && report_within(&w->r->req, closed))
        w->won_days[w->won++] = day_at(w, closed) - day_at(w, deal_created(p));
    if (!report_within(&w->r->req, deal_created(p)))
        return 0;
    w->deals++;
    w->reopened += n > 1;
    for (size_t i = 0; i < n; i++) {
        msec end = spells[i].end ? spells[i].end : w->r->req.at;
        int32_t opened = day_at(w, spells[i].begin);
        int cause = spells[i].how == DEAL_IS_WON ? WON : spells[i].how == DEAL_IS_LOST ? LOST : 0;
        w->brought_in[w->n] = is_reconstructed(p);
        w->spans[w->n++] = (struct span){opened, day_at(w, end) - opened, cause};
        if (cause && is_reconstructed(p) && day_at(w, end) < w->first_close)
            w->first_close = day_at(w, end);
    }
    return 0;
}

/* A deal opened before the history begins is known only because it was still there then (left truncation). One that
 * closes on the day it was opened is at risk on that day. */
static int64_t enter_late(struct watched *w, int32_t begin, bool all)
{
    int64_t late = 0;

    for (size_t i = 0; i < w->n; i++) {
        double before = all || w->brought_in[i] ? begin - w->spans[i].enter : 0;
        late += before > 0;
        w->spans[i].enter = fmax(before, 0) - 1;
    }
    return late;
}

static void write_point(struct json_out *o, double day, const struct curve_point *p)
{
    double low, high;

    out_open(o, '{');
    out_kv_int(o, "day", (int64_t)day);
    out_kv_real(o, "won", p ? p->share[WON - 1] : 0);
    out_kv_real(o, "lost", p ? p->share[LOST - 1] : 0);
    out_kv_real(o, "open", p ? p->free : 1);
    log_log_limits(p ? p->share[WON - 1] : 0, p ? p->share_se[WON - 1] : 0, &low, &high);
    out_kv_real(o, "won_low", low);
    out_kv_real(o, "won_high", high);
    out_kv_int(o, "at_risk", p ? p->at_risk : 0);
    out_close(o, '}');
}

static void write_curve(struct report *r, const struct curve *c)
{
    size_t step = c->n / MOST_POINTS + 1;

    out_kv_open(r->o, "curve", '[');
    for (size_t i = 0; i < c->n; i += step)
        write_point(r->o, c->points[i].at, &c->points[i]);
    out_close(r->o, ']');
    out_kv_open(r->o, "milestones", '[');
    for (size_t i = 0; i < 5; i++) {
        static const double days[] = {30, 60, 90, 180, 365};
        if (c->n && days[i] <= c->last)
            write_point(r->o, days[i], curve_at(c, days[i]));
    }
    out_close(r->o, ']');
}

static void write_plateau(struct report *r, const struct curve *c)
{
    double day = curve_reach(c, ENOUGH_AT_RISK), half = NAN;
    const struct curve_point *p = day > 0 ? curve_at(c, day) : NULL;

    for (size_t i = 0; p && i < c->n && isnan(half); i++)
        if (c->points[i].share[WON - 1] >= p->share[WON - 1] / 2 && p->share[WON - 1] > 0)
            half = c->points[i].at;
    out_kv_open(r->o, "plateau", '{');
    out_kv_real(r->o, "won", p ? p->share[WON - 1] : NAN);
    out_kv_real(r->o, "lost", p ? p->share[LOST - 1] : NAN);
    out_kv_real(r->o, "open", p ? p->free : NAN);
    out_kv_real(r->o, "day", p ? day : NAN);
    out_kv_real(r->o, "half_of_wins_by", half);
    out_close(r->o, '}');
}

static int answer(struct report *r, struct err *err)
{
    struct watched w = {.r = r, .first_close = INT32_MAX};
    msec given = INT64_MIN;
    int64_t seen;

    if (api_query_when(r->c, "observed_from", &given, err) < 0 ||
        report_deals(&r->c->ctx, &r->req, watch, &w, &seen, err) < 0)
        return -1;
    bool told = given != INT64_MIN;
    int32_t begin = told ? day_at(&w, given) : w.first_close != INT32_MAX ? w.first_close : INT32_MIN;
    int64_t late = enter_late(&w, begin, told);
    const struct curve *c = aalen_johansen(r->c->arena, w.spans, w.n, 2);

    sort_doubles(w.won_days, w.won);
    out_kv_open(r->o, "closed_only", '{');
    out_kv_real(r->o, "mean_days", w.won ? mean(w.won_days, w.won) : NAN);
    out_kv_real(r->o, "median_days", w.won ? quantile(w.won_days, w.won, .5) : NAN);
    out_kv_int(r->o, "n", (int64_t)w.won);
    out_close(r->o, '}');
    write_curve(r, c);
    write_plateau(r, c);
    out_kv_int(r->o, "reopened", w.reopened);
    out_kv_int(r->o, "late_entries", late);
    r->population = w.deals;
    r->definition =
        "Share of opened deals that are won, lost or still open so many days after they were opened "
        "(Aalen-Johansen: open deals count as long as they were watched); closed_only is the usual mean and "
        "median of won deals, biased short while a pipeline grows.";
    return 0;
}

static int run(struct api_call *c, struct err *err)
{
    return report_run(c, answer, 0, err);
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/reports/cycle", API_SLOW, run, .query = REPORT_QUERY " observed_from", .answer = "Cycle",
     .doc = "How long deals take to be won, and what share ever is"},
};

/* clang-format off */
static const struct api_schema schemas[] = {
    {"CyclePoint",
     OBJECT("\"day\",\"won\",\"lost\",\"open\",\"won_low\",\"won_high\",\"at_risk\"",
            "\"day\":" INTEGER ",\"won\":" NUMBER ",\"lost\":" NUMBER ",\"open\":" NUMBER ",\"won_low\":" NUMBER
            ",\"won_high\":" NUMBER ",\"at_risk\":" INTEGER)},
    {"CycleClosed",
     OBJECT("\"mean_days\",\"median_days\",\"n\"",
            "\"mean_days\":" MAYBE ",\"median_days\":" MAYBE ",\"n\":" INTEGER)},
    {"CyclePlateau",
     OBJECT("\"won\",\"lost\",\"open\",\"day\",\"half_of_wins_by\"",
            "\"won\":" MAYBE ",\"lost\":" MAYBE ",\"open\":" MAYBE ",\"day\":" MAYBE ",\"half_of_wins_by\":" MAYBE)},
    {"Cycle",
     REPORT("\"closed_only\",\"curve\",\"milestones\",\"plateau\",\"reopened\",\"late_entries\"",
            "\"closed_only\":" REF("CycleClosed") ",\"curve\":" ARRAY_OF(REF("CyclePoint"))
            ",\"milestones\":" ARRAY_OF(REF("CyclePoint")) ",\"plateau\":" REF("CyclePlateau")
            ",\"reopened\":" INTEGER ",\"late_entries\":" INTEGER)},
};
/* clang-format on */

const struct api_table cycle_report = {routes, COUNT(routes), schemas, COUNT(schemas)};

/* R13: who wins how much of what he closes, and whether that says anything. Rates are drawn towards the common one as
 * far as the team as a whole says that its people differ. */
#include "report_route.h"

#include <math.h>
#include <stdlib.h>

#include "compare.h"
#include "map.h"
#include "sample.h"
#include "shrink.h"
#include "user.h"

#define BEST_DRAWS 10000u

struct person {
    id owner;
    int64_t won, closed;
    struct row *row;
};

struct board {
    struct report *r;
    struct map found;
    size_t n;
    int64_t closed;
};

static int take(void *ctx, const struct deal_past *p, struct err *err)
{
    struct board *b = ctx;
    const struct deal_state *last = deal_last(p);
    msec closed = deal_closed(p);

    (void)err;
    if (!closed || !report_within(&b->r->req, closed))
        return 0;
    struct str key = {(const char *)&last->owner, sizeof(last->owner)};
    struct person *who = map_get(&b->found, key);
    if (!who) {
        who = NEW(b->r->c->arena, struct person);
        who->owner = last->owner;
        map_put(&b->found, key, who);
        b->n++;
    }
    who->closed++;
    who->won += last->status == DEAL_IS_WON;
    b->closed++;
    return 0;
}

static int by_closed(const void *x, const void *y)
{
    const struct person *a = x, *b = y;

    if (a->closed != b->closed)
        return a->closed < b->closed ? 1 : -1;
    return (a->owner > b->owner) - (a->owner < b->owner);
}

/* Drawn rates in falling order: only where people differ. */
struct ranked {
    struct person *who;
    double drawn, low, high, above, best;
};

static int by_drawn(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;

    if (a->drawn != b->drawn)
        return a->drawn < b->drawn ? 1 : -1;
    return (a->who->owner > b->who->owner) - (a->who->owner < b->who->owner);
}

static struct person *list_people(struct board *b)
{
    struct person *people = NEW_ARRAY(b->r->c->arena, struct person, b->n + 1);
    size_t n = 0;

    for (struct map_slot *s = NULL; (s = map_each(&b->found, s));)
        people[n++] = *(struct person *)s->value;
    if (n)
        qsort(people, n, sizeof(*people), by_closed);
    return people;
}

static void write_person(struct report *r, const struct ranked *k)
{
    struct json_out *o = r->o;

    out_open(o, '{');
    out_key(o, S("owner_id"));
    if (k->who->owner)
        out_int(o, k->who->owner);
    else
        out_null(o);
    out_kv_str(o, "name", k->who->row ? row_title(k->who->row) : STR_NULL);
    out_kv_bool(o, "active", k->who->row && row_int(k->who->row, USER_ACTIVE));
    out_kv_int(o, "won", k->who->won);
    out_kv_int(o, "closed", k->who->closed);
    write_rate(o, "raw", k->who->won, k->who->closed);
    out_kv_real(o, "shrunk", k->drawn);
    out_kv_real(o, "low", k->low);
    out_kv_real(o, "high", k->high);
    out_kv_real(o, "above_mean", k->above);
    out_kv_real(o, "best", k->best);
    out_close(o, '}');
}

/* What the team as a whole says. */
struct evidence {
    struct shrink prior;
    bool fitted, differ;
    double chi2, chi2_p;
    int df;
};

static struct evidence weigh(struct board *b, struct person *people, struct ranked *ranked)
{
    struct arena *a = b->r->c->arena;
    int64_t *x = NEW_ARRAY(a, int64_t, b->n + 1), *n = NEW_ARRAY(a, int64_t, b->n + 1);
    double *best = NEW_ARRAY(a, double, b->n + 1);
    struct evidence e = {.prior = {.mean = NAN, .weight = NAN, .p = 1}};

    for (size_t i = 0; i < b->n; i++) {
        x[i] = people[i].won;
        n[i] = people[i].closed;
        ranked[i] = (struct ranked){&people[i], NAN, NAN, NAN, NAN, NAN};
    }
    e.chi2_p = chi2_groups(x, n, b->n, &e.chi2, &e.df);
    if (!(e.fitted = shrink_fit(x, n, b->n, &e.prior)))
        return e;
    e.differ = e.prior.p <= SHRINK_NO_EVIDENCE;
    shrink_best(&e.prior, x, n, b->n, rng_seed_of("leaderboard", b->r->req.at), BEST_DRAWS, best);
    for (size_t i = 0; i < b->n; i++) {
        shrink_rate(&e.prior, x[i], n[i], &ranked[i].drawn, &ranked[i].low, &ranked[i].high);
        ranked[i].above = shrink_above(&e.prior, x[i], n[i]);
        ranked[i].best = best[i];
    }
    if (e.differ)
        qsort(ranked, b->n, sizeof(*ranked), by_drawn);
    return e;
}

static void write_evidence(struct json_out *o, const struct evidence *e)
{
    out_kv_open(o, "evidence", '{');
    out_kv_real(o, "p", e->prior.p);
    out_kv_bool(o, "differ", e->differ);
    out_kv_z(o, "word",
             e->differ ? "The rates differ by more than chance alone would make them."
                       : "No evidence that people differ: differences like these are what chance alone produces.");
    out_kv_real(o, "likelihood_ratio", e->prior.likelihood_ratio);
    out_kv_real(o, "chi2", e->chi2);
    out_kv_int(o, "df", e->df > 0 ? e->df : 0);
    out_kv_real(o, "chi2_p", e->chi2_p);
    out_close(o, '}');
    out_kv_open(o, "prior", '{');
    out_kv_real(o, "mean", e->prior.mean);
    out_kv_real(o, "strength", e->prior.weight); /* null: complete pooling */
    out_close(o, '}');
}

static int name_people(struct board *b, struct person *people, struct err *err)
{
    struct api_call *c = b->r->c;

    for (size_t i = 0; i < b->n; i++)
        if (people[i].owner &&
            row_find(c->ctx.t, c->app->users, "id", value_int(people[i].owner), &people[i].row, err) < 0)
            return -1;
    return 0;
}

static int answer(struct report *r, struct err *err)
{
    struct board b = {.r = r};
    int64_t seen;

    map_init(&b.found, r->c->arena);
    if (report_deals(&r->c->ctx, &r->req, take, &b, &seen, err) < 0)
        return -1;
    struct person *people = list_people(&b);
    struct ranked *ranked = NEW_ARRAY(r->c->arena, struct ranked, b.n + 1);
    if (name_people(&b, people, err) < 0)
        return -1;
    struct evidence e = weigh(&b, people, ranked);
    out_kv_open(r->o, "owners", '[');
    for (size_t i = 0; i < b.n; i++)
        write_person(r, &ranked[i]);
    out_close(r->o, ']');
    write_evidence(r->o, &e);
    r->population = b.closed;
    r->definition = "Share of deals closed in the period that their owner won; shrunk is that share drawn towards the "
                    "common one (empirical Bayes, beta-binomial by maximum marginal likelihood) with its 95 % credible "
                    "interval. In the order of shares only if they differ, else of deals closed.";
    return 0;
}

static int run(struct api_call *c, struct err *err)
{
    return report_run(c, answer, 0, err);
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/reports/leaderboard", API_SLOW, run, .query = REPORT_QUERY, .answer = "Leaderboard",
     .doc = "Win rates by owner, and whether they differ at all"},
};

/* clang-format off */
static const struct api_schema schemas[] = {
    {"LeaderboardOwner",
     OBJECT("\"owner_id\",\"name\",\"active\",\"won\",\"closed\",\"raw\",\"shrunk\",\"low\",\"high\",\"above_mean\",\"best\"",
            "\"owner_id\":{\"type\":[\"integer\",\"null\"]},\"name\":" MAYBE_TEXT ",\"active\":" BOOLEAN
            ",\"won\":" INTEGER ",\"closed\":" INTEGER ",\"raw\":" REF("Rate") ",\"shrunk\":" MAYBE ",\"low\":" MAYBE
            ",\"high\":" MAYBE ",\"above_mean\":" MAYBE ",\"best\":" MAYBE)},
    {"LeaderboardEvidence",
     OBJECT("\"p\",\"differ\",\"word\",\"likelihood_ratio\",\"chi2\",\"df\",\"chi2_p\"",
            "\"p\":" MAYBE ",\"differ\":" BOOLEAN ",\"word\":" TEXT ",\"likelihood_ratio\":" MAYBE ",\"chi2\":" MAYBE
            ",\"df\":" INTEGER ",\"chi2_p\":" MAYBE)},
    {"LeaderboardPrior", OBJECT("\"mean\",\"strength\"", "\"mean\":" MAYBE ",\"strength\":" MAYBE)},
    {"Leaderboard",
     REPORT("\"owners\",\"evidence\",\"prior\"",
            "\"owners\":" ARRAY_OF(REF("LeaderboardOwner")) ",\"evidence\":" REF("LeaderboardEvidence")
            ",\"prior\":" REF("LeaderboardPrior"))},
};
/* clang-format on */

const struct api_table leaderboard_report = {routes, COUNT(routes), schemas, COUNT(schemas)};

/* A public data set of a company that does not exist (Maven Analytics, "CRM Sales Opportunities"): 8,800 deals of one
 * year. It lies outside the sources; without it there is nothing to test. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "day.h"
#include "interval.h"
#include "near.h"
#include "shared.h"
#include "shrink.h"
#include "survival.h"

#define REPS 64
#define DEALS 9000

struct deal {
    char rep[40];
    char stage[16];
    int32_t from, to; /* days; 0: unknown */
};

static struct deal deals[DEALS];
static size_t ndeals;
static struct arena *arena;

static int32_t day_number(const char *text)
{
    struct day d;

    return strlen(text) >= 10 && day_parse((struct str){text, 10}, &d) ? d.n : 0;
}

static int read_deals(void **state)
{
    const char *path = shared("maven-crm/sales_pipeline.csv");
    char line[512];

    (void)state;
    arena = arena_new(64u << 20);
    FILE *f = path ? fopen(path, "re") : NULL;
    if (!f)
        return 0;
    for (bool header = true; fgets(line, sizeof(line), f) && ndeals < DEALS; header = false) {
        char *cell[8] = {0}, *rest = line;
        for (int i = 0; i < 8; i++)
            cell[i] = strsep(&rest, ",\r\n");
        if (header || !cell[7])
            continue;
        struct deal *d = &deals[ndeals++];
        snprintf(d->rep, sizeof(d->rep), "%.39s", cell[1]);
        snprintf(d->stage, sizeof(d->stage), "%.15s", cell[4]);
        d->from = day_number(cell[5]);
        d->to = day_number(cell[6]);
    }
    fclose(f);
    return 0;
}

static int done(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void there_or_skip(void)
{
    if (ndeals == 0)
        skip();
    assert_int_equal(ndeals, 8800);
}

/* R: cmprsk and survival with entry; the log begins on 1 March 2017, deals opened before came under watch then. */
static void win_curve(void **state)
{
    static const double at[] = {30, 60, 90, 120, 138};
    static const double won[] = {.247347, .293484, .419497, .512104, .529025};
    struct span *spans;
    size_t n = 0;

    (void)state;
    there_or_skip();
    int32_t begin = day_number("2017-03-01"), end = day_number("2017-12-31");
    spans = NEW_ARRAY(arena, struct span, ndeals);
    for (size_t i = 0; i < ndeals; i++) {
        const struct deal *d = &deals[i];
        if (!d->from)
            continue;
        int cause = !strcmp(d->stage, "Won") ? 1 : !strcmp(d->stage, "Lost") ? 2 : 0;
        double enter = d->from < begin ? begin - d->from - 1 : -1;
        spans[n++] = (struct span){enter, (cause ? d->to : end) - d->from, cause};
    }
    const struct curve *c = aalen_johansen(arena, spans, n, 2);
    for (size_t i = 0; i < 5; i++)
        near(curve_at(c, at[i])->share[0], won[i], 1e-6);
    near(curve_at(c, 30)->share[1], .183964, 1e-6);
    near(curve_at(c, 138)->share[1], .315347, 1e-6);
    near(curve_at(c, 90)->share_se[0], .00559354, 1e-4);
    for (size_t i = 0; i < n; i++)
        spans[i].enter = -1;
    near(curve_at(aalen_johansen(arena, spans, n, 2), 90)->share[0], .397, 5e-4); /* what ignoring it would say */
}

/* Thirty people whose rates run from 55 % to 70 % and who do not differ. scipy.stats.betabinom. */
static void leaderboard(void **state)
{
    char names[REPS][40];
    int64_t x[REPS] = {0}, n[REPS] = {0};
    size_t reps = 0, lajuana = 0, hayden = 0;
    double chi2, rate, low, high;
    struct shrink s;
    int df;

    (void)state;
    there_or_skip();
    for (size_t i = 0; i < ndeals; i++) {
        bool won = !strcmp(deals[i].stage, "Won");
        size_t r = 0;
        if (!won && strcmp(deals[i].stage, "Lost") != 0)
            continue;
        while (r < reps && strcmp(names[r], deals[i].rep) != 0)
            r++;
        if (r == reps) {
            assert_true(reps < REPS);
            memcpy(names[reps++], deals[i].rep, sizeof(names[0]));
        }
        n[r]++;
        x[r] += won;
        if (!strcmp(deals[i].rep, "Lajuana Vencill"))
            lajuana = r;
        if (!strcmp(deals[i].rep, "Hayden Neloms"))
            hayden = r;
    }
    assert_int_equal(reps, 30);
    near(chi2_groups(x, n, reps, &chi2, &df), .263937, 1e-6);
    near(chi2, 33.347712, 1e-6);
    assert_true(shrink_fit(x, n, reps, &s));
    near(s.mean, .631665, 1e-4);
    near(s.weight, 3064, 61);
    near(s.likelihood_ratio, .06527, 1e-3);
    assert_true(s.p > SHRINK_NO_EVIDENCE);
    assert_int_equal(x[lajuana], 127);
    shrink_rate(&s, x[lajuana], n[lajuana], &rate, &low, &high);
    near(rate, .625924, 2e-4);
    near(low, .609333, 3e-4);
    near(high, .642371, 3e-4);
    shrink_rate(&s, x[hayden], n[hayden], &rate, &low, &high);
    near(rate, .635082, 2e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(win_curve), cmocka_unit_test(leaderboard)};

    return cmocka_run_group_tests(tests, read_deals, done);
}

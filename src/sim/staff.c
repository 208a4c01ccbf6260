#include "staff.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One rep for so many new deals a year, within bounds that keep the tables small. */
enum { DEALS_PER_REP = 95, LEAST_REPS = 3, MOST_REPS = 240, REPS_PER_TEAM = 5, VIEWERS = 3, NAMED = 6 };

const char *staff_role(enum staff_role r)
{
    static const char *const name[] = {"admin", "manager", "rep", "viewer"};

    return name[r];
}

void staff_team_name(int64_t team, char out[WORDS_MAX])
{
    static const char *const name[] = {"Metal", "Wood", "South", "North", "Export", "Key accounts"};

    if (team <= 6)
        snprintf(out, WORDS_MAX, "%s", name[team - 1]);
    else
        snprintf(out, WORDS_MAX, "Region %d", (int)team - 6);
}

static struct member *member_add(struct staff *s, size_t *room, enum staff_role role, int64_t team, msec joined)
{
    if ((size_t)s->n == *room) {
        size_t grown = *room ? *room * 2 : 64;
        struct member *m = realloc(s->m, grown * sizeof *m);
        if (!m)
            return NULL;
        s->m = m;
        *room = grown;
    }
    struct member *m = &s->m[s->n++];
    *m = (struct member){.role = role, .team = team, .joined = joined, .left = SIM_NEVER, .id = s->n};
    return m;
}

static void draw_manner(struct member *m, struct rng *r)
{
    m->score = .14 * rng_normal(r);
    m->pace = .12 * rng_normal(r);
    m->share = exp(.3 * rng_normal(r));
    m->late = .05 + .45 * rng_unit(r) * rng_unit(r);
    m->gap_days = 4 + 4 * rng_unit(r);
}

/* A seat is held by one person after another until the history ends. */
static int fill_seat(struct staff *s, size_t *room, const struct sim_clock *c, int seat, int seats, struct rng *r)
{
    int64_t team = 1 + seat * s->teams / seats;
    double span = (double)(c->end - c->start);
    bool stays = seat < NAMED;
    msec at = seat < NAMED || seat < seats * 3 / 5 ? c->start : c->start + (msec)(rng_unit(r) * .8 * span);

    while (at < c->end) {
        struct member *m = member_add(s, room, STAFF_REP, team, at);
        if (!m)
            return -1;
        draw_manner(m, r);
        msec tenure = (msec)((.4 + rng_exponential(r, 3.2)) * 365.25 * (double)DAY_MS);
        if (stays || at + tenure >= c->end)
            break;
        m->left = c->midnight[sim_clock_index(c, at + tenure)] + 17 * HOUR;
        at = c->midnight[sim_clock_index(c, m->left) + 15 + (int)rng_below(r, 40)] + 8 * HOUR;
    }
    return 0;
}

static int by_joining(const void *a, const void *b)
{
    const struct member *x = a, *y = b;

    if (x->joined != y->joined)
        return x->joined < y->joined ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

int staff_init(struct staff *s, const struct sim_knobs *k, const struct sim_clock *c, struct err *err)
{
    double want = round((double)k->deals / k->years / DEALS_PER_REP);
    int seats = (int)fmin(fmax(want, LEAST_REPS), MOST_REPS);
    size_t room = 0;
    struct rng r;
    bool ok;

    *s = (struct staff){.teams = seats < REPS_PER_TEAM ? 1 : (seats + REPS_PER_TEAM / 2) / REPS_PER_TEAM};
    words_rng(&r, k->seed, 'S', 0);
    ok = member_add(s, &room, STAFF_ADMIN, 0, c->start);
    for (int t = 1; ok && t <= s->teams; t++)
        ok = member_add(s, &room, STAFF_MANAGER, t, c->start);
    for (int i = 0; ok && i < seats; i++)
        ok = fill_seat(s, &room, c, i, seats, &r) == 0;
    for (int i = 0; ok && i < VIEWERS; i++)
        ok = member_add(s, &room, STAFF_VIEWER, 0, c->start);
    s->active = ok ? malloc((size_t)s->n * sizeof *s->active) : NULL;
    s->cumulative = ok ? malloc((size_t)s->n * sizeof *s->cumulative) : NULL;
    if (!s->active || !s->cumulative)
        return err_set(err, ERR_INTERNAL, "Not enough memory for the simulated staff.");
    qsort(s->m, (size_t)s->n, sizeof *s->m, by_joining);
    for (int i = 0; i < s->n; i++) {
        s->m[i].id = i + 1;
        words_colleague(k->seed, i, s->m[i].name, s->m[i].email);
    }
    return 0;
}

void staff_clear(struct staff *s)
{
    free(s->m);
    free(s->active);
    free(s->cumulative);
    *s = (struct staff){0};
}

void staff_at(struct staff *s, msec at)
{
    double sum = 0;

    s->nactive = 0;
    for (int i = 0; i < s->n; i++)
        if (s->m[i].role == STAFF_REP && s->m[i].joined <= at && s->m[i].left > at) {
            s->active[s->nactive] = i;
            s->cumulative[s->nactive++] = sum += s->m[i].share;
        }
}

int staff_draw(const struct staff *s, struct rng *r)
{
    int low = 0, high = s->nactive - 1;

    if (high < 0)
        return -1;
    double v = rng_unit(r) * s->cumulative[high];
    while (low < high) {
        int mid = (low + high) / 2;
        if (s->cumulative[mid] <= v)
            low = mid + 1;
        else
            high = mid;
    }
    return s->active[low];
}

#include "funnel.h"

#define MAX_VISITS 512

/* What a deal's visits come to. */
struct way {
    bool touched[FUNNEL_MAX_STAGES];
    msec first[FUNNEL_MAX_STAGES]; /* when it first stood in the stage or a later one */
    int furthest;                  /* place of the furthest stage; -1: none */
    int strict;                    /* stages passed in their order from the first on */
    bool won, lost;
};

static int place_of(const struct funnel *f, id stage)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->stages[i].stage == stage)
            return (int)i;
    return -1;
}

static struct way way_of(const struct funnel *f, const struct deal_past *past)
{
    struct visit visits[MAX_VISITS];
    size_t n = deal_visits(past, visits, MAX_VISITS);
    struct way w = {.furthest = -1};

    w.won = deal_last(past)->status == DEAL_IS_WON;
    w.lost = deal_last(past)->status == DEAL_IS_LOST;
    for (size_t i = 0; i < n; i++) {
        int place = place_of(f, visits[i].stage);
        if (place < 0)
            continue;
        w.touched[place] = true;
        for (int p = w.furthest + 1; p <= place; p++)
            w.first[p] = visits[i].enter;
        if (place > w.furthest)
            w.furthest = place;
        if (place == w.strict)
            w.strict++;
    }
    for (size_t p = (size_t)(w.furthest + 1); p < f->n; p++)
        w.first[p] = deal_closed(past);
    return w;
}

static bool counts_at(const struct funnel *f, const struct way *w, size_t place)
{
    if (f->by_entry && (w->first[place] < f->from || w->first[place] >= f->to))
        return false;
    switch (f->kind) {
    case FUNNEL_TOUCHED:
        return w->touched[place];
    case FUNNEL_STRICT:
        return w->strict > (int)place;
    case FUNNEL_REACHED:
        break;
    }
    return w->won || w->furthest >= (int)place;
}

static bool goes_on(const struct funnel *f, const struct way *w, size_t place)
{
    if (f->kind == FUNNEL_STRICT && place + 1 < f->n)
        return w->strict > (int)place + 1;
    return w->won || w->furthest > (int)place;
}

void funnel_add(struct funnel *f, const struct deal_past *past)
{
    struct way w = way_of(f, past);

    f->deals++;
    f->won += w.won && (f->kind != FUNNEL_STRICT || w.strict == (int)f->n);
    for (size_t i = 0; i < f->n; i++) {
        struct funnel_stage *s = &f->stages[i];
        if (!counts_at(f, &w, i))
            continue;
        s->count++;
        if (goes_on(f, &w, i))
            s->advanced++;
        else if (w.lost)
            s->lost++;
        else
            s->open++;
    }
}

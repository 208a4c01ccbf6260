#include "waterfall.h"

#define WATERFALL_AS_NAME(name, text) text,
const char *const waterfall_bars[] = {WATERFALL_BARS(WATERFALL_AS_NAME)};

/* A deal's amounts, kept apart until all of them could be converted. */
struct booking {
    struct waterfall *w;
    int64_t bars[BAR__N];
    bool touched[BAR__N];
    bool missing;
    struct err *err;
    int failed;
};

static int64_t value(struct booking *b, const struct deal_state *s, bool at_end)
{
    int64_t base = 0;
    int n = s->valued ? b->w->base(b->w->ctx, s, at_end, &base, b->err) : 1;

    b->missing |= n == 0;
    if (n < 0)
        b->failed = -1;
    return n == 1 ? base : 0;
}

static void book(struct booking *b, enum waterfall_bar bar, int64_t amount)
{
    b->bars[bar] += amount;
    b->touched[bar] = true;
}

static void book_change(struct booking *b, int64_t by)
{
    if (by)
        book(b, by > 0 ? BAR_UP : BAR_DOWN, by);
}

static bool open_in(const struct booking *b, const struct deal_state *s)
{
    return s && s->status == DEAL_IS_OPEN && b->w->in_scope(b->w->ctx, s);
}

static bool is_closed(const struct deal_state *s)
{
    return s && (s->status == DEAL_IS_WON || s->status == DEAL_IS_LOST);
}

/* From `worth` in the scope to being closed as in s. */
static void book_close(struct booking *b, const struct deal_state *s, int64_t worth)
{
    int64_t last = value(b, s, false);

    book_change(b, last - worth);
    book(b, s->status == DEAL_IS_WON ? BAR_WON : BAR_LOST, -last);
}

/* Into the scope, from s0 (NULL: it was not there). */
static enum waterfall_bar way_in(const struct deal_state *s0)
{
    return !s0 ? BAR_CREATED : is_closed(s0) ? BAR_REOPENED : BAR_MOVED_IN;
}

/* One step from s0 (NULL: it was not there) to s1. */
static void step(struct booking *b, const struct deal_state *s0, const struct deal_state *s1)
{
    bool before = open_in(b, s0), after = open_in(b, s1);

    if (before && after)
        book_change(b, value(b, s1, false) - value(b, s0, false));
    else if (before && is_closed(s1))
        book_close(b, s1, value(b, s0, false));
    else if (before)
        book(b, BAR_MOVED_OUT, -value(b, s0, false));
    else if (after)
        book(b, way_in(s0), value(b, s1, false));
    else if (!s0 && is_closed(s1) && b->w->in_scope(b->w->ctx, s1)) { /* created as closed */
        book(b, BAR_CREATED, value(b, s1, false));
        book_close(b, s1, value(b, s1, false));
    }
}

/* Both ends, as if there had been nothing between: but what came into being is worth at first what it was then. */
static void step_net(struct booking *b, const struct deal_state *first, const struct deal_state *s0,
                     const struct deal_state *s1)
{
    if (s0 || (!open_in(b, s1) && !(is_closed(s1) && b->w->in_scope(b->w->ctx, s1)))) {
        step(b, s0, s1);
        return;
    }
    int64_t worth = value(b, first, false);
    book(b, BAR_CREATED, worth);
    if (is_closed(s1))
        book_close(b, s1, worth);
    else
        book_change(b, value(b, s1, false) - worth);
}

static void keep(const struct booking *b, id deal)
{
    for (int i = 0; i < BAR__N; i++) {
        if (!b->touched[i])
            continue;
        b->w->bars[i] += b->bars[i];
        b->w->n[i]++;
        if (b->w->booked)
            b->w->booked(b->w->ctx, (enum waterfall_bar)i, deal, b->bars[i]);
    }
}

int waterfall_add(struct waterfall *w, const struct deal_past *p, struct err *err)
{
    struct booking b = {.w = w, .err = err};
    struct deal_past then = *p, now = *p;
    const struct deal_state *s0 = deal_cut(&then, w->from) ? deal_last(&then) : NULL;

    if (!deal_cut(&now, w->to))
        return 0;
    const struct deal_state *s1 = deal_last(&now);
    if (open_in(&b, s0))
        book(&b, BAR_START, value(&b, s0, false));
    if (w->gross)
        for (size_t i = s0 ? then.n : 0; i < now.n; i++)
            step(&b, i > 0 ? &p->states[i - 1] : NULL, &p->states[i]);
    else
        step_net(&b, &p->states[0], s0, s1);
    if (open_in(&b, s1)) {
        int64_t end = value(&b, s1, true), moved = end - value(&b, s1, false);
        if (moved)
            book(&b, BAR_FX, moved);
        book(&b, BAR_END, end);
    }
    if (b.missing)
        w->unconverted++;
    else if (b.failed == 0)
        keep(&b, p->deal);
    return b.failed;
}

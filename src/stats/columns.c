#include "columns.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "columns_private.h"

static size_t page_size(size_t states)
{
    return sizeof(struct page) + states * sizeof(struct deal_state);
}

static void page_unref(struct page *p)
{
    if (p && atomic_fetch_sub(&p->refs, 1) == 1)
        free(p);
}

static void shelf_unref(struct shelf *s)
{
    if (!s || atomic_fetch_sub(&s->refs, 1) != 1)
        return;
    for (size_t i = 0; i < SHELF_PAGES; i++)
        page_unref(s->pages[i]);
    free(s);
}

struct view *view_new(void)
{
    struct view *v = calloc(1, sizeof(*v));

    if (v)
        atomic_init(&v->refs, 1);
    return v;
}

struct view *view_ref(struct view *v)
{
    atomic_fetch_add(&v->refs, 1);
    return v;
}

void view_unref(struct view *v)
{
    if (!v || atomic_fetch_sub(&v->refs, 1) != 1)
        return;
    for (size_t i = 0; i < v->nshelves; i++)
        shelf_unref(v->shelves[i]);
    free(v);
}

int64_t view_seq(const struct view *v)
{
    return v->seq;
}

size_t view_deals(const struct view *v)
{
    return v->deals;
}

size_t view_bytes(const struct view *v)
{
    return v->bytes;
}

/* -- taking in changes ---------------------------------------------------------------------------------- */

static struct view *begin(const struct view *old, size_t nshelves)
{
    struct view *v = calloc(1, sizeof(*v) + nshelves * sizeof(struct shelf *));

    if (!v)
        return NULL;
    atomic_init(&v->refs, 1);
    v->seq = old->seq;
    v->deals = old->deals;
    v->bytes = old->bytes;
    v->nshelves = nshelves;
    for (size_t i = 0; i < old->nshelves; i++)
        if ((v->shelves[i] = old->shelves[i]))
            atomic_fetch_add(&v->shelves[i]->refs, 1);
    return v;
}

/* The place of a page, on a shelf that nobody else has. */
static struct page **place(struct view *v, size_t which)
{
    struct shelf **at = &v->shelves[which / SHELF_PAGES], *old = *at;

    if (!old || atomic_load(&old->refs) > 1) {
        struct shelf *s = calloc(1, sizeof(*s));
        if (!s)
            return NULL;
        atomic_init(&s->refs, 1);
        for (size_t i = 0; old && i < SHELF_PAGES; i++)
            if ((s->pages[i] = old->pages[i]))
                atomic_fetch_add(&s->pages[i]->refs, 1);
        shelf_unref(old);
        *at = s;
    }
    return &(*at)->pages[which % SHELF_PAGES];
}

static int by_deal(const void *x, const void *y)
{
    const struct deal_change *a = x, *b = y;

    if (a->deal != b->deal)
        return a->deal < b->deal ? -1 : 1;
    return (a->state.seq > b->state.seq) - (a->state.seq < b->state.seq);
}

static bool knows(const struct deal_state *states, size_t n, int64_t seq)
{
    for (size_t i = n; i-- > 0;)
        if (states[i].seq == seq)
            return true;
    return false;
}

static bool same_order(const struct deal_state *x, const struct deal_state *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (x[i].seq != y[i].seq)
            return false;
    return true;
}

/* The page with the changes of its deals; they follow one another from `changes` on. Half of the room is for a second
 * copy in the order of the recorded clock, kept only where a deal's order differs. */
static struct page *page_with(const struct page *old, id first, const struct deal_change *changes, size_t n)
{
    size_t most = (old ? old->start[PAGE_DEALS] : 0) + n, taken = 0;
    struct page *p = malloc(page_size(most * 2));
    bool differ = false;

    if (!p)
        return NULL;
    *p = (struct page){.deals = 0};
    atomic_init(&p->refs, 1);
    uint32_t count = 0;
    for (size_t d = 0; d < PAGE_DEALS; d++) {
        struct deal_state *states = p->states + count;
        size_t have = old ? old->start[d + 1] - old->start[d] : 0;
        if (have)
            memcpy(states, old->states + old->start[d], have * sizeof(*states));
        for (; taken < n && changes[taken].deal == first + (id)d; taken++)
            if (!knows(states, have, changes[taken].state.seq))
                states[have++] = changes[taken].state;
        deal_states_settle(states, have, CLOCK_OCCURRED);
        p->start[d] = count;
        p->deals += have > 0;
        count += (uint32_t)have;
    }
    p->start[PAGE_DEALS] = count;
    struct deal_state *second = p->states + count;
    if (count)
        memcpy(second, p->states, count * sizeof(*second));
    for (size_t d = 0; d < PAGE_DEALS; d++) {
        size_t from = p->start[d], have = p->start[d + 1] - from;
        deal_states_settle(second + from, have, CLOCK_RECORDED);
        differ |= !same_order(second + from, p->states + from, have);
    }
    p->recorded = differ ? count : 0;
    struct page *fit = realloc(p, page_size(count + p->recorded));
    return fit ? fit : p;
}

size_t page_bytes(const struct page *p)
{
    return p ? page_size(p->start[PAGE_DEALS] + p->recorded) : 0;
}

static bool put_page(struct view *v, size_t which, struct deal_change *changes, size_t n)
{
    struct page **at = place(v, which);
    struct page *page = at ? page_with(*at, (id)(which * PAGE_DEALS), changes, n) : NULL;

    if (!page)
        return false;
    v->deals += page->deals - (*at ? (*at)->deals : 0);
    v->bytes += page_bytes(page) - page_bytes(*at);
    page_unref(*at);
    *at = page;
    return true;
}

struct view *view_apply(struct view *old, struct deal_change *changes, size_t n, int64_t seq)
{
    if (n)
        qsort(changes, n, sizeof(*changes), by_deal);
    if (n && (changes[0].deal < 0 || changes[n - 1].deal > MAX_DEAL))
        return NULL;
    size_t last = n ? (size_t)changes[n - 1].deal / PAGE_DEALS / SHELF_PAGES + 1 : 0;
    struct view *v = begin(old, last > old->nshelves ? last : old->nshelves);
    bool whole = v != NULL;

    for (size_t i = 0, end; whole && i < n; i = end) {
        size_t which = (size_t)changes[i].deal / PAGE_DEALS;
        for (end = i + 1; end < n && (size_t)changes[end].deal / PAGE_DEALS == which; end++)
            ;
        whole = put_page(v, which, changes + i, end - i);
    }
    if (!whole) {
        view_unref(v);
        return NULL;
    }
    if (seq > v->seq)
        v->seq = seq;
    view_unref(old);
    return v;
}

/* -- reading ------------------------------------------------------------------------------------------- */

const struct page *view_page(const struct view *v, size_t which)
{
    size_t shelf = which / SHELF_PAGES;

    return shelf < v->nshelves && v->shelves[shelf] ? v->shelves[shelf]->pages[which % SHELF_PAGES] : NULL;
}

static int tell(const struct page *p, size_t d, id deal, msec at, enum clock clock, deal_past_fn *fn, void *ctx,
                struct err *err)
{
    size_t second = clock == CLOCK_RECORDED ? p->recorded : 0;
    struct deal_past past = {
        .deal = deal, .clock = clock, .states = p->states + second + p->start[d], .n = p->start[d + 1] - p->start[d]};

    return past.n > 0 && deal_cut(&past, at) ? fn(ctx, &past, err) : 0;
}

int view_pasts(const struct view *v, id only, msec at, enum clock clock, deal_past_fn *fn, void *ctx, struct err *err)
{
    if (only) {
        const struct page *p = view_page(v, (size_t)only / PAGE_DEALS);
        return p ? tell(p, (size_t)only % PAGE_DEALS, only, at, clock, fn, ctx, err) : 0;
    }
    for (size_t i = 0; i < v->nshelves * SHELF_PAGES; i++) {
        const struct page *p = view_page(v, i);
        for (size_t d = 0; p && d < PAGE_DEALS; d++)
            if (tell(p, d, (id)(i * PAGE_DEALS + d), at, clock, fn, ctx, err) < 0)
                return -1;
    }
    return 0;
}

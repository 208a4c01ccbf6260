#include "ring.h"

#include <stdlib.h>
#include <string.h>

#include "ceilings.h"

#define MAX_BYTES (32u << 20)

bool ring_init(struct ring *r)
{
    *r = (struct ring){.items = calloc(MAX_FEED_ITEMS, sizeof(struct ring_item))};
    return r->items != NULL;
}

static struct ring_item *at(const struct ring *r, size_t i)
{
    return &r->items[(r->first + i) % MAX_FEED_ITEMS];
}

static void drop_first(struct ring *r)
{
    struct ring_item *oldest = at(r, 0);

    r->bytes -= oldest->event.n;
    r->before = oldest->item.seq;
    free(oldest->bytes);
    *oldest = (struct ring_item){0};
    r->first = (r->first + 1) % MAX_FEED_ITEMS;
    r->n--;
}

void ring_clear(struct ring *r)
{
    while (r->items && r->n)
        drop_first(r);
    free(r->items);
    r->items = NULL;
}

bool ring_reaches(const struct ring *r, int64_t seq)
{
    return seq >= r->before;
}

void ring_begin(struct ring *r, int64_t before)
{
    while (r->n)
        drop_first(r);
    r->before = before;
}

const struct ring_item *ring_after(const struct ring *r, int64_t seq)
{
    size_t low = 0, high = r->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (at(r, mid)->item.seq > seq)
            high = mid;
        else
            low = mid + 1;
    }
    return low < r->n ? at(r, low) : NULL;
}

void ring_event(struct buf *b, const struct log_item *item)
{
    struct json_out o;

    buf_printf(b, "id: %lld\ndata: ", (long long)item->seq);
    out_init(&o, b);
    log_write_item(&o, item);
    buf_z(b, "\n\n");
}

static struct str keep(char **to, struct str s)
{
    struct str kept = {*to, s.n};

    if (s.n)
        *to = (char *)memcpy(*to, s.p, s.n) + s.n;
    return kept;
}

void ring_put(struct ring *r, const struct log_item *item)
{
    struct buf event;

    buf_init(&event, MAX_BYTES);
    ring_event(&event, item);
    struct str text = buf_view(&event);
    char *bytes = buf_ok(&event) ? malloc(text.n + item->kind.n + item->op.n + 1) : NULL;
    if (!bytes) { /* a hole would be worse than nothing */
        ring_begin(r, item->seq);
        buf_clear(&event);
        return;
    }
    while (r->n == MAX_FEED_ITEMS || (r->n && r->bytes + text.n > MAX_BYTES))
        drop_first(r);
    struct ring_item *new = at(r, r->n++);
    *new = (struct ring_item){.item = *item, .bytes = bytes};
    new->event = keep(&bytes, text);
    /* What deciding who sees it takes; the rest stands in the event. */
    new->item.kind = keep(&bytes, item->kind);
    new->item.op = keep(&bytes, item->op);
    new->item.actor_name = new->item.origin = new->item.fields = STR_NULL;
    r->bytes += text.n;
    buf_clear(&event);
}

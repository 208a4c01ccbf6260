#include "heap.h"

#include <stdlib.h>

static bool before(const struct heap_item *a, const struct heap_item *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

bool heap_push(struct heap *h, struct heap_item it)
{
    size_t i = h->n;

    if (h->n == h->room) {
        size_t room = h->room ? h->room * 2 : 1024;
        struct heap_item *grown = realloc(h->item, room * sizeof *grown);
        if (!grown)
            return false;
        h->item = grown;
        h->room = room;
    }
    it.order = h->pushed++;
    for (h->n++; i > 0 && before(&it, &h->item[(i - 1) / 2]); i = (i - 1) / 2)
        h->item[i] = h->item[(i - 1) / 2];
    h->item[i] = it;
    return true;
}

bool heap_pop(struct heap *h, struct heap_item *ret)
{
    if (!h->n)
        return false;
    *ret = h->item[0];
    struct heap_item last = h->item[--h->n];
    size_t i = 0, child;
    while ((child = 2 * i + 1) < h->n) {
        if (child + 1 < h->n && before(&h->item[child + 1], &h->item[child]))
            child++;
        if (!before(&h->item[child], &last))
            break;
        h->item[i] = h->item[child];
        i = child;
    }
    if (h->n)
        h->item[i] = last;
    return true;
}

void heap_clear(struct heap *h)
{
    free(h->item);
    *h = (struct heap){0};
}

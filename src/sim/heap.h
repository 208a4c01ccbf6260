/*
 * The events to come, earliest first; events of the same instant in the order they were pushed. An entry names the
 * deal it is for by slot and generation, so that entries of a deal that has ended can be told and dropped.
 */
#ifndef SIM_HEAP_H
#define SIM_HEAP_H

#include <stdbool.h>
#include <stddef.h>

#include "day.h"

struct heap_item {
    msec at;
    uint64_t order;
    uint32_t slot, generation;
    int what, detail;
};

struct heap {
    struct heap_item *item;
    size_t n, room;
    uint64_t pushed;
};

bool heap_push(struct heap *h, struct heap_item it); /* false: no memory */
bool heap_pop(struct heap *h, struct heap_item *ret);
void heap_clear(struct heap *h);

#endif

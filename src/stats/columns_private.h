/*
 * How a view lies in memory: pages of deals in the order of their ids, on shelves that views share.
 */
#ifndef STATS_COLUMNS_PRIVATE_H
#define STATS_COLUMNS_PRIVATE_H

#include <stdatomic.h>

#include "columns.h"

#define PAGE_DEALS 64u
#define SHELF_PAGES 256u
#define MAX_DEAL ((id)1 << 36) /* the shelves up to it take 32 MB */

struct page {
    atomic_uint refs;
    uint32_t deals;                 /* that have a past */
    uint32_t start[PAGE_DEALS + 1]; /* where each one's states begin */
    uint32_t recorded; /* where the same begins in the order of the recorded clock; 0: the order is alike */
    struct deal_state states[];
};

struct shelf {
    atomic_uint refs;
    struct page *pages[SHELF_PAGES];
};

struct view {
    atomic_uint refs;
    int64_t seq;
    size_t deals, bytes, nshelves;
    struct shelf *shelves[];
};

const struct page *view_page(const struct view *v, size_t which); /* NULL: empty */
size_t page_bytes(const struct page *p);

#endif

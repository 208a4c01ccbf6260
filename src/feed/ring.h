/*
 * The latest items of the log in memory, each with its JSON. Bounded in items and in bytes; what has fallen out is read
 * from the log again.
 */
#ifndef FEED_RING_H
#define FEED_RING_H

#include "log.h"

struct ring_item {
    struct log_item item; /* its texts point into `bytes` */
    struct str event;     /* "id: 7\ndata: {…}\n\n" */
    char *bytes;
};

struct ring {
    struct ring_item *items; /* of MAX_FEED_ITEMS */
    size_t first, n, bytes;
    int64_t before; /* the number of the item in front of the first */
};

bool ring_init(struct ring *r);
void ring_clear(struct ring *r);
void ring_begin(struct ring *r, int64_t before); /* anew, empty, behind that item */

/* Whether every item after `seq` that was ever put in is still there. */
bool ring_reaches(const struct ring *r, int64_t seq);

/* The first item after `seq`, then the next one; NULL at the end. */
const struct ring_item *ring_after(const struct ring *r, int64_t seq);

void ring_put(struct ring *r, const struct log_item *item); /* without memory it forgets everything */

/* One item as an event, for those that are not in the ring. */
void ring_event(struct buf *b, const struct log_item *item);

#endif

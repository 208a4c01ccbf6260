/*
 * Live subscribers to the log. One thread reads what was committed and hands every subscriber the items after the one
 * he had last, in commit order, without a gap: from memory when they are recent, else from the log. What a subscriber
 * may see is decided item by item by whoever subscribed him.
 *
 *     feed_new(&feed, store, err);
 *     store_on_commit(store, …feed_wake(feed)…);
 *     struct subscriber *s = feed_join(feed, &(struct subscription){.after = 17, .sees = …, .push = …, .ctx = …});
 *     feed_leave(s);         from then on push and end are not called any more, and free is soon
 *
 * Callbacks run on the feed's thread: `sees` in a read transaction, `push` must not wait. Every FEED_BEAT the
 * subscriber gets a comment, so that both ends notice a dead line, and `still` is asked.
 */
#ifndef FEED_FEED_H
#define FEED_FEED_H

#include "log.h"
#include "metric.h"

#define FEED_BEAT (15 * SECOND)

struct feed;
struct subscriber;

struct subscription {
    int64_t after; /* the last item he has */
    /* 1, 0, or -1 with err, which ends the subscription. Within one `turn` the transaction stays the same. */
    int (*sees)(void *ctx, struct txn *t, const struct log_item *item, uint64_t turn, struct err *err);
    int (*still)(void *ctx, struct txn *t, struct err *err); /* may he stay at all? 1, 0 or -1 */
    bool (*push)(void *ctx, struct str bytes);               /* false: gone, or too slow */
    void (*end)(void *ctx);                                  /* he may not stay; a call of feed_leave follows */
    void (*free)(void *ctx);                                 /* nothing will be called any more */
    void *ctx;
};

int feed_new(struct feed **ret, struct store *store, struct err *err);
void feed_stop(struct feed *f); /* ends every subscription and the thread; NULL is fine */
void feed_free(struct feed *f); /* NULL is fine */

struct subscriber *feed_join(struct feed *f, const struct subscription *s); /* NULL: stopped, or no memory */
void feed_leave(struct subscriber *s); /* from any thread, once; frees it when the feed's thread is through with it */

void feed_wake(struct feed *f);    /* something was committed */
void feed_recheck(struct feed *f); /* somebody's rights have changed */
size_t feed_subscribers(struct feed *f);

#define FEED_METRICS(X)                                                                                                \
    X(GAUGE, delivered, "penstock_feed_delivered_seq", "The last change that was handed to event streams")             \
    X(GAUGE, subscribers, "penstock_feed_subscribers", "Event streams that are served")                                \
    X(GAUGE, ring, "penstock_feed_ring_changes", "Changes kept in memory for streams that resume")                     \
    X(GAUGE, ring_bytes, "penstock_feed_ring_bytes", "Memory of these")                                                \
    X(COUNTER, turns, "penstock_feed_turns_total", "Rounds of reading news and handing them out")

struct feed_stats {
    FEED_METRICS(METRIC_MEMBER)
};

extern const struct metric feed_metrics[];
extern const size_t feed_metrics_n;

struct feed_stats *feed_stats(struct feed *f);
void feed_measure(void *feed); /* for metrics_add */

#endif

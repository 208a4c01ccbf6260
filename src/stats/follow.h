/*
 * A view that follows the log: one thread reads what was committed and publishes a new view of it, readers take the
 * latest. At the start it is read from a file or made from the log, which takes about a second for a million changes;
 * nobody but who asks for a view waits for that.
 *
 *     follow_new(&f, store, "data/columns.cache", err);
 *     store_on_commit(store, …follow_wake(f)…);
 *     struct view *v = follow_view(f, seq, 5 * SECOND, err);      with everything up to seq
 *     view_unref(v);
 *     follow_stop(f), follow_free(f);
 */
#ifndef STATS_FOLLOW_H
#define STATS_FOLLOW_H

#include "columns.h"

struct follow;

/* `path`: where the view is kept between runs; NULL: nowhere. */
int follow_new(struct follow **ret, struct store *store, const char *path, struct err *err);
void follow_stop(struct follow *f); /* ends the thread and keeps the view; NULL is fine */
void follow_free(struct follow *f); /* NULL is fine */

void follow_wake(struct follow *f); /* something was committed */

/* The latest view once it has all changes up to `seq`. ERR_BUSY when that takes longer than `patience`. */
struct view *follow_view(struct follow *f, int64_t seq, msec patience, struct err *err);

struct follow_stats {
    int64_t seq;
    size_t deals, bytes;
};
void follow_stats(struct follow *f, struct follow_stats *ret);

#endif

/*
 * The past of every deal in memory: what reports read instead of the log. A view is how it all stood after some item of
 * the log; it never changes, so readers need no lock while changes come in. Taking in changes makes a new view that
 * shares with the old one everything but the pages touched.
 *
 *     struct view *v = view_new();
 *     v = view_apply(v, changes, n, seq);          takes the old one, gives the new one
 *     view_pasts(v, 0, at, CLOCK_OCCURRED, fn, ctx, err);
 *     view_unref(v);
 *
 * It does not matter in how many steps changes are taken in or how often one comes: the view is the same, byte for
 * byte.
 */
#ifndef STATS_COLUMNS_H
#define STATS_COLUMNS_H

#include "deal_past.h"

struct view;

struct view *view_new(void); /* of nothing; NULL without memory */
struct view *view_ref(struct view *v);
void view_unref(struct view *v); /* NULL is fine; from any thread */

/* The view after these changes, in any order, which are all there are up to `seq`; sorts them. The caller's hold on `v`
 * goes over to the answer. NULL without memory: `v` stays as it was. */
struct view *view_apply(struct view *v, struct deal_change *changes, size_t n, int64_t seq);

int64_t view_seq(const struct view *v);
size_t view_deals(const struct view *v);
size_t view_bytes(const struct view *v);

/* As deal_pasts. */
int view_pasts(const struct view *v, id only, msec at, enum clock clock, deal_past_fn *fn, void *ctx, struct err *err);

/* -- on disk ----------------------------------------------------------------------------------------- */

/* A view in a file, so that a start need not read the whole log: written beside and renamed. `mark` tells whether the
 * log is still the one it was made from. Failing is no misfortune: the log has everything. */
int view_save(const struct view *v, const char *path, uint64_t mark, struct err *err);

/* NULL when there is no such file or it is not whole, of this program's form, and made from a log with this mark. */
struct view *view_load(const char *path, uint64_t (*mark_at)(void *ctx, int64_t seq), void *ctx);

#endif

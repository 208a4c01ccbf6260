/*
 * Filling an empty database in one go: most indexes are let go first and made at the end from the whole, which is
 * several times faster than keeping them row by row. When the program dies in between, opening the database again makes
 * what is missing (migrate.h).
 *
 *     bulk_begin(t, schema, "deal_id", err);
 *     … many transactions …
 *     bulk_end(t, schema, err);
 */
#ifndef STORE_BULK_H
#define STORE_BULK_H

#include "store.h"

/* Drops the indexes of all kinds but unique ones and those whose first column is `keep`. */
int bulk_begin(struct txn *t, const struct schema *s, const char *keep, struct err *err);
int bulk_end(struct txn *t, const struct schema *s, struct err *err);

/*
 * The same for one kind whose table is empty, in a database that is used meanwhile: its lists are slow until the
 * indexes are there again. They are made one at a time, so that nobody waits for all of them.
 *
 *     bulk_begin_kind(t, k, "external_id", err);
 *     … many transactions …
 *     while ((n = bulk_make_one(t, schema, err)) > 0) ...     in a transaction each: 1 made one, 0 none is missing
 */
int bulk_begin_kind(struct txn *t, const struct kind *k, const char *keep, struct err *err);
int bulk_make_one(struct txn *t, const struct schema *s, struct err *err);

#endif

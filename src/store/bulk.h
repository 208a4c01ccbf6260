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

#endif

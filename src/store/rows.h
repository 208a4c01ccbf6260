/*
 * Rows in and out of the store, one at a time, with their search text. These are the only functions that change a
 * kind's table; app/change.c is the only one that calls the three that write (one write path).
 */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include "row.h"
#include "store.h"

/* ERR_NOT_FOUND when there is none. */
int row_get(struct txn *t, const struct kind *k, id which, struct row **ret, struct err *err);

/* 1 found, 0 not, -1 error: the first row whose field has the value. */
int row_find(struct txn *t, const struct kind *k, const char *field, struct value v, struct row **ret, struct err *err);

/* Takes the current row of a cursor whose columns are those of sqlgen_row(k)->columns, starting at `from`. */
struct row *row_take(struct rows *r, struct arena *a, const struct kind *k, int from);

/* The same with the columns of the fields that `only` names. */
struct row *row_take_only(struct rows *r, struct arena *a, const struct kind *k, const bool *only);

/* A row without id gets one; a row with one (undo of a delete) is put back under it. */
int row_insert(struct txn *t, struct row *row, struct err *err);
int row_update(struct txn *t, const struct row *old, const struct row *row, struct err *err);
int row_remove(struct txn *t, const struct row *row, struct err *err);

/* Derived values only, without a new version: what rebuild and the keepers of derived fields write. */
int row_put_derived(struct txn *t, const struct row *row, struct err *err);

/* -- full-text search ------------------------------------------------------------------------------ */

#define MAX_SEARCH_WORDS 16 /* what is typed beyond them does not count */

/* The next word as the full-text table would take it: letters, digits and all that is not ASCII. */
bool search_next_word(struct str *rest, struct str *ret);

/* What a person typed as a query of the database: every word must begin some word of the text. VALUE_NULL when it holds
 * no word at all. */
struct value search_query(struct arena *a, struct str typed, enum dialect d);
int search_renew(struct txn *t, const struct row *row, struct err *err); /* the words of one row, made anew */

#endif

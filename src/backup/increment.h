/*
 * Increments: what has come since a whole backup. An increment holds the log since then and every table that is no
 * kind; the rows of kinds follow from the log. It holds the digests of all tables too, so that restoring a whole backup
 * and then the increment is proven to give what was there.
 *
 * The log of an increment begins behind the last line that was settled when the whole backup was taken (log.h):
 * whatever was committed later stands above it. Lines above it that the whole backup has already are kept once.
 */
#ifndef BACKUP_INCREMENT_H
#define BACKUP_INCREMENT_H

#include "catalog.h"
#include "head.h"
#include "json_out.h"

struct increment {
    const struct head *base; /* NULL: a whole backup */
    char id[33];
    int64_t mark;
    int64_t from_seq, from_changeset;
};

/* ERR_INVALID when the base is not of this database. */
int increment_begin(struct txn *t, const struct head *base, struct increment *ret, struct err *err);
void increment_write_head(const struct increment *i, struct json_out *o);

/* The log begins here: 0 for a whole backup. */
int64_t increment_from(const struct increment *i);

/* Belongs this row into the file? */
bool increment_takes(const struct increment *i, const struct table *table, const struct value *v);

#endif

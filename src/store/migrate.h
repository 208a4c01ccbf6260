/*
 * The tables come from two sources: numbered steps, forward only, for what is not a kind (the log, sessions, jobs), and
 * a plan derived from the descriptions for what is. Both run in one transaction when a database is opened for writing.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "buf.h"
#include "store.h"

struct migration {
    int number;                                    /* 1, 2, 3 … without gaps */
    const char *name;                              /* what it does, for people */
    void (*script)(struct buf *b, enum dialect d); /* `;` ended statements */
};

/* Brings an older database up to date; ERR_CONFLICT when it was made by a newer program. */
int migrate(struct txn *t, const struct schema *s, const struct migration *steps, int n, struct err *err);

/* What is missing for the kinds: CREATE TABLE, ADD COLUMN, CREATE INDEX; empty when nothing is. */
int migrate_plan(struct txn *t, const struct schema *s, struct buf *ret, struct err *err);

/* Runs the statements put together in a buffer. */
int migrate_run(struct txn *t, struct buf *script, struct err *err);

#endif

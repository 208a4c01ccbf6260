/*
 * The tables come from two sources: numbered steps, forward only, for what is not a kind (the log, sessions, jobs), and
 * a plan derived from the descriptions for what is. Both run in one transaction.
 *
 * Each time the tables change, a row of `releases` says which version of the program changed them, with its last step
 * and the shape of its kinds. By that a program knows a database that a newer one has been at, and leaves it alone.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "buf.h"
#include "store.h"

struct migration {
    int number;                                    /* 1, 2, 3 … without gaps */
    const char *name;                              /* what it does, for people */
    void (*script)(struct buf *b, enum dialect d); /* `;` ended statements */
    const char *touches; /* tables whose rows it may change, with spaces between; NULL: it leaves all rows alone */
};

/* What a program brings: its version ("0.1.0"), its kinds and its steps. */
struct migrations {
    const char *version;
    const struct schema *schema;
    const struct migration *steps;
    int n;
};

enum migrate_state {
    MIGRATE_EMPTY, /* a new database */
    MIGRATE_DONE,  /* nothing is to be done */
    MIGRATE_MEND,  /* indexes are missing, or the note of who was here: no table changes */
    MIGRATE_OLDER, /* an older program made it */
};

struct migrate_look {
    enum migrate_state state;
    int step;                     /* the last one that the database has had */
    int64_t release;              /* number of its last row of `releases`; 0 for none */
    struct str version;           /* the program that wrote that; STR_NULL for none */
    int tables, columns, indexes; /* that the kinds lack */
};

/* Looks and changes nothing. ERR_CONFLICT when a newer program made the database, with what to do. */
int migrate_look(struct txn *t, const struct migrations *m, struct migrate_look *ret, struct err *err);

/* Brings an older or empty database up to date; ERR_CONFLICT as migrate_look. */
int migrate(struct txn *t, const struct migrations *m, struct err *err);

/* The first `to` steps alone, on an empty database: what a program of that age had made beside the kinds. */
int migrate_steps(struct txn *t, const struct migration *steps, int to, struct err *err);

/* What is missing for the kinds: CREATE TABLE, ADD COLUMN, CREATE INDEX; empty when nothing is. */
int migrate_plan(struct txn *t, const struct schema *s, struct buf *ret, struct err *err);

/* Runs the statements put together in a buffer. */
int migrate_run(struct txn *t, struct buf *script, struct err *err);

#endif

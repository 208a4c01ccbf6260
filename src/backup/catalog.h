/*
 * What of a database belongs into a backup: every table with its columns as the database has them, except what is made
 * anew (search), what speaks of this one installation (the list of its backups) and the record of migrations, which
 * the backup's head stands for.
 */
#ifndef BACKUP_CATALOG_H
#define BACKUP_CATALOG_H

#include "rowcode.h"
#include "store.h"

#define MAX_COLUMNS 256 /* of one table */
#define MAX_TABLES 256

struct table {
    const char *name;
    const struct kind *kind; /* NULL: not a kind */
    struct column columns[MAX_COLUMNS];
    int n;
    const char *key;  /* column with a number that the database makes, or NULL */
    const char *rows; /* SELECT of all columns of the rows that are backed up */
};

struct catalog {
    struct table *tables[MAX_TABLES];
    int n;
};

/* In the arena of the transaction. */
int catalog_read(struct txn *t, const struct schema *s, struct catalog *ret, struct err *err);
struct table *catalog_find(const struct catalog *c, struct str name); /* NULL when there is none */
int table_column(const struct table *t, struct str name);             /* -1 when there is none */

/* The greatest number the database has given to the key of a table, also to rows that are gone; and setting it. */
int table_last_key(struct txn *t, const struct table *table, int64_t *ret, struct err *err);
int table_set_last_key(struct txn *t, const struct table *table, int64_t last, struct err *err);

/* Digest of the rows as the database has them now. `table` may be one of another catalog. */
int table_digest(struct txn *t, const struct table *table, struct digest *ret, struct err *err);

#endif

/*
 * SQL that follows from a kind's description, for both databases side by side: its table, its indexes, its full-text
 * table, and the statements that read and write one row. Both texts are golden-tested.
 */
#ifndef STORE_SQLGEN_H
#define STORE_SQLGEN_H

#include "buf.h"
#include "store.h"

/* Column types for tables that are no kinds: a key made by the database, and 64-bit integers. */
const char *sqlgen_id(enum dialect d);
const char *sqlgen_big(enum dialect d);

/* The database's clock as an expression, in milliseconds since 1970: one for all nodes, whose own clocks may differ. */
const char *sqlgen_now(enum dialect d);

/* CREATE TABLE and CREATE INDEX statements of a kind, `;` ended, a line each. */
void sqlgen_table(struct buf *b, const struct kind *k, enum dialect d);

/* Its table and search alone, without indexes, and only with the columns that `has` knows: what an older program had
 * made. migrate_plan adds the rest. */
void sqlgen_bare_table(struct buf *b, const struct kind *k, bool (*has)(const void *ctx, const char *column),
                       const void *ctx, enum dialect d);

/* The columns a kind has that an existing table may lack: ALTER TABLE … ADD COLUMN for one field. */
void sqlgen_add_column(struct buf *b, const struct kind *k, const struct field *f, enum dialect d);

/* Statements for one row, the columns in the order of the kind's fields. */
struct row_sql {
    const char *columns; /* "id,version,…" */
    const char *get;     /* WHERE id = $1 */
    const char *insert;  /* all columns but the id, RETURNING nothing */
    const char *restore; /* all columns with the id */
    const char *remove;  /* WHERE id = $1 */
    const char *there;   /* gives a row when there is one with id = $1 */

    /* The words of a row: rowid, title, body; by rowid. */
    const char *search_put, *search_remove;
};

/* Makes the statements of every kind, in the schema's arena; once, before any row is read or written. */
void sqlgen_attach(struct schema *s);
const struct row_sql *sqlgen_row(const struct kind *k);

/* Has the kind any text to search? */
bool kind_searchable(const struct kind *k);

#endif

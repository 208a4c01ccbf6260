/*
 * One record of a file turned into a row: cells to values by their column's rule, references found or made. The parts
 * of an import between the map and the write path.
 */
#ifndef APP_IMPORT_ROW_H
#define APP_IMPORT_ROW_H

#include "import_map.h"
#include "op.h"

/* Records known by name: what a column matches against, read once and kept up to date with what the import makes. */
struct import_names {
    struct arena *arena;  /* lives as long as the import */
    struct map by_column; /* "organisation_id/name/1" to struct map of folded name to id */
    bool dry_run;         /* made records get no id that outlives the step */
    struct map_made {
        struct map *in;
        struct str name;
    } * made; /* by the step at hand */
    size_t nmade, room;
    size_t of_row;  /* where those of the row at hand begin */
    bool read_some; /* in the step at hand */
};

/* The row at hand, or the whole step, was taken back: what it made is not there. */
void import_forget(struct import_names *names, bool step);

/* A step begins: what is known is there to stay. */
void import_remember(struct import_names *names);

/* The record a cell names, made when it is missing and the rule says so. *ret 0: an empty cell, or in a dry run one
 * that would be made. -1 with the reason in err->fields[0]. */
int import_find(struct ctx *c, struct import_names *names, const struct field *f, const char *match, bool create,
                id pipeline, struct str text, id *ret, struct err *err);

/* Fills the row from the record. `given` tells the fields the record had something for. On -1 *ret_column names the
 * column at fault (0 is the first). */
int import_fill(struct ctx *c, struct import_names *names, const struct import_map *m, const struct tab_row *in,
                struct row *row, bool *given, size_t *ret_column, struct err *err);

/* The key's value of a record; VALUE_NULL when the map has no key or the cell is empty. */
int import_key(struct ctx *c, const struct import_map *m, const struct tab_row *in, struct value *ret, struct err *err);

/* A title for a record whose file has none. */
void import_title(struct ctx *c, struct row *row);

#endif

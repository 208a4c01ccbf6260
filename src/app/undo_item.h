/*
 * Taking back one line of the log inside a transaction; undo.c walks a change set with it.
 */
#ifndef APP_UNDO_ITEM_H
#define APP_UNDO_ITEM_H

#include "undo.h"

struct undo_walk {
    struct ctx *c;
    struct undo_report *report;
    struct arena *keep;      /* where conflicts live */
    struct map *skip;        /* "kind/id" of records to leave alone */
    struct map *found;       /* those of them that were found in this step */
    const bool *table_empty; /* by kind->number; saves looking for references where there are none */
};

/* 1 taken back, 0 left alone (a conflict, noted, or skipped), -1 error. */
int undo_item(struct undo_walk *w, const struct log_item *item, struct err *err);

#endif

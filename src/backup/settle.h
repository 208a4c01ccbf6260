/*
 * What remains to be done to the tables once they are as they were backed up: rows that an increment changed are made
 * from the log, the state is taken back to a moment, and what belongs to the old place is let go.
 */
#ifndef BACKUP_SETTLE_H
#define BACKUP_SETTLE_H

#include "app.h"

struct settle {
    struct app *app;
    int kind;         /* the next one; of the first two */
    int64_t from_seq; /* rows changed by the log from here on are made anew */
    msec until;
};

/* Each is a write_fn. Of the first two, one kind at a time: `kind` goes up to the number of kinds. */
int settle_increment(struct txn *t, void *settle, struct err *err);
int settle_rows_until(struct txn *t, void *settle, struct err *err);
int settle_log_until(struct txn *t, void *settle, struct err *err); /* after the rows */
int settle_place(struct txn *t, void *settle, struct err *err);     /* imports whose file stayed behind */

#endif

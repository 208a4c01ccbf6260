/*
 * Making derived data anew from rows and log, and comparing. Rows and log are truth: the fold of the log must equal the
 * tables. The search index and derived fields are written again.
 */
#ifndef APP_REBUILD_H
#define APP_REBUILD_H

#include "app.h"

struct rebuild_report {
    int64_t rows;
    int64_t differences; /* rows whose fold differs from the table */
    int64_t missing;     /* files whose content is gone */
    int64_t swept;       /* contents that nothing named any more, now removed; of rebuild_run */
};

/* Only compares, rows with the log and files with their contents, and writes nothing. */
int rebuild_compare(struct app *app, struct rebuild_report *ret, void (*tell)(const char *line), struct err *err);

/* `tell` is called for each difference with a line for people; may be NULL. */
int rebuild_run(struct app *app, struct rebuild_report *ret, void (*tell)(const char *line), struct err *err);

/* The search made anew from the rows, and with `derived` the derived fields too. */
int rebuild_renew(struct app *app, bool derived, struct err *err);

#endif

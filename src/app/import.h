/*
 * Bringing a file of rows in: a preview that keeps nothing, and the run itself, which streams in constant memory, in
 * many short transactions that make up one change set, and can be resumed where it stopped. Each row comes through
 * op_insert or op_change like everything else; a bad row is noted with its line, column and reason and leaves nothing
 * behind.
 *
 *     struct import *im;
 *     import_open(&im, app, arena, &request, err);
 *     while ((n = import_step(im, 5000, err)) > 0) ...    1 there is more, 0 done, -1 failed
 */
#ifndef APP_IMPORT_H
#define APP_IMPORT_H

#include "import_map.h"
#include "op.h"

struct import_bad {
    int64_t line;
    struct str column, reason;
};

struct import_sample {
    int64_t line;
    const char *action;       /* create, update */
    struct str title, fields; /* fields: the log's form of the change */
};

#define IMPORT_SAMPLES 20
#define IMPORT_BAD_KEPT 100 /* bad rows in the report; the rest is counted and stored */

struct import_report {
    id changeset;
    int64_t done, total; /* rows; total may be an estimate */
    int64_t created, updated, skipped, bad;
    struct import_bad bad_rows[IMPORT_BAD_KEPT];
    size_t nbad;
    struct import_sample samples[IMPORT_SAMPLES];
    size_t nsamples;
    int64_t *changed; /* by field of the kind: rows whose value would change */
    const struct kind *kind;
};

struct import_request {
    const char *path;
    struct str filename; /* as people know it */
    const struct kind *kind;
    const json_t *map; /* kept by the caller */
    /* Instead of a map: the file is a history of deals (import_history.c). Stages, owners and lost reasons that are
     * missing are made when `create` says so. */
    bool history, create;
    struct str pipeline; /* name; empty: the first */
    struct who who;
    const char *origin; /* import */
    bool dry_run;
    int64_t long_file; /* rows from which on an empty table is filled without its indexes; 0: as it pays */
    /* Gets every bad row with its cells, in the step's transaction; may be NULL. */
    int (*bad)(void *ctx, struct txn *t, const struct import_bad *bad, const struct tab_row *row, struct err *err);
    /* Runs at the end of each step, in its transaction: keeps the place to resume at; may be NULL. */
    int (*kept)(void *ctx, struct txn *t, const struct import_report *report, struct tab_mark at, struct err *err);
    void *ctx;
    /* To go on with an import that was cut short. */
    id changeset;
    struct tab_mark resume_at;
    struct import_report resume_counts;
};

struct import;

int import_open(struct import **ret, struct app *app, struct arena *a, const struct import_request *req,
                struct err *err);
/* At most so many rows; fewer when others wait for the writer. */
int import_step(struct import *im, unsigned rows, struct err *err);
const struct import_report *import_report(const struct import *im);
const struct tab_report *import_file(const struct import *im);

#endif

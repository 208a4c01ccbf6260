/*
 * Imports as people see them: a file that was uploaded, what it looks like, a map, a run in the background with its
 * progress, the bad rows, and the change set that can be undone. The file stays in DATA/imports, or with
 * the contents where nodes share them; the row of the table
 * `imports` says how far it has come, written in the transaction of each step, so that a run goes on after a crash.
 */
#ifndef APP_IMPORT_JOB_H
#define APP_IMPORT_JOB_H

#include "import.h"
#include "jobs.h"
#include "tab_writer.h"

struct import_job {
    id id, user, changeset;
    enum token_scope scope;
    struct str kind;                              /* plural name, or deal-history */
    struct str filename, path, map, state, error; /* state: uploaded running done failed */
    int64_t done, total, created, updated, skipped, bad;
    struct tab_mark at;
    msec created_at;
};

/* Keeps a copy of the file at `path` and tells what it looks like. ERR_FORBIDDEN when the caller may not add such
 * records. */
int import_job_create(struct app *app, struct arena *a, struct who who, struct str kind, struct str filename,
                      const char *path, struct import_job *ret, struct tab_report **ret_file, struct err *err);

/* ERR_NOT_FOUND unless it is the caller's, or the caller an administrator. */
int import_job_get(struct ctx *c, id which, struct import_job *ret, struct err *err);

/* The caller's own (an administrator's: all), newest first, at most 100. */
int import_job_list(struct ctx *c, struct import_job **ret, size_t *ret_n, struct err *err);

/* Looks at up to PREVIEW_ROWS rows as they would come in. */
#define PREVIEW_ROWS 20000
int import_job_preview(struct app *app, struct arena *a, const struct import_job *job, struct who who,
                       const json_t *map, const struct import_report **ret, bool *ret_whole, struct err *err);

/* Checks the map and puts the run in the queue. */
int import_job_start(struct app *app, struct arena *a, const struct import_job *job, const json_t *map,
                     struct err *err);

/* Writes the bad rows as CSV: the file's own columns, then line, column and reason. */
int import_job_bad(struct ctx *c, const struct import_job *job, struct tab_sink sink, struct err *err);

/* The job type "import"; ctx is the app. */
int import_job_run(void *app, struct job *job, struct err *err);

void imports_tables(struct buf *b, enum dialect d);

#endif

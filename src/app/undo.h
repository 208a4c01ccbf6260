/*
 * Taking back a change set as a unit. Its changes are undone last first, each written as a change of its own in a new
 * change set, so an undo has a history and can be undone too. A change cannot be undone when the record has moved on
 * since (a field no longer has the value the change gave it, the record is gone, others refer to it now): such
 * conflicts are listed and nothing is done, or, if the caller wants, all but the records in conflict.
 */
#ifndef APP_UNDO_H
#define APP_UNDO_H

#include "op.h"

struct undo_conflict {
    const struct kind *kind;
    id row;
    struct str title, field, expected, found; /* raw JSON of the values; field may be empty */
    const char *reason;
};

#define UNDO_MAX_CONFLICTS 100

struct undo_report {
    id changeset; /* the new one; 0 for a preview */
    int64_t changes, restored, removed, updated;
    struct undo_conflict conflicts[UNDO_MAX_CONFLICTS];
    size_t nconflicts; /* of those kept; at most UNDO_MAX_CONFLICTS */
    int64_t all_conflicts;
};

struct undo_request {
    id changeset;
    bool preview, keep_conflicts;
    struct who who;
    const char *origin;
    /* For long undos: called between transactions; may be NULL. */
    void (*progress)(void *ctx, int64_t done, int64_t all);
    void *ctx;
};

/* Runs its own transactions (from a SLOW handler, a job or the command line, never inside a write). ERR_CONFLICT with
 * the conflicts in the report when there are some and they are not kept. The report lives in `a`. */
int undo_run(struct app *app, struct arena *a, const struct undo_request *req, struct undo_report *ret,
             struct err *err);

#endif

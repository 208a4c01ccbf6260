/*
 * The one write path: permission, check, rows and log in one transaction. Everything that changes a record on anybody's
 * behalf comes through here.
 *
 *     if (op_create(&c, app->deals, body, &row, err) < 0) ...
 *
 * The caller runs inside a write transaction (store_write); when an op fails, the caller returns -1 and the store takes
 * back all of it.
 */
#ifndef APP_OP_H
#define APP_OP_H

#include "app.h"

/* From a JSON object. It may hold "occurred_at" (business time in the past) besides the kind's fields. */
int op_create(struct ctx *c, const struct kind *k, const json_t *body, struct row **ret, struct err *err);

/* version 0: whatever it is now. Otherwise ERR_STALE when somebody has changed the record since; the API shows both. */
int op_update(struct ctx *c, const struct kind *k, id which, int64_t version, const json_t *body, struct row **ret,
              struct err *err);

/* What refers to the record is cleared, deleted with it, or stands in the way (ERR_CONFLICT), as its field says. */
int op_delete(struct ctx *c, const struct kind *k, id which, int64_t version, struct err *err);

/* From rows put together by the program (import, simulator, conversion). `given` (nfields long, or NULL) tells which
 * fields somebody set on purpose. */
int op_insert(struct ctx *c, struct row *row, const bool *given, struct err *err);
int op_change(struct ctx *c, const struct row *old, struct row *row, const bool *given, struct err *err);

/* May the caller change the record? ERR_FORBIDDEN when not. op_change itself does not ask. */
int op_change_allowed(struct ctx *c, const struct row *row, struct err *err);

/* One record if the caller may see it; ERR_NOT_FOUND otherwise, whether it is missing or hidden. */
int op_get(struct ctx *c, const struct kind *k, id which, struct row **ret, struct err *err);
/* The same as it was: ERR_NOT_FOUND when it was not there. Rights are those of the record now, or, when it is gone,
 * of the record as it was. */
int op_get_at(struct ctx *c, const struct kind *k, id which, msec at, enum clock clock, struct row **ret,
              struct err *err);

/* May the caller see a log item? Rights to the record as it is, or as it was last when it is gone. 1, 0, -1. */
int op_sees_item(struct ctx *c, const struct log_item *item, struct err *err);

/* The seam for rows that fit rights in memory: is the row within the level? Follows `via` fields in the store. */
int op_row_within(struct ctx *c, const struct row *row, enum level level, struct err *err);

#endif

/*
 * Records going out as CSV, JSON or a workbook, in constant memory, from one consistent state, as far as the caller may
 * see. References go out as their id and, in a column of the field's name without _id, as the other record's title, so
 * that a file makes sense to people and can be imported elsewhere.
 */
#ifndef APP_EXPORT_H
#define APP_EXPORT_H

#include "op.h"
#include "tab_writer.h"

/* All rows of the query (its limit and cursor do not matter). */
int export_rows(struct ctx *c, const struct list_query *q, enum tab_file format, struct tab_sink sink,
                int64_t *ret_rows, struct err *err);

/* The history of deals, one event a record, in the form that `import deal-history` reads. pipeline 0: all. */
int export_history(struct ctx *c, id pipeline, enum tab_file format, struct tab_sink sink, int64_t *ret_rows,
                   struct err *err);

#endif

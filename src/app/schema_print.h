/*
 * What follows from the descriptions, as text for people and golden files: tables of both databases, preset rights.
 */
#ifndef APP_SCHEMA_PRINT_H
#define APP_SCHEMA_PRINT_H

#include "app.h"

void schema_print_sql(struct buf *b, const struct schema *s, enum dialect d); /* migrations, then kinds */
void schema_print_kind(struct buf *b, const struct kind *k, enum dialect d);
void schema_print_acl(struct buf *b, const struct schema *s);

#endif

/*
 * The two sides of a comparison in a statement: a field on alias t, and a value for it. Text compares and sorts without
 * regard to case, as its indexes do; custom fields are members of a JSON column and compare in JSON's terms.
 */
#ifndef STORE_OPERAND_H
#define STORE_OPERAND_H

#include "sql.h"

/* Text that is ordered and indexed without regard to case. */
bool field_folds(const struct field *f);

/* The operand and parameter of a comparison in the order of the indexes: t.name COLLATE NOCASE, lower(t.name) … */
void sql_ordered(struct sql *s, const struct field *f);
void sql_ordered_arg(struct sql *s, const struct field *f, struct value v);

/* t.field = value, to the letter; for text in a form that the index without regard to case still serves. */
void sql_equals(struct sql *s, const struct field *f, struct value v);

/* The column of a field on alias t, or the member of the JSON column of custom fields. */
void sql_operand(struct sql *s, const struct field *f);
void sql_operand_arg(struct sql *s, const struct field *f, struct value v);

#endif

/*
 * A record in memory: its kind and one value a field, in the kind's order. Rows live in an arena and are cheap to copy;
 * nothing changes a row that the store gave out except on a copy.
 *
 *     struct row *row = row_new(a, deals);
 *     if (row_patch(a, row, body, PATCH_CREATE, err) < 0 || row_check(NULL, row, err) < 0) ...
 *     row_write(&json, row);
 */
#ifndef MODEL_ROW_H
#define MODEL_ROW_H

#include "kind.h"

struct row {
    const struct kind *kind;
    struct value *v; /* kind->nfields of them */
};

struct row *row_blank(struct arena *a, const struct kind *k); /* all null */
struct row *row_new(struct arena *a, const struct kind *k);   /* with the presets of its fields */
struct row *row_copy(struct arena *a, const struct row *r);   /* text is shared */
bool row_eq(const struct row *a, const struct row *b);        /* every field but version and updated_at */

static inline id row_id(const struct row *r)
{
    return r->v[SYS_ID].i;
}

static inline int64_t row_int(const struct row *r, int at)
{
    return r->v[at].type == V_INT ? r->v[at].i : 0;
}

static inline struct str row_str(const struct row *r, int at)
{
    return r->v[at].type == V_TEXT ? r->v[at].s : STR_NULL;
}

static inline bool row_has(const struct row *r, int at)
{
    return r->v[at].type != V_NULL;
}

/* By field name, for code that is about one kind without an index at hand. */
struct value row_value(const struct row *r, const char *field);
id row_ref(const struct row *r, const char *field);
void row_set(struct row *r, const char *field, struct value v);

struct str row_title(const struct row *r);

/* Digits of a money or decimal field in this row: its currency's, or the field's own. */
int row_digits(const struct row *r, const struct field *f);

/* Takes the members of a JSON object into the row. Unknown and read-only fields are refused by name, as are values that
 * do not fit; up to ERR_MAX_FIELDS at once. `custom` members are merged, null takes one away. When only the currency
 * changes, amounts keep their value in major units, or it is refused. `given`, nfields long, tells which fields the
 * object named; it may be NULL. */
int row_patch(struct arena *a, struct row *r, const json_t *object, bool *given, struct err *err);

/* One field from text in the canonical form, as import and rules use it. */
int row_put_text(struct arena *a, struct row *r, const struct field *f, struct str text, struct err *err);

/* The value of one custom field; VALUE_NULL when absent. */
struct value row_custom(struct arena *a, const struct row *r, const struct field *f);
int row_put_custom(struct arena *a, struct row *r, const struct field *f, struct value v, struct err *err);

/* Computed values, then required fields, then the kind's own rules. */
int row_check(struct arena *a, const struct row *old, struct row *row, struct err *err);

/* {"id":1,"title":"…",…}; with `only` (nfields long) just those fields and the id. The members alone, without braces,
 * when the caller has opened the object. */
void row_write(struct json_out *o, const struct row *r, const bool *only);
void row_write_members(struct json_out *o, const struct row *r, const bool *only);

/* The log's form of a change: {"value":[10.00,12.50],"custom.size":[null,"L"]}. NULL stands for no row. Derived fields,
 * id, version and updated_at are left out. False when nothing differs. */
bool row_write_diff(struct arena *a, struct json_out *o, const struct row *before, const struct row *after);

/* Takes one side of such an object into a row: 0 the values before, 1 the values after. Fields the kind no longer has
 * are passed over. False when the text does not fit, i.e. the log was damaged. */
bool row_apply_diff(struct arena *a, struct row *r, struct str fields, int side);

#endif

#include "operand.h"

#include <stdlib.h>

#include "ceilings.h"
#include "json_scan.h"

bool field_folds(const struct field *f)
{
    return field_ftype(f)->is_text && f->type != FT_CHOICE && f->type != FT_CURRENCY;
}

/* A custom value as the JSON column holds it: what json_extract gives for comparing. */
static struct value in_json(struct arena *a, const struct field *f, struct value v)
{
    struct json_out o;
    struct buf b;

    buf_init(&b, MAX_JSON_BODY);
    out_init(&o, &b);
    field_write(&o, f, f->digits, v);
    struct str raw = buf_keep(&b, a);
    if (json_raw_is_string(raw))
        return value_text(json_raw_text(a, raw));
    if (f->type == FT_BOOLEAN || f->type == FT_REF || f->type == FT_INTEGER)
        return v;
    return value_real(strtod(raw.p, NULL));
}

void sql_operand_arg(struct sql *s, const struct field *f, struct value v)
{
    sql_arg(s, (f->flags & CUSTOM) && !value_is_null(v) ? in_json(s->arena, f, v) : v);
}

/* A member of the JSON column on PostgreSQL, to be compared with what in_json makes. */
static const char *json_form(const struct field *f)
{
    switch (f->type) {
    case FT_BOOLEAN:
        return "(t.custom::json->>'%s')::boolean::int";
    case FT_REF:
    case FT_INTEGER:
    case FT_DECIMAL:
    case FT_MONEY:
        return "(t.custom::json->>'%s')::numeric";
    default:
        return "((t.custom::json->>'%s') COLLATE \"C\")";
    }
}

void sql_operand(struct sql *s, const struct field *f)
{
    if (!(f->flags & CUSTOM)) {
        sql_z(s, "t.");
        sql_z(s, f->name);
    } else if (s->dialect == DIALECT_SQLITE)
        sql_f(s, "json_extract(t.custom, '$.%s')", f->name);
    else
        sql_f(s, json_form(f), f->name);
}

void sql_ordered(struct sql *s, const struct field *f)
{
    bool folds = field_folds(f);

    if (folds && s->dialect == DIALECT_POSTGRES)
        sql_z(s, "lower(");
    sql_operand(s, f);
    if (folds)
        sql_z(s, s->dialect == DIALECT_SQLITE ? " COLLATE NOCASE" : ")");
}

void sql_ordered_arg(struct sql *s, const struct field *f, struct value v)
{
    bool folds = field_folds(f) && s->dialect == DIALECT_POSTGRES;

    sql_z(s, folds ? "lower(" : "");
    sql_operand_arg(s, f, v);
    sql_z(s, folds ? " COLLATE \"C\")" : "");
}

void sql_equals(struct sql *s, const struct field *f, struct value v)
{
    if (field_folds(f)) {
        sql_ordered(s, f);
        sql_z(s, " = ");
        sql_ordered_arg(s, f, v);
        sql_z(s, " AND ");
    }
    sql_operand(s, f);
    sql_z(s, " = ");
    sql_operand_arg(s, f, v);
}

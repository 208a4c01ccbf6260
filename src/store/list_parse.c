#include <string.h>

#include "list.h"

static const struct {
    const char *name;
    enum filter_op op;
} op_names[] = {{"eq", OP_EQ},   {"ne", OP_NE}, {"lt", OP_LT},     {"lte", OP_LTE},   {"gt", OP_GT},
                {"gte", OP_GTE}, {"in", OP_IN}, {"null", OP_NULL}, {"like", OP_LIKE}, {"has", OP_HAS}};

/* "value.gte" is a field and an operation, "custom.size.gte" too; a name alone means equal. */
static bool split_name(const struct kind *k, struct str name, const struct field **ret_field, enum filter_op *ret_op)
{
    const struct field *f = kind_field(k, name);

    *ret_op = OP_EQ;
    for (size_t at = name.n; !f && at > 0; at--) {
        if (name.p[at - 1] != '.')
            continue;
        for (size_t i = 0; i < COUNT(op_names); i++) {
            if (str_is(str_from(name, at), op_names[i].name)) {
                *ret_op = op_names[i].op;
                f = kind_field(k, str_upto(name, at - 1));
            }
        }
        break;
    }
    *ret_field = f;
    return f && f->type != FT_JSON;
}

static int parse_value(const struct field *f, struct arena *a, struct str text, const struct zone *zone,
                       struct value *ret, struct err *err)
{
    struct field one = *f;
    struct day d;

    if (f->type == FT_INSTANT && zone && day_parse(text, &d)) {
        *ret = value_int(zone_midnight(zone, d));
        return 0;
    }
    if (f->type == FT_REFS)
        one.type = FT_REF;
    if (f->type == FT_CHOICES)
        one.type = FT_CHOICE;
    /* A search pattern or part of an address need not be a whole value. */
    if (field_ftype(f)->is_text && f->type != FT_CHOICE && f->type != FT_CURRENCY)
        one.type = FT_TEXT;
    return field_ftype(&one)->parse(&one, f->type == FT_MONEY ? 2 : f->digits, a, text, ret, err);
}

/* A pattern without wildcards is looked for anywhere in the text. */
static struct value like_pattern(struct arena *a, struct str text)
{
    if (str_find(text, '%') >= 0)
        return value_text(arena_str(a, text));
    return value_text(arena_printf(a, "%%" STR_FMT "%%", STR_ARG(text)));
}

static int parse_in(struct filter *f, struct arena *a, struct str text, const struct zone *zone, struct err *err)
{
    struct str piece;

    f->values = NEW_ARRAY(a, struct value, MAX_IN_VALUES);
    while (str_next(&text, ',', &piece)) {
        if (f->n == MAX_IN_VALUES)
            return err_field(err, f->field->name, "too_many", "At most %u values fit in one list.", MAX_IN_VALUES);
        if (parse_value(f->field, a, str_trim(piece), zone, &f->values[f->n++], err) < 0)
            return -1;
    }
    return 0;
}

int list_filter(struct list_query *q, struct arena *a, struct str name, struct str text, const struct zone *zone,
                struct err *err)
{
    struct filter f = {.n = 0};

    if (q->nfilters == MAX_FILTERS)
        return err_set(err, ERR_INVALID, "At most %u conditions fit in one list.", MAX_FILTERS);
    if (!split_name(q->kind, name, &f.field, &f.op))
        return err_field(err, arena_cstr(a, str_upto(name, 60)), "unknown",
                         "%s have no field \"" STR_FMT "\" to filter by.", q->kind->def.labels,
                         STR_ARG(str_upto(name, 60)));
    bool is_list = f.field->type == FT_REFS || f.field->type == FT_CHOICES;
    if (is_list && f.op == OP_EQ)
        f.op = OP_HAS;
    if (is_list ? f.op != OP_HAS && f.op != OP_NULL : f.op == OP_HAS)
        return err_field(err, f.field->name, "operation", "%s cannot be compared that way.", f.field->label);
    if (f.op == OP_LIKE && !field_ftype(f.field)->is_text)
        return err_field(err, f.field->name, "operation", "like works on text only.");
    if (f.op == OP_LIKE && text.n > MAX_PATTERN)
        return err_field(err, f.field->name, "length", "At most %u bytes can be looked for.", MAX_PATTERN);
    if (f.op == OP_IN) {
        if (parse_in(&f, a, text, zone, err) < 0)
            return -1;
    } else {
        f.values = NEW(a, struct value);
        f.n = 1;
        if (f.op == OP_NULL) {
            if (!str_is(text, "true") && !str_is(text, "false"))
                return err_field(err, f.field->name, "value", "null takes true or false.");
            f.values[0] = value_int(str_is(text, "true"));
        } else if (f.op == OP_LIKE) {
            f.values[0] = like_pattern(a, text);
        } else if (parse_value(f.field, a, text, zone, &f.values[0], err) < 0) {
            return -1;
        }
    }
    q->filters[q->nfilters++] = f;
    return 0;
}

int list_sort(struct list_query *q, struct str text, struct err *err)
{
    struct str piece;

    while (text.n && str_next(&text, ',', &piece)) {
        bool down = str_starts(piece, S("-"));
        struct str name = str_trim(down ? str_from(piece, 1) : piece);
        const struct field *f = kind_field(q->kind, name);
        if (!f || f->type == FT_JSON || f->type == FT_REFS || f->type == FT_CHOICES)
            return err_field(err, "sort", "unknown", "%s cannot be sorted by \"" STR_FMT "\".", q->kind->def.labels,
                             STR_ARG(str_upto(name, 60)));
        if (q->nsort == MAX_SORT_KEYS)
            return err_field(err, "sort", "too_many", "At most %u sort keys fit.", MAX_SORT_KEYS);
        q->sort[q->nsort++] = (struct sort_key){.field = f, .down = down};
    }
    return 0;
}

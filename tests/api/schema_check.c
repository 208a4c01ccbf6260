#include "schema_check.h"

#include <string.h>

#include "day.h"
#include "json_in.h"

struct check {
    struct arena *arena;
    const json_t *document;
};

static const char *check(struct check *c, const json_t *schema, const json_t *value);

static const char *say(struct check *c, const json_t *value, const char *what)
{
    struct str text = str_upto(json_dump(c->arena, value), 200);

    return arena_printf(c->arena, ": " STR_FMT " %s", STR_ARG(text), what).p;
}

static const char *inside(struct check *c, const char *where, const char *why)
{
    return arena_printf(c->arena, ".%s%s", where, why).p;
}

static const json_t *find(const struct check *c, const char *ref)
{
    struct str rest = str_of(ref), piece;
    const json_t *at = c->document;

    if (!str_starts(rest, S("#/")))
        return NULL;
    rest = str_from(rest, 2);
    while (at && str_next(&rest, '/', &piece))
        at = json_object_getn(at, piece.p, piece.n);
    return at;
}

static bool is_type(const char *type, const json_t *value)
{
    if (strcmp(type, "number") == 0)
        return json_is_number(value);
    if (strcmp(type, "integer") == 0)
        return json_is_integer(value);
    return (strcmp(type, "object") == 0 && json_is_object(value)) ||
           (strcmp(type, "array") == 0 && json_is_array(value)) ||
           (strcmp(type, "string") == 0 && json_is_string(value)) ||
           (strcmp(type, "boolean") == 0 && json_is_boolean(value)) ||
           (strcmp(type, "null") == 0 && json_is_null(value));
}

static const char *check_type(struct check *c, const json_t *type, const json_t *value)
{
    size_t i;
    json_t *one;

    if (json_is_string(type))
        return is_type(json_string_value(type), value) ? NULL : say(c, value, "is of another type");
    json_array_foreach(type, i, one)
        if (is_type(json_string_value(one), value))
            return NULL;
    return say(c, value, "is of another type");
}

static const char *check_object(struct check *c, const json_t *schema, const json_t *value)
{
    const json_t *properties = json_object_get(schema, "properties");
    const json_t *others = json_object_get(schema, "additionalProperties");
    const char *name, *why;
    json_t *one;
    size_t i;

    json_array_foreach(json_object_get(schema, "required"), i, one) {
        if (!json_object_get(value, json_string_value(one)))
            return inside(c, json_string_value(one), ": is missing");
    }
    json_object_foreach((json_t *)(uintptr_t)value, name, one) {
        const json_t *is = json_object_get(properties, name);
        if (!is && json_is_false(others))
            return inside(c, name, ": is not in the description");
        if (!is && json_is_object(others))
            is = others;
        if (is && (why = check(c, is, one)) != NULL)
            return inside(c, name, why);
    }
    return NULL;
}

static const char *check_array(struct check *c, const json_t *schema, const json_t *value)
{
    const json_t *items = json_object_get(schema, "items"), *least = json_object_get(schema, "minItems"),
                 *most = json_object_get(schema, "maxItems");
    const char *why;
    json_t *one;
    size_t i;

    if ((least && (json_int_t)json_array_size(value) < json_integer_value(least)) ||
        (most && (json_int_t)json_array_size(value) > json_integer_value(most)))
        return say(c, value, "has too few or too many elements");
    json_array_foreach(value, i, one) {
        if (items && (why = check(c, items, one)) != NULL)
            return inside(c, arena_printf(c->arena, "%zu", i).p, why);
    }
    return NULL;
}

static const char *check_text(struct check *c, const json_t *schema, const json_t *value)
{
    struct str text = json_text(value), format = json_member_str(schema, "format");
    const json_t *most = json_object_get(schema, "maxLength"), *pattern = json_object_get(schema, "pattern");
    struct day day;
    msec at;

    if (most && (json_int_t)utf8_count(text) > json_integer_value(most))
        return say(c, value, "is too long");
    if (str_is(format, "date") && !day_parse(text, &day))
        return say(c, value, "is no date");
    if (str_is(format, "date-time") && !msec_parse(text, &at))
        return say(c, value, "is no date and time");
    if (pattern && strcmp(json_string_value(pattern), "^[A-Z]{3}$") == 0)
        return text.n == 3 && text.p[0] >= 'A' && text.p[0] <= 'Z' ? NULL : say(c, value, "does not fit the pattern");
    return pattern ? say(c, pattern, "is a pattern not known to this check") : NULL;
}

static const char *check_one_of(struct check *c, const json_t *choices, const json_t *value)
{
    size_t i;
    json_t *one;

    json_array_foreach(choices, i, one)
        if (json_equal(one, value))
            return NULL;
    return say(c, value, "is none of the values allowed");
}

static const char *check_any(struct check *c, const json_t *schemas, const json_t *value)
{
    const char *why = NULL;
    size_t i;
    json_t *one;

    json_array_foreach(schemas, i, one)
        if ((why = check(c, one, value)) == NULL)
            return NULL;
    return why;
}

static const char *known_keywords(struct check *c, const json_t *schema)
{
    static const char known[] = " type properties required additionalProperties items enum anyOf $ref minItems "
                                "maxItems maxLength pattern format title description contentMediaType x-kind "
                                "minimum maximum ";
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)schema, name, value) {
        if (!strstr(known, arena_printf(c->arena, " %s ", name).p))
            return arena_printf(c->arena, ": the keyword %s is not known to this check", name).p;
    }
    return NULL;
}

static const char *check(struct check *c, const json_t *schema, const json_t *value)
{
    const json_t *part;
    const char *why = known_keywords(c, schema);

    if (why)
        return why;
    if ((part = json_object_get(schema, "$ref")) != NULL) {
        const json_t *to = find(c, json_string_value(part));
        return to ? check(c, to, value) : say(c, part, "leads nowhere");
    }
    if ((part = json_object_get(schema, "type")) != NULL && (why = check_type(c, part, value)) != NULL)
        return why;
    if ((part = json_object_get(schema, "enum")) != NULL && (why = check_one_of(c, part, value)) != NULL)
        return why;
    if ((part = json_object_get(schema, "anyOf")) != NULL && (why = check_any(c, part, value)) != NULL)
        return why;
    if (json_is_object(value))
        return check_object(c, schema, value);
    if (json_is_array(value))
        return check_array(c, schema, value);
    return json_is_string(value) ? check_text(c, schema, value) : NULL;
}

const char *schema_check(struct arena *a, const json_t *document, const char *name, const json_t *value)
{
    struct check c = {a, document};
    const json_t *schema = find(&c, arena_printf(a, "#/components/schemas/%s", name).p);

    return schema ? check(&c, schema, value) : arena_printf(a, ": there is no schema %s", name).p;
}

static const char *check_refs(struct check *c, const json_t *at)
{
    const char *name, *why;
    json_t *one;
    size_t i;

    json_array_foreach(at, i, one)
        if ((why = check_refs(c, one)) != NULL)
            return why;
    if (!json_is_object(at))
        return NULL;
    json_object_foreach((json_t *)(uintptr_t)at, name, one) {
        if (strcmp(name, "$ref") == 0 && json_is_string(one) && !find(c, json_string_value(one)))
            return say(c, one, "leads nowhere");
        if ((why = check_refs(c, one)) != NULL)
            return why;
    }
    return NULL;
}

const char *schema_refs_check(struct arena *a, const json_t *document)
{
    struct check c = {a, document};

    return check_refs(&c, document);
}

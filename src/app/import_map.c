#include "import_map.h"

#include <stdlib.h>
#include <string.h>

#include "json_in.h"
#include "tab_layout.h"

static const char *z(struct arena *a, struct str s)
{
    return arena_cstr(a, str_upto(s, 60));
}

/* The column with that header, to the letter or else without regard to case and space. */
static bool find_column(struct arena *a, const struct tab_report *file, struct str header, size_t *ret)
{
    struct str folded = utf8_fold(a, header);

    for (int loose = 0; loose < 2; loose++)
        for (size_t i = 0; i < file->n; i++)
            if (loose ? str_eq(utf8_fold(a, file->columns[i].name), folded) : str_eq(file->columns[i].name, header)) {
                *ret = i;
                return true;
            }
    return false;
}

static int read_target(struct arena *a, const struct kind *k, struct str to, struct import_column *c, struct err *err)
{
    c->field = kind_field(k, to);
    if (!c->field || c->field->type == FT_JSON || (c->field->flags & (DERIVED | SYSTEM)))
        return err_field(err, z(a, c->header), "unknown", "%s have no field \"%s\" to import into.", k->def.labels,
                         z(a, to));
    return 0;
}

static int read_match(struct arena *a, const json_t *rule, struct import_column *c, struct err *err)
{
    struct str match = json_member_str(rule, "match");
    const struct kind *other = c->field ? c->field->ref_kind : NULL;

    c->create = json_is_true(json_object_get(rule, "create"));
    if (!other) {
        if (match.n || c->create)
            return err_field(err, z(a, c->header), "match", "match and create are for references only.");
        return 0;
    }
    const struct field *f = match.n ? kind_field(other, match) : &other->fields[other->title_at];
    if (!f || (f->flags & CUSTOM))
        return err_field(err, z(a, c->header), "match", "%s have no field \"%s\" to find them by.", other->def.labels,
                         z(a, match));
    c->match = f->name;
    if (c->create && !(field_ftype(f)->is_text))
        return err_field(err, z(a, c->header), "create", "A missing %s cannot be made from its %s.", other->def.one,
                         f->label);
    return 0;
}

static int read_rule(struct arena *a, const struct kind *k, const json_t *rule, struct import_column *c,
                     struct err *err)
{
    static const char *const known[] = {"to", "match", "create", "when", "values", "also", "part"};
    const char *name;
    const json_t *ignored;
    struct str to = json_is_string(rule) ? json_text(rule) : json_member_str(rule, "to");
    int result = 0;

    if (!json_is_string(rule) && !json_is_object(rule))
        return err_field(err, z(a, c->header), "rule", "A column goes to a field: \"title\", or {\"to\": \"title\"}.");
    json_object_foreach((json_t *)(uintptr_t)rule, name, ignored) {
        bool found = false;
        for (size_t i = 0; i < COUNT(known); i++)
            found |= strcmp(name, known[i]) == 0;
        if (!found)
            result = err_field(err, z(a, c->header), "rule", "A column's rule has no \"%.40s\".", name);
    }
    c->values = json_object_get(rule, "values");
    if (c->values && !json_is_object(c->values))
        result = err_field(err, z(a, c->header), "values", "values must be an object from cell texts to values.");
    c->when = json_member_str(rule, "when");
    c->part = json_integer_value(json_object_get(rule, "part"));
    struct str also = json_member_str(rule, "also");
    if (also.n && (read_target(a, k, also, c, err) < 0 || kind_field(k, S("status")) == NULL))
        return -1;
    c->also = c->field;
    c->field = NULL;
    if (to.n && read_target(a, k, to, c, err) < 0)
        return -1;
    if (c->part && !(c->field && field_ftype(c->field)->is_text))
        return err_field(err, z(a, c->header), "part", "Only text is put together from parts.");
    if (!to.n && !c->values)
        return err_field(err, z(a, c->header), "rule", "Say which field the column goes to.");
    return read_match(a, rule, c, err) < 0 ? -1 : result;
}

static bool order_of(struct str name, enum tab_order *ret)
{
    *ret = str_is(name, "dmy")                          ? TAB_DMY
           : str_is(name, "mdy")                        ? TAB_MDY
           : str_is(name, "ymd") || str_is(name, "iso") ? TAB_YMD
                                                        : TAB_ORDER_UNKNOWN;
    return *ret != TAB_ORDER_UNKNOWN || name.n == 0 || str_is(name, "auto");
}

static bool is_time(const struct field *f)
{
    return f && (f->type == FT_DAY || f->type == FT_INSTANT);
}

/* The file's own evidence, unless the map says otherwise. An order that matters and is not known must be asked. */
static int settle_styles(struct arena *a, const json_t *json, const struct tab_report *file, struct import_column *c,
                         struct err *err)
{
    const struct tab_column *seen = &file->columns[c->at];
    struct str dates = json_member_str(json, "dates"), decimal = json_member_str(json, "decimal");

    if (!order_of(dates, &c->order))
        return err_field(err, "dates", "choice", "dates is one of auto, dmy, mdy, ymd.");
    if (c->order == TAB_ORDER_UNKNOWN)
        c->order = seen->order;
    if (is_time(c->field) && seen->order_matters && c->order == TAB_ORDER_UNKNOWN)
        return err_field(err, "dates", "ambiguous",
                         "The dates in \"%s\" could be day/month or month/day; say \"dates\": \"dmy\" or \"mdy\".",
                         z(a, c->header));
    c->decimal = str_is(decimal, ",") ? TAB_COMMA : str_is(decimal, ".") ? TAB_POINT : seen->decimal;
    return 0;
}

static int read_columns(struct arena *a, const json_t *json, const struct tab_report *file, struct import_map *m,
                        struct err *err)
{
    const json_t *columns = json_object_get(json, "columns"), *rule;
    const char *header;
    int result = 0;

    if (!json_is_object(columns) || json_object_size(columns) == 0)
        return err_field(err, "columns", "required", "The map names no columns: {\"columns\": {\"Name\": \"title\"}}.");
    m->columns = NEW_ARRAY(a, struct import_column, json_object_size(columns));
    json_object_foreach((json_t *)(uintptr_t)columns, header, rule) {
        struct import_column *c = &m->columns[m->n++];
        c->header = str_of(header);
        if (json_is_null(rule))
            m->n--; /* left out on purpose */
        else if (!find_column(a, file, c->header, &c->at))
            result = err_field(err, z(a, c->header), "column", "The file has no column \"%s\".", z(a, c->header));
        else if (read_rule(a, m->kind, rule, c, err) < 0 || settle_styles(a, json, file, c, err) < 0)
            result = -1;
    }
    return result;
}

static int read_key(struct arena *a, const json_t *json, struct import_map *m, struct err *err)
{
    struct str key = json_member_str(json, "key");
    bool mapped = false;

    if (key.n == 0)
        return 0;
    m->key = kind_field(m->kind, key);
    if (!m->key || (m->key->flags & (CUSTOM | DERIVED)))
        return err_field(err, "key", "unknown", "%s have no field \"%s\" to be known by.", m->kind->def.labels,
                         z(a, key));
    for (size_t i = 0; i < m->n; i++)
        mapped |= m->columns[i].field == m->key;
    return mapped ? 0 : err_field(err, "key", "column", "No column goes to \"%s\", the key.", z(a, key));
}

static int read_defaults(const json_t *json, struct import_map *m, struct err *err)
{
    const json_t *pipeline;

    m->defaults = json_object_get(json, "defaults");
    if (m->defaults && !json_is_object(m->defaults))
        return err_field(err, "defaults", "type", "defaults must be an object of fields and values.");
    pipeline = json_object_get(m->defaults, "pipeline_id");
    m->pipeline = json_is_integer(pipeline) ? json_integer_value(pipeline) : 0;
    return 0;
}

int import_map_read(struct arena *a, const struct kind *k, const json_t *json, const struct tab_report *file,
                    struct import_map *ret, struct err *err)
{
    static const char *const known[] = {"key", "columns", "defaults", "dates", "decimal", "kind"};
    struct import_map m = {.kind = k};
    const char *name;
    const json_t *ignored;
    int result = 0;

    json_object_foreach((json_t *)(uintptr_t)json, name, ignored) {
        bool found = false;
        for (size_t i = 0; i < COUNT(known); i++)
            found |= strcmp(name, known[i]) == 0;
        if (!found)
            result =
                err_field(err, arena_cstr(a, str_upto(str_of(name), 60)), "unknown", "A map has no \"%.40s\".", name);
    }
    if (result < 0 || read_columns(a, json, file, &m, err) < 0 || read_key(a, json, &m, err) < 0 ||
        read_defaults(json, &m, err) < 0)
        return -1;
    *ret = m;
    return 0;
}

/* -- a first map ----------------------------------------------------------------------------------- */

static void let_go(void *j)
{
    json_decref(j);
}

static json_t *suggest_rule(const struct tab_suggestion *s, const struct field *f)
{
    if (!f->ref_kind && !s->part && !s->also)
        return json_string(f->name);
    json_t *rule = json_pack("{s:s}", "to", f->name);
    if (s->part)
        json_object_set_new(rule, "part", json_integer(s->part));
    if (s->also)
        json_object_set_new(rule, "also", json_string(s->also));
    if (s->match)
        json_object_set_new(rule, "match", json_string(s->match));
    if (s->create)
        json_object_set_new(rule, "create", json_true());
    return rule;
}

json_t *import_map_suggest(struct arena *a, const struct kind *k, const struct tab_report *file)
{
    struct str *names = NEW_ARRAY(a, struct str, file->n);
    bool *taken = NEW_ARRAY(a, bool, (size_t)k->nfields);
    json_t *map = json_object(), *columns = json_object();
    struct tab_layout layout;

    arena_defer(a, let_go, map);
    if (json_object_set_new(map, "columns", columns) < 0) /* now, for what comes may jump */
        out_of_memory();
    for (size_t i = 0; i < file->n; i++)
        names[i] = file->columns[i].name;
    tab_layout(a, names, file->n, k->name, &layout);
    for (size_t i = 0; i < file->n; i++) {
        const struct tab_suggestion *s = &layout.columns[i];
        const struct field *f = s->field ? kind_field(k, str_of(s->field)) : NULL;
        if (!f || (f->flags & (CUSTOM | DERIVED | SYSTEM)) || (taken[f->at] && !s->part))
            continue;
        taken[f->at] = true;
        json_object_set_new(columns, arena_cstr(a, names[i]), suggest_rule(s, f));
    }
    const struct field *key = layout.id ? kind_field(k, str_of(layout.id)) : NULL;
    if (key && !(key->flags & CUSTOM) && taken[key->at])
        json_object_set_new(map, "key", json_string(key->name));
    if (file->dates_ambiguous)
        json_object_set_new(map, "dates", json_string("auto"));
    return map;
}

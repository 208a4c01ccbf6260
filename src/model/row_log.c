#include <string.h>

#include "json_in.h"
#include "json_scan.h"
#include "row.h"

/* A custom value goes back as it stands, also when its field has been removed since: the row is to be as it was. */
static bool apply_custom(struct arena *a, struct row *r, struct str key, struct str raw)
{
    struct err never = {0};
    json_t *tree, *value;
    int at = r->kind->custom_at;

    if (at < 0)
        return true;
    if (json_read_object(a, row_has(r, at) ? row_str(r, at) : S("{}"), &tree, &never) < 0 ||
        json_read(a, raw, &value, &never) < 0)
        return false;
    if (json_is_null(value))
        json_object_del(tree, arena_cstr(a, key));
    else
        json_object_set(tree, arena_cstr(a, key), value);
    r->v[at] = VALUE_NULL;
    return json_object_size(tree) == 0 || field_read(&r->kind->fields[at], 0, a, tree, &r->v[at], &never) == 0;
}

bool row_apply_diff(struct arena *a, struct row *r, struct str fields, int side)
{
    struct json_walk w = json_walk(fields);
    struct str name, pair, raw = STR_NULL;

    while (json_walk_member(&w, &name, &pair)) {
        struct json_walk sides = json_walk(pair);
        for (int i = 0; i <= side; i++)
            if (!json_walk_element(&sides, &raw))
                return false;
        if (str_starts(name, S("custom."))) {
            if (!apply_custom(a, r, str_from(name, 7), raw))
                return false;
            continue;
        }
        const struct field *f = kind_field(r->kind, name);
        if (f && !field_from_log(f, a, raw, &r->v[f->at]))
            return false;
    }
    return true;
}

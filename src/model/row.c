#include "row.h"

#include <assert.h>
#include <string.h>

#include "ceilings.h"
#include "json_in.h"
#include "money.h"

struct row *row_blank(struct arena *a, const struct kind *k)
{
    struct row *r = NEW(a, struct row);

    *r = (struct row){.kind = k, .v = NEW_ARRAY(a, struct value, (size_t)k->nfields)};
    return r;
}

struct row *row_new(struct arena *a, const struct kind *k)
{
    struct row *r = row_blank(a, k);
    struct err never = {0};

    for (int i = 0; i < k->nfields; i++) {
        const struct field *f = &k->fields[i];
        if (f->preset && field_ftype(f)->parse(f, f->digits, a, str_of(f->preset), &r->v[i], &never) < 0)
            assert(!"presets are checked when the schema is built");
    }
    return r;
}

struct row *row_copy(struct arena *a, const struct row *r)
{
    struct row *copy = row_blank(a, r->kind);

    memcpy(copy->v, r->v, (size_t)r->kind->nfields * sizeof(struct value));
    return copy;
}

bool row_eq(const struct row *a, const struct row *b)
{
    for (int i = 0; i < a->kind->nfields; i++)
        if (i != SYS_VERSION && i != SYS_UPDATED_AT && !value_eq(a->v[i], b->v[i]))
            return false;
    return true;
}

struct value row_value(const struct row *r, const char *field)
{
    return r->v[kind_at(r->kind, field)];
}

id row_ref(const struct row *r, const char *field)
{
    return row_int(r, kind_at(r->kind, field));
}

void row_set(struct row *r, const char *field, struct value v)
{
    r->v[kind_at(r->kind, field)] = v;
}

struct str row_title(const struct row *r)
{
    return row_str(r, r->kind->title_at);
}

int row_digits(const struct row *r, const struct field *f)
{
    if (f->type != FT_MONEY)
        return f->digits;
    const struct currency *c = f->currency_at >= 0 ? currency_find(row_str(r, f->currency_at)) : NULL;
    return c ? c->digits : 2;
}

/* -- custom fields ----------------------------------------------------------------------------- */

static json_t *custom_tree(struct arena *a, const struct row *r)
{
    struct err never = {0};
    json_t *tree;

    if (r->kind->custom_at >= 0 && row_has(r, r->kind->custom_at) &&
        json_read_object(a, row_str(r, r->kind->custom_at), &tree, &never) == 0)
        return tree;
    if (json_read_object(a, S("{}"), &tree, &never) < 0)
        assert(!"an empty object parses");
    return tree;
}

static void custom_store(struct arena *a, struct row *r, json_t *tree)
{
    struct err never = {0};
    int at = r->kind->custom_at;

    r->v[at] = VALUE_NULL;
    if (json_object_size(tree) > 0)
        field_read(&r->kind->fields[at], 0, a, tree, &r->v[at], &never);
}

struct value row_custom(struct arena *a, const struct row *r, const struct field *f)
{
    const json_t *j = json_object_get(custom_tree(a, r), f->name);
    struct value v = VALUE_NULL;
    struct err never = {0};

    if (j && field_read(f, f->digits, a, j, &v, &never) < 0)
        return VALUE_NULL;
    return v;
}

/* The one JSON form of a custom value: through the field's own reader and writer. */
static json_t *custom_json(struct arena *a, const struct field *f, struct value v)
{
    struct buf b;
    struct json_out o;
    struct err never = {0};
    json_t *j = NULL;

    buf_init(&b, MAX_JSON_BODY);
    out_init(&o, &b);
    field_write(&o, f, f->digits, v);
    if (json_read(a, buf_keep(&b, a), &j, &never) < 0)
        j = json_null();
    return j;
}

int row_put_custom(struct arena *a, struct row *r, const struct field *f, struct value v, struct err *err)
{
    json_t *tree = custom_tree(a, r);

    if (value_is_null(v))
        json_object_del(tree, f->name);
    else if (json_object_set(tree, f->name, custom_json(a, f, v)) < 0)
        return err_set(err, ERR_BUSY, "There is no memory for this now.");
    custom_store(a, r, tree);
    return 0;
}

/* Errors name a custom field as the API does. */
static const struct field *named(struct arena *a, const struct field *f)
{
    struct field *copy = NEW(a, struct field);

    *copy = *f;
    copy->name = arena_printf(a, "custom.%s", f->name).p;
    return copy;
}

static int patch_custom(struct arena *a, struct row *r, const json_t *in, struct err *err)
{
    const char *key;
    json_t *j;
    int result = 0;

    if (!json_is_object(in) && !json_is_null(in))
        return err_field(err, "custom", "type", "Custom fields must be an object.");
    json_object_foreach((json_t *)(uintptr_t)in, key, j) {
        const struct field *f = kind_custom(r->kind, str_of(key));
        struct value v;
        if (!f)
            result = err_field(err, "custom", "unknown", "There is no custom field \"%.60s\" for %s.", key,
                               r->kind->def.labels);
        else if (field_read(named(a, f), f->digits, a, j, &v, err) < 0 || row_put_custom(a, r, f, v, err) < 0)
            result = -1;
    }
    return result;
}

/* -- taking values in ---------------------------------------------------------------------------- */

static int unknown_field(const struct kind *k, const char *name, struct err *err)
{
    return err_field(err, name, "unknown", "%s have no field \"%.60s\".", k->def.labels, name);
}

/* Amounts keep their worth when the currency under them gets more or fewer digits. */
static int rescale(struct row *r, const bool *given, const struct row *before, struct err *err)
{
    for (int i = 0; i < r->kind->nfields; i++) {
        const struct field *f = &r->kind->fields[i];
        int was = row_digits(before, f), is = row_digits(r, f);
        if (f->type != FT_MONEY || given[i] || was == is || !row_has(r, i))
            continue;
        int64_t by = decimal_pow10(was < is ? is - was : was - is), v = r->v[i].i;
        if (was > is && v % by != 0)
            return err_field(err, f->name, "digits", "%s has a fraction that the new currency has not; give it anew.",
                             f->label);
        if (was < is && __builtin_mul_overflow(v, by, &v))
            return err_field(err, f->name, "range", "%s is out of range.", f->label);
        r->v[i].i = was < is ? v : v / by;
    }
    return 0;
}

static int patch_one(struct arena *a, struct row *r, const struct field *f, const json_t *in, struct err *err)
{
    if (f->at == r->kind->custom_at)
        return patch_custom(a, r, in, err);
    return field_read(f, row_digits(r, f), a, in, &r->v[f->at], err);
}

int row_patch(struct arena *a, struct row *r, const json_t *object, bool *given, struct err *err)
{
    const struct row *before = row_copy(a, r);
    const char *key;
    json_t *in;
    int result = 0;

    if (!given)
        given = NEW_ARRAY(a, bool, (size_t)r->kind->nfields);
    /* Amounts last: their digits depend on the currency. */
    for (int amounts = 0; amounts < 2; amounts++) {
        json_object_foreach((json_t *)(uintptr_t)object, key, in) {
            const struct field *f = strncmp(key, "custom.", 7) ? kind_field(r->kind, str_of(key)) : NULL;
            if (!f) {
                result = amounts ? result : unknown_field(r->kind, key, err);
            } else if ((f->type == FT_MONEY) == amounts) {
                given[f->at] = true;
                if (f->flags & READONLY)
                    result = err_field(err, f->name, "readonly", "%s is set by the server.", f->label);
                else if (patch_one(a, r, f, in, err) < 0)
                    result = -1;
            }
        }
    }
    return result < 0 ? result : rescale(r, given, before, err);
}

int row_put_text(struct arena *a, struct row *r, const struct field *f, struct str text, struct err *err)
{
    struct value v;
    int digits = f->flags & CUSTOM ? f->digits : row_digits(r, f);

    if (field_ftype(f)->parse(f, digits, a, text, &v, err) < 0)
        return -1;
    if (f->flags & CUSTOM)
        return row_put_custom(a, r, f, v, err);
    r->v[f->at] = v;
    return 0;
}

int row_check(struct arena *a, const struct row *old, struct row *row, struct err *err)
{
    const struct kind *k = row->kind;
    int result = 0;

    if (k->def.derive)
        k->def.derive(a, row);
    for (int i = 0; i < k->nfields; i++) {
        const struct field *f = &k->fields[i];
        bool blank = !row_has(row, i) || (row->v[i].type == V_TEXT && str_trim(row->v[i].s).n == 0);
        if ((f->flags & REQUIRED) && blank)
            result = err_field(err, f->name, "required", "%s is missing.", f->label);
    }
    if (result < 0)
        return result;
    return k->def.check ? k->def.check(old, row, err) : 0;
}

/* -- giving values out --------------------------------------------------------------------------- */

void row_write_members(struct json_out *o, const struct row *r, const bool *only)
{
    for (int i = 0; i < r->kind->nfields; i++) {
        const struct field *f = &r->kind->fields[i];
        if (only && !only[i] && i != SYS_ID)
            continue;
        out_known_key(o, f->key);
        if (value_is_null(r->v[i]))
            out_null(o);
        else
            field_write(o, f, row_digits(r, f), r->v[i]);
    }
}

void row_write(struct json_out *o, const struct row *r, const bool *only)
{
    out_open(o, '{');
    row_write_members(o, r, only);
    out_close(o, '}');
}

static void write_pair_start(struct json_out *o, struct str name)
{
    out_key(o, name);
    out_open(o, '[');
}

static bool write_custom_diff(struct arena *a, struct json_out *o, const struct row *before, const struct row *after)
{
    json_t *old = before ? custom_tree(a, before) : NULL, *new = after ? custom_tree(a, after) : NULL;
    const char *key;
    json_t *j;
    bool any = false;

    for (int pass = 0; pass < 2; pass++) {
        /* First what was there before, then what is only there after. */
        json_object_foreach(pass ? new : old, key, j) {
            json_t *was = json_object_get(old, key), *is = json_object_get(new, key);
            if ((pass && was) || (was && is && json_equal(was, is)))
                continue;
            write_pair_start(o, arena_printf(a, "custom.%s", key));
            out_raw(o, was ? json_dump(a, was) : S("null"));
            out_raw(o, is ? json_dump(a, is) : S("null"));
            out_close(o, ']');
            any = true;
        }
    }
    return any;
}

bool row_write_diff(struct arena *a, struct json_out *o, const struct row *before, const struct row *after)
{
    const struct kind *k = before ? before->kind : after->kind;
    bool any = false;

    out_open(o, '{');
    for (int i = 0; i < k->nfields; i++) {
        const struct field *f = &k->fields[i];
        struct value was = before ? before->v[i] : VALUE_NULL, is = after ? after->v[i] : VALUE_NULL;
        if (i == SYS_ID || i == SYS_VERSION || i == SYS_UPDATED_AT || (f->flags & DERIVED))
            continue;
        int digits_was = before ? row_digits(before, f) : 0, digits_is = after ? row_digits(after, f) : 0;
        bool same_unit = !before || !after || digits_was == digits_is || value_is_null(was);
        if (value_eq(was, is) && same_unit)
            continue;
        if (i == k->custom_at) {
            any |= write_custom_diff(a, o, before, after);
            continue;
        }
        write_pair_start(o, str_of(f->name));
        field_write(o, f, digits_was, was);
        field_write(o, f, digits_is, is);
        out_close(o, ']');
        any = true;
    }
    out_close(o, '}');
    return any;
}

#include "openapi_kinds.h"

#include <string.h>

/* "deal_line" gives DealLine. */
static struct str pascal(struct arena *a, const char *word)
{
    struct str s = arena_str(a, str_of(word));
    char *p = (char *)(uintptr_t)s.p;
    size_t n = 0;
    bool up = true;

    for (size_t i = 0; i < s.n; i++) {
        if (p[i] == '_') {
            up = true;
            continue;
        }
        p[n++] = (char)(up ? p[i] - ('a' - 'A') : p[i]);
        up = false;
    }
    return str_upto(s, n);
}

struct str openapi_name(struct arena *a, const char *pattern, const struct kind *k)
{
    if (!k || strncmp(pattern, "{Kind}", 6) != 0)
        return str_of(pattern);
    return arena_printf(a, STR_FMT "%s", STR_ARG(pascal(a, k->def.one)), pattern + 6);
}

static void ref(struct json_out *o, struct arena *a, const struct kind *k, const char *pattern)
{
    out_open(o, '{');
    out_kv_str(o, "$ref", arena_printf(a, "#/components/schemas/" STR_FMT, STR_ARG(openapi_name(a, pattern, k))));
    out_close(o, '}');
}

static void write_choices(struct json_out *o, const struct field *f, bool nullable)
{
    out_kv_open(o, "enum", '[');
    for (const struct choice *c = f->choices; c->key; c++)
        out_str(o, str_of(c->key));
    if (nullable)
        out_null(o);
    out_close(o, ']');
}

/* The type's schema with null let in: "type":"string",… becomes "type":["string","null"],… */
static struct str with_null(struct arena *a, const char *schema)
{
    struct str text = str_of(schema), rest = str_from(text, strlen("\"type\":\"")), type, tail;

    str_cut(rest, '"', &type, &tail);
    return arena_printf(a, "\"type\":[\"" STR_FMT "\",\"null\"]" STR_FMT, STR_ARG(type), STR_ARG(tail));
}

static void write_field(struct json_out *o, struct arena *a, const struct field *f, bool nullable)
{
    const char *schema = field_ftype(f)->openapi;

    out_key(o, str_of(f->name));
    out_open(o, '{');
    struct str text = nullable ? with_null(a, schema) : str_of(schema);
    buf_str(o->b, text);
    o->comma = true;
    out_kv_z(o, "title", f->label);
    out_kv_z(o, "description", f->doc);
    if (f->type == FT_CHOICE)
        write_choices(o, f, nullable);
    if (f->max && field_ftype(f)->is_text)
        out_kv_int(o, "maxLength", f->max);
    if (f->ref)
        out_kv_z(o, "x-kind", f->ref);
    out_close(o, '}');
}

static bool may_be_null(const struct field *f)
{
    return !(f->flags & (REQUIRED | SYSTEM));
}

static void begin(struct json_out *o, struct arena *a, const struct kind *k, const char *pattern)
{
    out_key(o, openapi_name(a, pattern, k));
    out_open(o, '{');
    out_kv_z(o, "type", "object");
    out_kv_bool(o, "additionalProperties", false);
}

static void end(struct json_out *o)
{
    out_close(o, '}');
    out_close(o, '}');
}

static void write_row(struct json_out *o, struct arena *a, const struct kind *k)
{
    begin(o, a, k, "{Kind}");
    out_kv_z(o, "description", k->def.doc);
    out_kv_open(o, "required", '[');
    for (int i = 0; i < k->nfields; i++)
        out_str(o, str_of(k->fields[i].name));
    out_close(o, ']');
    out_kv_open(o, "properties", '{');
    for (int i = 0; i < k->nfields; i++)
        write_field(o, a, &k->fields[i], may_be_null(&k->fields[i]));
    end(o);
}

static void write_shown(struct json_out *o, struct arena *a, const struct kind *k)
{
    begin(o, a, k, "{Kind}Shown");
    out_kv_z(o, "description", "The record with the fields asked for and what it refers to");
    out_kv_open(o, "required", '[');
    out_str(o, S("id"));
    out_close(o, ']');
    out_kv_open(o, "properties", '{');
    for (int i = 0; i < k->nfields; i++) {
        const struct field *f = &k->fields[i];
        struct str name = str_of(f->name);
        write_field(o, a, f, may_be_null(f));
        if (f->type == FT_MARKDOWN || (f->type == FT_REF && str_ends(name, S("_id")))) {
            out_key(o, f->type == FT_REF ? str_upto(name, name.n - 3) : arena_printf(a, "%s_html", f->name));
            out_raw(o, f->type == FT_REF ? S("{\"type\":[\"object\",\"null\"],\"required\":[\"id\"]}")
                                         : S("{\"type\":[\"string\",\"null\"]}"));
        }
    }
    end(o);
}

static void write_page(struct json_out *o, struct arena *a, const struct kind *k)
{
    begin(o, a, k, "{Kind}Page");
    out_key(o, S("required"));
    out_raw(o, S("[\"data\",\"next_cursor\"]"));
    out_kv_open(o, "properties", '{');
    out_kv_open(o, "data", '{');
    out_kv_z(o, "type", "array");
    out_key(o, S("items"));
    ref(o, a, k, "{Kind}Shown");
    out_close(o, '}');
    out_key(o, S("next_cursor"));
    out_raw(o, S("{\"type\":[\"string\",\"null\"]}"));
    out_key(o, S("total"));
    out_raw(o, S("{\"type\":\"integer\"}"));
    end(o);
}

static void write_input(struct json_out *o, struct arena *a, const struct kind *k)
{
    begin(o, a, k, "{Kind}Input");
    out_kv_open(o, "properties", '{');
    for (int i = 0; i < k->nfields; i++)
        if (!(k->fields[i].flags & (READONLY | SYSTEM | DERIVED)))
            write_field(o, a, &k->fields[i], may_be_null(&k->fields[i]));
    if (!kind_field(k, S("occurred_at"))) {
        out_key(o, S("occurred_at"));
        out_raw(o,
                S("{\"type\":\"string\",\"format\":\"date-time\",\"description\":\"When it happened, if not now\"}"));
    }
    end(o);
}

static void write_batch(struct json_out *o, struct arena *a, const struct kind *k)
{
    begin(o, a, k, "{Kind}Batch");
    out_key(o, S("required"));
    out_raw(o, S("[\"changeset\",\"data\"]"));
    out_kv_open(o, "properties", '{');
    out_key(o, S("changeset"));
    out_raw(o, S("{\"type\":[\"integer\",\"null\"]}"));
    out_kv_open(o, "data", '{');
    out_kv_z(o, "type", "array");
    out_kv_open(o, "items", '{');
    out_kv_open(o, "anyOf", '[');
    ref(o, a, k, "{Kind}");
    out_raw(o, S("{\"type\":\"null\"}"));
    out_close(o, ']');
    out_close(o, '}');
    out_close(o, '}');
    end(o);
}

void openapi_kind_schemas(struct json_out *o, struct arena *a, const struct kind *k)
{
    write_row(o, a, k);
    write_shown(o, a, k);
    write_page(o, a, k);
    write_input(o, a, k);
    write_batch(o, a, k);
}

/* -- TypeScript -------------------------------------------------------------------------------------- */

static void write_ts_type(struct buf *b, const struct field *f)
{
    if (f->type != FT_CHOICE) {
        buf_z(b, field_ftype(f)->typescript);
        return;
    }
    for (const struct choice *c = f->choices; c->key; c++)
        buf_printf(b, "%s'%s'", c == f->choices ? "" : " | ", c->key);
}

static void write_interface(struct buf *b, struct arena *a, const struct kind *k, const char *pattern, bool input)
{
    struct str name = openapi_name(a, pattern, k);

    buf_printf(b, "/** %s */\nexport interface " STR_FMT " {\n", k->def.doc, STR_ARG(name));
    for (int i = 0; i < k->nfields; i++) {
        const struct field *f = &k->fields[i];
        if (input && (f->flags & (READONLY | SYSTEM | DERIVED)))
            continue;
        buf_printf(b, "  /** %s */\n  %s%s: ", f->doc, f->name, input ? "?" : "");
        write_ts_type(b, f);
        buf_z(b, may_be_null(f) ? " | null;\n" : ";\n");
    }
    buf_z(b, "}\n\n");
}

void typescript_write(struct buf *b, const struct schema *s)
{
    struct arena *a = arena_new(1u << 20);

    if (!a)
        return;
    buf_z(b, "// Printed by `penstock schema --typescript`.\n\n");
    for (int i = 0; i < s->n; i++) {
        write_interface(b, a, &s->kinds[i], "{Kind}", false);
        write_interface(b, a, &s->kinds[i], "{Kind}Input", true);
    }
    arena_free(a);
}

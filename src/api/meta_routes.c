/* GET /meta: what the interface needs to know about kinds, fields and the caller's rights. */
#include "api.h"
#include "money.h"
#include "user.h"

static void write_field_choices(struct json_out *o, const struct field *f)
{
    out_key(o, S("choices"));
    if (!f->choices) {
        out_null(o);
        return;
    }
    out_open(o, '[');
    for (const struct choice *c = f->choices; c->key; c++) {
        out_open(o, '{');
        out_kv_z(o, "key", c->key);
        out_kv_z(o, "label", c->label);
        out_kv_z(o, "tone", c->tone);
        out_close(o, '}');
    }
    out_close(o, ']');
}

static void write_number_or_null(struct json_out *o, const char *name, int64_t n)
{
    if (n)
        out_kv_int(o, name, n);
    else
        out_kv_null(o, name);
}

static void write_field(struct json_out *o, struct arena *a, const struct field *f)
{
    bool custom = f->flags & CUSTOM, list = f->type == FT_REFS || f->type == FT_CHOICES;

    out_open(o, '{');
    out_kv_str(o, "name", custom ? arena_printf(a, "custom.%s", f->name) : str_of(f->name));
    out_kv_z(o, "label", f->label);
    out_kv_z(o, "doc", f->doc);
    out_kv_z(o, "type", f->type == FT_CURRENCY ? "text" : ftype_name(f->type));
    out_kv_bool(o, "required", f->flags & REQUIRED);
    out_kv_bool(o, "readonly", f->flags & READONLY);
    out_kv_bool(o, "sortable", !list && f->type != FT_JSON);
    out_kv_bool(o, "filterable", f->type != FT_JSON);
    out_kv_bool(o, "searchable", f->flags & SEARCH);
    out_kv_bool(o, "list", f->flags & LIST);
    write_number_or_null(o, "max", f->max);
    write_number_or_null(o, "digits", f->type == FT_DECIMAL ? f->digits : 0);
    out_kv_z(o, "ref", f->ref);
    write_field_choices(o, f);
    out_kv_z(o, "currency", f->currency);
    out_kv_bool(o, "custom", custom);
    out_close(o, '}');
}

/* What each role may do with the kind before the team has said otherwise. */
static void write_presets(struct json_out *o, const struct kind *k)
{
    out_kv_open(o, "presets", '{');
    for (int r = ROLE_MANAGER; r >= ROLE_VIEWER; r--) {
        out_kv_open(o, role_name((enum role)r), '{');
        out_kv_z(o, "see", level_name(preset_see((enum role)r, k)));
        out_kv_z(o, "edit", level_name(preset_edit((enum role)r, k)));
        out_close(o, '}');
    }
    out_close(o, '}');
}

static void write_kind(struct json_out *o, const struct api_call *c, const struct kind *k)
{
    const struct access *access = c->ctx.access;
    const struct custom_set *custom = atomic_load(&k->custom);
    const char *edit = level_name(access_edit(access, k));

    out_open(o, '{');
    out_kv_z(o, "name", k->name);
    out_kv_z(o, "one", k->def.one);
    out_kv_z(o, "label", k->def.label);
    out_kv_z(o, "labels", k->def.labels);
    out_kv_z(o, "icon", k->def.icon);
    out_kv_z(o, "doc", k->def.doc);
    out_kv_z(o, "title_field", k->def.title);
    out_kv_z(o, "owner_field", k->def.owner);
    out_kv_open(o, "can", '{');
    out_kv_z(o, "see", level_name(access_see(access, k)));
    out_kv_bool(o, "create", access->create[k->number]);
    out_kv_z(o, "update", edit);
    out_kv_z(o, "delete", edit);
    out_close(o, '}');
    write_presets(o, k);
    out_kv_open(o, "fields", '[');
    for (int i = 0; i < k->nfields; i++)
        write_field(o, c->arena, &k->fields[i]);
    for (size_t i = 0; i < custom->n; i++)
        write_field(o, c->arena, &custom->fields[i]);
    out_close(o, ']');
    out_close(o, '}');
}

static int write_user(struct json_out *o, struct api_call *c, struct err *err)
{
    struct row *user;

    if (row_get(c->ctx.t, c->app->users, c->who.user, &user, err) < 0)
        return -1;
    out_kv_open(o, "user", '{');
    out_kv_int(o, "id", row_id(user));
    out_kv_str(o, "name", row_str(user, USER_NAME));
    out_kv_str(o, "email", row_str(user, USER_EMAIL));
    out_kv_str(o, "role", row_str(user, USER_ROLE));
    if (row_has(user, USER_TEAM))
        out_kv_int(o, "team_id", row_int(user, USER_TEAM));
    else
        out_kv_null(o, "team_id");
    out_kv_str(o, "locale", row_str(user, USER_LOCALE));
    out_close(o, '}');
    return 0;
}

static void write_workspace(struct json_out *o, const struct workspace *w)
{
    out_kv_open(o, "workspace", '{');
    out_kv_str(o, "name", w->name);
    out_kv_str(o, "base_currency", w->base_currency);
    out_kv_str(o, "time_zone", w->zone_name);
    out_kv_str(o, "locale", w->locale);
    out_close(o, '}');
}

static int meta(struct api_call *c, struct err *err)
{
    struct json_out *o = api_reply(c, 200);
    const struct currency *currency;

    out_open(o, '{');
    if (write_user(o, c, err) < 0)
        return -1;
    write_workspace(o, &c->ctx.workspace);
    out_kv_z(o, "version", PENSTOCK_VERSION);
    out_kv_open(o, "currencies", '[');
    for (int i = 0; (currency = currency_at(i)) != NULL; i++) {
        out_open(o, '{');
        out_kv_z(o, "code", currency->code);
        out_kv_int(o, "digits", currency->digits);
        out_close(o, '}');
    }
    out_close(o, ']');
    out_kv_open(o, "roles", '[');
    for (int r = ROLE_ADMIN; r >= ROLE_VIEWER; r--)
        out_str(o, str_of(role_name((enum role)r)));
    out_close(o, ']');
    out_kv_open(o, "kinds", '[');
    for (int i = 0; i < c->app->schema->n; i++)
        write_kind(o, c, &c->app->schema->kinds[i]);
    out_close(o, ']');
    out_close(o, '}');
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/meta", API_READ, meta, .answer = "Meta",
     .doc = "Kinds, fields, choices and what the caller may do with them"},
};

static const struct api_schema schemas[] = {
    {"MetaField",
     "{\"type\":\"object\",\"required\":[\"name\",\"label\",\"doc\",\"type\",\"required\",\"readonly\",\"sortable\","
     "\"filterable\",\"searchable\",\"list\",\"max\",\"digits\",\"ref\",\"choices\",\"currency\",\"custom\"],"
     "\"additionalProperties\":false,\"properties\":{\"name\":{\"type\":\"string\"},\"label\":{\"type\":\"string\"},"
     "\"doc\":{\"type\":[\"string\",\"null\"]},\"type\":{\"type\":\"string\"},\"required\":{\"type\":\"boolean\"},"
     "\"readonly\":{\"type\":\"boolean\"},\"sortable\":{\"type\":\"boolean\"},\"filterable\":{\"type\":\"boolean\"},"
     "\"searchable\":{\"type\":\"boolean\"},\"list\":{\"type\":\"boolean\"},\"max\":{\"type\":[\"integer\",\"null\"]},"
     "\"digits\":{\"type\":[\"integer\",\"null\"]},\"ref\":{\"type\":[\"string\",\"null\"]},\"choices\":{\"type\":["
     "\"array\",\"null\"],\"items\":{\"type\":\"object\",\"required\":[\"key\",\"label\",\"tone\"],\"properties\":{"
     "\"key\":{\"type\":\"string\"},\"label\":{\"type\":\"string\"},\"tone\":{\"type\":[\"string\",\"null\"]}}}},"
     "\"currency\":{\"type\":[\"string\",\"null\"]},\"custom\":{\"type\":\"boolean\"}}}"},
    {"MetaKind",
     "{\"type\":\"object\",\"required\":[\"name\",\"one\",\"label\",\"labels\",\"icon\",\"doc\",\"title_field\","
     "\"owner_field\",\"can\",\"presets\",\"fields\"],\"additionalProperties\":false,\"properties\":{\"name\":{"
     "\"type\":\"string\"}"
     ","
     "\"one\":{\"type\":\"string\"},\"label\":{\"type\":\"string\"},\"labels\":{\"type\":\"string\"},\"icon\":{"
     "\"type\":\"string\"},\"doc\":{\"type\":\"string\"},\"title_field\":{\"type\":\"string\"},\"owner_field\":{"
     "\"type\":[\"string\",\"null\"]},\"can\":{\"type\":\"object\",\"required\":[\"see\",\"create\",\"update\","
     "\"delete\"],\"properties\":{\"see\":{\"$ref\":\"#/components/schemas/Level\"},\"create\":{\"type\":\"boolean\"},"
     "\"update\":{\"$ref\":\"#/components/schemas/Level\"},\"delete\":{\"$ref\":\"#/components/schemas/Level\"}}},"
     "\"presets\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"object\",\"required\":[\"see\",\"edit\"],"
     "\"additionalProperties\":false,\"properties\":{\"see\":{\"$ref\":\"#/components/schemas/"
     "Level\"},\"edit\":{\"$ref\":"
     "\"#/components/schemas/Level\"}}}},"
     "\"fields\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/MetaField\"}}}}"},
    {"Level", "{\"type\":\"string\",\"enum\":[\"none\",\"own\",\"team\",\"all\"]}"},
    {"Meta",
     "{\"type\":\"object\",\"required\":[\"user\",\"workspace\",\"version\",\"currencies\",\"roles\",\"kinds\"],"
     "\"additionalProperties\":false,\"properties\":{\"user\":{\"type\":\"object\",\"required\":[\"id\",\"name\","
     "\"email\",\"role\",\"team_id\",\"locale\"]},\"workspace\":{\"type\":\"object\",\"required\":[\"name\","
     "\"base_currency\",\"time_zone\",\"locale\"]},\"version\":{\"type\":\"string\"},\"currencies\":{\"type\":"
     "\"array\","
     "\"items\":{\"type\":\"object\",\"required\":[\"code\",\"digits\"]}},\"roles\":{\"type\":\"array\",\"items\":{"
     "\"type\":\"string\"}},\"kinds\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/MetaKind\"}}}}"},
};

const struct api_table meta_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};

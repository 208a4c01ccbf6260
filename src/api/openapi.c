#include "openapi.h"

#include <stdlib.h>
#include <string.h>

#include "openapi_kinds.h"

/* What the arguments of queries mean, wherever they are taken. */
static const struct {
    const char *name, *schema, *doc;
} query_docs[] = {
    {"q", "{\"type\":\"string\"}", "Words to search for; each must begin a word of the record"},
    {"sort", "{\"type\":\"string\"}", "Fields to sort by, comma separated, - for downwards"},
    {"limit", "{\"type\":\"integer\",\"minimum\":1,\"maximum\":500}", "How many at most"},
    {"cursor", "{\"type\":\"string\"}", "Where the page before ended: its next_cursor"},
    {"fields", "{\"type\":\"string\"}", "Fields to show, comma separated"},
    {"expand", "{\"type\":\"string\"}", "References to show too, without _id, comma separated; html for Markdown"},
    {"total", "{\"type\":\"boolean\"}", "Count all records of the list"},
    {"as_of", "{\"type\":\"string\"}", "How it was at this moment, or as this day began"},
    {"clock", "{\"type\":\"string\",\"enum\":[\"occurred\",\"recorded\"]}",
     "as_of by business time, or by what the system knew"},
    {"since", "{\"type\":\"integer\"}", "Only what comes behind this number of the log"},
    {"actor", "{\"type\":\"string\"}", "User number, or me"},
    {"preview", "{\"type\":\"boolean\"}", "Only tell what would happen"},
    {"keep_conflicts", "{\"type\":\"boolean\"}", "Leave records in conflict as they are"},
    {"pipeline", "{\"type\":\"integer\"}", "Pipeline number"},
    {"stage", "{\"type\":\"integer\"}", "Only this stage"},
    {"light", "{\"type\":\"string\",\"enum\":[\"overdue\",\"today\",\"planned\",\"none\"]}",
     "Only deals whose next activity is like that"},
    {"from", "{\"type\":\"string\"}", "First moment or day"},
    {"to", "{\"type\":\"string\"}", "Moment or day behind the last"},
};

/* One operation: a route, of one kind where its path has {kind}. */
struct operation {
    struct str path;
    const struct api_route *route;
    const struct kind *kind;
};

struct operations {
    struct operation *v;
    size_t n, room;
};

static struct str without_stars(struct arena *a, struct str path)
{
    struct str head, tail;

    return str_cut(path, '*', &head, &tail) ? arena_printf(a, STR_FMT STR_FMT, STR_ARG(head), STR_ARG(tail)) : path;
}

static void add(struct arena *a, struct operations *all, struct operation op)
{
    if (all->n == all->room) {
        size_t room = all->room ? all->room * 2 : 256;
        all->v = arena_grow(a, all->v, all->n * sizeof(op), room * sizeof(op));
        all->room = room;
    }
    op.path = without_stars(a, op.path);
    all->v[all->n++] = op;
}

static void add_route(struct arena *a, struct operations *all, const struct schema *s, const struct api_route *r)
{
    const char *at = strstr(r->path, "{kind}");

    if (!at) {
        add(a, all, (struct operation){str_of(r->path), r, NULL});
        return;
    }
    for (int i = 0; i < s->n; i++) {
        struct str path = arena_printf(a, "%.*s%s%s", (int)(at - r->path), r->path, s->kinds[i].name, at + 6);
        add(a, all, (struct operation){path, r, &s->kinds[i]});
    }
}

/* By path and method; where a route stands for itself and for all kinds too, its own comes first. */
static int by_path(const void *x, const void *y)
{
    const struct operation *a = x, *b = y;
    int order = str_cmp(a->path, b->path);

    if (order == 0)
        order = (int)a->route->method - (int)b->route->method;
    return order ? order : (a->kind != NULL) - (b->kind != NULL);
}

/* -- one operation ----------------------------------------------------------------------------------- */

static void write_name(struct json_out *o, struct arena *a, const struct operation *op)
{
    struct buf b;
    char last = '_';

    buf_init(&b, 256);
    buf_z(&b, http_method_name(op->route->method));
    for (size_t i = 0; i < op->path.n; i++) {
        char c = op->path.p[i];
        bool part = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (part && (last == '/' || last == '{'))
            buf_char(&b, '_');
        if (part)
            buf_char(&b, c);
        last = c;
    }
    out_kv_str(o, "operationId", buf_keep(&b, a));
}

static void begin_parameter(struct json_out *o, const char *where, struct str name)
{
    out_open(o, '{');
    out_kv_str(o, "name", name);
    out_kv_z(o, "in", where);
    out_kv_bool(o, "required", strcmp(where, "path") == 0);
}

static void path_parameters(struct json_out *o, struct str path)
{
    struct str piece;

    while (str_next(&path, '/', &piece)) {
        if (!str_starts(piece, S("{")))
            continue;
        struct str name = str_upto(str_from(piece, 1), piece.n - 2);
        begin_parameter(o, "path", name);
        out_key(o, S("schema"));
        out_raw(o, str_is(name, "id") ? S("{\"type\":\"integer\"}") : S("{\"type\":\"string\"}"));
        out_close(o, '}');
    }
}

static void query_parameter(struct json_out *o, struct str name)
{
    begin_parameter(o, "query", str_is(name, "*") ? S("filters") : name);
    if (str_is(name, "*")) {
        out_kv_z(o, "description",
                 "field=value or field.op=value, op one of ne lt lte gt gte in null like; me stands for the caller");
        out_key(o, S("schema"));
        out_raw(o, S("{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}"));
        out_kv_z(o, "style", "form");
        out_kv_bool(o, "explode", true);
        out_close(o, '}');
        return;
    }
    struct str schema = S("{\"type\":\"string\"}");
    for (size_t i = 0; i < COUNT(query_docs); i++)
        if (str_is(name, query_docs[i].name)) {
            schema = str_of(query_docs[i].schema);
            out_kv_z(o, "description", query_docs[i].doc);
        }
    out_key(o, S("schema"));
    out_raw(o, schema);
    out_close(o, '}');
}

static void write_parameters(struct json_out *o, const struct operation *op)
{
    struct str rest = str_of(op->route->query), name;

    out_kv_open(o, "parameters", '[');
    path_parameters(o, op->path);
    while (rest.n && str_next(&rest, ' ', &name))
        if (name.n)
            query_parameter(o, name);
    if (op->route->mode == API_WRITE && op->route->method == HTTP_POST)
        out_raw(o, S("{\"$ref\":\"#/components/parameters/IdempotencyKey\"}"));
    if (op->route->method == HTTP_PATCH || op->route->method == HTTP_DELETE)
        out_raw(o, S("{\"$ref\":\"#/components/parameters/IfMatch\"}"));
    out_close(o, ']');
}

static void write_content(struct json_out *o, struct arena *a, const char *type, const char *schema,
                          const struct kind *k)
{
    out_kv_open(o, "content", '{');
    out_kv_open(o, type, '{');
    if (schema) {
        out_kv_open(o, "schema", '{');
        struct str name = openapi_name(a, schema, k);
        out_kv_str(o, "$ref", arena_printf(a, "#/components/schemas/" STR_FMT, STR_ARG(name)));
        out_close(o, '}');
    }
    out_close(o, '}');
    out_close(o, '}');
}

static void write_body(struct json_out *o, struct arena *a, const struct operation *op)
{
    if (!op->route->body && !op->route->form)
        return;
    out_kv_open(o, "requestBody", '{');
    out_kv_bool(o, "required", true);
    write_content(o, a, op->route->body ? "application/json" : "multipart/form-data", op->route->body, op->kind);
    out_close(o, '}');
}

static void write_responses(struct json_out *o, struct arena *a, const struct operation *op)
{
    const struct api_route *r = op->route;
    int status = r->status ? r->status : 200;

    out_kv_open(o, "responses", '{');
    out_kv_open(o, arena_printf(a, "%d", status).p, '{');
    out_kv_z(o, "description", status == 204 ? "Done" : "As asked");
    if (r->answer)
        write_content(o, a, "application/json", r->answer, op->kind);
    else if (r->media)
        write_content(o, a, r->media, NULL, NULL);
    out_close(o, '}');
    out_key(o, S("default"));
    out_raw(o, S("{\"$ref\":\"#/components/responses/Problem\"}"));
    out_close(o, '}');
}

static void write_operation(struct json_out *o, struct arena *a, const struct operation *op)
{
    char method[16] = "";

    for (size_t i = 0; http_method_name(op->route->method)[i] && i + 1 < sizeof(method); i++)
        method[i] = (char)(http_method_name(op->route->method)[i] | 0x20);
    out_kv_open(o, method, '{');
    write_name(o, a, op);
    out_kv_z(o, "summary", op->route->doc);
    out_kv_open(o, "tags", '[');
    out_str(o, op->kind ? str_of(op->kind->name) : S("penstock"));
    out_close(o, ']');
    write_parameters(o, op);
    write_body(o, a, op);
    write_responses(o, a, op);
    if (op->route->auth == AUTH_OPEN) {
        out_kv_open(o, "security", '[');
        out_close(o, ']');
    }
    out_close(o, '}');
}

/* -- the document ------------------------------------------------------------------------------------ */

static void write_paths(struct json_out *o, struct arena *a, const struct operations *all)
{
    out_kv_open(o, "paths", '{');
    for (size_t i = 0; i < all->n; i++) {
        const struct operation *op = &all->v[i], *before = i ? &all->v[i - 1] : NULL;
        bool same_path = before && str_eq(before->path, op->path);
        if (same_path && before->route->method == op->route->method)
            continue;
        if (!same_path) {
            if (before)
                out_close(o, '}');
            out_key(o, op->path);
            out_open(o, '{');
        }
        write_operation(o, a, op);
    }
    if (all->n)
        out_close(o, '}');
    out_close(o, '}');
}

static const char components[] =
    "\"securitySchemes\":{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"},\"session\":{\"type\":\"apiKey\","
    "\"in\":\"cookie\",\"name\":\"penstock_session\"}},"
    "\"parameters\":{\"IdempotencyKey\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"required\":false,"
    "\"description\":\"Sent again with the same key within a day, the request does nothing and gets the first "
    "answer\",\"schema\":{\"type\":\"string\",\"maxLength\":200}},\"IfMatch\":{\"name\":\"If-Match\",\"in\":"
    "\"header\",\"required\":false,\"description\":\"The version that was read; 412 when there is a newer one\","
    "\"schema\":{\"type\":\"string\"}}},"
    "\"responses\":{\"Problem\":{\"description\":\"What is wrong (RFC 9457)\",\"content\":{\"application/"
    "problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}}";

static const char problem[] =
    "{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\",\"detail\",\"errors\"],\"properties\":{"
    "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
    "\"detail\":{\"type\":\"string\"},\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":["
    "\"field\",\"code\",\"message\"],\"additionalProperties\":false,\"properties\":{\"field\":{\"type\":\"string\"},"
    "\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"}}}},\"request_id\":{\"type\":\"string\","
    "\"description\":\"With 5xx: where the server's log says more\"},\"current\":{\"type\":\"object\","
    "\"description\":\"With 412: the record as it is now\"},\"conflicts\":{\"type\":\"array\",\"description\":"
    "\"With 409 from undo\"}}}";

static void write_components(struct json_out *o, struct arena *a, const struct schema *s,
                             const struct api_table *const *tables)
{
    out_kv_open(o, "components", '{');
    buf_z(o->b, components);
    o->comma = true;
    out_kv_open(o, "schemas", '{');
    out_key(o, S("Problem"));
    out_raw(o, str_of(problem));
    for (; *tables; tables++)
        for (size_t i = 0; i < (*tables)->nschemas; i++) {
            out_key(o, str_of((*tables)->schemas[i].name));
            out_raw(o, str_of((*tables)->schemas[i].text));
        }
    for (int i = 0; i < s->n; i++)
        openapi_kind_schemas(o, a, &s->kinds[i]);
    out_close(o, '}');
    out_close(o, '}');
}

void openapi_write(struct json_out *o, struct arena *a, const struct schema *s, const struct api_table *const *tables)
{
    struct operations all = {0};

    if (!tables)
        tables = api_tables;
    for (const struct api_table *const *t = tables; *t; t++)
        for (size_t i = 0; i < (*t)->nroutes; i++)
            add_route(a, &all, s, &(*t)->routes[i]);
    if (all.n)
        qsort(all.v, all.n, sizeof(all.v[0]), by_path);
    out_open(o, '{');
    out_kv_z(o, "openapi", "3.1.0");
    out_kv_open(o, "info", '{');
    out_kv_z(o, "title", "Penstock");
    out_kv_z(o, "version", PENSTOCK_VERSION);
    out_kv_z(o, "description", "A sales CRM with one log of everything. Errors are RFC 9457 problem details.");
    out_close(o, '}');
    out_kv_open(o, "security", '[');
    out_raw(o, S("{\"token\":[]}"));
    out_raw(o, S("{\"session\":[]}"));
    out_close(o, ']');
    write_paths(o, a, &all);
    write_components(o, a, s, tables);
    out_close(o, '}');
}

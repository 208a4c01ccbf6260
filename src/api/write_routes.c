/* Changing the records of any kind: each request, and each batch, is one change set. */
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "ceilings.h"
#include "cond.h"

static void reply_row(struct api_call *c, int status, const struct row *row)
{
    row_write(api_reply(c, status), row, NULL);
    api_reply_row(c, row);
}

static int create(struct api_call *c, struct err *err)
{
    struct row *row;

    if (op_create(&c->ctx, c->kind, c->body, &row, err) < 0)
        return -1;
    reply_row(c, 201, row);
    http_reply_header(c->x, "Location", arena_printf(c->arena, API "/%s/%lld", c->kind->name, (long long)row_id(row)));
    return 0;
}

/* The version named by If-Match; 0 when it does not matter. One that can fit nothing gives -1, as no version is. */
static int64_t wanted_version(const struct api_call *c)
{
    int64_t version = 0;

    switch (http_if_match_version(c->x, &version)) {
    case HTTP_IF_ABSENT:
        return 0;
    case HTTP_IF_HOLDS:
        return version > 0 ? version : -1;
    case HTTP_IF_FAILS:
        break;
    }
    return -1;
}

/* Who comes too late is shown the record as it is now. */
static int stale(struct api_call *c, const struct kind *k, id which, struct err *err)
{
    struct buf *b = NEW(c->arena, struct buf);
    struct err other = {0};
    struct json_out o;
    struct row *row;

    if (err->code != ERR_STALE)
        return -1;
    if (op_get(&c->ctx, k, which, &row, &other) < 0) {
        if (err_status(other.code) >= 500)
            *err = other;
        return -1;
    }
    buf_init(b, MAX_REPLY);
    arena_defer(c->arena, buf_let_go, b);
    buf_z(b, "\"current\":");
    out_init(&o, b);
    row_write(&o, row, NULL);
    if (buf_ok(b))
        c->extra = buf_view(b);
    return -1;
}

static int update(struct api_call *c, struct err *err)
{
    struct row *row;

    if (op_update(&c->ctx, c->kind, c->id, wanted_version(c), c->body, &row, err) < 0)
        return stale(c, c->kind, c->id, err);
    reply_row(c, 200, row);
    return 0;
}

static int delete (struct api_call *c, struct err *err)
{
    if (op_delete(&c->ctx, c->kind, c->id, wanted_version(c), err) < 0)
        return stale(c, c->kind, c->id, err);
    http_reply(c->x, 204, NULL);
    return 0;
}

/* -- many at once ------------------------------------------------------------------------------------ */

enum step_op { STEP_CREATE, STEP_UPDATE, STEP_DELETE };

struct step {
    enum step_op op;
    id id;
    int64_t version;
    const json_t *fields;
};

static int read_step(const json_t *in, struct step *ret, struct err *err)
{
    static const char *const ops[] = {"create", "update", "delete"};
    struct str op = json_member_str(in, "op");
    const json_t *which = json_object_get(in, "id"), *version = json_object_get(in, "version");
    const char *name;
    json_t *value;
    int found = -1;

    json_object_foreach((json_t *)(uintptr_t)in, name, value) {
        if (strcmp(name, "op") && strcmp(name, "id") && strcmp(name, "version") && strcmp(name, "fields"))
            return err_field(err, name, "unknown", "An operation has op, id, version and fields.");
    }
    for (int i = 0; i < 3; i++)
        if (str_is(op, ops[i]))
            found = i;
    if (found < 0)
        return err_field(err, "op", "value", "op is create, update or delete.");
    *ret = (struct step){.op = (enum step_op)found, .fields = json_object_get(in, "fields")};
    if (found != STEP_CREATE && (!json_is_integer(which) || (ret->id = json_integer_value(which)) <= 0))
        return err_field(err, "id", "required", "Which record? id is missing.");
    if (found == STEP_CREATE && which)
        return err_field(err, "id", "unknown", "A new record gets its id from the server.");
    if (version && !json_is_null(version) && (!json_is_integer(version) || json_integer_value(version) <= 0))
        return err_field(err, "version", "type", "version is a whole number.");
    ret->version = json_integer_value(version);
    if (found == STEP_DELETE ? ret->fields && !json_is_null(ret->fields) : !json_is_object(ret->fields))
        return err_field(err, "fields", "type",
                         found == STEP_DELETE ? "A delete takes no fields." : "fields is an object.");
    return 0;
}

static int run_step(struct api_call *c, const struct step *s, struct row **ret, struct err *err)
{
    *ret = NULL;
    c->ctx.occurred_at = 0; /* each may say its own */
    if (s->op == STEP_CREATE)
        return op_create(&c->ctx, c->kind, s->fields, ret, err);
    if (s->op == STEP_UPDATE)
        return op_update(&c->ctx, c->kind, s->id, s->version, s->fields, ret, err) < 0 ? stale(c, c->kind, s->id, err)
                                                                                       : 0;
    return op_delete(&c->ctx, c->kind, s->id, s->version, err) < 0 ? stale(c, c->kind, s->id, err) : 0;
}

/* Says which operation it was: fields become operations[3].fields.title. */
static int name_step(size_t at, struct err *err)
{
    char was[sizeof(err->msg)];

    for (size_t i = 0; i < err->nfields; i++) {
        char field[sizeof(err->fields[i].field)];
        memcpy(field, err->fields[i].field, sizeof(field));
        if (snprintf(err->fields[i].field, sizeof(field), "operations[%zu].%.40s", at, field) < 0)
            return -1;
    }
    memcpy(was, err->msg, sizeof(was));
    if (was[0])
        snprintf(err->msg, sizeof(err->msg), "Operation %zu: %.480s", at, was);
    return -1;
}

static int check_batch(const struct api_call *c, const json_t **ret, struct err *err)
{
    const json_t *steps = json_object_get(c->body, "operations");
    const json_t *label = json_object_get(c->body, "label");
    const char *name;
    json_t *value;

    json_object_foreach(c->body, name, value)
        if (strcmp(name, "operations") && strcmp(name, "label"))
            return err_field(err, name, "unknown", "A batch has operations and a label.");
    if (label && !json_is_null(label) && (!json_is_string(label) || json_string_length(label) > 200))
        return err_field(err, "label", "type", "label is a text of at most 200 bytes.");
    if (!json_is_array(steps) || json_array_size(steps) == 0)
        return err_field(err, "operations", "required", "operations is a list with something in it.");
    if (json_array_size(steps) > MAX_BATCH)
        return err_field(err, "operations", "too_many", "At most %u operations go in one batch.", MAX_BATCH);
    *ret = steps;
    return 0;
}

static int batch(struct api_call *c, struct err *err)
{
    const json_t *steps = NULL;

    if (check_batch(c, &steps, err) < 0)
        return -1;
    size_t n = json_array_size(steps);
    struct row **rows = NEW_ARRAY(c->arena, struct row *, n);
    c->ctx.cs.label = json_member_str(c->body, "label");
    for (size_t i = 0; i < n; i++) {
        struct step step = {0};
        if (read_step(json_array_get(steps, i), &step, err) < 0 || run_step(c, &step, &rows[i], err) < 0)
            return name_step(i, err);
    }
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    if (c->ctx.cs.id)
        out_kv_int(o, "changeset", c->ctx.cs.id);
    else
        out_kv_null(o, "changeset");
    out_kv_open(o, "data", '[');
    for (size_t i = 0; i < n; i++) {
        if (rows[i])
            row_write(o, rows[i], NULL);
        else
            out_null(o);
    }
    out_close(o, ']');
    out_close(o, '}');
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_POST, API "/{kind}", API_WRITE, create, .body = "{Kind}Input", .answer = "{Kind}", .status = 201,
     .doc = "Adds a record; occurred_at dates it back; Idempotency-Key makes it safe to send again"},
    {HTTP_PATCH, API "/{kind}/{id}", API_WRITE, update, .body = "{Kind}Input", .answer = "{Kind}",
     .doc = "Changes the fields given; refused with 412 when If-Match names an older version"},
    {HTTP_DELETE, API "/{kind}/{id}", API_WRITE, delete, .status = 204,
     .doc = "Deletes a record; undo of the change set brings it back"},
    {HTTP_POST, API "/{kind}/batch", API_WRITE, batch, .body = "Batch", .answer = "{Kind}Batch",
     .doc = "Up to 1,000 operations in one change set, all or nothing"},
};

static const struct api_schema schemas[] = {
    {"Batch", "{\"type\":\"object\",\"required\":[\"operations\"],\"additionalProperties\":false,\"properties\":{"
              "\"label\":{\"type\":[\"string\",\"null\"],\"description\":\"What people call the change set\"},"
              "\"operations\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":1000,\"items\":{\"type\":\"object\","
              "\"required\":[\"op\"],\"additionalProperties\":false,\"properties\":{"
              "\"op\":{\"type\":\"string\",\"enum\":[\"create\",\"update\",\"delete\"]},\"id\":{\"type\":\"integer\"},"
              "\"version\":{\"type\":[\"integer\",\"null\"]},\"fields\":{\"type\":\"object\"}}}}}}"},
};

const struct api_table write_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};

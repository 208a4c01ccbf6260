/* Taking a change set back, or seeing what that would do. */
#include "undo.h"

#include "api.h"
#include "ceilings.h"

static void write_raw_or_null(struct json_out *o, const char *name, struct str raw)
{
    out_key(o, str_of(name));
    if (raw.n)
        out_raw(o, raw);
    else
        out_null(o);
}

static void write_conflicts(struct json_out *o, const struct undo_report *r)
{
    out_kv_open(o, "conflicts", '[');
    for (size_t i = 0; i < r->nconflicts; i++) {
        const struct undo_conflict *f = &r->conflicts[i];
        out_open(o, '{');
        out_kv_z(o, "kind", f->kind->name);
        out_kv_int(o, "id", f->row);
        out_kv_str(o, "title", f->title);
        out_kv_str(o, "field", f->field.n ? f->field : STR_NULL);
        write_raw_or_null(o, "expected", f->expected);
        write_raw_or_null(o, "found", f->found);
        out_kv_z(o, "reason", f->reason);
        out_close(o, '}');
    }
    out_close(o, ']');
    out_kv_int(o, "all_conflicts", r->all_conflicts);
}

/* The conflicts go into the problem document. */
static int refuse(struct api_call *c, const struct undo_report *r)
{
    struct buf *b = NEW(c->arena, struct buf);
    struct json_out o;

    buf_init(b, MAX_REPLY);
    arena_defer(c->arena, buf_let_go, b);
    out_init(&o, b);
    write_conflicts(&o, r);
    if (buf_ok(b))
        c->extra = buf_view(b);
    return -1;
}

/* What the caller may not see is not there for him. */
static int sees_changeset(struct api_call *c, struct err *err)
{
    struct txn *t = txn_read(c->app->store, c->arena, err);
    struct value actor;
    int n = t && ctx_read(&c->ctx, c->app, t, c->who, err) == 0
                ? sql_row(t, "SELECT actor_id FROM changesets WHERE id = $1", ARGS(value_int(c->id)), &actor, 1, err)
                : -1;

    bool his = n == 1 && (c->ctx.access->role >= ROLE_MANAGER || (actor.type == V_INT && actor.i == c->who.user));
    txn_end(t);
    c->ctx.t = NULL;
    if (n < 0)
        return -1;
    return his ? 0 : err_set(err, ERR_NOT_FOUND, "There is no change set %lld of yours.", (long long)c->id);
}

static int undo(struct api_call *c, struct err *err)
{
    struct undo_request req = {.changeset = c->id, .who = c->who, .origin = "undo"};
    struct undo_report *r = NEW(c->arena, struct undo_report);

    if (api_query_bool(c, "preview", &req.preview, err) < 0 ||
        api_query_bool(c, "keep_conflicts", &req.keep_conflicts, err) < 0 || sees_changeset(c, err) < 0)
        return -1;
    if (undo_run(c->app, c->arena, &req, r, err) < 0)
        return err->code == ERR_CONFLICT && r->nconflicts ? refuse(c, r) : -1;
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    if (r->changeset)
        out_kv_int(o, "changeset", r->changeset);
    else
        out_kv_null(o, "changeset");
    out_kv_int(o, "changes", r->changes);
    out_kv_int(o, "restore", r->restored);
    out_kv_int(o, "remove", r->removed);
    out_kv_int(o, "update", r->updated);
    write_conflicts(o, r);
    out_close(o, '}');
    if (r->changeset)
        api_reply_changeset(c, r->changeset);
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_POST, API "/changesets/{id}/undo", API_SLOW, undo, .query = "preview keep_conflicts", .answer = "Undone",
     .doc = "Takes a change set back as a unit; 409 with the conflicts when records have moved on since"},
};

static const struct api_schema schemas[] = {
    {"Undone",
     "{\"type\":\"object\",\"required\":[\"changeset\",\"changes\",\"restore\",\"remove\",\"update\",\"conflicts\"],"
     "\"additionalProperties\":false,\"properties\":{\"changeset\":{\"type\":[\"integer\",\"null\"],"
     "\"description\":\"Of the undo itself; null for a preview\"},\"changes\":{\"type\":\"integer\"},"
     "\"restore\":{\"type\":\"integer\"},\"remove\":{\"type\":\"integer\"},\"update\":{\"type\":\"integer\"},"
     "\"all_conflicts\":{\"type\":\"integer\"},\"conflicts\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/"
     "schemas/Conflict\"}}}}"},
    {"Conflict",
     "{\"type\":\"object\",\"required\":[\"kind\",\"id\",\"title\",\"field\",\"expected\",\"found\",\"reason\"],"
     "\"additionalProperties\":false,\"properties\":{\"kind\":{\"type\":\"string\"},\"id\":{\"type\":\"integer\"},"
     "\"title\":{\"type\":[\"string\",\"null\"]},\"field\":{\"type\":[\"string\",\"null\"]},\"expected\":{},"
     "\"found\":{},\"reason\":{\"type\":\"string\"}}}"},
};

const struct api_table undo_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};

/* The log over the API: the history of a record, everything since a moment, change sets. */
#include "api.h"
#include "ceilings.h"

#define LOG_SCAN 5000u /* items looked at for one page, whether the caller sees them or not */
#define CHANGESET_ITEMS 1000u

/* Writes the items of a query that the caller may see, at most `most` of them; *ret_last is the last one looked at. */
static int write_items(struct api_call *c, struct rows *rows, struct json_out *o, unsigned most, unsigned *ret_n,
                       int64_t *ret_last, struct err *err)
{
    struct log_item item;
    unsigned written = 0;
    int n = rows ? 0 : -1;

    while (rows && written < most && (n = log_next(rows, &item, err)) == 1) {
        int sees = op_sees_item(&c->ctx, &item, err);
        if (sees < 0)
            return -1;
        *ret_last = item.seq;
        if (sees == 0)
            continue;
        log_write_item(o, &item);
        written++;
    }
    rows_close(rows);
    *ret_n = written;
    return n < 0 ? -1 : 0;
}

/* Who may look at the record, or might when it was deleted, sees its history. */
static int sees_history(struct api_call *c, struct err *err)
{
    struct log_item any = {.kind = str_of(c->kind->name), .row = c->id};
    struct value there;

    if (sql_row(c->ctx.t, "SELECT count(*) FROM changes WHERE kind = $1 AND row_id = $2",
                ARGS(value_text(any.kind), value_int(c->id)), &there, 1, err) < 0)
        return -1;
    int sees = there.i > 0 ? op_sees_item(&c->ctx, &any, err) : 0;
    if (sees == 0)
        return err_set(err, ERR_NOT_FOUND, "There is no %s %lld.", c->kind->def.one, (long long)c->id);
    return sees < 0 ? -1 : 0;
}

static int history(struct api_call *c, struct err *err)
{
    int64_t limit = MAX_PAGE, since = 0, last = 0;
    unsigned n;

    if (sees_history(c, err) < 0 || api_query_int(c, "limit", 1, MAX_PAGE, &limit, err) < 0 ||
        api_query_int(c, "since", 0, INT64_MAX, &since, err) < 0)
        return -1;
    struct rows *rows =
        log_query(c->ctx.t, "c.kind = $1 AND c.row_id = $2 AND c.seq > $3 ORDER BY c.seq",
                  ARGS(value_text(str_of(c->kind->name)), value_int(c->id), value_int(since)), (unsigned)limit, err);
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    out_kv_open(o, "data", '[');
    if (write_items(c, rows, o, (unsigned)limit, &n, &last, err) < 0)
        return -1;
    out_close(o, ']');
    out_close(o, '}');
    return 0;
}

static int changes(struct api_call *c, struct err *err)
{
    int64_t limit = 100, since = 0;
    unsigned n;

    if (api_query_int(c, "limit", 1, MAX_PAGE, &limit, err) < 0 ||
        api_query_int(c, "since", 0, INT64_MAX, &since, err) < 0)
        return -1;
    int64_t last = since;
    struct rows *rows = log_since(c->ctx.t, since, LOG_SCAN, err);
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    out_kv_open(o, "data", '[');
    if (write_items(c, rows, o, (unsigned)limit, &n, &last, err) < 0)
        return -1;
    out_close(o, ']');
    out_kv_int(o, "next_since", last);
    out_close(o, '}');
    return 0;
}

/* -- change sets ------------------------------------------------------------------------------------- */

#define CHANGESET_FIRST(column)                                                                                        \
    "(SELECT c." column " FROM changes c WHERE c.changeset_id = s.id ORDER BY c.seq LIMIT 1)"
#define CHANGESET_COLUMNS                                                                                              \
    "SELECT s.id, s.actor_id, u.name, s.origin, s.label, s.recorded_at, s.undoes, s.undone_by, s.state, "              \
    "(SELECT count(*) FROM changes c WHERE c.changeset_id = s.id), " CHANGESET_FIRST("kind") ", " CHANGESET_FIRST(     \
        "row_id") ", " CHANGESET_FIRST("op") " FROM changesets s LEFT JOIN users u ON u.id = s.actor_id WHERE "
#define CHANGESET_NCOLUMNS 13

static void write_ref_or_null(struct json_out *o, const char *name, struct value v)
{
    if (v.type == V_INT)
        out_kv_int(o, name, v.i);
    else
        out_kv_null(o, name);
}

/* The members of a change set from a row of CHANGESET_COLUMNS; which record it touched first only if he may know. */
static int write_changeset(struct api_call *c, struct json_out *o, struct value v[CHANGESET_NCOLUMNS], struct err *err)
{
    struct log_item first = {.kind = v[10].type == V_TEXT ? v[10].s : S(""), .row = v[11].i};
    int sees = v[10].type == V_TEXT ? op_sees_item(&c->ctx, &first, err) : 0;

    if (sees < 0)
        return -1;
    out_kv_int(o, "id", v[0].i);
    if (v[1].type == V_INT) {
        out_kv_open(o, "actor", '{');
        out_kv_int(o, "id", v[1].i);
        out_kv_str(o, "name", v[2].type == V_TEXT ? v[2].s : STR_NULL);
        out_close(o, '}');
    } else {
        out_kv_null(o, "actor");
    }
    out_kv_str(o, "origin", v[3].s);
    out_kv_str(o, "label", v[4].type == V_TEXT ? v[4].s : STR_NULL);
    out_kv_msec(o, "recorded_at", v[5].i);
    write_ref_or_null(o, "undoes", v[6]);
    write_ref_or_null(o, "undone_by", v[7]);
    out_kv_str(o, "state", v[8].s);
    out_kv_int(o, "changes", v[9].i);
    out_key(o, S("first"));
    if (!sees) {
        out_null(o);
        return 0;
    }
    out_open(o, '{');
    out_kv_str(o, "kind", v[10].s);
    out_kv_int(o, "id", v[11].i);
    out_kv_str(o, "op", v[12].s);
    out_close(o, '}');
    return 0;
}

/* Managers look over everybody's shoulder, others see what they did themselves. */
static bool sees_all(const struct api_call *c)
{
    return c->ctx.access->role >= ROLE_MANAGER;
}

static int read_actor(struct api_call *c, id *ret, struct err *err)
{
    struct str actor = api_query(c, "actor");

    *ret = sees_all(c) ? 0 : c->who.user;
    if (!actor.p)
        return 0;
    if (str_is(actor, "me")) {
        *ret = c->who.user;
        return 0;
    }
    int64_t which = 0;
    if (api_query_int(c, "actor", 1, INT64_MAX, &which, err) < 0)
        return -1;
    if (!sees_all(c) && which != c->who.user)
        return err_set(err, ERR_FORBIDDEN, "Only managers see what others did.");
    *ret = which;
    return 0;
}

static int changesets(struct api_call *c, struct err *err)
{
    int64_t limit = 50, before = INT64_MAX;
    struct value v[CHANGESET_NCOLUMNS];
    id actor, last = 0;
    int more = 0;

    if (read_actor(c, &actor, err) < 0 || api_query_int(c, "limit", 1, MAX_PAGE, &limit, err) < 0 ||
        api_query_int(c, "cursor", 1, INT64_MAX, &before, err) < 0)
        return -1;
    struct rows *r = sql_query(
        c->ctx.t,
        actor ? CHANGESET_COLUMNS "s.id < $1 AND s.actor_id = $3 ORDER BY s.id DESC LIMIT $2"
              : CHANGESET_COLUMNS "s.id < $1 ORDER BY s.id DESC LIMIT $2",
        (struct args){(const struct value[]){value_int(before), value_int(limit + 1), value_int(actor)}, actor ? 3 : 2},
        err);
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    out_kv_open(o, "data", '[');
    for (int64_t i = 0; (more = rows_next(r, err)) == 1 && i < limit; i++) {
        for (int col = 0; col < CHANGESET_NCOLUMNS; col++)
            v[col] = rows_col(r, col);
        last = v[0].i;
        out_open(o, '{');
        if (write_changeset(c, o, v, err) < 0)
            return -1;
        out_close(o, '}');
    }
    if (more < 0)
        return -1;
    rows_close(r);
    out_close(o, ']');
    out_kv_str(o, "next_cursor", more ? arena_printf(c->arena, "%lld", (long long)last) : STR_NULL);
    out_close(o, '}');
    return 0;
}

static int changeset(struct api_call *c, struct err *err)
{
    struct value v[CHANGESET_NCOLUMNS];
    int64_t last = 0;
    unsigned n = 0;
    int found = sql_row(c->ctx.t, CHANGESET_COLUMNS "s.id = $1", ARGS(value_int(c->id)), v, CHANGESET_NCOLUMNS, err);

    if (found < 0)
        return -1;
    struct rows *rows = log_query(c->ctx.t, LOG_OF_CHANGESET, ARGS(value_int(c->id)), CHANGESET_ITEMS, err);
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    if (found && write_changeset(c, o, v, err) < 0)
        return -1;
    out_kv_open(o, "data", '[');
    if (write_items(c, rows, o, CHANGESET_ITEMS, &n, &last, err) < 0)
        return -1;
    out_close(o, ']');
    out_close(o, '}');
    /* Nobody learns that something happened to records he may not see. */
    if (!found || (n == 0 && !sees_all(c) && !(v[1].type == V_INT && v[1].i == c->who.user)))
        return err_set(err, ERR_NOT_FOUND, "There is no change set %lld.", (long long)c->id);
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/{kind}/{id}/history", API_READ, history, .query = "limit since", .answer = "LogPage",
     .doc = "Everything that happened to a record, oldest first"},
    {HTTP_GET, API "/changes", API_READ, changes, .query = "since limit", .answer = "Changes",
     .doc = "The log in commit order, as far as the caller may see"},
    {HTTP_GET, API "/changesets", API_READ, changesets, .query = "actor limit cursor", .answer = "ChangesetPage",
     .doc = "Change sets, newest first"},
    {HTTP_GET, API "/changesets/{id}", API_READ, changeset, .answer = "ChangesetShown",
     .doc = "One change set with the first thousand of its changes"},
};

#define CHANGESET_MEMBERS                                                                                              \
    "\"id\":{\"type\":\"integer\"},\"actor\":{\"$ref\":\"#/components/schemas/Actor\"},"                               \
    "\"origin\":{\"type\":\"string\"},\"label\":{\"type\":[\"string\",\"null\"]},"                                     \
    "\"recorded_at\":{\"type\":\"string\",\"format\":\"date-time\"},\"undoes\":{\"type\":[\"integer\",\"null\"]},"     \
    "\"undone_by\":{\"type\":[\"integer\",\"null\"]},\"state\":{\"type\":\"string\"},\"changes\":{\"type\":"           \
    "\"integer\"},\"first\":{\"type\":[\"object\",\"null\"],\"description\":\"The first record it touched\","          \
    "\"required\":[\"kind\",\"id\",\"op\"],\"additionalProperties\":false,\"properties\":{\"kind\":{\"type\":"         \
    "\"string\"},"                                                                                                     \
    "\"id\":{\"type\":\"integer\"},\"op\":{\"type\":\"string\"}}}"
#define CHANGESET_NAMES                                                                                                \
    "\"id\",\"actor\",\"origin\",\"label\",\"recorded_at\",\"undoes\",\"undone_by\",\"state\",\"changes\","            \
    "\"first\""

static const struct api_schema schemas[] = {
    {"Actor", "{\"type\":[\"object\",\"null\"],\"required\":[\"id\",\"name\"],\"additionalProperties\":false,"
              "\"properties\":{\"id\":{\"type\":\"integer\"},\"name\":{\"type\":[\"string\",\"null\"]}}}"},
    {"LogItem",
     "{\"type\":\"object\",\"required\":[\"seq\",\"changeset\",\"recorded_at\",\"occurred_at\",\"actor\",\"origin\","
     "\"kind\",\"id\",\"op\",\"fields\"],\"additionalProperties\":false,\"properties\":{\"seq\":{\"type\":\"integer\"},"
     "\"changeset\":{\"type\":\"integer\"},\"recorded_at\":{\"type\":\"string\",\"format\":\"date-time\"},"
     "\"occurred_at\":{\"type\":\"string\",\"format\":\"date-time\"},\"actor\":{\"$ref\":\"#/components/schemas/"
     "Actor\"},\"origin\":{\"type\":\"string\"},\"kind\":{\"type\":\"string\"},\"id\":{\"type\":\"integer\"},"
     "\"op\":{\"type\":\"string\",\"enum\":[\"create\",\"update\",\"delete\"]},\"fields\":{\"type\":\"object\","
     "\"additionalProperties\":{\"type\":\"array\",\"minItems\":2,\"maxItems\":2}}}}"},
    {"LogPage", "{\"type\":\"object\",\"required\":[\"data\"],\"additionalProperties\":false,\"properties\":{"
                "\"data\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/LogItem\"}}}}"},
    {"Changes", "{\"type\":\"object\",\"required\":[\"data\",\"next_since\"],\"additionalProperties\":false,"
                "\"properties\":{\"data\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/LogItem\"}},"
                "\"next_since\":{\"type\":\"integer\",\"description\":\"What to ask with next, even when data is "
                "empty\"}}}"},
    {"Changeset", "{\"type\":\"object\",\"required\":[" CHANGESET_NAMES
                  "],\"additionalProperties\":false,\"properties\":{" CHANGESET_MEMBERS "}}"},
    {"ChangesetShown", "{\"type\":\"object\",\"required\":[" CHANGESET_NAMES
                       ",\"data\"],\"additionalProperties\":false,\"properties\":{" CHANGESET_MEMBERS
                       ",\"data\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/LogItem\"}}}}"},
    {"ChangesetPage", "{\"type\":\"object\",\"required\":[\"data\",\"next_cursor\"],\"additionalProperties\":false,"
                      "\"properties\":{\"data\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/"
                      "Changeset\"}},\"next_cursor\":{\"type\":[\"string\",\"null\"]}}}"},
};

const struct api_table log_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};

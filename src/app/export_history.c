#include "deal.h"
#include "export.h"
#include "json_scan.h"
#include "map.h"

/* The log of deals, read in business time, told as events. A record of the log with several changes becomes one event:
 * the weightiest gives its name, the other cells tell the rest. */

enum { SEQ, TS, DEAL, EVENT, STAGE, VALUE, CCY, ECD, OWNER, REASON, COLUMNS };

struct teller {
    struct ctx *c;
    struct tab_writer *w;
    struct map names;   /* "stages/7" to text */
    struct arena *work; /* emptied after each record */
    int64_t seq;
};

static struct str name_of(struct teller *t, const struct kind *k, struct str raw)
{
    struct str key = arena_printf(t->work, "%s/" STR_FMT, k->name, STR_ARG(raw));
    struct str *found = map_get(&t->names, key);
    struct err err = {0};
    struct value v;
    int64_t which;

    if (found)
        return *found;
    found = NEW(t->c->arena, struct str);
    *found = arena_str(t->c->arena, raw); /* what is gone keeps its number */
    if (str_int(raw, &which) &&
        sql_row(t->c->t, arena_printf(t->c->arena, "SELECT name FROM %s WHERE id = $1", k->name).p,
                ARGS(value_int(which)), &v, 1, &err) == 1)
        *found = v.s;
    map_put(&t->names, key, found);
    return *found;
}

static bool member(struct str fields, const char *name, struct str *ret_after)
{
    struct json_walk w = json_walk(fields);
    struct str key, pair, before;

    while (json_walk_member(&w, &key, &pair)) {
        struct json_walk sides = json_walk(pair);
        if (str_is(key, name))
            return json_walk_element(&sides, &before) && json_walk_element(&sides, ret_after);
    }
    return false;
}

static struct tab_cell ref_cell(struct teller *t, struct str fields, const char *name, const struct kind *k, bool *ret)
{
    struct str after;

    *ret = member(fields, name, &after);
    return *ret && !json_raw_is_null(after) ? tab_text(name_of(t, k, after)) : tab_null();
}

static struct tab_cell text_cell(struct teller *t, struct str fields, const char *name, bool *ret)
{
    struct str after;

    *ret = member(fields, name, &after);
    if (!*ret || json_raw_is_null(after))
        return tab_null();
    return tab_text(json_raw_is_string(after) ? json_raw_text(t->work, after) : after);
}

static const char *status_event(struct str fields, struct str op)
{
    struct str after;

    if (str_is(op, "delete"))
        return "deleted";
    if (str_is(op, "create"))
        return "created";
    if (!member(fields, "status", &after))
        return NULL;
    return str_is(after, "\"won\"") ? "won" : str_is(after, "\"lost\"") ? "lost" : "reopened";
}

static int tell(struct teller *t, struct rows *r, struct err *err)
{
    struct tab_cell cells[COLUMNS] = {0};
    struct str fields = rows_col_peek(r, 2).s, op = rows_col_peek(r, 1).s;
    struct value key = rows_col_peek(r, 3);
    bool stage, value, ccy, ecd, owner, ignored;
    const char *event = status_event(fields, op);
    char text[MSEC_LEN + 1];

    cells[STAGE] = ref_cell(t, fields, "stage_id", t->c->app->stages, &stage);
    cells[OWNER] = ref_cell(t, fields, "owner_id", t->c->app->users, &owner);
    cells[REASON] = ref_cell(t, fields, "lost_reason_id", t->c->app->lost_reasons, &ignored);
    cells[VALUE] = text_cell(t, fields, "value", &value);
    cells[CCY] = text_cell(t, fields, "currency", &ccy);
    cells[ECD] = text_cell(t, fields, "expected_close_date", &ecd);
    if (!event)
        event = stage ? "stage" : value || ccy ? "value" : ecd ? "ecd" : owner ? "owner" : NULL;
    if (!event)
        return 0;
    if (str_is(op, "delete"))
        cells[STAGE] = cells[OWNER] = cells[REASON] = cells[VALUE] = cells[CCY] = cells[ECD] = tab_null();
    msec_format(rows_col_peek(r, 0).i, text);
    cells[SEQ] = tab_int(++t->seq);
    cells[TS] = tab_text(str_of(text));
    cells[DEAL] =
        tab_text(key.type == V_TEXT ? key.s : arena_printf(t->work, "%lld", (long long)rows_col_peek(r, 4).i));
    cells[EVENT] = tab_text(str_of(event));
    int result = tab_writer_row(t->w, cells, err);
    arena_reset(t->work);
    return result;
}

int export_history(struct ctx *c, id pipeline, enum tab_file format, struct tab_sink sink, int64_t *ret_rows,
                   struct err *err)
{
    static const struct str names[COLUMNS] = {{"seq", 3},   {"ts", 2},  {"deal", 4}, {"event", 5}, {"stage", 5},
                                              {"value", 5}, {"ccy", 3}, {"ecd", 3},  {"owner", 5}, {"reason", 6}};
    struct tab_writer_options o = {.format = format, .columns = names, .n = COLUMNS, .title = "Deal history"};
    struct teller t = {.c = c, .w = tab_writer_new(c->arena, &o, sink)};
    struct sql *s = sql_new(c->arena, txn_dialect(c->t));
    int n;

    t.work = arena_inside(c->arena, MAX_ARENA);
    map_init(&t.names, c->arena);
    sql_z(
        s,
        "SELECT h.occurred_at, h.op, h.fields, t.external_id, h.row_id FROM changes h JOIN deals t ON t.id = h.row_id "
        "WHERE h.kind = 'deals' AND ");
    scope_where(s, c->access, c->app->deals, "t", false);
    if (pipeline) {
        sql_z(s, " AND t.pipeline_id = ");
        sql_arg(s, value_int(pipeline));
    }
    sql_z(s, " ORDER BY h.occurred_at, h.seq");
    struct rows *r = sql_stream(c->t, sql_text(s), sql_args(s), err);
    if (!r)
        return -1;
    while ((n = rows_next(r, err)) == 1)
        if (tell(&t, r, err) < 0) {
            rows_close(r);
            return -1;
        }
    *ret_rows = t.seq;
    return n < 0 ? -1 : tab_writer_end(t.w, err);
}

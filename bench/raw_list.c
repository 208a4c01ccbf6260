/* list STAGE [VALUE ID]: 50 deals of a stage, dearest first, from the top or behind a deal. */
#include "raw.h"

#define PAGE 50

struct lists {
    sqlite3_stmt *first, *next;
};

static void prepare(struct raw_conn *c)
{
    struct lists *l = NEW(c->arena, struct lists);
    const char *columns = raw_column_list(c).p;

    l->first = raw_prepare(c, "SELECT %s FROM deals WHERE stage_id = ?1 ORDER BY value DESC, id DESC LIMIT %d", columns,
                           PAGE + 1);
    l->next = raw_prepare(c,
                          "SELECT %s FROM deals WHERE stage_id = ?1 AND (value, id) < (?2, ?3) "
                          "ORDER BY value DESC, id DESC LIMIT %d",
                          columns, PAGE + 1);
    c->own = l;
}

static void answer(struct raw_conn *c, const struct raw_query *q)
{
    const struct lists *l = c->own;
    sqlite3_stmt *st = q->nargs > 1 ? l->next : l->first;
    bool more = false;
    int64_t v;

    for (size_t i = 0; i < q->nargs; i++) {
        str_int(q->args[i], &v);
        sqlite3_bind_int64(st, (int)i + 1, v);
    }
    out_open(&c->json, '{');
    out_kv_open(&c->json, "data", '[');
    for (int n = 0; raw_step(st); n++) {
        more = n == PAGE;
        if (more)
            continue;
        out_open(&c->json, '{');
        raw_write_members(c, st);
        out_close(&c->json, '}');
    }
    out_close(&c->json, ']');
    out_kv_bool(&c->json, "more", more);
    out_close(&c->json, '}');
}

const struct raw_work raw_list = {"list", prepare, answer};

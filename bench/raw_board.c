/* board PIPELINE LIMIT: counts and sums of the open deals by stage and currency, and the most urgent of each stage with
 * whom they are with, whose they are and what comes next. */
#include <string.h>

#include "raw.h"

enum light { OVERDUE, TODAY, NONE, PLANNED, LIGHTS };
static const char *const light_names[] = {"overdue", "today", "none", "planned"};

#define MAX_STAGES 64

struct boards {
    sqlite3_stmt *stages, *totals, *pages[LIGHTS], *organisation, *owner, *activity;
};

struct column {
    int64_t id, probability, count, lights[LIGHTS];
    double value, weighted;
    char name[256];
};

static void prepare(struct raw_conn *c)
{
    struct boards *b = NEW(c->arena, struct boards);
    const char *columns = raw_column_list(c).p;
    static const char *const conditions[LIGHTS] = {
        [OVERDUE] = "next_activity_at < ?3 ORDER BY next_activity_at, id",
        [TODAY] = "next_activity_at BETWEEN ?3 AND ?4 - 1 ORDER BY next_activity_at, id",
        [NONE] = "next_activity_at IS NULL ORDER BY id DESC",
        [PLANNED] = "next_activity_at >= ?4 ORDER BY next_activity_at, id",
    };

    b->stages = raw_prepare(c, "SELECT id, name, probability FROM stages WHERE pipeline_id = ?1 "
                               "ORDER BY position, id");
    b->totals = raw_prepare(c, "SELECT stage_id, currency, count(*), sum(value), "
                               "sum(CASE WHEN probability IS NOT NULL THEN value * probability END), "
                               "sum(CASE WHEN next_activity_at < ?2 THEN 1 ELSE 0 END), "
                               "sum(CASE WHEN next_activity_at >= ?2 AND next_activity_at < ?3 THEN 1 ELSE 0 END), "
                               "sum(CASE WHEN next_activity_at IS NULL THEN 1 ELSE 0 END), "
                               "sum(CASE WHEN next_activity_at >= ?3 THEN 1 ELSE 0 END) "
                               "FROM deals WHERE pipeline_id = ?1 AND status = 'open' GROUP BY stage_id, currency");
    for (int i = 0; i < LIGHTS; i++)
        b->pages[i] = raw_prepare(c,
                                  "SELECT %s, organisation_id, owner_id, next_activity_id, slip_count, slip_days "
                                  "FROM deals WHERE pipeline_id = ?1 AND status = 'open' AND stage_id = ?2 AND %s "
                                  "LIMIT ?5",
                                  columns, conditions[i]);
    b->organisation = raw_prepare(c, "SELECT name FROM organisations WHERE id = ?1");
    b->owner = raw_prepare(c, "SELECT name FROM users WHERE id = ?1");
    b->activity = raw_prepare(c, "SELECT type, subject, due_at FROM activities WHERE id = ?1");
    c->own = b;
}

/* {"id", "name"} of what column `at` refers to. */
static void write_brief(struct raw_conn *c, const char *key, sqlite3_stmt *brief, sqlite3_stmt *deal, int at)
{
    int64_t id = sqlite3_column_int64(deal, at);

    sqlite3_bind_int64(brief, 1, id);
    if (!raw_step(brief)) {
        out_kv_null(&c->json, key);
        return;
    }
    out_kv_open(&c->json, key, '{');
    out_kv_int(&c->json, "id", id);
    out_kv_str(&c->json, "name", raw_text(brief, 0));
    out_close(&c->json, '}');
    sqlite3_reset(brief);
}

static void write_activity(struct raw_conn *c, sqlite3_stmt *activity, sqlite3_stmt *deal, int at)
{
    int64_t id = sqlite3_column_int64(deal, at);

    sqlite3_bind_int64(activity, 1, id);
    if (!raw_step(activity)) {
        out_kv_null(&c->json, "next_activity");
        return;
    }
    out_kv_open(&c->json, "next_activity", '{');
    out_kv_int(&c->json, "id", id);
    out_kv_str(&c->json, "type", raw_text(activity, 0));
    out_kv_str(&c->json, "subject", raw_text(activity, 1));
    if (sqlite3_column_type(activity, 2) == SQLITE_NULL)
        out_kv_null(&c->json, "due_at");
    else
        out_kv_msec(&c->json, "due_at", sqlite3_column_int64(activity, 2));
    out_close(&c->json, '}');
    sqlite3_reset(activity);
}

static void write_card(struct raw_conn *c, const struct boards *b, sqlite3_stmt *st)
{
    int at = c->columns->n;

    out_open(&c->json, '{');
    raw_write_members(c, st);
    write_brief(c, "organisation", b->organisation, st, at);
    write_brief(c, "owner", b->owner, st, at + 1);
    write_activity(c, b->activity, st, at + 2);
    out_kv_open(&c->json, "slips", '{');
    out_kv_int(&c->json, "count", sqlite3_column_int64(st, at + 3));
    out_kv_int(&c->json, "days", sqlite3_column_int64(st, at + 4));
    out_close(&c->json, '}');
    out_close(&c->json, '}');
}

static void write_column(struct raw_conn *c, const struct boards *b, const struct column *col, int64_t pipeline,
                         int64_t limit)
{
    out_open(&c->json, '{');
    out_kv_int(&c->json, "id", col->id);
    out_kv_z(&c->json, "name", col->name);
    out_kv_int(&c->json, "probability", col->probability);
    out_kv_int(&c->json, "count", col->count);
    out_kv_real(&c->json, "value", col->value / 100);
    out_kv_real(&c->json, "weighted", col->weighted / 10000);
    out_kv_open(&c->json, "lights", '{');
    for (int i = 0; i < LIGHTS; i++)
        out_kv_int(&c->json, light_names[i], col->lights[i]);
    out_close(&c->json, '}');
    out_kv_open(&c->json, "cards", '[');
    for (int i = 0; i < LIGHTS && limit > 0; i++) {
        sqlite3_stmt *st = b->pages[i];
        if (!col->lights[i])
            continue;
        const int64_t values[] = {pipeline, col->id, c->now, c->tomorrow, limit};
        for (int p = 0; p < 5; p++)
            sqlite3_bind_int64(st, p + 1, values[p]);
        for (; raw_step(st); limit--)
            write_card(c, b, st);
    }
    out_close(&c->json, ']');
    out_close(&c->json, '}');
}

static void read_totals(struct raw_conn *c, const struct boards *b, int64_t pipeline, struct column *columns, size_t n)
{
    sqlite3_bind_int64(b->totals, 1, pipeline);
    sqlite3_bind_int64(b->totals, 2, c->now);
    sqlite3_bind_int64(b->totals, 3, c->tomorrow);
    while (raw_step(b->totals))
        for (size_t i = 0; i < n; i++) {
            struct column *col = &columns[i];
            if (col->id != sqlite3_column_int64(b->totals, 0))
                continue;
            col->count += sqlite3_column_int64(b->totals, 2);
            col->value += sqlite3_column_double(b->totals, 3);
            col->weighted += sqlite3_column_double(b->totals, 4);
            for (int l = 0; l < LIGHTS; l++)
                col->lights[l] += sqlite3_column_int64(b->totals, 5 + l);
        }
}

static void answer(struct raw_conn *c, const struct raw_query *q)
{
    struct column columns[MAX_STAGES];
    struct boards *b = c->own;
    int64_t pipeline = 0, limit = 0;
    size_t n = 0;

    str_int(q->args[0], &pipeline);
    str_int(q->args[1], &limit);
    sqlite3_bind_int64(b->stages, 1, pipeline);
    while (raw_step(b->stages)) {
        struct column *col = &columns[n < MAX_STAGES - 1 ? n++ : n];
        struct str name = str_upto(raw_text(b->stages, 1), sizeof(col->name) - 1);
        *col = (struct column){.id = sqlite3_column_int64(b->stages, 0),
                               .probability = sqlite3_column_int64(b->stages, 2)};
        memcpy(col->name, name.p, name.n);
    }
    read_totals(c, b, pipeline, columns, n);
    out_open(&c->json, '{');
    out_kv_open(&c->json, "stages", '[');
    for (size_t i = 0; i < n; i++)
        write_column(c, b, &columns[i], pipeline, limit);
    out_close(&c->json, ']');
    out_close(&c->json, '}');
}

const struct raw_work raw_board = {"board", prepare, answer};

#include "board.h"

#include <string.h>

#include "deal.h"
#include "op.h"
#include "sql.h"

static const char *const light_names[] = {"overdue", "today", "none", "planned"};

const char *light_name(enum light l)
{
    return light_names[l];
}

/* The two instants that part the lights. */
struct clockface {
    msec now, tomorrow;
};

/* -- conditions -------------------------------------------------------------------------------------- */

static int add_filter(struct list_query *q, struct arena *a, int at, enum filter_op op, struct value v, struct err *err)
{
    if (q->nfilters == MAX_FILTERS)
        return err_set(err, ERR_INVALID, "At most %u conditions fit in one list.", MAX_FILTERS);
    struct value *values = NEW(a, struct value);
    *values = v;
    q->filters[q->nfilters++] = (struct filter){.field = &q->kind->fields[at], .op = op, .values = values, .n = 1};
    return 0;
}

static int add_light(struct list_query *q, struct arena *a, enum light light, const struct clockface *clock,
                     struct err *err)
{
    switch (light) {
    case LIGHT_OVERDUE:
        return add_filter(q, a, DEAL_NEXT_ACTIVITY_AT, OP_LT, value_int(clock->now), err);
    case LIGHT_TODAY:
        return add_filter(q, a, DEAL_NEXT_ACTIVITY_AT, OP_GTE, value_int(clock->now), err) < 0
                   ? -1
                   : add_filter(q, a, DEAL_NEXT_ACTIVITY_AT, OP_LT, value_int(clock->tomorrow), err);
    case LIGHT_NONE:
        return add_filter(q, a, DEAL_NEXT_ACTIVITY_AT, OP_NULL, value_int(1), err);
    case LIGHT_PLANNED:
    case LIGHT__N:
        break;
    }
    return add_filter(q, a, DEAL_NEXT_ACTIVITY_AT, OP_GTE, value_int(clock->tomorrow), err);
}

/* The open deals of the pipeline (and the stage) that fit the request. */
static int narrow(struct ctx *c, struct board_request *req, const struct clockface *clock, struct err *err)
{
    struct list_query *q = &req->list;

    if (add_filter(q, c->arena, DEAL_PIPELINE, OP_EQ, value_int(req->pipeline), err) < 0 ||
        add_filter(q, c->arena, DEAL_STATUS, OP_EQ, value_text(S(DEAL_OPEN)), err) < 0)
        return -1;
    if (req->stage && add_filter(q, c->arena, DEAL_STAGE, OP_EQ, value_int(req->stage), err) < 0)
        return -1;
    return req->light >= 0 ? add_light(q, c->arena, (enum light)req->light, clock, err) : 0;
}

/* -- the past ------------------------------------------------------------------------------------------ */

/* The open deals of the pipeline as they were, in a table of their own. They do not know their next activity, which is
 * no part of the log: it is worked out from the activities as they were. */
#define PAST_BOARD "past_board"
static int past_tables(struct ctx *c, struct board_request *req, struct board *b, struct err *err)
{
    struct arena *a = c->arena;
    const char *deals;

    if (log_table_at(c->t, c->app->activities, req->at, req->clock, &b->activities, err) < 0 ||
        log_table_at(c->t, c->app->deals, req->at, req->clock, &deals, err) < 0)
        return -1;
    req->list.table = PAST_BOARD;
    const char *make = arena_printf(a,
                                    "DROP TABLE IF EXISTS " PAST_BOARD "; CREATE TEMP TABLE " PAST_BOARD
                                    " AS SELECT * FROM %s WHERE pipeline_id = %lld AND status = '" DEAL_OPEN "'; "
                                    "CREATE UNIQUE INDEX " PAST_BOARD "_by_id ON " PAST_BOARD " (id)",
                                    deals, (long long)req->pipeline)
                           .p;
    const char *fill =
        arena_printf(a,
                     "UPDATE " PAST_BOARD " SET next_activity_id = n.id, next_activity_at = n.due_at "
                     "FROM (SELECT deal_id, id, due_at, row_number() OVER (PARTITION BY deal_id ORDER BY "
                     "due_at IS NULL, due_at, id) AS place FROM %s WHERE done = 0 AND deal_id IN (SELECT "
                     "id FROM " PAST_BOARD ")) n WHERE n.deal_id = " PAST_BOARD ".id AND n.place = 1",
                     b->activities)
            .p;
    return sql_script(c->t, make, err) < 0 ? -1 : sql_run(c->t, fill, NO_ARGS, NULL, err);
}

/* -- totals ---------------------------------------------------------------------------------------------- */

static struct board_column *column_of(struct board *b, id stage)
{
    for (size_t i = 0; i < b->n; i++)
        if (row_id(b->columns[i].stage) == stage)
            return &b->columns[i];
    return NULL;
}

/* A deal without a probability of its own has its stage's, which is multiplied in here. */
static int add_cell(struct board *b, const struct tally_cell *cell, struct day day, struct err *err)
{
    struct board_column *col = column_of(b, cell->stage);

    if (!col)
        return 0;
    wide weighted = cell->own + cell->staged * row_value(col->stage, "probability").i;
    col->count += cell->count;
    for (int i = 0; i < LIGHT__N; i++)
        col->lights[i] += cell->lights[i];
    return amount_add(b->fx, &col->value, cell->currency, cell->value, cell->count, day, err) < 0
               ? -1
               : amount_add(b->fx, &col->weighted, cell->currency, weighted, cell->count, day, err);
}

static void count_light(struct sql *s, const char *condition, const msec *limits, size_t n)
{
    /* Each parameter stands before its use. */
    sql_z(s, ", sum(CASE WHEN ");
    for (size_t i = 0; i < n; i++) {
        sql_f(s, "%st.next_activity_at %s ", i ? " AND " : "", i ? "<" : condition);
        sql_arg(s, value_int(limits[i]));
    }
    if (n == 0)
        sql_z(s, condition);
    sql_z(s, " THEN 1 ELSE 0 END)");
}

#define OWN "CASE WHEN t.probability IS NOT NULL THEN t.value * t.probability END"
#define STAGED "CASE WHEN t.probability IS NULL THEN t.value END"

static struct tally_cell cell_of(struct rows *r)
{
    struct tally_cell cell = {.stage = rows_col_peek(r, 0).type == V_INT ? rows_col_peek(r, 0).i : 0,
                              .currency = rows_col(r, 1).s,
                              .count = rows_col_peek(r, 2).i,
                              .value = wide_join(rows_col_peek(r, 3), rows_col_peek(r, 4)),
                              .own = wide_join(rows_col_peek(r, 5), rows_col_peek(r, 6)),
                              .staged = wide_join(rows_col_peek(r, 7), rows_col_peek(r, 8))};

    for (int i = 0; i < LIGHT__N; i++)
        cell.lights[i] = rows_col_peek(r, 9 + i).i;
    return cell;
}

static int totals_of_database(struct ctx *c, const struct board_request *req, struct board *b,
                              const struct clockface *clock, struct err *err)
{
    struct sql *s = sql_new(c->arena, txn_dialect(c->t));
    struct day day = zone_day(c->workspace.zone, clock->now);
    struct rows *r;
    int n;

    sql_z(s, "SELECT t.stage_id, t.currency, count(*), " SUM_HIGH("t.value") ", " SUM_LOW("t.value") ", " SUM_HIGH(
                 OWN) ", " SUM_LOW(OWN) ", " SUM_HIGH(STAGED) ", " SUM_LOW(STAGED));
    count_light(s, "<", &clock->now, 1);
    count_light(s, ">=", (const msec[]){clock->now, clock->tomorrow}, 2);
    count_light(s, "t.next_activity_at IS NULL", NULL, 0);
    count_light(s, ">=", &clock->tomorrow, 1);
    list_where(s, &req->list);
    sql_z(s, " GROUP BY t.stage_id, t.currency");
    if (!(r = sql_query(c->t, sql_text(s), sql_args(s), err)))
        return -1;
    while ((n = rows_next(r, err)) == 1) {
        struct tally_cell cell = cell_of(r);
        if (add_cell(b, &cell, day, err) < 0)
            return -1;
    }
    return n;
}

/* The cells of the tally, taken before anything else is read, for it may need a newer view than the transaction had.
 * 1, 0 when the database has to be asked, -1. */
static int ask_tally(struct ctx *c, const struct board_request *req, const struct clockface *clock,
                     struct tally_cell **ret, size_t *ret_n, struct err *err)
{
    struct tally_ask ask = {.now = clock->now, .tomorrow = clock->tomorrow, .light = req->light};
    struct list_query q = req->list;

    if (req->past)
        return 0;
    if (add_filter(&q, c->arena, DEAL_PIPELINE, OP_EQ, value_int(req->pipeline), err) < 0 ||
        add_filter(&q, c->arena, DEAL_STATUS, OP_EQ, value_text(S(DEAL_OPEN)), err) < 0 ||
        (req->stage && add_filter(&q, c->arena, DEAL_STAGE, OP_EQ, value_int(req->stage), err) < 0))
        return -1;
    return tally_sum(c, &q, &ask, ret, ret_n, err);
}

static int add_cells(struct ctx *c, struct board *b, const struct tally_cell *cells, size_t n,
                     const struct clockface *clock, struct err *err)
{
    struct day day = zone_day(c->workspace.zone, clock->now);

    for (size_t i = 0; i < n; i++)
        if (add_cell(b, &cells[i], day, err) < 0)
            return -1;
    return 0;
}

static void add_columns(struct board *b)
{
    for (size_t i = 0; i < b->n; i++) {
        b->count += b->columns[i].count;
        amount_merge(b->fx, &b->value, &b->columns[i].value);
        amount_merge(b->fx, &b->weighted, &b->columns[i].weighted);
    }
}

/* -- pages -------------------------------------------------------------------------------------------------- */

/* A cursor of the order of urgency: the light it stopped in, a dot, and the cursor of the list within. */
static int read_cursor(struct str cursor, int *ret_light, struct str *ret_inner, struct err *err)
{
    struct str light;
    int64_t at = 0;

    *ret_light = 0;
    *ret_inner = STR_NULL;
    if (!cursor.n)
        return 0;
    if (!str_cut(cursor, '.', &light, ret_inner) || !str_int(light, &at) || at < 0 || at >= LIGHT__N)
        return err_field(err, "cursor", "format", "The cursor was not given out by this board.");
    *ret_light = (int)at;
    return 0;
}

static int64_t left_behind(const struct board_column *col, int light)
{
    int64_t n = 0;

    for (int i = light + 1; i < LIGHT__N; i++)
        n += col->lights[i];
    return n;
}

static int urgent_page(struct ctx *c, const struct list_query *base, struct board_column *col,
                       const struct clockface *clock, struct err *err)
{
    struct str inner;
    int light;

    if (read_cursor(base->cursor, &light, &inner, err) < 0)
        return -1;
    col->deals = NEW_ARRAY(c->arena, struct row *, base->limit);
    for (; light < LIGHT__N && col->ndeals < base->limit; light++, inner = STR_NULL) {
        struct list_query q = *base;
        struct page page;
        if (!col->lights[light])
            continue;
        q.sort[0] = light == LIGHT_NONE ? (struct sort_key){.field = &q.kind->fields[SYS_ID], .down = true}
                                        : (struct sort_key){.field = &q.kind->fields[DEAL_NEXT_ACTIVITY_AT]};
        q.nsort = 1;
        q.cursor = inner;
        q.limit = base->limit - (unsigned)col->ndeals;
        if (add_light(&q, c->arena, (enum light)light, clock, err) < 0 || list_run(c->t, &q, &page, err) < 0)
            return -1;
        memcpy(col->deals + col->ndeals, page.rows, page.n * sizeof(struct row *));
        col->ndeals += page.n;
        if (page.next_cursor.n)
            col->next_cursor = arena_printf(c->arena, "%d." STR_FMT, light, STR_ARG(page.next_cursor));
        else if (col->ndeals == base->limit && left_behind(col, light) > 0)
            col->next_cursor = arena_printf(c->arena, "%d.", light + 1);
    }
    return 0;
}

static int sorted_page(struct ctx *c, struct list_query *q, struct board_column *col, struct err *err)
{
    struct page page;

    if (list_run(c->t, q, &page, err) < 0)
        return -1;
    col->deals = page.rows;
    col->ndeals = page.n;
    col->next_cursor = page.next_cursor;
    return 0;
}

static int load_pages(struct ctx *c, const struct board_request *req, struct board *b, const struct clockface *clock,
                      struct err *err)
{
    for (size_t i = 0; i < b->n; i++) {
        struct list_query q = req->list;
        struct board_column *col = &b->columns[i];
        if (col->count == 0)
            continue;
        if (!req->stage && add_filter(&q, c->arena, DEAL_STAGE, OP_EQ, col->stage->v[SYS_ID], err) < 0)
            return -1;
        if (q.nsort ? sorted_page(c, &q, col, err) < 0 : urgent_page(c, &q, col, clock, err) < 0)
            return -1;
    }
    return 0;
}

/* -- the whole ---------------------------------------------------------------------------------------------- */

static int load_stages(struct ctx *c, const struct board_request *req, struct board *b, struct err *err)
{
    struct list_query q = {.kind = c->app->stages, .access = c->access, .limit = MAX_PAGE};
    struct page page;

    if (list_filter(&q, c->arena, S("pipeline_id"), arena_printf(c->arena, "%lld", (long long)req->pipeline), NULL,
                    err) < 0 ||
        list_sort(&q, S("position,id"), err) < 0 || list_run(c->t, &q, &page, err) < 0)
        return -1;
    b->columns = NEW_ARRAY(c->arena, struct board_column, page.n + 1);
    for (size_t i = 0; i < page.n; i++)
        if (!req->stage || row_id(page.rows[i]) == req->stage)
            b->columns[b->n++].stage = page.rows[i];
    if (req->stage && b->n == 0)
        return err_set(err, ERR_NOT_FOUND, "There is no stage %lld in this pipeline.", (long long)req->stage);
    return 0;
}

int board_load(struct ctx *c, struct board_request *req, struct board *ret, struct err *err)
{
    struct clockface clock = {.now = req->past ? req->at : c->now};
    struct tally_cell *cells = NULL;
    size_t ncells = 0;

    clock.tomorrow = zone_midnight(c->workspace.zone, (struct day){zone_day(c->workspace.zone, clock.now).n + 1});
    int told = ask_tally(c, req, &clock, &cells, &ncells, err);
    if (told < 0)
        return -1;
    struct board b = {.fx = fx_new(c), .now = clock.now};
    if (op_get(c, c->app->pipelines, req->pipeline, &b.pipeline, err) < 0 || load_stages(c, req, &b, err) < 0 ||
        (req->past && past_tables(c, req, &b, err) < 0) || narrow(c, req, &clock, err) < 0)
        return -1;
    if (told ? add_cells(c, &b, cells, ncells, &clock, err) < 0 : totals_of_database(c, req, &b, &clock, err) < 0)
        return -1;
    add_columns(&b);
    if (req->list.limit && load_pages(c, req, &b, &clock, err) < 0)
        return -1;
    *ret = b;
    return 0;
}

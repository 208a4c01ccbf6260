#include "board.h"

#include "deal.h"
#include "sql.h"

#define BOARD_CHANGE_AS_NAME(name, text) text,
static const char *const names[] = {BOARD_CHANGES(BOARD_CHANGE_AS_NAME)};

const char *board_change_name(enum board_change w)
{
    return names[w];
}

#define BIT(w) (1u << (w))

static bool is_open(const struct row *deal)
{
    return str_is(row_str(deal, DEAL_STATUS), DEAL_OPEN);
}

static unsigned compare_values(const struct row *then, const struct row *now)
{
    struct value was = then->v[DEAL_VALUE], is = now->v[DEAL_VALUE];

    if (value_eq(was, is) || !value_eq(then->v[DEAL_CURRENCY], now->v[DEAL_CURRENCY]))
        return 0;
    return BIT((is.type == V_INT ? is.i : 0) > (was.type == V_INT ? was.i : 0) ? BOARD_GROWN : BOARD_SHRUNK);
}

static unsigned compare(const struct row *then, const struct row *now)
{
    unsigned what = 0;

    if (!now)
        return BIT(BOARD_DELETED);
    bool was_open = !then || is_open(then), open = is_open(now);
    if (!then)
        what |= BIT(BOARD_NEW);
    if (was_open && !open)
        what |= BIT(str_is(row_str(now, DEAL_STATUS), DEAL_WON) ? BOARD_WON : BOARD_LOST);
    if (!then)
        return what;
    if (!was_open && open)
        what |= BIT(BOARD_REOPENED);
    if (was_open && open && !value_eq(then->v[DEAL_STAGE], now->v[DEAL_STAGE]))
        what |= BIT(BOARD_MOVED);
    if (was_open && open && row_has(then, DEAL_EXPECTED_CLOSE) &&
        row_int(now, DEAL_EXPECTED_CLOSE) > row_int(then, DEAL_EXPECTED_CLOSE))
        what |= BIT(BOARD_SLIPPED);
    return was_open ? what | compare_values(then, now) : what;
}

static void columns(struct sql *s, const struct kind *k, const char *alias)
{
    for (int i = 0; i < k->nfields; i++)
        sql_f(s, ",%s.%s", alias, k->fields[i].name);
}

/* Deals that differ in what the board shows, `now` beside `then`; and those that are gone. Only what has changed since
 * can differ. */
static struct rows *query(struct ctx *c, id pipeline, const char *then, const char *now, bool gone, struct err *err)
{
    const struct kind *k = c->app->deals;
    struct sql *s = sql_new(c->arena, txn_dialect(c->t));

    sql_z(s, "SELECT a.id, b.id");
    columns(s, k, "a");
    columns(s, k, "b");
    const char *rows = log_past_rows(c->arena, then), *ids = log_past_ids(c->arena, then);
    if (gone)
        sql_f(s, " FROM %s a LEFT JOIN %s b ON b.id = a.id WHERE b.id IS NULL AND a.status = 'open' AND ", rows, now);
    else
        sql_f(s,
              " FROM %s i JOIN %s b ON b.id = i.row_id LEFT JOIN %s a ON a.id = b.id WHERE (a.id IS NULL OR a.status "
              "<> b.status OR a.value IS "
              "DISTINCT FROM b.value OR a.stage_id IS DISTINCT FROM b.stage_id OR a.expected_close_date IS DISTINCT "
              "FROM b.expected_close_date) AND ",
              ids, now, rows);
    scope_where_past(s, c->access, k, gone ? "a" : "b");
    sql_f(s, " AND %s.pipeline_id = ", gone ? "a" : "b");
    sql_arg(s, value_int(pipeline));
    sql_f(s, " ORDER BY %s.id DESC", gone ? "a" : "b");
    return sql_query(c->t, sql_text(s), sql_args(s), err);
}

static int take_all(struct ctx *c, struct rows *r, struct board_diff *d, struct err *err)
{
    const struct kind *k = c->app->deals;
    int n = r ? 0 : -1;

    while (r && (n = rows_next(r, err)) == 1) {
        bool was = rows_col_peek(r, 0).type == V_INT, is = rows_col_peek(r, 1).type == V_INT;
        struct row *then = was ? row_take(r, c->arena, k, 2) : NULL;
        struct row *now = is ? row_take(r, c->arena, k, 2 + k->nfields) : NULL;
        unsigned what = compare(then, now);
        for (int w = 0; w < BOARD_CHANGE__N; w++)
            d->counts[w] += (what & BIT(w)) != 0;
        if (what && d->n < MAX_DIFFERENCES)
            d->deals[d->n++] = (struct board_difference){then, now, what};
    }
    return n;
}

int board_compare(struct ctx *c, id pipeline, msec from, msec to, enum clock clock, struct board_diff *ret,
                  struct err *err)
{
    const char *then, *now = "deals";
    struct board_diff d = {.deals = NEW_ARRAY(c->arena, struct board_difference, MAX_DIFFERENCES)};

    if (log_table_at(c->t, c->app->deals, from, clock, &then, err) < 0 ||
        (to <= c->now && log_table_at(c->t, c->app->deals, to, clock, &now, err) < 0) ||
        take_all(c, query(c, pipeline, then, now, false, err), &d, err) < 0 ||
        take_all(c, query(c, pipeline, then, now, true, err), &d, err) < 0)
        return -1;
    *ret = d;
    return 0;
}

/* Reading the records of any kind: lists and single ones, as they are or were. */
#include "amount.h"
#include "cond.h"
#include "page.h"
#include "tally.h"

static int list(struct api_call *c, struct err *err)
{
    struct page_args args;
    struct page page;
    int64_t total = 0;

    if (page_args_read(c, c->kind, NULL, &args, err) < 0 ||
        (args.total && tally_count(&c->ctx, &args.list, &total, err) < 0) ||
        list_run(c->ctx.t, &args.list, &page, err) < 0 || show_load(&args.show, page.rows, page.n, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    out_kv_open(o, "data", '[');
    for (size_t i = 0; i < page.n; i++)
        show_row(o, &args.show, page.rows[i]);
    out_close(o, ']');
    out_kv_str(o, "next_cursor", page.next_cursor);
    if (args.total)
        out_kv_int(o, "total", total);
    out_close(o, '}');
    return 0;
}

static int show(struct api_call *c, struct err *err)
{
    enum clock clock;
    struct show s;
    struct row *row;
    bool past;
    msec at;

    if (show_read(c, c->kind, &s, err) < 0 || api_query_past(c, &past, &at, &clock, err) < 0)
        return -1;
    if (past ? op_get_at(&c->ctx, c->kind, c->id, at, clock, &row, err) < 0
             : op_get(&c->ctx, c->kind, c->id, &row, err) < 0)
        return -1;
    if (!past && !s.nexpand && !s.html && !s.only &&
        http_not_modified(c->x, arena_printf(c->arena, "\"%lld\"", (long long)row_int(row, SYS_VERSION))))
        return 0;
    if (show_load(&s, &row, 1, err) < 0)
        return -1;
    show_row(api_reply(c, 200), &s, row);
    if (!past)
        api_reply_row(c, row);
    return 0;
}

/* -- totals of a list ------------------------------------------------------------------------------- */

/* A closed deal counts at the rate of the day it was closed, everything else at today's. The instants are taken in
 * quarters of an hour, which no time zone's midnight cuts through; what is in the base currency needs none. */
#define QUARTER (15 * MINUTE)

static void rate_time(struct api_call *c, struct sql *s, const struct kind *k, const struct field *f)
{
    if (k != c->app->deals) {
        sql_z(s, "NULL");
        return;
    }
    sql_f(s, "CASE WHEN t.status <> 'open' AND t.%s <> ", f->currency);
    sql_arg(s, value_text(c->ctx.workspace.base_currency));
    sql_z(s, " THEN t.closed_at / 900000 END");
}

/* The local day of an instant; neighbours are mostly in the same one, and asking the zone is slow. */
struct local_day {
    const struct zone *zone;
    struct day day;
    msec from, to;
};

static struct day day_of_instant(struct local_day *d, msec at)
{
    if (at < d->from || at >= d->to) {
        d->day = zone_day(d->zone, at);
        d->from = zone_midnight(d->zone, d->day);
        d->to = zone_midnight(d->zone, (struct day){d->day.n + 1});
    }
    return d->day;
}

static int sum_field(struct api_call *c, const struct list_query *q, const struct field *f, struct fx *fx,
                     struct amount *ret, struct err *err)
{
    struct sql *s = sql_new(c->arena, txn_dialect(c->ctx.t));
    struct local_day local = {.zone = c->ctx.workspace.zone};
    struct rows *r;
    int n;

    sql_f(s, "SELECT t.%s, ", f->currency);
    rate_time(c, s, q->kind, f);
    sql_f(s, ", count(t.%s), sum(t.%s >> 32), sum(t.%s & 4294967295)", f->name, f->name, f->name);
    list_where(s, q);
    sql_f(s, " AND t.%s IS NOT NULL GROUP BY 1, 2", f->name);
    if (!(r = sql_query(c->ctx.t, sql_text(s), sql_args(s), err)))
        return -1;
    while ((n = rows_next(r, err)) == 1) {
        struct value when = rows_col_peek(r, 1);
        struct day day = day_of_instant(&local, when.type == V_INT ? when.i * QUARTER : c->ctx.now);
        wide minor = wide_join(rows_col_peek(r, 3), rows_col_peek(r, 4));
        if (amount_add(fx, ret, rows_col(r, 0).s, minor, rows_col_peek(r, 2).i, day, err) < 0)
            return -1;
    }
    return n;
}

/* The value of deals out of the tally. 1, 0 when the database has to be asked, -1. */
static int tallied(struct api_call *c, const struct list_query *q, struct fx *fx, int64_t *ret_count,
                   struct amount *ret, struct err *err)
{
    struct day today = zone_day(c->ctx.workspace.zone, c->ctx.now);
    struct tally_cell *cells;
    size_t ncells;
    int n = tally_sum(&c->ctx, q, &(struct tally_ask){.light = -1, .by_day = true}, &cells, &ncells, err);

    *ret_count = 0;
    for (size_t i = 0; n == 1 && i < ncells; i++) {
        const struct tally_cell *cell = &cells[i];
        struct day day = cell->day.n == TALLY_TODAY ? today : cell->day;
        *ret_count += cell->count;
        if (cell->priced && amount_add(fx, ret, cell->currency, cell->value, cell->priced, day, err) < 0)
            n = -1;
    }
    return n;
}

static void write_sum(struct api_call *c, const struct fx *fx, const struct field *f, const struct amount *sum)
{
    struct json_out *o = &c->out;

    out_kv_open(o, f->name, '{');
    out_key(o, S("amount"));
    amount_write(o, fx, amount_base(fx, sum, 1));
    out_kv_str(o, "currency", c->ctx.workspace.base_currency);
    out_key(o, S("unconverted"));
    amount_write_unconverted(o, sum);
    out_close(o, '}');
}

static int summary(struct api_call *c, struct err *err)
{
    struct fx *fx = fx_new(&c->ctx);
    struct amount of_deals = {0};
    struct page_args args;
    int64_t count;

    if (page_args_read(c, c->kind, NULL, &args, err) < 0)
        return -1;
    int told = tallied(c, &args.list, fx, &count, &of_deals, err);
    if (told < 0 || (told == 0 && list_count(c->ctx.t, &args.list, &count, err) < 0))
        return -1;
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    out_kv_int(o, "count", count);
    out_kv_open(o, "sums", '{');
    for (int i = 0; i < c->kind->nfields; i++) {
        const struct field *f = &c->kind->fields[i];
        struct amount sum = {0};
        if (f->type != FT_MONEY || f->currency_at < 0)
            continue;
        if (!told && sum_field(c, &args.list, f, fx, &sum, err) < 0)
            return -1;
        write_sum(c, fx, f, told ? &of_deals : &sum);
    }
    out_close(o, '}');
    out_close(o, '}');
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/{kind}", API_READ, list, .query = PAGE_QUERY, .answer = "{Kind}Page", .polled = true,
     .doc = "Records in pages, filtered, sorted, as they are or were"},
    {HTTP_GET, API "/{kind}/{id}", API_READ, show, .query = SHOW_QUERY " as_of clock", .answer = "{Kind}Shown",
     .doc = "One record, as it is or was"},
    {HTTP_GET, API "/{kind}/summary", API_READ, summary, .query = PAGE_QUERY, .answer = "Summary", .polled = true,
     .doc = "How many records a list has and what their amounts add up to in the base currency"},
};

static const struct api_schema schemas[] = {
    {"Unconverted",
     "{\"type\":\"array\",\"description\":\"Amounts without an exchange rate for their day; not in the "
     "sum\",\"items\":{"
     "\"type\":\"object\",\"required\":[\"currency\",\"amount\",\"count\"],\"additionalProperties\":false,"
     "\"properties\":"
     "{\"currency\":{\"type\":\"string\"},\"amount\":{\"type\":\"number\"},\"count\":{\"type\":\"integer\"}}}}"},
    {"Summary",
     "{\"type\":\"object\",\"required\":[\"count\",\"sums\"],\"additionalProperties\":false,\"properties\":{"
     "\"count\":{\"type\":\"integer\"},\"sums\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"object\","
     "\"required\":[\"amount\",\"currency\",\"unconverted\"],\"additionalProperties\":false,\"properties\":{"
     "\"amount\":{\"type\":\"number\"},\"currency\":{\"type\":\"string\"},"
     "\"unconverted\":{\"$ref\":\"#/components/schemas/Unconverted\"}}}}}}"},
};

const struct api_table record_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};

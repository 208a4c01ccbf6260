#include "deal_line.h"

#include "deal.h"
#include "money.h"
#include "rules.h"

static int from_product(struct ctx *c, struct row *line, struct err *err)
{
    struct row *product;

    if (!row_has(line, LINE_PRODUCT) || (row_has(line, LINE_NAME) && row_has(line, LINE_UNIT_PRICE)))
        return 0;
    if (op_get(c, c->app->products, row_int(line, LINE_PRODUCT), &product, err) < 0)
        return err_field(err, "product_id", "reference", "There is no product %lld.",
                         (long long)row_int(line, LINE_PRODUCT));
    if (!row_has(line, LINE_NAME))
        line->v[LINE_NAME] = row_value(product, "name");
    bool same_currency = value_eq(row_value(product, "currency"), line->v[LINE_CURRENCY]);
    if (!row_has(line, LINE_UNIT_PRICE) && same_currency)
        line->v[LINE_UNIT_PRICE] = row_value(product, "price");
    return 0;
}

/* quantity × price × (1 − discount), rounded once, half away from zero. */
static int total(struct row *line, struct err *err)
{
    int64_t price = row_int(line, LINE_UNIT_PRICE), share = 10000 - row_int(line, LINE_DISCOUNT), sum;

    if (!muldiv(row_int(line, LINE_QUANTITY) * share, price, 1000 * 10000, &sum) || sum > MAX_MONEY_MINOR ||
        sum < -MAX_MONEY_MINOR)
        return err_field(err, "quantity", "range", "The line's total is out of range.");
    line->v[LINE_TOTAL] = row_has(line, LINE_UNIT_PRICE) ? value_int(sum) : VALUE_NULL;
    return 0;
}

static int before(struct ctx *c, const struct row *old, struct row *line, const bool *given, struct err *err)
{
    struct row *deal;

    (void)given;
    if (!row_has(line, LINE_DEAL))
        return err_field(err, "deal_id", "required", "Say which deal the line belongs to.");
    if (old && !value_eq(old->v[LINE_DEAL], line->v[LINE_DEAL]))
        return err_field(err, "deal_id", "fixed", "A line stays with its deal; add a new one to the other.");
    if (op_get(c, c->app->deals, row_int(line, LINE_DEAL), &deal, err) < 0)
        return err_field(err, "deal_id", "reference", "There is no deal %lld.", (long long)row_int(line, LINE_DEAL));
    line->v[LINE_CURRENCY] = deal->v[DEAL_CURRENCY];
    return from_product(c, line, err) < 0 ? -1 : total(line, err);
}

/* The deal's value is the sum of its lines as long as it has any. */
static int after(struct ctx *c, const struct row *old, const struct row *line, struct err *err)
{
    id which = row_int(line ? line : old, LINE_DEAL);
    struct value v[2];
    struct row *deal, *changed;

    if (c->deleting && !(old && !line && c->deleting == row_id(old)))
        return 0; /* the deal goes with its lines */
    if (sql_row(c->t, "SELECT count(*), coalesce(sum(total), 0) FROM deal_lines WHERE deal_id = $1",
                ARGS(value_int(which)), v, 2, err) < 0 ||
        row_get(c->t, c->app->deals, which, &deal, err) < 0)
        return -1;
    if (v[0].i == 0 || value_eq(deal->v[DEAL_VALUE], v[1]))
        return 0;
    if (v[1].i > MAX_MONEY_MINOR || v[1].i < -MAX_MONEY_MINOR)
        return err_field(err, "quantity", "range", "The deal's value would be out of range.");
    changed = row_copy(c->arena, deal);
    changed->v[DEAL_VALUE] = v[1];
    return op_change(c, deal, changed, NULL, err);
}

const struct rule rule_deal_line = {.kind = "deal_lines", .before = before, .after = after};

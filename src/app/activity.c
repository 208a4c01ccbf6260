#include "activity.h"

#include "rules.h"

static int before(struct ctx *c, const struct row *old, struct row *row, const bool *given, struct err *err)
{
    msec when = c->occurred_at ? c->occurred_at : c->now;
    struct row *deal;

    if (!row_int(row, ACTIVITY_DONE)) {
        if (given && given[ACTIVITY_DONE_AT] && row_has(row, ACTIVITY_DONE_AT))
            return err_field(err, "done_at", "status", "An activity that is not done has no time of doing.");
        row->v[ACTIVITY_DONE_AT] = VALUE_NULL;
    } else if (!row_has(row, ACTIVITY_DONE_AT)) {
        row->v[ACTIVITY_DONE_AT] = value_int(when);
    }
    /* What is planned about a deal is with the deal's organisation. */
    if (!old && row_has(row, ACTIVITY_DEAL) && !row_has(row, ACTIVITY_ORGANISATION)) {
        struct err why = {0};
        if (op_get(c, c->app->deals, row_int(row, ACTIVITY_DEAL), &deal, &why) == 0)
            row->v[ACTIVITY_ORGANISATION] = row_value(deal, "organisation_id");
        else if (err_status(why.code) >= 500) {
            *err = why;
            return -1;
        }
    }
    return 0;
}

/* The deal's next activity: the earliest that is still to be done; one without a time comes last. */
static int next_of_deal(struct txn *t, struct value deal, struct err *err)
{
    return sql_run(
        t,
        "UPDATE deals SET (next_activity_id, next_activity_at) = (SELECT n.id, n.due_at FROM (SELECT 1 AS one) o "
        "LEFT JOIN (SELECT id, due_at FROM activities WHERE deal_id = $1 AND done = 0 "
        "ORDER BY due_at IS NULL, due_at, id LIMIT 1) n ON 1 = 1) WHERE id = $1",
        ARGS(deal), NULL, err);
}

static int derive(struct txn *t, struct app *app, const struct row *old, const struct row *row, struct err *err)
{
    struct value was = old ? old->v[ACTIVITY_DEAL] : VALUE_NULL, is = row ? row->v[ACTIVITY_DEAL] : VALUE_NULL;

    (void)app;
    if (!value_is_null(was) && next_of_deal(t, was, err) < 0)
        return -1;
    if (!value_is_null(is) && !value_eq(was, is) && next_of_deal(t, is, err) < 0)
        return -1;
    return 0;
}

const struct rule rule_activity = {.kind = "activities", .before = before, .derive = derive};

#include "deal.h"

#include "rules.h"

/* Stage, status, probability and closing time of a deal are kept coherent here, whichever door a change comes by. */

struct stage {
    id id, pipeline;
    int64_t probability;
};

static int stage_query(struct ctx *c, const char *sql, id which, struct stage *ret, struct err *err)
{
    struct value v[3];
    int n = sql_row(c->t, sql, ARGS(value_int(which)), v, 3, err);

    if (n == 1)
        *ret = (struct stage){.id = v[0].i, .pipeline = v[1].i, .probability = v[2].i};
    return n;
}

#define STAGE "SELECT id, pipeline_id, probability FROM stages WHERE "
static const char stage_by_id[] = STAGE "id = $1";
static const char first_of_pipeline[] = STAGE "pipeline_id = $1 ORDER BY position, id LIMIT 1";

static int first_stage(struct ctx *c, id pipeline, struct stage *ret, struct err *err)
{
    int n = stage_query(c, first_of_pipeline, pipeline, ret, err);

    if (n == 0)
        return err_field(err, "pipeline_id", "empty", "That pipeline has no stages yet; add one first.");
    return n < 0 ? -1 : 0;
}

static int first_pipeline(struct ctx *c, id *ret, struct err *err)
{
    struct value v;
    int n = sql_row(c->t, "SELECT id FROM pipelines ORDER BY position, id LIMIT 1", NO_ARGS, &v, 1, err);

    if (n == 0)
        return err_field(err, "pipeline_id", "missing", "There is no pipeline yet; add one first.");
    *ret = n == 1 ? v.i : 0;
    return n < 0 ? -1 : 0;
}

static bool status_is(const struct row *row, const char *status)
{
    return str_is(row_str(row, DEAL_STATUS), status);
}

static bool differs(const struct row *old, const struct row *row, int at)
{
    return !old || !value_eq(old->v[at], row->v[at]);
}

/* Pipeline and stage find each other: a stage names its pipeline, a pipeline begins with its first stage. */
static int settle_stage(struct ctx *c, const struct row *old, struct row *row, const bool *given, struct stage *ret,
                        struct err *err)
{
    bool stage_given = row_has(row, DEAL_STAGE) && differs(old, row, DEAL_STAGE);
    bool pipeline_given = row_has(row, DEAL_PIPELINE) && differs(old, row, DEAL_PIPELINE);
    id pipeline = row_int(row, DEAL_PIPELINE);

    *ret = (struct stage){0};
    if (row_has(row, DEAL_STAGE) && (stage_given || !pipeline_given)) {
        int n = stage_query(c, stage_by_id, row_int(row, DEAL_STAGE), ret, err);
        if (n < 0)
            return -1;
        if (n == 0)
            return err_field(err, "stage_id", "reference", "There is no stage %lld.",
                             (long long)row_int(row, DEAL_STAGE));
        if (pipeline_given && ret->pipeline != pipeline)
            return err_field(err, "stage_id", "pipeline", "That stage belongs to another pipeline.");
        row->v[DEAL_PIPELINE] = value_int(ret->pipeline);
        return 0;
    }
    if (!pipeline && first_pipeline(c, &pipeline, err) < 0)
        return -1;
    row->v[DEAL_PIPELINE] = value_int(pipeline);
    if (!status_is(row, DEAL_OPEN) && !pipeline_given) {
        /* How far a deal from elsewhere had come before it closed need not be known. */
        row->v[DEAL_STAGE] = VALUE_NULL;
        return 0;
    }
    if (!status_is(row, DEAL_OPEN) && c->by_import && !(given && given[DEAL_STAGE]))
        return 0;
    if (first_stage(c, pipeline, ret, err) < 0)
        return -1;
    row->v[DEAL_STAGE] = value_int(ret->id);
    return 0;
}

static int ask_lost_reason(struct ctx *c, const struct row *row, struct err *err)
{
    struct value asks;
    int n = sql_row(c->t, "SELECT ask_lost_reason FROM pipelines WHERE id = $1", ARGS(row->v[DEAL_PIPELINE]), &asks, 1,
                    err);

    if (n == 1 && asks.i && !c->by_import && !row_has(row, DEAL_LOST_REASON))
        return err_field(err, "lost_reason_id", "required",
                         "This pipeline asks why a deal was lost; give a lost reason.");
    return n < 0 ? -1 : 0;
}

static int settle_status(struct ctx *c, const struct row *old, struct row *row, const bool *given, msec when,
                         struct err *err)
{
    bool was_closed = old && !status_is(old, DEAL_OPEN);

    if (status_is(row, DEAL_OPEN)) {
        if (given && given[DEAL_CLOSED_AT] && row_has(row, DEAL_CLOSED_AT))
            return err_field(err, "closed_at", "status",
                             "An open deal has no closing time; set its status to won or lost.");
        row->v[DEAL_CLOSED_AT] = row->v[DEAL_LOST_REASON] = row->v[DEAL_LOST_NOTE] = VALUE_NULL;
        return 0;
    }
    bool closed_given = given && given[DEAL_CLOSED_AT] && row_has(row, DEAL_CLOSED_AT);
    if ((!was_closed && !closed_given && !(old == NULL && row_has(row, DEAL_CLOSED_AT))) ||
        !row_has(row, DEAL_CLOSED_AT))
        row->v[DEAL_CLOSED_AT] = value_int(when);
    if (status_is(row, DEAL_WON)) {
        row->v[DEAL_LOST_REASON] = row->v[DEAL_LOST_NOTE] = VALUE_NULL;
        return 0;
    }
    return differs(old, row, DEAL_STATUS) ? ask_lost_reason(c, row, err) : 0;
}

static void settle_probability(const struct row *old, struct row *row, const bool *given, const struct stage *stage)
{
    bool moved = differs(old, row, DEAL_STAGE) || differs(old, row, DEAL_STATUS);

    if (!status_is(row, DEAL_OPEN))
        row->v[DEAL_PROBABILITY] = value_int(status_is(row, DEAL_WON) ? 100 : 0);
    else if (!row_has(row, DEAL_PROBABILITY) || (moved && !(given && given[DEAL_PROBABILITY])))
        row->v[DEAL_PROBABILITY] = value_int(stage->probability);
}

/* A close date put off is a slip; one brought forward, or set for the first time, is not. */
static void count_slip(const struct row *old, struct row *row)
{
    int64_t by;

    if (!old || !row_has(old, DEAL_EXPECTED_CLOSE) || !row_has(row, DEAL_EXPECTED_CLOSE) || !status_is(row, DEAL_OPEN))
        return;
    by = row_int(row, DEAL_EXPECTED_CLOSE) - row_int(old, DEAL_EXPECTED_CLOSE);
    if (by <= 0)
        return;
    row->v[DEAL_SLIP_COUNT] = value_int(row_int(old, DEAL_SLIP_COUNT) + 1);
    row->v[DEAL_SLIP_DAYS] = value_int(row_int(old, DEAL_SLIP_DAYS) + by);
}

static int lines_of(struct ctx *c, const struct row *deal, int64_t *ret, struct err *err)
{
    struct value n;

    if (sql_row(c->t, "SELECT count(*) FROM deal_lines WHERE deal_id = $1", ARGS(deal->v[SYS_ID]), &n, 1, err) < 0)
        return -1;
    *ret = n.i;
    return 0;
}

/* The value of a deal with lines is theirs, and they are in its currency. */
static int respect_lines(struct ctx *c, const struct row *old, const struct row *row, struct err *err)
{
    bool value = differs(old, row, DEAL_VALUE), currency = differs(old, row, DEAL_CURRENCY);
    int64_t lines;

    if (!old || c->depth > 1 || (!value && !currency))
        return 0;
    if (lines_of(c, old, &lines, err) < 0)
        return -1;
    if (lines > 0)
        return err_field(err, currency ? "currency" : "value", "lines",
                         "The deal's value follows from its %lld lines; change those.", (long long)lines);
    return 0;
}

static int before(struct ctx *c, const struct row *old, struct row *row, const bool *given, struct err *err)
{
    msec when = c->occurred_at ? c->occurred_at : c->now;
    struct stage stage;

    if (!old && !row_has(row, DEAL_OPENED_AT))
        row->v[DEAL_OPENED_AT] = value_int(
            row_has(row, DEAL_CLOSED_AT) && row_int(row, DEAL_CLOSED_AT) < when ? row_int(row, DEAL_CLOSED_AT) : when);
    if (settle_stage(c, old, row, given, &stage, err) < 0 || settle_status(c, old, row, given, when, err) < 0 ||
        respect_lines(c, old, row, err) < 0)
        return -1;
    settle_probability(old, row, given, &stage);
    if (differs(old, row, DEAL_STAGE))
        row->v[DEAL_STAGE_SINCE] = old ? value_int(when) : row->v[DEAL_OPENED_AT];
    count_slip(old, row);
    return 0;
}

/* When the first line of the log about a deal belongs: when it was opened, if that lies behind us. */
static msec opened(const struct ctx *c, const struct row *row)
{
    msec t = row_int(row, DEAL_OPENED_AT);

    return c->occurred_at ? c->occurred_at : t < c->now ? t : 0;
}

/* A deal that comes in closed was open before: two lines in the log, so that the past is right. */
static int insert(struct ctx *c, struct row *row, struct err *err)
{
    msec closed_at = row_int(row, DEAL_CLOSED_AT);
    struct stage stage = {0};
    struct row *open;

    if (status_is(row, DEAL_OPEN) || closed_at <= opened(c, row) || opened(c, row) == 0)
        return log_write(c->t, &c->cs, NULL, row, opened(c, row), err);
    if (row_has(row, DEAL_STAGE) && stage_query(c, stage_by_id, row_int(row, DEAL_STAGE), &stage, err) < 0)
        return -1;
    open = row_copy(c->arena, row);
    open->v[DEAL_STATUS] = value_text(S(DEAL_OPEN));
    open->v[DEAL_CLOSED_AT] = open->v[DEAL_LOST_REASON] = open->v[DEAL_LOST_NOTE] = VALUE_NULL;
    open->v[DEAL_PROBABILITY] = value_int(stage.probability);
    return log_write_twice(c->t, &c->cs, open, row, opened(c, row), closed_at < c->now ? closed_at : 0, err);
}

const struct rule rule_deal = {.kind = "deals", .before = before, .insert = insert};

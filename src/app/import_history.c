/* The history of deals from elsewhere: one event a record, in the order in which they happened. Columns
 * seq,ts,deal,event,stage,value,ccy,ecd,owner,reason; an empty cell means unchanged. */
#include <string.h>

#include "deal.h"
#include "import_private.h"
#include "json_in.h"
#include "money.h"

/* clang-format off */
#define COLUMNS(X) X(seq) X(ts) X(deal) X(event) X(stage) X(value) X(ccy) X(ecd) X(owner) X(reason)
/* clang-format on */
#define AS_ENUM(name) COL_##name,
#define AS_NAME(name) #name,
enum { COLUMNS(AS_ENUM) COL__N };
static const char *const column_names[] = {COLUMNS(AS_NAME)};

struct history {
    size_t at[COL__N];
    id pipeline;
    bool create, has_stages;
    struct str *stages; /* in their order, when they may have to be made */
    size_t nstages;
};

int history_open(struct import *im, struct err *err)
{
    struct history *h = NEW(im->arena, struct history);

    im->map.kind = im->app->deals;
    im->history = h;
    h->create = im->req.create;
    for (size_t col = 0; col < COL__N; col++) {
        bool found = false;
        for (size_t i = 0; i < im->file->n && !found; i++) {
            found = str_is(utf8_fold(im->arena, im->file->columns[i].name), column_names[col]);
            h->at[col] = i;
        }
        if (!found)
            return err_field(err, column_names[col], "column",
                             "A history of deals has the columns seq,ts,deal,event,stage,value,ccy,ecd,owner,reason; "
                             "%s is missing.",
                             column_names[col]);
    }
    return h->create ? history_stages(im, h->at[COL_deal], h->at[COL_stage], &h->stages, &h->nstages, err) : 0;
}

void history_forget(struct import *im)
{
    if (im->history) {
        im->history->has_stages = false;
        im->history->pipeline = 0;
    }
}

static struct str cell(const struct history *h, const struct tab_row *in, int col)
{
    return str_trim(in->cells[h->at[col]]);
}

static int find_pipeline(struct import *im, struct ctx *c, struct err *err)
{
    struct str name = str_trim(im->req.pipeline);
    struct value v;
    struct row *row;
    int n;

    if (im->history->pipeline)
        return 0;
    if (name.n) {
        struct list_query q = {.kind = im->app->pipelines, .access = c->access, .limit = MAX_PAGE};
        struct page page;
        if (list_run(c->t, &q, &page, err) < 0)
            return -1;
        for (size_t i = 0; i < page.n && !im->history->pipeline; i++)
            if (str_eq(utf8_fold(c->arena, row_title(page.rows[i])), utf8_fold(c->arena, name)))
                im->history->pipeline = row_id(page.rows[i]);
        if (im->history->pipeline)
            return 0;
        if (!im->history->create)
            return err_set(err, ERR_INTERNAL, "There is no pipeline \"" STR_FMT "\".", STR_ARG(str_upto(name, 80)));
        row = row_new(c->arena, im->app->pipelines);
        row_set(row, "name", value_text(name));
        if (op_insert(c, row, NULL, err) < 0)
            return -1;
        im->history->pipeline = row_id(row);
        return 0;
    }
    n = sql_row(c->t, "SELECT id FROM pipelines ORDER BY position, id LIMIT 1", NO_ARGS, &v, 1, err);
    if (n == 1)
        im->history->pipeline = v.i;
    return n < 0 ? -1 : n == 0 ? err_set(err, ERR_INTERNAL, "There is no pipeline yet.") : 0;
}

/* Stages made here get the chances a pipeline usually begins with; people set them right afterwards. */
static int set_probability(struct ctx *c, id stage, id pipeline, struct err *err)
{
    static const int64_t usual[] = {10, 25, 50, 75, 90};
    struct row *old, *row;
    struct value n;

    if (row_get(c->t, c->app->stages, stage, &old, err) < 0 ||
        sql_row(c->t, "SELECT count(*) FROM stages WHERE pipeline_id = $1", ARGS(value_int(pipeline)), &n, 1, err) < 0)
        return -1;
    size_t at = n.i < 1 ? 0 : (size_t)(n.i - 1);
    row = row_copy(c->arena, old);
    row_set(row, "probability", value_int(usual[at < COUNT(usual) ? at : COUNT(usual) - 1]));
    return op_change(c, old, row, NULL, err);
}

/* Missing stages are made before the first event, in the order of the pipeline. */
static int make_stages(struct import *im, struct ctx *c, struct err *err)
{
    struct history *h = im->history;
    const struct field *f = &c->app->deals->fields[DEAL_STAGE];
    id which;

    for (size_t i = 0; !h->has_stages && i < h->nstages; i++) {
        size_t made = im->names.nmade;
        if (import_find(c, &im->names, f, "name", true, h->pipeline, h->stages[i], &which, err) < 0 ||
            (which && im->names.nmade > made && set_probability(c, which, h->pipeline, err) < 0))
            return -1;
    }
    return 0;
}

static int put_ref(struct import *im, struct ctx *c, const struct tab_row *in, int col, int at, struct row *row,
                   struct err *err)
{
    const struct field *f = &c->app->deals->fields[at];
    msec when = c->occurred_at;
    id which;

    c->occurred_at = 0; /* what is made along the way is made now */
    int found = import_find(c, &im->names, f, "name", im->history->create, im->history->pipeline,
                            cell(im->history, in, col), &which, err);
    c->occurred_at = when;
    if (found == 0 && which)
        row->v[at] = value_int(which);
    return found;
}

static int put_value(struct import *im, struct ctx *c, const struct tab_row *in, struct row *row, struct err *err)
{
    struct str value = cell(im->history, in, COL_value), ccy = cell(im->history, in, COL_ccy);
    struct tab_amount amount;
    struct tab_why why = {""};
    int64_t minor;

    if (ccy.n && row_put_text(c->arena, row, &c->app->deals->fields[DEAL_CURRENCY], ccy, err) < 0)
        return -1;
    if (!row_has(row, DEAL_CURRENCY))
        row->v[DEAL_CURRENCY] = value_text(c->workspace.base_currency);
    enum tab_got got = tab_amount(value, TAB_POINT, &amount, &why);
    if (got == TAB_OK)
        got = tab_amount_minor(&amount, row_digits(row, &c->app->deals->fields[DEAL_VALUE]), &minor, &why);
    if (got == TAB_BAD || (got == TAB_OK && (minor > MAX_MONEY_MINOR || minor < -MAX_MONEY_MINOR)))
        return err_field(err, "value", "value", "%s", got == TAB_BAD ? why.msg : "The value is out of range.");
    if (got == TAB_OK)
        row->v[DEAL_VALUE] = value_int(minor);
    return 0;
}

static int put_common(struct import *im, struct ctx *c, const struct tab_row *in, struct row *row, size_t *column,
                      struct err *err)
{
    struct tab_why why = {""};
    struct day d;

    *column = im->history->at[COL_stage];
    if (put_ref(im, c, in, COL_stage, DEAL_STAGE, row, err) < 0)
        return -1;
    *column = im->history->at[COL_owner];
    if (put_ref(im, c, in, COL_owner, DEAL_OWNER, row, err) < 0)
        return -1;
    *column = im->history->at[COL_value];
    if (put_value(im, c, in, row, err) < 0)
        return -1;
    *column = im->history->at[COL_ecd];
    enum tab_got got = tab_day(cell(im->history, in, COL_ecd), TAB_YMD, &d, &why);
    if (got == TAB_BAD)
        return err_field(err, "ecd", "value", "%s", why.msg);
    if (got == TAB_OK)
        row->v[DEAL_EXPECTED_CLOSE] = value_int(d.n);
    return 0;
}

static int put_event(struct import *im, struct ctx *c, const struct tab_row *in, struct row *row, bool *given,
                     size_t *column, struct err *err)
{
    struct str event = cell(im->history, in, COL_event);
    static const char *const plain[] = {"created", "stage", "value", "ecd", "owner"};

    *column = im->history->at[COL_event];
    for (size_t i = 0; i < COUNT(plain); i++)
        if (str_eq_nocase(event, str_of(plain[i])))
            return 0;
    given[DEAL_STATUS] = true;
    if (str_eq_nocase(event, S("won"))) {
        row->v[DEAL_STATUS] = value_text(S(DEAL_WON));
    } else if (str_eq_nocase(event, S("reopened"))) {
        row->v[DEAL_STATUS] = value_text(S(DEAL_OPEN));
    } else if (str_eq_nocase(event, S("lost"))) {
        row->v[DEAL_STATUS] = value_text(S(DEAL_LOST));
        *column = im->history->at[COL_reason];
        return put_ref(im, c, in, COL_reason, DEAL_LOST_REASON, row, err);
    } else {
        return err_field(err, "event", "choice",
                         "\"" STR_FMT "\" is not one of created stage value ecd owner won lost reopened deleted.",
                         STR_ARG(str_upto(event, 40)));
    }
    return 0;
}

static int read_time(struct import *im, struct ctx *c, const struct tab_row *in, struct err *err)
{
    struct tab_why why = {""};
    enum tab_got got = tab_instant(cell(im->history, in, COL_ts), TAB_YMD, c->workspace.zone, &c->occurred_at, &why);

    if (got != TAB_OK)
        return err_field(err, "ts", "value", "%s", got == TAB_BAD ? why.msg : "The event has no time.");
    if (c->occurred_at > c->now)
        return err_field(err, "ts", "value", "The event lies in the future.");
    return 0;
}

int history_row(struct import *im, struct ctx *c, const struct tab_row *in, size_t *ret_column, struct err *err)
{
    const struct history *h = im->history;
    struct str key = cell(h, in, COL_deal);
    bool *given = NEW_ARRAY(c->arena, bool, (size_t)c->app->deals->nfields);
    struct row *old = NULL, *row;

    *ret_column = h->at[COL_ts];
    if (find_pipeline(im, c, err) < 0 || make_stages(im, c, err) < 0 || read_time(im, c, in, err) < 0)
        return -1;
    *ret_column = h->at[COL_deal];
    if (key.n == 0)
        return err_field(err, "deal", "required", "The event does not say which deal it is about.");
    if (row_find(c->t, c->app->deals, "external_id", value_text(key), &old, err) < 0)
        return -1;
    bool creates = str_eq_nocase(cell(h, in, COL_event), S("created"));
    if (creates == (old != NULL))
        return err_field(err, "deal", "order",
                         creates ? "This deal is there already." : "This deal was never created.");
    if (old && str_eq_nocase(cell(h, in, COL_event), S("deleted"))) {
        im->report.updated++;
        return op_delete(c, c->app->deals, row_id(old), 0, err);
    }
    row = old ? row_copy(c->arena, old) : row_new(c->arena, c->app->deals);
    if (put_event(im, c, in, row, given, ret_column, err) < 0 || put_common(im, c, in, row, ret_column, err) < 0)
        return -1;
    *ret_column = SIZE_MAX;
    if (old) {
        im->report.updated++;
        return op_change_allowed(c, old, err) < 0 ? -1 : op_change(c, old, row, given, err);
    }
    row->v[DEAL_EXTERNAL_ID] = value_text(key);
    row->v[DEAL_TITLE] = value_text(key);
    row->v[DEAL_OPENED_AT] = value_int(c->occurred_at);
    if (!row_has(row, DEAL_STAGE))
        row->v[DEAL_PIPELINE] = value_int(h->pipeline);
    im->report.created++;
    if (op_insert(c, row, given, err) < 0) {
        im->report.created--;
        return -1;
    }
    im->history->has_stages = true;
    import_note(im, c, in, NULL, row);
    return 0;
}

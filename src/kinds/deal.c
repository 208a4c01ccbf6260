#include "deal.h"

#include "row.h"

static const struct choice deal_statuses[] = {
    {.key = DEAL_OPEN, .label = "Open", .tone = "planned"},
    {.key = DEAL_WON, .label = "Won", .tone = "won"},
    {.key = DEAL_LOST, .label = "Lost", .tone = "lost"},
    {0},
};

#define DEAL_AS_FIELD(name_, text, ...) {.name = text, __VA_ARGS__},
static const struct field deal_fields[] = {DEAL_FIELDS(DEAL_AS_FIELD)};

static int check(const struct row *old, const struct row *row, struct err *err)
{
    (void)old;
    if (row_has(row, DEAL_CLOSED_AT) && row_has(row, DEAL_OPENED_AT) &&
        row_int(row, DEAL_CLOSED_AT) < row_int(row, DEAL_OPENED_AT))
        return err_field(err, "closed_at", "order", "The deal cannot close before it was opened.");
    return 0;
}

const struct kind_def kind_deal = {
    .name = "deals",
    .one = "deal",
    .label = "Deal",
    .labels = "Deals",
    .icon = "tag",
    .doc = "A possible sale on its way through a pipeline",
    .class = CLASS_RECORD,
    .fields = deal_fields,
    .nfields = COUNT(deal_fields),
    .title = "title",
    .owner = "owner_id",
    .indexes = (const char *const[]){"pipeline_id,status,stage_id,next_activity_at",
                                     "pipeline_id,stage_id,status,value", "stage_id,value", "status,closed_at",
                                     "owner_id,status,expected_close_date", "external_id", "title", "value",
                                     "expected_close_date", "updated_at", "created_at", "next_activity_at", NULL},
    .check = check,
};

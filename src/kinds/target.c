#include "kind.h"

#include "row.h"

static const struct field fields[] = {
    {.name = "user_id",
     .label = "User",
     .doc = "Whose target it is; with neither user nor team it is the company's",
     .type = FT_REF,
     .ref = "users",
     .flags = LIST,
     .on_delete = REF_CASCADE},
    {.name = "team_id",
     .label = "Team",
     .doc = "Team whose target it is",
     .type = FT_REF,
     .ref = "teams",
     .flags = LIST,
     .on_delete = REF_CASCADE},
    {.name = "pipeline_id",
     .label = "Pipeline",
     .doc = "Only deals of this pipeline",
     .type = FT_REF,
     .ref = "pipelines",
     .flags = LIST,
     .on_delete = REF_CASCADE},
    {.name = "period_start", .label = "From", .doc = "First day", .type = FT_DAY, .flags = REQUIRED | LIST},
    {.name = "period_end", .label = "To", .doc = "Day after the last", .type = FT_DAY, .flags = REQUIRED | LIST},
    {.name = "amount",
     .label = "Amount",
     .doc = "Value to be won",
     .type = FT_MONEY,
     .currency = "currency",
     .flags = REQUIRED | LIST},
    {.name = "currency", .label = "Currency", .doc = "Currency of the amount", .type = FT_CURRENCY, .flags = REQUIRED},
    {.name = "note", .label = "Note", .doc = "What it rests on", .type = FT_TEXT, .max = 500},
};

static int check(const struct row *old, const struct row *row, struct err *err)
{
    (void)old;
    if (row_value(row, "period_end").i <= row_value(row, "period_start").i)
        return err_field(err, "period_end", "order", "The period must end after it starts.");
    return 0;
}

const struct kind_def kind_target = {
    .name = "targets",
    .one = "target",
    .label = "Target",
    .labels = "Targets",
    .icon = "target",
    .doc = "Value to be won in a period by a user, a team or all",
    .class = CLASS_SHARED,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "note",
    .indexes = (const char *const[]){"period_start", NULL},
    .check = check,
};

#include "kind.h"

#include "row.h"
#include "zone.h"

static const struct field fields[] = {
    {.name = "name",
     .label = "Name",
     .doc = "Name of the company or team",
     .type = FT_TEXT,
     .flags = REQUIRED | LIST,
     .max = 100},
    {.name = "base_currency",
     .label = "Base currency",
     .doc = "Currency of sums and reports",
     .type = FT_CURRENCY,
     .flags = REQUIRED | LIST},
    {.name = "time_zone",
     .label = "Time zone",
     .doc = "Where days begin and end, like Europe/Berlin",
     .type = FT_TEXT,
     .flags = REQUIRED | LIST,
     .max = 60,
     .preset = "UTC"},
    {.name = "locale",
     .label = "Language and region",
     .doc = "How numbers and dates are written unless a user says otherwise",
     .type = FT_TEXT,
     .flags = REQUIRED,
     .max = 35,
     .preset = "en-GB"},
};

static int check(const struct row *old, const struct row *row, struct err *err)
{
    char name[64] = "";
    struct str zone = row_value(row, "time_zone").s;

    (void)old;
    for (size_t i = 0; i < zone.n && i + 1 < sizeof(name); i++)
        name[i] = zone.p[i];
    if (!zone_find(name))
        return err_field(err, "time_zone", "unknown", "There is no time zone \"%s\"; one is Europe/Berlin.", name);
    return 0;
}

const struct kind_def kind_workspace = {
    .name = "workspaces",
    .one = "workspace",
    .label = "Workspace",
    .labels = "Workspace",
    .icon = "settings",
    .doc = "The one row of settings that hold for all",
    .class = CLASS_ADMIN,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "name",
    .check = check,
};

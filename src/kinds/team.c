#include "kind.h"

static const struct field fields[] = {
    {.name = "name",
     .label = "Name",
     .doc = "What it is called",
     .type = FT_TEXT,
     .flags = REQUIRED | SEARCH | LIST,
     .max = 100},
    {.name = "manager_id", .label = "Manager", .doc = "Who leads it", .type = FT_REF, .ref = "users", .flags = LIST},
};

const struct kind_def kind_team = {
    .name = "teams",
    .one = "team",
    .label = "Team",
    .labels = "Teams",
    .icon = "users",
    .doc = "People who work together; rights can reach as far as the team",
    .class = CLASS_PEOPLE,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "name",
    .unique = (const char *const[]){"name", NULL},
};

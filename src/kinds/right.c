#include "kind.h"

static const struct choice roles[] = {
    {.key = "manager", .label = "Manager"},
    {.key = "rep", .label = "Rep"},
    {.key = "viewer", .label = "Viewer"},
    {0},
};

static const struct choice levels[] = {
    {.key = "none", .label = "None"},
    {.key = "own", .label = "Own"},
    {.key = "team", .label = "Team's"},
    {.key = "all", .label = "All"},
    {0},
};

static const struct field fields[] = {
    {.name = "role",
     .label = "Role",
     .doc = "Role it is about; administrators see and change everything",
     .type = FT_CHOICE,
     .choices = roles,
     .flags = REQUIRED | LIST},
    {.name = "kind",
     .label = "Kind",
     .doc = "Kind of record it is about",
     .type = FT_TEXT,
     .flags = REQUIRED | LIST,
     .max = 60},
    {.name = "see",
     .label = "See",
     .doc = "Whose records the role sees",
     .type = FT_CHOICE,
     .choices = levels,
     .flags = REQUIRED | LIST},
    {.name = "edit",
     .label = "Change",
     .doc = "Whose records the role changes and deletes",
     .type = FT_CHOICE,
     .choices = levels,
     .flags = REQUIRED | LIST},
};

const struct kind_def kind_right = {
    .name = "rights",
    .one = "right",
    .label = "Right",
    .labels = "Rights",
    .icon = "shield",
    .doc = "What a role may see and change of a kind, where it differs from the preset",
    .class = CLASS_ADMIN,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "kind",
    .unique = (const char *const[]){"role,kind", NULL},
};

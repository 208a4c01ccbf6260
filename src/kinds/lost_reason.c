#include "kind.h"

static const struct field fields[] = {
    {.name = "name",
     .label = "Name",
     .doc = "What it is called",
     .type = FT_TEXT,
     .flags = REQUIRED | SEARCH | LIST,
     .max = 100},
    {.name = "position",
     .label = "Position",
     .doc = "Order in lists",
     .type = FT_INTEGER,
     .flags = LIST,
     .max = 100000,
     .preset = "0"},
    {.name = "active",
     .label = "Active",
     .doc = "Offered when choosing",
     .type = FT_BOOLEAN,
     .flags = LIST,
     .preset = "true"},
};

const struct kind_def kind_lost_reason = {
    .name = "lost_reasons",
    .one = "lost_reason",
    .label = "Lost reason",
    .labels = "Lost reasons",
    .icon = "circle-x",
    .doc = "Why deals are lost",
    .class = CLASS_SHARED,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "name",
};

#include "kind.h"

static const struct field fields[] = {
    {.name = "name",
     .label = "Name",
     .doc = "What it is called",
     .type = FT_TEXT,
     .flags = REQUIRED | LIST,
     .max = 100},
    {.name = "position",
     .label = "Position",
     .doc = "Order among the pipelines",
     .type = FT_INTEGER,
     .flags = LIST,
     .max = 100000,
     .preset = "0"},
    {.name = "ask_lost_reason",
     .label = "Ask for a lost reason",
     .doc = "A deal can only be lost with a reason",
     .type = FT_BOOLEAN,
     .flags = LIST,
     .preset = "false"},
};

const struct kind_def kind_pipeline = {
    .name = "pipelines",
    .one = "pipeline",
    .label = "Pipeline",
    .labels = "Pipelines",
    .icon = "columns",
    .doc = "The stages a deal goes through, in order",
    .class = CLASS_SHARED,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "name",
};

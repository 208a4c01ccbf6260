#include "deal_line.h"

#include "row.h"

#define LINE_AS_FIELD(name_, text, ...) {.name = text, __VA_ARGS__},
static const struct field fields[] = {DEAL_LINE_FIELDS(LINE_AS_FIELD)};

const struct kind_def kind_deal_line = {
    .name = "deal_lines",
    .one = "deal_line",
    .label = "Line",
    .labels = "Lines",
    .icon = "list",
    .doc = "A product or service in a deal, with quantity and price in the deal's currency",
    .class = CLASS_RECORD,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "name",
    .via = (const char *const[]){"deal_id", NULL},
    .indexes = (const char *const[]){"deal_id,position", NULL},
};

#include "kind.h"

static const struct choice colours[] = {
    {.key = "grey", .label = "Grey"},     {.key = "blue", .label = "Blue"},   {.key = "teal", .label = "Teal"},
    {.key = "green", .label = "Green"},   {.key = "amber", .label = "Amber"}, {.key = "red", .label = "Red"},
    {.key = "violet", .label = "Violet"}, {.key = "brown", .label = "Brown"}, {0},
};

static const struct field fields[] = {
    {.name = "name", .label = "Name", .doc = "The tag", .type = FT_TEXT, .flags = REQUIRED | SEARCH | LIST, .max = 60},
    {.name = "colour",
     .label = "Colour",
     .doc = "Colour of the tag",
     .type = FT_CHOICE,
     .choices = colours,
     .flags = LIST,
     .preset = "grey"},
};

const struct kind_def kind_tag = {
    .name = "tags",
    .one = "tag",
    .label = "Tag",
    .labels = "Tags",
    .icon = "hash",
    .doc = "A word to group records by",
    .class = CLASS_SHARED,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "name",
    .unique = (const char *const[]){"name", NULL},
};

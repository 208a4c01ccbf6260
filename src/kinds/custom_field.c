#include "kind.h"

#include "row.h"

static const struct choice types[] = {
    {.key = "text", .label = "Text"},       {.key = "longtext", .label = "Long text"},
    {.key = "decimal", .label = "Number"},  {.key = "money", .label = "Money"},
    {.key = "day", .label = "Date"},        {.key = "choice", .label = "Choice"},
    {.key = "choices", .label = "Choices"}, {.key = "boolean", .label = "Yes or no"},
    {.key = "url", .label = "Link"},        {.key = "user", .label = "User"},
    {.key = "ref", .label = "Reference"},   {0},
};

static const struct field fields[] = {
    {.name = "kind",
     .label = "Kind",
     .doc = "Kind of record it belongs to",
     .type = FT_TEXT,
     .flags = REQUIRED | LIST,
     .max = 60},
    {.name = "key",
     .label = "Key",
     .doc = "Its name in the API: small letters, digits and _, a letter first",
     .type = FT_TEXT,
     .flags = REQUIRED | LIST,
     .max = 40},
    {.name = "label",
     .label = "Label",
     .doc = "What people see",
     .type = FT_TEXT,
     .flags = REQUIRED | LIST,
     .max = 100},
    {.name = "hint", .label = "Hint", .doc = "What belongs in it", .type = FT_TEXT, .max = 300},
    {.name = "type",
     .label = "Type",
     .doc = "What it holds",
     .type = FT_CHOICE,
     .choices = types,
     .flags = REQUIRED | LIST},
    {.name = "options",
     .label = "Options",
     .doc = "{\"choices\":[\"…\"]} for a choice, {\"ref\":\"people\"} for a reference, {\"currency\":\"EUR\"} for "
            "money, {\"digits\":2} for a number",
     .type = FT_JSON},
    {.name = "required",
     .label = "Required",
     .doc = "Must be filled in by people",
     .type = FT_BOOLEAN,
     .flags = LIST,
     .preset = "false"},
    {.name = "position",
     .label = "Position",
     .doc = "Order on the page",
     .type = FT_INTEGER,
     .max = 100000,
     .preset = "0"},
};

static int check(const struct row *old, const struct row *row, struct err *err)
{
    struct str key = row_value(row, "key").s;

    for (size_t i = 0; i < key.n; i++) {
        char c = key.p[i];
        if (!(c >= 'a' && c <= 'z') && !(i > 0 && ((c >= '0' && c <= '9') || c == '_')))
            return err_field(err, "key", "format", "A key has small letters, digits and _, a letter first.");
    }
    if (old && (!value_eq(row_value(old, "key"), row_value(row, "key")) ||
                !value_eq(row_value(old, "kind"), row_value(row, "kind")) ||
                !value_eq(row_value(old, "type"), row_value(row, "type"))))
        return err_field(err, "key", "fixed", "Kind, key and type of a field stay; make a new field instead.");
    return 0;
}

const struct kind_def kind_custom_field = {
    .name = "fields",
    .one = "field",
    .label = "Field",
    .labels = "Fields",
    .icon = "sliders",
    .doc = "A field that the team has added to a kind",
    .class = CLASS_ADMIN,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "label",
    .unique = (const char *const[]){"kind,key", NULL},
    .check = check,
};

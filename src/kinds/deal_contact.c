#include "kind.h"

static const struct choice roles[] = {
    {.key = "decides", .label = "Decides"},     {.key = "influences", .label = "Influences"},
    {.key = "uses", .label = "Uses"},           {.key = "buys", .label = "Buys"},
    {.key = "champions", .label = "Champions"}, {.key = "blocks", .label = "Blocks", .tone = "overdue"},
    {.key = "main", .label = "Main contact"},   {0},
};

static const struct field fields[] = {
    {.name = "deal_id",
     .label = "Deal",
     .doc = "The deal",
     .type = FT_REF,
     .ref = "deals",
     .flags = REQUIRED,
     .on_delete = REF_CASCADE},
    {.name = "person_id",
     .label = "Person",
     .doc = "Who takes part",
     .type = FT_REF,
     .ref = "people",
     .flags = REQUIRED | LIST,
     .on_delete = REF_CASCADE},
    {.name = "role",
     .label = "Role",
     .doc = "Part the person plays in the decision",
     .type = FT_CHOICE,
     .choices = roles,
     .flags = LIST},
    {.name = "note", .label = "Note", .doc = "What to know about this part", .type = FT_TEXT, .max = 500},
};

const struct kind_def kind_deal_contact = {
    .name = "deal_contacts",
    .one = "deal_contact",
    .label = "Contact",
    .labels = "Contacts",
    .icon = "users",
    .doc = "A person who takes part in a deal, and in which role",
    .class = CLASS_RECORD,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "note",
    .via = (const char *const[]){"deal_id", NULL},
    .unique = (const char *const[]){"deal_id,person_id", NULL},
};

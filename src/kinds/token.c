#include "kind.h"

static const struct choice scopes[] = {
    {.key = "read", .label = "Read"},
    {.key = "write", .label = "Read and write"},
    {.key = "admin", .label = "All that its user may"},
    {0},
};

static const struct field fields[] = {
    {.name = "name",
     .label = "Name",
     .doc = "What it is used for",
     .type = FT_TEXT,
     .flags = REQUIRED | LIST,
     .max = 100},
    {.name = "user_id",
     .label = "User",
     .doc = "Whose rights it has",
     .type = FT_REF,
     .ref = "users",
     .flags = REQUIRED | LIST,
     .on_delete = REF_CASCADE},
    {.name = "scope",
     .label = "Scope",
     .doc = "How far it reaches within the user's rights",
     .type = FT_CHOICE,
     .choices = scopes,
     .flags = REQUIRED | LIST,
     .preset = "write"},
    {.name = "expires_at",
     .label = "Expires",
     .doc = "When it stops working; null: never",
     .type = FT_INSTANT,
     .flags = LIST},
};

const struct kind_def kind_token = {
    .name = "tokens",
    .one = "token",
    .label = "Token",
    .labels = "Tokens",
    .icon = "key",
    .doc = "A key for scripts; its text is shown once, when it is made",
    .class = CLASS_OWN,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "name",
    .owner = "user_id",
};

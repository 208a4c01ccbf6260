#include "user.h"

#include "row.h"

static const struct choice roles[] = {
    {.key = "admin", .label = "Administrator"},
    {.key = "manager", .label = "Manager"},
    {.key = "rep", .label = "Rep"},
    {.key = "viewer", .label = "Viewer"},
    {0},
};

#define USER_AS_FIELD(name_, text, ...) {.name = text, __VA_ARGS__},
static const struct field fields[] = {USER_FIELDS(USER_AS_FIELD)};

const struct kind_def kind_user = {
    .name = "users",
    .one = "user",
    .label = "User",
    .labels = "Users",
    .icon = "user",
    .doc = "Somebody who works with the program, or did",
    .class = CLASS_PEOPLE,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "name",
    .indexes = (const char *const[]){"name", NULL},
    .unique = (const char *const[]){"email", NULL},
};

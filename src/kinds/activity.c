#include "activity.h"

#include "row.h"

static const struct choice activity_types[] = {
    {.key = "task", .label = "Task"}, {.key = "call", .label = "Call"}, {.key = "meeting", .label = "Meeting"},
    {.key = "mail", .label = "Mail"}, {.key = "demo", .label = "Demo"}, {0},
};

#define ACTIVITY_AS_FIELD(name_, text, ...) {.name = text, __VA_ARGS__},
static const struct field fields[] = {ACTIVITY_FIELDS(ACTIVITY_AS_FIELD)};

const struct kind_def kind_activity = {
    .name = "activities",
    .one = "activity",
    .label = "Activity",
    .labels = "Activities",
    .icon = "check-circle",
    .doc = "Something to do or done: a task, call, meeting, mail or demo",
    .class = CLASS_RECORD,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "subject",
    .owner = "owner_id",
    .via = (const char *const[]){"deal_id", NULL},
    .indexes = (const char *const[]){"owner_id,done,due_at", "deal_id,done,due_at", "done,due_at", "external_id", NULL},
};

/*
 * The field list of activities; app/activity.c keeps each deal's next activity by it.
 */
#ifndef KINDS_ACTIVITY_H
#define KINDS_ACTIVITY_H

#include "kind.h"

/* clang-format off */
#define ACTIVITY_FIELDS(X)                                                                                             \
    X(TYPE, "type", .label = "Type", .doc = "Task, call, meeting, mail or demo", .type = FT_CHOICE,                    \
      .flags = REQUIRED | LIST, .choices = activity_types, .preset = "task")                                           \
    X(SUBJECT, "subject", .label = "Subject", .doc = "What is to be done or was done", .type = FT_TEXT,                \
      .flags = REQUIRED | SEARCH | LIST, .max = 300)                                                                   \
    X(BODY, "body", .label = "Notes", .doc = "What was said or agreed", .type = FT_MARKDOWN, .flags = SEARCH)          \
    X(DUE_AT, "due_at", .label = "Due", .doc = "When it is to happen", .type = FT_INSTANT, .flags = LIST)              \
    X(ALL_DAY, "all_day", .label = "All day", .doc = "Due on that day at no special hour", .type = FT_BOOLEAN,         \
      .preset = "false")                                                                                               \
    X(DURATION, "duration_min", .label = "Minutes", .doc = "How long it takes, in minutes", .type = FT_INTEGER,        \
      .max = 14400)                                                                                                    \
    X(DONE, "done", .label = "Done", .doc = "It has happened", .type = FT_BOOLEAN, .flags = REQUIRED | LIST,           \
      .preset = "false")                                                                                               \
    X(DONE_AT, "done_at", .label = "Done at", .doc = "When it was done", .type = FT_INSTANT, .flags = LIST)            \
    X(OUTCOME, "outcome", .label = "Outcome", .doc = "What came of it", .type = FT_TEXT, .flags = SEARCH, .max = 500)  \
    X(LOCATION, "location", .label = "Place", .doc = "Where it takes place", .type = FT_TEXT, .max = 300)              \
    X(OWNER, "owner_id", .label = "Owner", .doc = "Who does it", .type = FT_REF, .ref = "users", .flags = LIST,        \
      .on_delete = REF_REFUSE)                                                                                         \
    X(DEAL, "deal_id", .label = "Deal", .doc = "Deal it is about", .type = FT_REF, .ref = "deals", .flags = LIST,      \
      .on_delete = REF_CASCADE)                                                                                        \
    X(ORGANISATION, "organisation_id", .label = "Organisation", .doc = "Organisation it is with", .type = FT_REF,      \
      .ref = "organisations", .flags = LIST)                                                                           \
    X(PERSON, "person_id", .label = "Person", .doc = "Person it is with", .type = FT_REF, .ref = "people",             \
      .flags = LIST)                                                                                                   \
    X(EXTERNAL_ID, "external_id", .label = "External id", .doc = "Its key in the system it came from",                 \
      .type = FT_TEXT, .max = 200)                                                                                     \
    X(CUSTOM, "custom", .label = "Custom fields", .doc = "Values of the fields the team has added", .type = FT_JSON)
/* clang-format on */

#define ACTIVITY_AS_ENUM(name, ...) ACTIVITY_##name,
enum { ACTIVITY__BEFORE = SYS__N - 1, ACTIVITY_FIELDS(ACTIVITY_AS_ENUM) ACTIVITY__N };

extern const struct kind_def kind_activity;

#endif

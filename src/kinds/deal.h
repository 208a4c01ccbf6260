/*
 * The field list of deals, as indexes too (DEAL_STAGE …), because deals have verbs of their own in app/deal.c.
 */
#ifndef KINDS_DEAL_H
#define KINDS_DEAL_H

#include "kind.h"

/* clang-format off */
#define DEAL_FIELDS(X)                                                                                                 \
    X(TITLE, "title", .label = "Title", .doc = "What people call the deal", .type = FT_TEXT,                           \
      .flags = REQUIRED | SEARCH | LIST, .max = 200)                                                                   \
    X(PIPELINE, "pipeline_id", .label = "Pipeline", .doc = "Pipeline the deal runs through", .type = FT_REF,           \
      .ref = "pipelines", .flags = REQUIRED, .on_delete = REF_REFUSE)                                                  \
    X(STAGE, "stage_id", .label = "Stage", .doc = "Stage it stands in; a closed deal may have none known",             \
      .type = FT_REF, .ref = "stages", .flags = LIST, .on_delete = REF_REFUSE)                                         \
    X(STATUS, "status", .label = "Status", .doc = "Open, won or lost", .type = FT_CHOICE, .flags = REQUIRED | LIST,    \
      .choices = deal_statuses, .preset = "open")                                                                      \
    X(VALUE, "value", .label = "Value", .doc = "What the deal is worth; null when unknown. The sum of its lines when it has any",\
      .type = FT_MONEY, .currency = "currency", .flags = LIST)                                                         \
    X(CURRENCY, "currency", .label = "Currency", .doc = "ISO 4217 code of the value", .type = FT_CURRENCY,             \
      .flags = REQUIRED)                                                                                               \
    X(EXPECTED_CLOSE, "expected_close_date", .label = "Expected close", .doc = "Day it is expected to close",          \
      .type = FT_DAY, .flags = LIST)                                                                                   \
    X(PROBABILITY, "probability", .label = "Probability", .doc = "Chance of winning in percent; follows the stage unless set",\
      .type = FT_INTEGER, .max = 100)                                                                                  \
    X(OWNER, "owner_id", .label = "Owner", .doc = "Who works on it", .type = FT_REF, .ref = "users", .flags = LIST,    \
      .on_delete = REF_REFUSE)                                                                                         \
    X(ORGANISATION, "organisation_id", .label = "Organisation", .doc = "Who it is with", .type = FT_REF,               \
      .ref = "organisations", .flags = LIST)                                                                           \
    X(PERSON, "person_id", .label = "Person", .doc = "Main contact", .type = FT_REF, .ref = "people")                  \
    X(SOURCE, "source_id", .label = "Source", .doc = "Where it came from", .type = FT_REF, .ref = "sources")           \
    X(LOST_REASON, "lost_reason_id", .label = "Lost reason", .doc = "Why it was lost", .type = FT_REF,                 \
      .ref = "lost_reasons")                                                                                           \
    X(LOST_NOTE, "lost_note", .label = "Note on the loss", .doc = "The reason in words", .type = FT_LONGTEXT,          \
      .flags = SEARCH, .max = 2000)                                                                                    \
    X(DESCRIPTION, "description", .label = "Description", .doc = "What the deal is about", .type = FT_MARKDOWN,        \
      .flags = SEARCH)                                                                                                 \
    X(OPENED_AT, "opened_at", .label = "Opened", .doc = "When the deal began", .type = FT_INSTANT)                     \
    X(CLOSED_AT, "closed_at", .label = "Closed", .doc = "When it was won or lost", .type = FT_INSTANT)                 \
    X(STAGE_SINCE, "stage_since", .label = "In stage since", .doc = "When it came to its stage", .type = FT_INSTANT,   \
      .flags = READONLY)                                                                                               \
    X(EXTERNAL_ID, "external_id", .label = "External id", .doc = "Its key in the system it came from", .type = FT_TEXT,\
      .flags = SEARCH, .max = 200)                                                                                     \
    X(TAGS, "tags", .label = "Tags", .doc = "Tags", .type = FT_REFS, .ref = "tags")                                    \
    X(SLIP_COUNT, "slip_count", .label = "Slips", .doc = "How often its expected close was put off", .type = FT_INTEGER,\
      .flags = READONLY, .preset = "0")                                                                                \
    X(SLIP_DAYS, "slip_days", .label = "Days slipped", .doc = "Days its expected close was put off in all",            \
      .type = FT_INTEGER, .flags = READONLY, .preset = "0")                                                            \
    X(NEXT_ACTIVITY, "next_activity_id", .label = "Next activity", .doc = "The earliest activity still to be done",    \
      .type = FT_REF, .ref = "activities", .flags = READONLY | DERIVED)                                                \
    X(NEXT_ACTIVITY_AT, "next_activity_at", .label = "Next activity due", .doc = "When that is due",                   \
      .type = FT_INSTANT, .flags = READONLY | DERIVED | LIST)                                                          \
    X(CUSTOM, "custom", .label = "Custom fields", .doc = "Values of the fields the team has added", .type = FT_JSON)
/* clang-format on */

#define DEAL_AS_ENUM(name, ...) DEAL_##name,
enum { DEAL__BEFORE = SYS__N - 1, DEAL_FIELDS(DEAL_AS_ENUM) DEAL__N };

#define DEAL_OPEN "open"
#define DEAL_WON "won"
#define DEAL_LOST "lost"

extern const struct kind_def kind_deal;

#endif

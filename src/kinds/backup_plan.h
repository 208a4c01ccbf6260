/*
 * The field list of backup plans; app/backup_plan.c says when the next backup is due, backup/work.c makes it.
 */
#ifndef KINDS_BACKUP_PLAN_H
#define KINDS_BACKUP_PLAN_H

#include "kind.h"

/* clang-format off */
#define BACKUP_PLAN_FIELDS(X)                                                                                          \
    X(NAME, "name", .label = "Name", .doc = "What it is for: nightly, to the other site", .type = FT_TEXT,             \
      .flags = REQUIRED | LIST, .max = 100, .preset = "Nightly")                                                       \
    X(ACTIVE, "active", .label = "On", .doc = "Backups are made", .type = FT_BOOLEAN, .flags = REQUIRED | LIST,        \
      .preset = "true")                                                                                                \
    X(TIME, "time_of_day", .label = "Daily at", .doc = "Time of the day in the workspace's time zone, like 02:30",     \
      .type = FT_TEXT, .flags = LIST, .max = 5)                                                                        \
    X(EVERY_HOURS, "every_hours", .label = "Or every", .doc = "Hours between two backups, instead of a time of the day",\
      .type = FT_INTEGER, .flags = LIST, .min = 1, .max = 720)                                                         \
    X(FOLDER, "folder", .label = "Folder", .doc = "Where they go on the server; empty: the folder backups beside the data",\
      .type = FT_TEXT, .flags = LIST, .max = 500)                                                                      \
    X(KEY_FILE, "key_file", .label = "Key file", .doc = "On the server; encrypts what is written. penstock backup --new-key makes one",\
      .type = FT_TEXT, .max = 500)                                                                                     \
    X(KEEP_LAST, "keep_last", .label = "Keep the last", .doc = "So many backups stay, however old", .type = FT_INTEGER,\
      .flags = REQUIRED | LIST, .min = 1, .max = 1000, .preset = "7")                                                  \
    X(KEEP_DAILY, "keep_daily", .label = "Days", .doc = "And the last one of each of so many days", .type = FT_INTEGER,\
      .flags = REQUIRED, .min = 0, .max = 1000, .preset = "14")                                                        \
    X(KEEP_WEEKLY, "keep_weekly", .label = "Weeks", .doc = "And of so many weeks", .type = FT_INTEGER,                 \
      .flags = REQUIRED, .min = 0, .max = 1000, .preset = "8")                                                         \
    X(KEEP_MONTHLY, "keep_monthly", .label = "Months", .doc = "And of so many months", .type = FT_INTEGER,             \
      .flags = REQUIRED, .min = 0, .max = 1000, .preset = "12")
/* clang-format on */

#define PLAN_AS_ENUM(name, ...) PLAN_##name,
enum { PLAN__BEFORE = SYS__N - 1, BACKUP_PLAN_FIELDS(PLAN_AS_ENUM) PLAN__N };

extern const struct kind_def kind_backup_plan;

#endif

#include "backup_plan.h"

#include "row.h"

#define PLAN_AS_FIELD(name_, text, ...) {.name = text, __VA_ARGS__},
static const struct field fields[] = {BACKUP_PLAN_FIELDS(PLAN_AS_FIELD)};

static bool is_time_of_day(struct str s)
{
    int64_t hour, minute;

    return s.n == 5 && s.p[2] == ':' && s.p[0] >= '0' && s.p[3] >= '0' && str_int(str_upto(s, 2), &hour) &&
           str_int(str_from(s, 3), &minute) && hour < 24 && minute < 60;
}

/* Nothing but whole paths: what they are relative to would depend on how the program was started. */
static int check_path(const struct row *row, int at, struct err *err)
{
    struct str path = row_str(row, at);

    if (path.n && (path.p[0] != '/' || str_contains(path, S("/../")) || str_ends(path, S("/.."))))
        return err_field(err, row->kind->fields[at].name, "path", "Give the whole path, like /mnt/backups.");
    return 0;
}

static int check(const struct row *old, const struct row *row, struct err *err)
{
    (void)old;
    if (!row_has(row, PLAN_EVERY_HOURS) && !row_has(row, PLAN_TIME))
        return err_field(err, "time_of_day", "required", "Say how often, or at what time of the day.");
    if (row_has(row, PLAN_EVERY_HOURS) && row_has(row, PLAN_TIME))
        return err_field(err, "time_of_day", "both", "Either every so many hours or at a time of the day.");
    if (row_has(row, PLAN_TIME) && !is_time_of_day(row_str(row, PLAN_TIME)))
        return err_field(err, "time_of_day", "time", "Write the time like 02:30.");
    return check_path(row, PLAN_FOLDER, err) < 0 ? -1 : check_path(row, PLAN_KEY_FILE, err);
}

const struct kind_def kind_backup_plan = {
    .name = "backup_plans",
    .one = "backup_plan",
    .label = "Backup plan",
    .labels = "Backup plans",
    .icon = "archive",
    .doc = "When backups are made, where they go and how long they are kept",
    .class = CLASS_OPERATION,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "name",
    .check = check,
};

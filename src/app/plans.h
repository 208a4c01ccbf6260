/*
 * When backups are due. A plan that is on always has one job that waits for its next time (jobs.h), made whenever the
 * plan is written and after each backup. Whoever runs the job looks at the plan as it is then.
 */
#ifndef APP_PLANS_H
#define APP_PLANS_H

#include "app.h"

#define BACKUP_JOB "backup" /* payload: "plan N", or "now N" for row N of the table backups */

/* The first moment after `after` at which the plan wants a backup. */
msec plan_next(const struct row *plan, const struct zone *zone, msec after);

/* The longest time between two of its backups. */
msec plan_interval(const struct row *plan);

/* Lets the job of the plan wait for the moment `at`, in place of one that waits already. */
int plan_wait(struct txn *t, id plan, msec at, struct err *err);

/* The zone of the workspace. */
int plan_zone(struct txn *t, const struct zone **ret, struct err *err);

/* The table of backups that were made: of this installation, so no kind and in no backup itself. */
void backups_table(struct buf *b, enum dialect d);

#endif

/*
 * Backups as work in the background: what plans want and what people ask for, made with what the machine can spare,
 * noted in the list, and old ones let go once a newer one is proven.
 */
#ifndef BACKUP_WORK_H
#define BACKUP_WORK_H

#include "jobs.h"
#include "metric.h"
#include "record.h"

/* The job type BACKUP_JOB; ctx is the app. It wants a runner of its own. */
int backup_job_run(void *app, struct job *job, struct err *err);

/* Asks for one now, to where the plan says (0: the folder backups beside the data, not encrypted). ERR_CONFLICT when
 * one waits already. In a transaction that writes. */
int backup_ask(struct txn *t, id plan, id user, id *ret, struct err *err);

/* Removes a backup from the list and from the disk. */
int backup_delete(struct app *app, struct arena *a, id which, struct err *err);

/* Makes a backup on the command line and notes it. */
int backup_by_hand(struct app *app, const struct make_options *o, struct arena *a, struct make_report *ret,
                   struct err *err);

/* Those that are to stay, by a plan's rules: keep[i] of the n backups, newest first. */
void backup_choose(const struct row *plan, const struct zone *zone, const msec *made_at, size_t n, bool *keep);

/* Rows for /metrics; stays as long as the app. */
void backup_metrics_add(struct app *app, struct metrics *set);

#endif

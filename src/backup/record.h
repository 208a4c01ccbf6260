/*
 * The list of backups of this installation: those that were made, with what was found, and those that failed, with why.
 * What was made on the command line is in it too.
 */
#ifndef BACKUP_RECORD_H
#define BACKUP_RECORD_H

#include "make.h"

struct backup_record {
    id id, plan, user;      /* plan, user: 0 for none */
    struct str state;       /* waiting running done failed */
    struct str path, error; /* STR_NULL: none */
    msec started_at, finished_at;
    int64_t written_ms, verified_ms, size, rows, changes, contents, missing, last_seq;
    bool encrypted;
};

/* Writes, inside a transaction. */
int record_begin(struct txn *t, id plan, id user, const char *state, id *ret, struct err *err);
int record_run(struct txn *t, id which, struct err *err); /* a waiting one begins */
int record_done(struct txn *t, id which, const struct make_report *made, bool encrypted, struct err *err);
int record_failed(struct txn *t, id which, const char *why, struct err *err);
int record_interrupted(struct txn *t, id plan, struct err *err); /* those of the plan that never ended */
int record_remove(struct txn *t, id which, struct err *err);

/* Newest first. ERR_NOT_FOUND when there is no such one. */
int record_get(struct txn *t, id which, struct backup_record *ret, struct err *err);
int record_list(struct txn *t, unsigned limit, struct backup_record **ret, size_t *ret_n, struct err *err);

/* How backups stand, for people and for /metrics. */
struct backup_health {
    msec last_good; /* 0: there has been none */
    int64_t last_size, last_ms, good, failed;
    bool last_failed; /* what was tried last did not come to its end */
    struct str last_error;
    int64_t plans; /* that are on */
    bool overdue;  /* of one of them the last good one is older than twice its interval */
    msec next_at;  /* 0: none is planned */
};

int backup_health(struct app *app, struct txn *t, struct backup_health *ret, struct err *err);

#endif

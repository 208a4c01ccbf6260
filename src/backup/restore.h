/*
 * Putting a database together from a backup, and an increment if there is one, proving that it is what was backed up,
 * and only then putting it in its place: a data folder, or a database server. Until that last moment the target is as
 * it was; it must be empty.
 *
 * The proof: every table read back from the new database has the rows and the digest that the backup took from the old
 * one; the database engine finds its file whole; the rows of all kinds equal the fold of the log.
 */
#ifndef BACKUP_RESTORE_H
#define BACKUP_RESTORE_H

#include "head.h"
#include "key.h"

struct restore_options {
    const char *const *sources; /* a whole backup, then perhaps an increment; "-" is the standard input */
    int nsources;
    const struct backup_key *key;  /* NULL: none */
    const char *data_dir;          /* becomes the data folder; with `check` it only lends room */
    const char *db_url;            /* of a server; NULL: penstock.db in the data folder */
    bool check;                    /* prove it, and leave nothing */
    const char *until;             /* the state as recorded before this: an instant, or a day, which begins at midnight
                                      in the time zone of the workspace; NULL: all of it */
    bool (*stop)(void *ctx);       /* may be NULL */
    void (*tell)(const char *now); /* may be NULL */
    void *ctx;
};

struct restore_report {
    struct head head; /* of the last source, in the arena */
    int64_t rows, changes, contents, missing;
    uint64_t bytes; /* read */
};

/* Is it an instant or a day? */
bool restore_until_fits(const char *text);

int restore_run(const struct restore_options *o, struct arena *a, struct restore_report *ret, struct err *err);

#endif

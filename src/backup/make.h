/*
 * Making a backup: written beside its place, proven by restoring it (restore.h), and only then given its name. A file
 * that exists is never written over, and one under a backup's name is always whole.
 */
#ifndef BACKUP_MAKE_H
#define BACKUP_MAKE_H

#include "app.h"
#include "head.h"
#include "key.h"

#define BACKUP_SUFFIX ".penstock"

struct make_options {
    const char *to;               /* a file, or a folder, in which the file gets a name by the time; "-": the output */
    const char *since;            /* a whole backup: make the increment that goes on from it; or NULL */
    const struct backup_key *key; /* NULL: not encrypted */
    bool (*stop)(void *ctx);
    void (*tell)(const char *now);
    void *ctx;
};

struct make_report {
    const char *path; /* NULL when it went to the output */
    int64_t rows, changes, contents, missing, last_seq;
    uint64_t size;
    msec written_ms, verified_ms;
    struct head head;
};

int make_backup(struct app *app, const struct make_options *o, struct arena *a, struct make_report *ret,
                struct err *err);

/* Removes what interrupted backups have left in the folder. */
void make_sweep(const char *folder);

#endif

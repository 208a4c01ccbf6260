/*
 * The place a restored installation is put into: it must be empty before, and holds all or nothing after.
 */
#ifndef BACKUP_PLACE_H
#define BACKUP_PLACE_H

#include "arena.h"
#include "err.h"

/* ERR_CONFLICT when there is data. A database that nobody has ever signed in to counts as empty. */
int place_check(struct arena *a, const char *data_dir, struct err *err);

/* Moves contents, then the database, from the folder `side` on the same disk. The database is closed. */
int place_take(struct arena *a, const char *side, const char *data_dir, struct err *err);

#endif

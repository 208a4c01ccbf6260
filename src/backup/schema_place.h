/*
 * The place on a database server: a restored installation is put together in a schema of its own beside the one it will
 * stand in, and all of its tables change over in one transaction. What is there already must be unused, as in place.h.
 */
#ifndef BACKUP_SCHEMA_PLACE_H
#define BACKUP_SCHEMA_PLACE_H

#include "arena.h"
#include "err.h"

/* Is it the address of a server, not the path of a file? */
bool schema_place_fits(const char *url);

/* Makes the schema beside; *ret_side is the address that leads there. ERR_CONFLICT when there is data. */
int schema_place_begin(struct arena *a, const char *url, const char **ret_side, struct err *err);
int schema_place_take(struct arena *a, const char *url, struct err *err); /* the side is closed */
void schema_place_drop(struct arena *a, const char *url); /* what was begun, if anything is left of it */

#endif

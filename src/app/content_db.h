/*
 * The home of contents when the database is on a server that several nodes share: in the database, in parts, so that
 * every node gives back what any of them was given. content.h chooses; nothing else calls this.
 *
 * An upload is written part by part in short transactions and becomes visible whole with the last; what a node that
 * died left half is swept away later. Reading checks the digest before the first byte is given out.
 */
#ifndef APP_CONTENT_DB_H
#define APP_CONTENT_DB_H

#include "content.h"

/* Keeps the bytes of `fd` from its beginning, as large and with the digest as `c` says. */
int content_db_keep(struct app *a, struct arena *arena, int fd, const struct content *c, struct err *err);

/* A descriptor of a copy without a name, at its beginning. 1, 0 when there is no such content, -1. */
int content_db_open(struct app *a, struct arena *arena, struct str sha256, int *ret_fd, uint64_t *ret_size,
                    struct err *err);

/* Removes what `keep` does not have and what is not whole, as far as it is older than `grace`. */
int content_db_sweep(struct app *a, struct txn *t, const struct map *keep, msec grace, int64_t *ret_removed,
                     struct err *err);

/* CREATE TABLE statements: none where contents live in a folder. */
void content_tables(struct buf *b, enum dialect d);

#endif

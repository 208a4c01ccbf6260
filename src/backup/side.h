/*
 * A folder for something in the making, beside what it will become. It is locked as long as its maker lives; what
 * makers that died have left is removed by the next one.
 */
#ifndef BACKUP_SIDE_H
#define BACKUP_SIDE_H

#include "err.h"

struct side {
    char path[4096];
    int fd; /* -1: there is none */
};

int side_make(struct side *ret, const char *parent, struct err *err); /* the parent is made when it is not there */
void side_remove(struct side *s);                                     /* with all that is in it */
void side_sweep(const char *parent);                                  /* what was left behind */

int sync_folder(const char *path); /* what was made or renamed in it stays */

#endif

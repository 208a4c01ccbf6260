/*
 * A database file as a whole: who has it open, and a copy of it made while it is in use. SQLite only.
 */
#ifndef STORE_FILE_COPY_H
#define STORE_FILE_COPY_H

#include "err.h"

#include <stdint.h>
#include <sys/types.h>

/* One consistent state of the database at `from` becomes the new file `to` (mode 0600, durable when this returns). The
 * source may be written meanwhile. On failure nothing is left. */
int file_copy(const char *from, const char *to, struct err *err);

/* The number of a process other than this one that has the database open, 0 for none. This process must not have it
 * open itself: closing the file here would end its locks. */
pid_t file_user(const char *path);

/* Bytes that the database takes now, its write-ahead log counted. */
int64_t file_size(const char *path);

#endif

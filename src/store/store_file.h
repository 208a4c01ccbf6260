/*
 * A database that is one file (SQLite), moved as a file: for putting a finished copy in its place.
 */
#ifndef STORE_STORE_FILE_H
#define STORE_STORE_FILE_H

#include "err.h"

/* Syncs the closed database at `from` and makes it the one at `to`, on the same disk, at one moment. What is at `to` is
 * replaced: the caller has seen that it is worth nothing. ERR_BUSY when a program has it open. */
int store_file_take(const char *from, const char *to, struct err *err);

#endif

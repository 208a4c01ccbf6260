/*
 * Copying the write-ahead log back into the file, on a thread and a connection of its own: writers go on meanwhile.
 * Only what they have added by its end is left to the writer itself, so that the log can begin anew.
 *
 *     tidy_begin(td);                      returns at once
 *     if (tidy_ended(td)) ...              once behind every tidy_begin
 */
#ifndef STORE_SQLITE_TIDY_H
#define STORE_SQLITE_TIDY_H

#include "sqlite.h"

struct tidy;

/* NULL when there is no thread or no connection to be had; whoever writes then copies by himself. */
struct tidy *tidy_new(struct back_db *db);
void tidy_free(struct tidy *td); /* waits for what is under way; NULL is fine */

bool tidy_busy(struct tidy *td);
void tidy_begin(struct tidy *td);
bool tidy_ended(struct tidy *td);

/* One copy on this thread; SQLITE_CHECKPOINT_PASSIVE or SQLITE_CHECKPOINT_RESTART. */
void tidy_copy(struct back_db *of, sqlite3 *db, int mode);

#endif

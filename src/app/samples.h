/*
 * Questions that the program asks of a database after an upgrade, as people will: a list of every kind, every board,
 * and rows folded from the log beside those in their tables. What they answer must agree with plain counting.
 */
#ifndef APP_SAMPLES_H
#define APP_SAMPLES_H

#include "app.h"

/* How many answers are not as they should be, each told in a line; -1 when a question fails. */
int samples_check(struct app *a, struct txn *t, void (*tell)(void *ctx, const char *line), void *ctx, int *ret_asked,
                  struct err *err);

#endif

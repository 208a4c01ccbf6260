/*
 * How often somebody may try something: a sliding window for every key, in a table of fixed size in memory. A try is
 * counted before its outcome is known, so that many at once cannot slip through; what turned out to be right is given
 * back.
 *
 *     if (limiter_take(l, S("ann@example.com 10.0.0.7"), 10, 15 * MINUTE, now, &wait) < 0)
 *         ... wait seconds
 *
 * The window slides by weighing the count of the window before with the part of it that still reaches into the last
 * `window` milliseconds. When a key finds no room, the one of its neighbours that was quiet longest is forgotten; keys
 * are hashed with a secret, so nobody can choose his neighbours.
 */
#ifndef APP_LIMITER_H
#define APP_LIMITER_H

#include "day.h"

struct limiter;

struct limiter *limiter_new(void); /* NULL when there is no memory */
void limiter_free(struct limiter *l);

/* 0 and counted, or -1 with the seconds to wait. */
int limiter_take(struct limiter *l, struct str key, unsigned most, msec window, msec now, int *ret_wait);
void limiter_give_back(struct limiter *l, struct str key);
void limiter_forget(struct limiter *l, struct str key);

#endif

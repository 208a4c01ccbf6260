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
 *
 * Where several nodes share a database server, counts are kept there instead, in the table `tries`, so that trying at
 * another node does not help. A row goes when its windows are over. The functions then write and wait, so they are for
 * threads that may; while the server is away nothing is counted, and nothing that is limited can be done either.
 */
#ifndef APP_LIMITER_H
#define APP_LIMITER_H

#include "store.h"

struct limiter;

struct limiter *limiter_new(struct store *shared); /* NULL: in memory; gives NULL when there is no memory */
void limiter_free(struct limiter *l);

/* 0 and counted, or -1 with the seconds to wait. */
int limiter_take(struct limiter *l, struct str key, unsigned most, msec window, msec now, int *ret_wait);
void limiter_give_back(struct limiter *l, struct str key);
void limiter_forget(struct limiter *l, struct str key);

/* CREATE TABLE statement: none where there is one process. */
void limiter_table(struct buf *b, enum dialect d);

/* One key's counts, and how a try changes them; for the files of the limiter. */
struct tries {
    msec start;
    unsigned now, before; /* tries in this window and in the one before */
};
/* 0 and counted, or -1 with the seconds to wait. */
int tries_take(struct tries *t, unsigned most, msec window, msec now, int *ret_wait);

/* limiter_shared.c: the same three on the server. */
int shared_take(struct store *s, struct str key, unsigned most, msec window, msec now, int *ret_wait);
void shared_give_back(struct store *s, struct str key);
void shared_forget(struct store *s, struct str key);

#endif

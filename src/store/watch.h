/*
 * How long the statements of one request took, for the log of slow ones. Whoever answers for a request puts a watch on
 * its arena; every transaction with that arena, on whatever thread, is watched from then on.
 *
 *     struct sql_watch w = {.id = "7f3a…"};
 *     sql_watch(arena, &w);
 *     ...
 *     for (unsigned i = 0; i < w.n; i++) ... w.slow[i].sql
 *     sql_watch_clear(&w);
 *
 * Times are from a statement's start to its end, with what was done with its rows between; the clock that is read for
 * it moves only every few milliseconds, so that watching costs next to nothing.
 */
#ifndef STORE_WATCH_H
#define STORE_WATCH_H

#include "store.h"

#define WATCH_KEPT 4u
#define WATCH_FROM_MS 8 /* shorter statements are counted only */

struct sql_watch {
    const char *id; /* of the request, for the trace */
    unsigned statements;
    msec spent;
    unsigned n; /* the slowest ones, slowest first */
    struct sql_slow {
        msec ms;
        int64_t rows;
        char *sql;
    } slow[WATCH_KEPT];
};

void sql_watch(struct arena *a, struct sql_watch *w); /* w stays as long as the arena is in use; NULL: no more */
void sql_watch_clear(struct sql_watch *w);

/* What the database would do for this statement, whatever its arguments: "SCAN deals; USE TEMP B-TREE …". */
int sql_plan(struct txn *t, const char *sql, struct buf *plan, struct err *err);

#endif

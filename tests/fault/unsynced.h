/*
 * Power cuts without a power switch. A process that writes through this layer between SQLite and the disk leaves
 * behind, in memory that outlives it, every write that no sync has made durable yet. Another process then makes the
 * files what a disk may hold after a cut: of those writes some are there, some are not, and some are torn.
 *
 * Syncs may be made to fail too. What such a one was to make durable never is, whatever later ones say: the system
 * has told of the failure once and takes its pages for clean.
 *
 *     struct unsynced *u = unsynced_new();
 *     fork: unsynced_install(u, 0), write, be killed
 *     unsynced_cut(u, &rng);                             in the process that forked
 */
#ifndef TESTS_UNSYNCED_H
#define TESTS_UNSYNCED_H

#include "rng.h"

struct unsynced;

struct unsynced *unsynced_new(void);                       /* NULL without memory */
void unsynced_install(struct unsynced *u, unsigned fails); /* one sync in `fails` does; 0: none */
long unsynced_cut(struct unsynced *u, struct rng *r);      /* how many writes were not durable; -1 when a file fails */

#endif

/*
 * Power cuts without a power switch. A process that writes through this layer between SQLite and the disk leaves
 * behind, in memory that outlives it, every write that no sync has made durable yet. Another process then makes the
 * files what a disk may hold after a cut: of those writes some are there, some are not, and some are torn.
 *
 *     struct unsynced *u = unsynced_new();
 *     fork: unsynced_install(u), write, be killed
 *     unsynced_cut(u, &rng);                             in the process that forked
 */
#ifndef TESTS_UNSYNCED_H
#define TESTS_UNSYNCED_H

#include "rng.h"

struct unsynced;

struct unsynced *unsynced_new(void); /* NULL without memory */
void unsynced_install(struct unsynced *u);
long unsynced_cut(struct unsynced *u, struct rng *r); /* how many writes were not durable; -1 when a file fails */

#endif

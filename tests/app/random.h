/* Random operations on a scratch installation: creates, updates and deletes of the kinds that refer to each other. */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include "rng.h"
#include "scratch.h"

#define RANDOM_KINDS 10
extern const char *const random_kinds[RANDOM_KINDS];

/* One random operation; true when it was accepted. Refusals are part of the game: they must leave nothing behind. */
bool random_step(struct scratch *s, struct rng *r);

#endif

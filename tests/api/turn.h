/* A conversation on its way: an installation of its own, what was remembered, and each reply held against the text. */
#ifndef TESTS_TURN_H
#define TESTS_TURN_H

#include <jansson.h>

#include "conversation.h"
#include "map.h"

struct run {
    struct world world;
    struct arena *arena; /* of a conversation */
    struct map names;
    json_t *description;
    int passed, failed;
};

int run_open(struct run *r, const char *path, struct conversation *ret, struct str *why);
void run_close(struct run *r); /* also when it could not be opened */

/* The turn with what was remembered put in, ready to be asked. */
struct turn turn_fill(struct run *r, const struct turn *t);

/* The reply, freed by http_exchange_free; NULL without memory. */
struct http_exchange *turn_ask(struct run *r, const struct turn *t);

/* NULL when the reply is what the conversation and the API description say, else why not. */
const char *turn_check(struct run *r, const struct turn *t, struct http_exchange *x);

#endif

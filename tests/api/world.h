/*
 * A new installation with five people in two teams, spoken to over the API without a socket.
 *
 *     ada admin · max manager, North · ann rep, North · ben rep, South · vic viewer      (users 1 to 5, teams 1 and 2)
 */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include "api.h"
#include "call.h"
#include "engine.h"
#include "jobs.h"

struct world {
    char dir[64], url[ENGINE_URL];
    struct app *app;
    struct api *api;
    struct jobs *jobs;
    struct http_config config;
    struct arena *arena;
    struct err err;
};

extern const char *const world_people[]; /* ended by NULL; the place is the user's number less one */

int world_open(struct world *w); /* -1 with w->err */
void world_close(struct world *w);

struct header {
    struct str name, value;
};

/* One request as `as` (NULL: nobody), answered; NULL without memory. Freed by http_exchange_free. */
struct http_exchange *world_ask(struct world *w, const char *as, struct str method, struct str target,
                                const struct header *headers, size_t nheaders, struct str body);

/* The same in one line: GET without body when `body` is NULL. */
struct http_exchange *world_say(struct world *w, const char *as, const char *method, const char *target,
                                const char *body);

#endif

/*
 * What to ask and what must come: requests with the whole body each answer has. The file is written by whoever has
 * held those bodies against the database (expect.mjs); the load generator compares every reply with it byte by byte,
 * and the bare server answers from it.
 *
 *     penstock-bench-plan 1
 *     GET /api/v1/deals/7 200 0 71 633 0 0        method target status, lengths of request body, header lines and reply
 *     <request body><header lines><reply>         body; where in the reply body what may differ begins and its length
 *
 * The header lines are those the product sent with that reply.
 */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include "arena.h"
#include "client.h"

struct plan_entry {
    struct str method, target, content, headers, reply;
    int status;
    size_t free_at, free_len; /* bytes of the reply that may be anything: the moment of the answer */
    struct str request;       /* whole, as sent */
};

struct plan {
    struct plan_entry *entries;
    size_t n;
};

/* The whole file, in the arena. `token` may be empty. -1 with a word on stderr when it cannot be read. */
int plan_read(struct arena *a, const char *path, const char *token, struct plan *ret);
int plan_parse(struct arena *a, struct str text, const char *token, struct plan *ret);

/* Is this the reply that must come? Says the first difference on stderr when `tell`. */
bool plan_fits(const struct plan_entry *e, const struct response *r, bool tell);

#endif

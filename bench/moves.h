/*
 * What a deal must be after a move: as it was, in the new stage with that stage's probability, one version on, and
 * changed and moved now. Nothing else may differ, nothing may be missing, nothing may be more.
 */
#ifndef BENCH_MOVES_H
#define BENCH_MOVES_H

#include "client.h"
#include "day.h"
#include "json_in.h"

struct move_stage {
    int64_t id, probability;
};

struct move {
    int64_t deal, version, from, to, changeset; /* version: after it */
};

/* "1:5,2:15": ids and probabilities; how many there are, -1 when it cannot be read or holds fewer than two. */
int move_stages(const char *text, struct move_stage *ret, size_t room);

/* Was this the reply to a move of `deal` to `to` asked for at `asked`? 0 and the move, or -1 and what is wrong
 * (in words that live as long as the deal). On 0 the deal is brought up to date. */
int move_check(json_t *deal, const struct move_stage *to, const struct response *r, msec asked, msec now,
               struct move *ret, const char **ret_wrong);

#endif

#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "moves.h"
#include "rng.h"

#define MAX_STAGES 64

/* The deals are dealt out: a client moves every n-th, so that no two of them move the same one at once. */
struct mover {
    size_t deal;
    const struct move_stage *to;
    msec asked;
    char request[1024], content[64];
};

struct moving {
    const char *token;
    json_t **deals;
    size_t ndeals, nmovers;
    struct move_stage stages[MAX_STAGES];
    int nstages;
    struct mover *movers;
    struct rng rng;
    FILE *journal;
    unsigned told;
};

static bool next(void *ctx, unsigned client, struct str *ret)
{
    struct moving *m = ctx;
    struct mover *mover = &m->movers[client];

    mover->deal = client + m->nmovers * rng_below(&m->rng, m->ndeals / m->nmovers);
    const json_t *deal = m->deals[mover->deal];
    int64_t stage = json_integer_value(json_object_get(deal, "stage_id"));
    do
        mover->to = &m->stages[rng_below(&m->rng, (uint64_t)m->nstages)];
    while (mover->to->id == stage);
    int content = snprintf(mover->content, sizeof(mover->content), "{\"stage_id\":%lld}", (long long)mover->to->id);
    int n = snprintf(mover->request, sizeof(mover->request),
                     "PATCH /api/v1/deals/%lld HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n"
                     "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
                     json_integer_value(json_object_get(deal, "id")), m->token, content, mover->content);
    mover->asked = clock_now();
    *ret = (struct str){mover->request, (size_t)n};
    return true;
}

static int got(void *ctx, unsigned client, const struct response *r)
{
    struct moving *m = ctx;
    struct mover *mover = &m->movers[client];
    const char *wrong;
    struct move move;

    if (move_check(m->deals[mover->deal], mover->to, r, mover->asked, clock_now(), &move, &wrong) == 0) {
        fprintf(m->journal, "%lld %lld %lld %lld %lld\n", (long long)move.deal, (long long)move.version,
                (long long)move.from, (long long)move.to, (long long)move.changeset);
        return 0;
    }
    if (m->told++ < 3)
        fprintf(stderr, "bench: a move to stage %lld was answered with a wrong %s: %d " STR_FMT "\n",
                (long long)mover->to->id, wrong, r->status, STR_ARG(str_upto(r->body, 300)));
    return -1;
}

static int end(void *ctx)
{
    struct moving *m = ctx;

    if (fclose(m->journal) == 0)
        return 0;
    fprintf(stderr, "bench: the journal cannot be written: %s\n", strerror(errno));
    return -1;
}

static int read_deals(struct arena *a, const struct plan *plan, struct moving *m)
{
    m->deals = NEW_ARRAY(a, json_t *, plan->n);
    for (m->ndeals = 0; m->ndeals < plan->n; m->ndeals++) {
        struct err err = {0};
        if (json_read_object(a, plan->entries[m->ndeals].reply, &m->deals[m->ndeals], &err) < 0) {
            fprintf(stderr, "bench: a deal of the plan is no JSON: %s\n", err.msg);
            return -1;
        }
    }
    if (m->ndeals >= m->nmovers)
        return 0;
    fputs("bench: there are fewer deals than clients\n", stderr);
    return -1;
}

int load_move(struct arena *a, const struct load_options *o, struct load_work *ret)
{
    struct moving *m = NEW(a, struct moving);
    struct plan plan;

    m->token = o->token;
    m->nmovers = (size_t)o->clients;
    m->movers = NEW_ARRAY(a, struct mover, m->nmovers);
    m->nstages = move_stages(o->stages, m->stages, MAX_STAGES);
    rng_seed(&m->rng, (uint64_t)o->seed);
    if (m->nstages < 0) {
        fputs("bench: --stages takes two or more as id:probability,…\n", stderr);
        return -1;
    }
    if (plan_read(a, o->plan, o->token, &plan) < 0 || read_deals(a, &plan, m) < 0)
        return -1;
    if (!(m->journal = fopen(o->journal, "we"))) {
        fprintf(stderr, "bench: %s: %s\n", o->journal, strerror(errno));
        return -1;
    }
    *ret = (struct load_work){.next = next, .got = got, .end = end, .ctx = m};
    return 0;
}

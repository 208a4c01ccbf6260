#include "load.h"
#include "rng.h"

struct getting {
    struct plan plan;
    const struct plan_entry **asked; /* by client */
    struct rng rng;
    unsigned told;
};

static bool next(void *ctx, unsigned client, struct str *ret)
{
    struct getting *g = ctx;
    const struct plan_entry *e = &g->plan.entries[rng_below(&g->rng, g->plan.n)];

    g->asked[client] = e;
    *ret = e->request;
    return true;
}

static int got(void *ctx, unsigned client, const struct response *r)
{
    struct getting *g = ctx;

    if (plan_fits(g->asked[client], r, g->told < 3))
        return 0;
    g->told++;
    return -1;
}

int load_get(struct arena *a, const struct load_options *o, struct load_work *ret)
{
    struct getting *g = NEW(a, struct getting);

    if (plan_read(a, o->plan, o->token, &g->plan) < 0)
        return -1;
    g->asked = NEW_ARRAY(a, const struct plan_entry *, (size_t)o->clients);
    rng_seed(&g->rng, (uint64_t)o->seed);
    *ret = (struct load_work){.next = next, .got = got, .ctx = g};
    return 0;
}

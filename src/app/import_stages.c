/* In which order the stages of a history stand: as deals mostly go through them. */
#include <stdlib.h>

#include "import_private.h"

#define MAX_STAGES 64        /* a deal's visits are one bit each */
#define MAX_LOOKED_AT 200000 /* events; an order shows early */

struct order {
    struct import *im;
    struct str names[MAX_STAGES];
    size_t n;
    int64_t before[MAX_STAGES][MAX_STAGES]; /* deals that came to the one before the other */
    int64_t score[MAX_STAGES];
    struct map visits; /* deal to the stages it has been in, as bits */
};

static size_t stage_index(struct order *o, struct str name)
{
    for (size_t i = 0; i < o->n; i++)
        if (str_eq(o->names[i], name))
            return i;
    if (o->n < MAX_STAGES)
        o->names[o->n++] = arena_str(o->im->arena, name);
    return o->n - 1;
}

static void look_at(struct order *o, struct str deal, struct str stage)
{
    size_t to = stage_index(o, stage);
    uintptr_t been = (uintptr_t)map_get(&o->visits, deal);

    if (been & (uintptr_t)1 << to)
        return;
    for (size_t i = 0; i < o->n; i++)
        o->before[i][to] += (been & (uintptr_t)1 << i) != 0;
    map_put(&o->visits, deal, (void *)(been | (uintptr_t)1 << to));
}

/* Copeland's rule: who precedes more of the others stands first; the first seen among equals. */
static void rank(struct order *o, struct str *ret)
{
    for (size_t i = 0; i < o->n; i++)
        for (size_t j = 0; j < o->n; j++)
            o->score[i] += (o->before[i][j] > o->before[j][i]) - (o->before[i][j] < o->before[j][i]);
    for (size_t placed = 0; placed < o->n; placed++) {
        size_t best = o->n;
        for (size_t i = 0; i < o->n; i++)
            if (o->score[i] != INT64_MIN && (best == o->n || o->score[i] > o->score[best]))
                best = i;
        ret[placed] = o->names[best];
        o->score[best] = INT64_MIN;
    }
}

int history_stages(struct import *im, size_t deal_at, size_t stage_at, struct str **ret, size_t *ret_n, struct err *err)
{
    struct arena *work = arena_inside(im->arena, MAX_ARENA);
    struct tab_format format = im->file->format;
    struct tab_row in;
    struct order *o;
    int got = 1;

    o = NEW(work, struct order);
    o->im = im;
    map_init(&o->visits, work);
    format.start = im->file->data;
    format.columns = im->file->n;
    struct tab_reader *reader = tab_reader_new(work, &im->source, &format);
    for (int i = 0; i < MAX_LOOKED_AT && (got = tab_next(reader, &in, err)) > 0; i++)
        if (in.fault == TAB_GOOD && str_trim(in.cells[stage_at]).n)
            look_at(o, str_trim(in.cells[deal_at]), str_trim(in.cells[stage_at]));
    *ret_n = o->n;
    *ret = NEW_ARRAY(im->arena, struct str, o->n + 1);
    rank(o, *ret);
    arena_reset(work);
    return got < 0 ? -1 : 0;
}

#include "refs.h"

#include <assert.h>
#include <stdlib.h>

static struct ref_set *set_of(struct refs *refs, const struct kind *k)
{
    for (size_t i = 0; i < refs->n; i++)
        if (refs->sets[i].kind == k)
            return &refs->sets[i];
    assert(refs->n < MAX_REF_SETS);
    refs->sets[refs->n] = (struct ref_set){.kind = k};
    return &refs->sets[refs->n++];
}

void refs_from(struct refs *refs, const struct kind *k, const char *table)
{
    set_of(refs, k)->table = table;
}

void refs_only(struct refs *refs, struct arena *a, const struct kind *k, const char *fields)
{
    bool *only = NEW_ARRAY(a, bool, (size_t)k->nfields);
    struct str rest = str_of(fields), name;

    while (str_next(&rest, ' ', &name))
        only[kind_field(k, name)->at] = true;
    set_of(refs, k)->only = only;
}

void refs_want(struct refs *refs, struct arena *a, const struct kind *k, id which)
{
    if (!which)
        return;
    struct ref_set *s = set_of(refs, k);
    if (s->nwanted == s->room) {
        size_t room = s->room ? s->room * 2 : 64;
        s->wanted = arena_grow(a, s->wanted, s->nwanted * sizeof(id), room * sizeof(id));
        s->room = room;
    }
    s->wanted[s->nwanted++] = which;
}

static int by_id(const void *x, const void *y)
{
    const id *a = x, *b = y;

    return (*a > *b) - (*a < *b);
}

static size_t unique(id *ids, size_t n)
{
    size_t kept = 0;

    if (n)
        qsort(ids, n, sizeof(*ids), by_id);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || ids[kept - 1] != ids[i])
            ids[kept++] = ids[i];
    return kept;
}

static int load(struct ctx *c, struct ref_set *s, struct err *err)
{
    size_t n = unique(s->wanted, s->nwanted), padded = 1;
    struct page page;

    if (n == 0)
        return 0;
    /* The number of parameters goes in powers of two, so that few texts are prepared. */
    while (padded < n)
        padded *= 2;
    struct value *values = NEW_ARRAY(c->arena, struct value, padded);
    for (size_t i = 0; i < padded; i++)
        values[i] = value_int(s->wanted[i < n ? i : n - 1]);
    struct list_query q = {
        .kind = s->kind, .access = c->access, .table = s->table, .only = s->only, .nfilters = 1, .limit = (unsigned)n};
    q.filters[0] = (struct filter){.field = &s->kind->fields[SYS_ID], .op = OP_IN, .values = values, .n = padded};
    if (list_run(c->t, &q, &page, err) < 0)
        return -1;
    s->rows = page.rows;
    s->nrows = page.n;
    return 0;
}

int refs_load(struct ctx *c, struct refs *refs, struct err *err)
{
    for (size_t i = 0; i < refs->n; i++)
        if (load(c, &refs->sets[i], err) < 0)
            return -1;
    return 0;
}

struct row *refs_find(const struct refs *refs, const struct kind *k, id which)
{
    for (size_t i = 0; i < refs->n; i++) {
        const struct ref_set *s = &refs->sets[i];
        size_t low = 0, high = s->kind == k ? s->nrows : 0;
        while (low < high) {
            size_t mid = low + (high - low) / 2;
            if (row_id(s->rows[mid]) == which)
                return s->rows[mid];
            if (row_id(s->rows[mid]) < which)
                low = mid + 1;
            else
                high = mid;
        }
    }
    return NULL;
}

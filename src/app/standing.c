#include "standing.h"

#include <stdlib.h>
#include <string.h>

#include "auth.h"

#define SETS 128u
#define WAYS 4u
#define MAX_ENTRY (1u << 20)

/* In an arena of its own, which goes with the last that holds it. */
struct entry {
    struct standing standing;
    struct arena *arena;
    struct who who;
    int64_t epoch;    /* of the transaction that read it */
    atomic_uint held; /* by the table and by transactions */
};

struct standings {
    pthread_mutex_t lock;
    struct entry *entries[SETS][WAYS]; /* the last used in front */
};

struct standings *standings_new(void)
{
    struct standings *s = calloc(1, sizeof(*s));

    if (s)
        pthread_mutex_init(&s->lock, NULL);
    return s;
}

static void let_go(void *entry)
{
    struct entry *e = entry;

    if (e && atomic_fetch_sub(&e->held, 1) == 1)
        arena_free(e->arena);
}

void standings_free(struct standings *s)
{
    if (!s)
        return;
    for (unsigned i = 0; i < SETS; i++)
        for (unsigned j = 0; j < WAYS; j++)
            let_go(s->entries[i][j]);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

bool standing_depends(const struct kind *k)
{
    static const char *const names[] = {SETTING_KINDS};

    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(k->name, names[i]) == 0)
            return true;
    return false;
}

/* -- the table ------------------------------------------------------------------------------------------ */

static struct entry **set_of(struct standings *s, struct who who)
{
    return s->entries[((uint64_t)who.user * 3 + who.scope) % SETS];
}

static bool is_for(const struct entry *e, struct who who)
{
    return e && e->who.user == who.user && e->who.scope == who.scope;
}

static void to_front(struct entry **set, unsigned at)
{
    struct entry *e = set[at];

    memmove(set + 1, set, at * sizeof(struct entry *));
    set[0] = e;
}

static struct entry *recall(struct app *a, struct who who, int64_t epoch)
{
    struct standings *s = a->standings;
    struct entry *found = NULL;

    pthread_mutex_lock(&s->lock);
    struct entry **set = set_of(s, who);
    for (unsigned i = 0; i < WAYS && !found; i++) {
        if (!is_for(set[i], who))
            continue;
        if (set[i]->epoch != epoch)
            break;
        found = set[i];
        atomic_fetch_add(&found->held, 1);
        to_front(set, i);
    }
    pthread_mutex_unlock(&s->lock);
    return found;
}

/* In place of the one for the same caller, or of the one longest unused. */
static void keep(struct app *a, struct entry *e)
{
    struct standings *s = a->standings;
    unsigned at = 0;

    pthread_mutex_lock(&s->lock);
    struct entry **set = set_of(s, e->who);
    while (at < WAYS - 1 && !is_for(set[at], e->who))
        at++;
    let_go(set[at]);
    set[at] = e;
    atomic_fetch_add(&e->held, 1);
    to_front(set, at);
    pthread_mutex_unlock(&s->lock);
}

/* -- reading --------------------------------------------------------------------------------------------- */

static int load_workspace(struct txn *t, struct arena *arena, struct workspace *ret, struct err *err)
{
    struct value v[4];
    int n = sql_row(t, "SELECT name, base_currency, locale, time_zone FROM workspaces ORDER BY id LIMIT 1", NO_ARGS, v,
                    4, err);

    if (n < 0)
        return -1;
    *ret = (struct workspace){.name = S(""), .base_currency = S("EUR"), .locale = S("en-GB"), .zone_name = S("UTC")};
    if (n == 1)
        *ret = (struct workspace){.name = arena_str(arena, v[0].s),
                                  .base_currency = arena_str(arena, v[1].s),
                                  .locale = arena_str(arena, v[2].s),
                                  .zone_name = arena_str(arena, v[3].s)};
    ret->zone = zone_find(arena_cstr(arena, ret->zone_name));
    if (!ret->zone)
        ret->zone = zone_find("UTC");
    return 0;
}

static int load(struct app *a, struct txn *t, struct arena *arena, struct who who, struct standing *ret,
                struct err *err)
{
    return access_load(a, t, arena, who, &ret->access, err) < 0 ? -1 : load_workspace(t, arena, &ret->workspace, err);
}

struct loading {
    struct app *app;
    struct txn *t;
    struct entry *e;
    struct err *err;
};

static int load_entry(void *arg)
{
    struct loading *l = arg;

    return load(l->app, l->t, l->e->arena, l->e->who, &l->e->standing, l->err) < 0 ||
                   auth_epoch_of(l->t, &l->e->epoch, l->err) < 0
               ? -1
               : 0;
}

/* An entry in the hands of t's arena, whether it comes to be kept or not. */
static struct entry *make(struct app *a, struct txn *t, struct who who, struct err *err)
{
    struct arena *arena = arena_new(MAX_ENTRY);

    struct entry *e = arena ? arena_alloc_try(arena, sizeof(*e)) : NULL;

    if (!e) {
        arena_free(arena);
        err_set(err, ERR_BUSY, "There is no memory for this now.");
        return NULL;
    }
    *e = (struct entry){.arena = arena, .who = who};
    atomic_init(&e->held, 1);
    arena_defer(txn_arena(t), let_go, e);
    int r = arena_try(load_entry, &(struct loading){a, t, e, err});
    if (r == ARENA_OOM)
        err_set(err, ERR_BUSY, "There is no memory for this now.");
    return r < 0 ? NULL : e;
}

int standing_get(struct app *a, struct txn *t, struct who who, const struct standing **ret, struct err *err)
{
    int64_t epoch = auth_epoch(a);
    struct entry *e = epoch ? recall(a, who, epoch) : NULL;

    if (e) {
        *ret = &e->standing;
        arena_defer(txn_arena(t), let_go, e);
        return 0;
    }
    if (!(e = make(a, t, who, err)))
        return -1;
    if (e->epoch == auth_epoch(a))
        keep(a, e);
    *ret = &e->standing;
    return 0;
}

#include "stats.h"

#include "conn.h"

#define ROW(type, member, name, help) METRIC_ROW(struct store_stats, type, member, name, help)
const struct metric store_metrics[] = {STORE_METRICS(ROW)};
const size_t store_metrics_n = COUNT(store_metrics);

struct store_stats *store_stats(struct store *s)
{
    return &s->stats;
}

struct sizing {
    struct store *store;
    struct arena *arena;
};

/* A server keeps the files; it is asked. */
static int ask_size(void *arg)
{
    struct sizing *z = arg;
    struct err err = {0};
    struct value size;
    struct txn *t = txn_read(z->store, z->arena, &err);

    if (t && sql_row(t, "SELECT pg_database_size(current_database())", NO_ARGS, &size, 1, &err) == 1)
        metric_set(&z->store->stats.size, size.i);
    txn_end(t);
    return 0;
}

static void measure_server(struct store *s)
{
    struct sizing z = {s, arena_new((size_t)1 << 20)};

    if (z.arena)
        arena_try(ask_size, &z);
    arena_free(z.arena);
}

void store_measure(void *store)
{
    struct store *s = store;

    metric_set(&s->stats.queued, atomic_load(&s->queued));
    pthread_mutex_lock(&s->pool_lock);
    metric_set(&s->stats.readers, s->nreaders);
    metric_set(&s->stats.readers_busy, s->nreaders - s->nidle);
    pthread_mutex_unlock(&s->pool_lock);
    if (s->b->measure)
        s->b->measure(s->db, &s->stats);
    else
        measure_server(s);
}

#include "stats.h"

#include "conn.h"

#define ROW(type, member, name, help) METRIC_ROW(struct store_stats, type, member, name, help)
const struct metric store_metrics[] = {STORE_METRICS(ROW)};
const size_t store_metrics_n = COUNT(store_metrics);

struct store_stats *store_stats(struct store *s)
{
    return &s->stats;
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
}

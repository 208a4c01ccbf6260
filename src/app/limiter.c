#include "limiter.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#define SETS 1024u
#define WAYS 8u

struct slot {
    uint64_t key; /* 0: free */
    msec last;
    struct tries tries;
};

struct limiter {
    struct store *shared; /* where counts are kept instead, or NULL */
    pthread_mutex_t lock;
    unsigned char secret[crypto_shorthash_KEYBYTES];
    struct slot slots[SETS][WAYS];
};

struct limiter *limiter_new(struct store *shared)
{
    struct limiter *l = calloc(1, sizeof(*l));

    if (!l)
        return NULL;
    l->shared = shared;
    pthread_mutex_init(&l->lock, NULL);
    crypto_shorthash_keygen(l->secret);
    return l;
}

void limiter_free(struct limiter *l)
{
    if (!l)
        return;
    pthread_mutex_destroy(&l->lock);
    free(l);
}

static uint64_t hash_of(const struct limiter *l, struct str key)
{
    union {
        unsigned char bytes[crypto_shorthash_BYTES];
        uint64_t n;
    } out;

    crypto_shorthash(out.bytes, (const unsigned char *)(key.p ? key.p : ""), key.n, l->secret);
    return out.n ? out.n : 1;
}

/* The key's slot; with `make` one is found for it. */
static struct slot *slot_of(struct limiter *l, struct str key, bool make)
{
    uint64_t hash = hash_of(l, key);
    struct slot *set = l->slots[hash % SETS], *oldest = set;

    for (unsigned i = 0; i < WAYS; i++) {
        if (set[i].key == hash)
            return &set[i];
        if (set[i].last < oldest->last)
            oldest = &set[i];
    }
    if (!make)
        return NULL;
    *oldest = (struct slot){.key = hash};
    return oldest;
}

static void slide(struct tries *t, msec window, msec now)
{
    if (now < t->start + window && now >= t->start)
        return;
    t->before = now >= t->start && now < t->start + 2 * window ? t->now : 0;
    t->start = t->before ? t->start + window : now;
    t->now = 0;
}

int tries_take(struct tries *t, unsigned most, msec window, msec now, int *ret_wait)
{
    slide(t, window, now);
    msec left = t->start + window - now;
    if (t->now + (uint64_t)t->before * (uint64_t)left / (uint64_t)window >= most) {
        *ret_wait = (int)((left + SECOND - 1) / SECOND);
        return -1;
    }
    t->now++;
    return 0;
}

int limiter_take(struct limiter *l, struct str key, unsigned most, msec window, msec now, int *ret_wait)
{
    if (l->shared)
        return shared_take(l->shared, key, most, window, now, ret_wait);
    pthread_mutex_lock(&l->lock);
    struct slot *s = slot_of(l, key, true);
    s->last = now;
    int result = tries_take(&s->tries, most, window, now, ret_wait);
    pthread_mutex_unlock(&l->lock);
    return result;
}

void limiter_give_back(struct limiter *l, struct str key)
{
    if (l->shared) {
        shared_give_back(l->shared, key);
        return;
    }
    pthread_mutex_lock(&l->lock);
    struct slot *s = slot_of(l, key, false);
    if (s && s->tries.now)
        s->tries.now--;
    pthread_mutex_unlock(&l->lock);
}

void limiter_forget(struct limiter *l, struct str key)
{
    if (l->shared) {
        shared_forget(l->shared, key);
        return;
    }
    pthread_mutex_lock(&l->lock);
    struct slot *s = slot_of(l, key, false);
    if (s)
        *s = (struct slot){0};
    pthread_mutex_unlock(&l->lock);
}

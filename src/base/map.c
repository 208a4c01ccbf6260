#include "map.h"

void map_init(struct map *m, struct arena *a)
{
    *m = (struct map){.arena = a};
}

static struct map_slot *slot_for(struct map_slot *slots, size_t room, struct str key, uint64_t hash)
{
    for (size_t i = hash & (room - 1);; i = (i + 1) & (room - 1)) {
        struct map_slot *s = &slots[i];
        if (!s->key.p || (s->hash == hash && str_eq(s->key, key)))
            return s;
    }
}

void *map_get(const struct map *m, struct str key)
{
    return m->n ? slot_for(m->slots, m->room, key, str_hash(key))->value : NULL;
}

static void grow(struct map *m)
{
    size_t room = m->room ? m->room * 2 : 16;
    struct map_slot *slots = NEW_ARRAY(m->arena, struct map_slot, room);

    for (size_t i = 0; i < m->room; i++)
        if (m->slots[i].key.p)
            *slot_for(slots, room, m->slots[i].key, m->slots[i].hash) = m->slots[i];
    m->slots = slots;
    m->room = room;
}

static void put(struct map *m, struct str key, void *value, bool copy)
{
    if (m->n * 4 >= m->room * 3)
        grow(m);
    uint64_t hash = str_hash(key);
    struct map_slot *s = slot_for(m->slots, m->room, key, hash);
    if (!s->key.p) {
        s->key = copy ? arena_str(m->arena, key) : key;
        if (!s->key.p)
            s->key = S("");
        s->hash = hash;
        m->n++;
    }
    s->value = value;
}

void map_put(struct map *m, struct str key, void *value)
{
    put(m, key, value, true);
}

void map_put_kept(struct map *m, struct str key, void *value)
{
    put(m, key, value, false);
}

struct map_slot *map_each(const struct map *m, struct map_slot *after)
{
    for (size_t i = after ? (size_t)(after - m->slots) + 1 : 0; i < m->room; i++)
        if (m->slots[i].key.p)
            return &m->slots[i];
    return NULL;
}

/*
 * A map from text to pointer, in an arena, made for the hundreds to hundred thousands of names an import or a
 * registry meets. Keys are copied into the arena unless the caller says they live as long (map_put_kept).
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "arena.h"

struct map_slot {
    struct str key;
    uint64_t hash;
    void *value;
};

struct map {
    struct arena *arena;
    struct map_slot *slots;
    size_t n, room; /* room is a power of two */
};

void map_init(struct map *m, struct arena *a);
void *map_get(const struct map *m, struct str key); /* NULL when absent */
void map_put(struct map *m, struct str key, void *value);
void map_put_kept(struct map *m, struct str key, void *value);

/* Every entry, in no order: for (struct map_slot *s = NULL; (s = map_each(m, s));) */
struct map_slot *map_each(const struct map *m, struct map_slot *after);

#endif

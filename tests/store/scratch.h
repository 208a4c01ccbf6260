/* A folder of its own for each test of the store, gone at its end. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "limits.h"
#include "store.h"

struct scratch {
    char folder[64], path[96];
    struct arena *arena;
    struct store *store;
    struct err err;
};

static inline int scratch_set_up(void **state)
{
    struct scratch *s = calloc(1, sizeof(*s));

    snprintf(s->folder, sizeof(s->folder), "/tmp/penstock-test-XXXXXX");
    if (!mkdtemp(s->folder))
        return -1;
    snprintf(s->path, sizeof(s->path), "%s/a.db", s->folder);
    s->arena = arena_new(MAX_ARENA);
    *state = s;
    return 0;
}

static inline int scratch_tear_down(void **state)
{
    struct scratch *s = *state;
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};

    arena_free(s->arena);
    store_close(s->store);
    for (size_t i = 0; i < COUNT(tails); i++) {
        char path[128];
        snprintf(path, sizeof(path), "%s%s", s->path, tails[i]);
        unlink(path);
    }
    rmdir(s->folder);
    free(s);
    return 0;
}

#endif

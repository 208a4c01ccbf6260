#include "arena.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define RED_ZONE 0u
#else
#define RED_ZONE 16u
#endif

#define ALIGN 16u
#ifndef LARGEST_CHUNK /* the tests of failing allocations want one for each piece */
#define FIRST_CHUNK 8192u
#define LARGEST_CHUNK (1u << 20)
#endif

struct chunk {
    struct chunk *next;
    size_t size, used;
    _Alignas(ALIGN) char bytes[];
};

struct deferred {
    struct deferred *next;
    void (*fn)(void *);
    void *ptr;
};

struct arena {
    struct chunk *chunks;
    struct deferred *deferred;
    size_t total, ceiling;
    void *note;
};

/* The arena_try calls this thread is inside of, innermost first. They are the thread's and not an arena's: an arena
 * may be handed to another thread, and even freed there, before the arena_try it was handed on in returns. */
struct attempt {
    struct attempt *outer;
    bool lacked; /* the outer one, so far */
    jmp_buf start;
};

static _Thread_local struct attempt *attempts;
static _Thread_local bool lacks;

void memory_lacks(void)
{
    lacks = true;
}

_Noreturn void out_of_memory(void)
{
    if (attempts)
        longjmp(attempts->start, 1);
    fputs("penstock: out of memory\n", stderr);
    abort();
}

struct arena *arena_new(size_t ceiling)
{
    struct arena *a = calloc(1, sizeof(*a));

    if (a)
        a->ceiling = ceiling;
    return a;
}

void arena_set_note(struct arena *a, void *note)
{
    a->note = note;
}

void *arena_note(const struct arena *a)
{
    return a->note;
}

static void run_deferred(struct arena *a)
{
    while (a->deferred) {
        struct deferred *d = a->deferred;
        a->deferred = d->next;
        d->fn(d->ptr);
    }
}

static void free_chunks(struct chunk *c)
{
    while (c) {
        struct chunk *next = c->next;
        ASAN_UNPOISON_MEMORY_REGION(c->bytes, c->size);
        free(c);
        c = next;
    }
}

struct arena *arena_inside(struct arena *outer, size_t ceiling)
{
    struct arena *a = arena_new(ceiling);

    if (!a)
        out_of_memory();
    arena_defer(outer, arena_let_go, a);
    return a;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    run_deferred(a);
    free_chunks(a->chunks);
    free(a);
}

void arena_let_go(void *a)
{
    arena_free(a);
}

void arena_freep(struct arena **a)
{
    arena_free(*a);
}

void arena_reset(struct arena *a)
{
    run_deferred(a);
    if (!a->chunks)
        return;
    free_chunks(a->chunks->next);
    a->chunks->next = NULL;
    a->chunks->used = 0;
    a->total = a->chunks->size;
    ASAN_POISON_MEMORY_REGION(a->chunks->bytes, a->chunks->size);
}

/* NULL without memory. */
static struct chunk *add_chunk(struct arena *a, size_t need)
{
    size_t size = a->chunks ? a->chunks->size * 2 : FIRST_CHUNK;

    if (size > LARGEST_CHUNK)
        size = LARGEST_CHUNK;
    if (size < need)
        size = need;
    struct chunk *c = size > a->ceiling || a->total > a->ceiling - size ? NULL : malloc(sizeof(*c) + size);
    if (!c)
        return NULL;
    *c = (struct chunk){.next = a->chunks, .size = size};
    ASAN_POISON_MEMORY_REGION(c->bytes, size);
    a->chunks = c;
    a->total += size;
    return c;
}

/* Not zeroed; NULL without memory. */
static void *take(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    size_t need = (size + RED_ZONE + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    struct chunk *c = a->chunks;

    if (!c || c->size - c->used < need)
        c = add_chunk(a, need);
    if (!c)
        return NULL;
    void *p = c->bytes + c->used;
    c->used += need;
    ASAN_UNPOISON_MEMORY_REGION(p, size);
    return p;
}

void *arena_alloc_try(struct arena *a, size_t size)
{
    void *p = take(a, size);

    return p ? memset(p, 0, size) : NULL;
}

void *arena_alloc(struct arena *a, size_t size)
{
    void *p = arena_alloc_try(a, size);

    if (!p)
        out_of_memory();
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes))
        out_of_memory();
    return arena_alloc(a, bytes);
}

void *arena_grow(struct arena *a, const void *old, size_t old_size, size_t new_size)
{
    void *p = arena_alloc(a, new_size);

    if (old_size)
        memcpy(p, old, old_size);
    return p;
}

struct str arena_str(struct arena *a, struct str s)
{
    char *p = take(a, s.n + 1);

    if (!p)
        out_of_memory();
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return (struct str){p, s.n};
}

const char *arena_cstr(struct arena *a, struct str s)
{
    return arena_str(a, s).p;
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;

    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = arena_alloc(a, (size_t)(n < 0 ? 0 : n) + 1);
    if (n >= 0)
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (struct str){p, n < 0 ? 0 : (size_t)n};
}

size_t arena_used(const struct arena *a)
{
    return a->total;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *ptr)
{
    struct deferred *d = arena_alloc_try(a, sizeof(*d));

    if (!d) {
        fn(ptr);
        out_of_memory();
    }
    *d = (struct deferred){.next = a->deferred, .fn = fn, .ptr = ptr};
    a->deferred = d;
}

int arena_try(int (*fn)(void *), void *arg)
{
    struct attempt t = {.outer = attempts, .lacked = lacks};

    lacks = false;
    if (setjmp(t.start)) {
        attempts = t.outer;
        lacks = t.lacked;
        return ARENA_OOM;
    }
    attempts = &t;
    int r = fn(arg);
    if (lacks && r <= 0)
        r = ARENA_OOM;
    attempts = t.outer;
    lacks = t.lacked;
    return r;
}

/*
 * Memory that follows the request: one arena per request, job or rebuild, passed as an argument and
 * freed whole. What is not memory (a statement, a file, a json_t) is handed to arena_defer and let go with it.
 *
 *     struct arena *a = arena_new(MAX_ARENA);
 *     char *p = arena_alloc(a, 100);          zeroed, aligned for anything, never NULL
 *     arena_free(a);
 *
 * When memory or the ceiling runs out, arena_alloc does not return: it jumps back to the thread's innermost arena_try,
 * whose caller answers 503 and rolls back. Outside any arena_try the program stops with a word.
 * An arena belongs to one thread at a time; it may be handed on from inside an arena_try.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "str.h"

struct arena;

struct arena *arena_new(size_t ceiling); /* NULL when there is no memory at all */

/* For work that is emptied piece by piece with arena_reset; it goes with `outer`, and is never NULL. */
struct arena *arena_inside(struct arena *outer, size_t ceiling);
void arena_free(struct arena *a);  /* NULL is fine */
void arena_reset(struct arena *a); /* runs what was deferred, keeps one chunk */
void arena_freep(struct arena **a);
void arena_let_go(void *a); /* arena_free for arena_defer: an arena that goes with another */

void *arena_alloc(struct arena *a, size_t size);
void *arena_alloc_try(struct arena *a, size_t size); /* NULL instead of a jump */
void *arena_array(struct arena *a, size_t count, size_t size);
void *arena_grow(struct arena *a, const void *old, size_t old_size, size_t new_size); /* a larger copy */
struct str arena_str(struct arena *a, struct str s);                                  /* a copy, NUL behind it */
const char *arena_cstr(struct arena *a, struct str s);                                /* the same as a C string */
struct str arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
size_t arena_used(const struct arena *a);

/* As if an allocation in an arena had failed. */
_Noreturn void out_of_memory(void);

/* fn(ptr) runs when the arena is freed or reset, last in first out; at once when there is no memory to remember it. */
void arena_defer(struct arena *a, void (*fn)(void *), void *ptr);

/* One pointer for whoever looks after what is done for this arena's owner; NULL at first, not freed with it. */
void arena_set_note(struct arena *a, void *note);
void *arena_note(const struct arena *a);

/* Who goes on without memory outside of an arena that he asked for (a buffer that grows, a JSON tree) says so. */
void memory_lacks(void);

/* Runs fn(arg); what it returns, or ARENA_OOM when an allocation inside it failed, or when it made do without memory
 * and says that it came to an end, 0 or -1: neither can be believed. */
#define ARENA_OOM (-12)
int arena_try(int (*fn)(void *), void *arg);

#define NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define NEW_ARRAY(a, type, n) ((type *)arena_array((a), (n), sizeof(type)))

#define _cleanup_(f) __attribute__((cleanup(f)))

#endif

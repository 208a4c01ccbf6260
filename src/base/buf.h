/*
 * A growing run of bytes, born with a ceiling. Past the ceiling, or without memory, it stops growing and
 * remembers that it failed: write freely, then ask buf_ok once at the end.
 *
 *     _cleanup_(buf_clear) struct buf b;
 *     buf_init(&b, MAX_REPLY);
 *     buf_str(&b, S("hello"));
 *     if (!buf_ok(&b)) ...
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

struct buf {
    char *p;
    size_t n, room, ceiling;
    bool failed;
};

void buf_init(struct buf *b, size_t ceiling);
void buf_clear(struct buf *b); /* frees; the buffer is as after buf_init */
void buf_let_go(void *b);      /* buf_clear for arena_defer: a buffer that goes with an arena */
void buf_reset(struct buf *b); /* empties, keeps the memory */
bool buf_ok(const struct buf *b);
struct str buf_view(const struct buf *b); /* until the next write */

/* The content as a copy in the arena; the buffer is cleared, also when there is no memory for the copy. Between
 * buf_init and this nothing else may be asked of an arena, for that may jump; a buffer of buf_new bears that. */
struct str buf_keep(struct buf *b, struct arena *a);
struct buf *buf_new(struct arena *a, size_t ceiling); /* goes with the arena */

void buf_add(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_z(struct buf *b, const char *z);
void buf_int(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* n writable bytes behind the content, NULL when they cannot be had; buf_advance says how many were used. */
char *buf_reserve(struct buf *b, size_t n);
void buf_advance(struct buf *b, size_t n);

static inline void buf_char(struct buf *b, char c)
{
    char *to = b->n < b->room && !b->failed ? b->p + b->n : buf_reserve(b, 1);

    if (to) {
        *to = c;
        b->n++;
    }
}

#endif

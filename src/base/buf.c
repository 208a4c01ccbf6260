#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t ceiling)
{
    *b = (struct buf){.ceiling = ceiling};
}

void buf_clear(struct buf *b)
{
    free(b->p);
    buf_init(b, b->ceiling);
}

void buf_let_go(void *b)
{
    buf_clear(b);
}

void buf_reset(struct buf *b)
{
    b->n = 0;
    b->failed = false;
}

bool buf_ok(const struct buf *b)
{
    return !b->failed;
}

struct str buf_view(const struct buf *b)
{
    return (struct str){b->p ? b->p : "", b->n};
}

char *buf_reserve(struct buf *b, size_t n)
{
    if (b->failed)
        return NULL;
    if (b->room - b->n >= n)
        return b->p + b->n;
    if (n > b->ceiling || b->n > b->ceiling - n) {
        b->failed = true;
        return NULL;
    }
    size_t room = b->room ? b->room * 2 : 256;
    if (room < b->n + n)
        room = b->n + n;
    if (room > b->ceiling)
        room = b->ceiling;
    char *p = realloc(b->p, room);
    if (!p) {
        memory_lacks();
        b->failed = true;
        return NULL;
    }
    b->p = p;
    b->room = room;
    return b->p + b->n;
}

void buf_advance(struct buf *b, size_t n)
{
    b->n += n;
}

struct str buf_keep(struct buf *b, struct arena *a)
{
    char *p = arena_alloc_try(a, b->n + 1);
    size_t n = b->n;

    if (p && n)
        memcpy(p, b->p, n);
    buf_clear(b);
    if (!p)
        out_of_memory();
    return (struct str){p, n};
}

struct buf *buf_new(struct arena *a, size_t ceiling)
{
    struct buf *b = NEW(a, struct buf);

    buf_init(b, ceiling);
    arena_defer(a, buf_let_go, b);
    return b;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    char *to = n ? buf_reserve(b, n) : NULL;

    if (to) {
        memcpy(to, p, n);
        b->n += n;
    }
}

void buf_str(struct buf *b, struct str s)
{
    buf_add(b, s.p, s.n);
}

void buf_z(struct buf *b, const char *z)
{
    buf_add(b, z, strlen(z));
}

void buf_int(struct buf *b, int64_t v)
{
    char digits[24];
    size_t at = sizeof(digits);
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

    do
        digits[--at] = (char)('0' + u % 10);
    while (u /= 10);
    if (v < 0)
        digits[--at] = '-';
    buf_add(b, digits + at, sizeof(digits) - at);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;

    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *to = n >= 0 ? buf_reserve(b, (size_t)n + 1) : NULL;
    if (to) {
        vsnprintf(to, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    } else {
        b->failed = true;
    }
    va_end(again);
}

#include "sql.h"

#include <stdarg.h>
#include <stdio.h>

#define MAX_SQL (1u << 20)

struct sql *sql_new(struct arena *a, enum dialect d)
{
    struct sql *s = NEW(a, struct sql);

    *s = (struct sql){.arena = a, .dialect = d};
    buf_init(&s->text, MAX_SQL);
    arena_defer(a, buf_let_go, &s->text);
    return s;
}

void sql_z(struct sql *s, const char *z)
{
    buf_z(&s->text, z);
}

void sql_f(struct sql *s, const char *fmt, ...)
{
    char piece[1024];
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(piece, sizeof(piece), fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof(piece))
        s->text.failed = true;
    else
        buf_add(&s->text, piece, (size_t)n);
}

void sql_take_arg(struct sql *s, struct value v)
{
    if (s->n == s->room) {
        size_t room = s->room ? s->room * 2 : 16;
        s->args = arena_grow(s->arena, s->args, s->n * sizeof(*s->args), room * sizeof(*s->args));
        s->room = room;
    }
    s->args[s->n++] = v;
}

void sql_arg(struct sql *s, struct value v)
{
    sql_take_arg(s, v);
    buf_char(&s->text, '$');
    buf_int(&s->text, (int64_t)s->n);
}

void sql_ids(struct sql *s, const id *ids, size_t n)
{
    sql_z(s, "(");
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            sql_z(s, ",");
        sql_arg(s, value_int(ids[i]));
    }
    sql_z(s, n ? ")" : "NULL)");
}

const char *sql_text(struct sql *s)
{
    buf_char(&s->text, '\0');
    if (!buf_ok(&s->text))
        out_of_memory(); /* half a statement must not run */
    s->text.n--;
    return s->text.p;
}

struct args sql_args(const struct sql *s)
{
    return (struct args){s->args, s->n};
}

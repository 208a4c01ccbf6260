#include "problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "private.h"

static void text(struct buf *b, const char *z)
{
    struct str s = str_of(z);

    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\')
            buf_char(b, '\\');
        if (c < ' ')
            buf_printf(b, "\\u%04x", c);
        else
            buf_char(b, (char)c);
    }
    buf_char(b, '"');
}

static void member(struct buf *b, const char *name, const char *value, char before)
{
    buf_char(b, before);
    text(b, name);
    buf_char(b, ':');
    text(b, value);
}

static struct buf *start(struct http_exchange *x, int status, const char *type, const char *title, const char *detail)
{
    struct buf *b = http_reply(x, status, "application/problem+json");

    x->own->headers.n = 0;
    member(b, "type", type, '{');
    member(b, "title", title, ',');
    buf_printf(b, ",\"status\":%d", status);
    member(b, "detail", detail, ',');
    if (status >= 500)
        member(b, "request_id", x->id, ','); /* for whoever asks the people that run the server */
    return b;
}

void problem_write(struct http_exchange *x, const struct err *err)
{
    struct buf *b =
        start(x, err_status(err->code), err_type(err->code), err_title(err->code), err->msg[0] ? err->msg : "");

    for (size_t i = 0; i < err->nfields; i++) {
        buf_z(b, i ? "," : ",\"errors\":[");
        member(b, "field", err->fields[i].field, '{');
        member(b, "code", err->fields[i].code, ',');
        member(b, "message", err->fields[i].msg, ',');
        buf_char(b, '}');
    }
    buf_z(b, err->nfields ? "]}" : ",\"errors\":[]}");
    if (err->retry_after > 0 || err->code == ERR_BUSY)
        http_reply_header(x, "Retry-After", arena_printf(x->arena, "%d", err->retry_after > 0 ? err->retry_after : 1));
}

void problem_set(struct http_exchange *x, enum err_code code, const char *fmt, ...)
{
    struct err err = {.code = code};
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(err.msg, sizeof(err.msg), fmt, ap);
    va_end(ap);
    problem_write(x, &err);
}

void problem_status(struct http_exchange *x, int status, const char *title, const char *detail)
{
    buf_z(start(x, status, "about:blank", title, detail), ",\"errors\":[]}");
}

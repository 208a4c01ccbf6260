/* The reply half of an exchange: what handlers say, and the last touches before it is sent. */
#include <string.h>
#include <unistd.h>

#include "ceilings.h"
#include "cond.h"
#include "events.h"
#include "fields.h"
#include "gzip.h"
#include "private.h"
#include "problem.h"
#include "stream.h"

#define GZIP_FROM 1024u
#define DEFAULT_CSP "default-src 'none'; frame-ancestors 'none'"

struct buf *http_reply(struct http_exchange *x, int status, const char *type)
{
    exchange_drop_reply(x);
    x->status = status;
    x->own->kind = REPLY_BUFFER;
    x->own->type = type;
    return &x->own->out;
}

void http_reply_text(struct http_exchange *x, int status, const char *type, struct str body)
{
    buf_str(http_reply(x, status, type), body);
}

void http_reply_redirect(struct http_exchange *x, int status, struct str location)
{
    http_reply(x, status, NULL);
    http_reply_header(x, "Location", location);
}

void http_reply_static(struct http_exchange *x, int status, const char *type, struct str body)
{
    http_reply(x, status, type);
    x->own->kind = REPLY_STATIC;
    x->own->fixed = body;
}

void http_reply_file(struct http_exchange *x, const char *type, int fd, uint64_t size)
{
    http_reply(x, 200, type);
    x->own->kind = REPLY_FILE;
    x->own->fd = fd;
    x->own->size = size;
    x->own->from = 0;
    x->own->count = size;
}

void http_reply_stream(struct http_exchange *x, int status, const char *type, http_pull *pull, void (*close)(void *),
                       void *ctx)
{
    http_reply(x, status, type);
    x->own->kind = REPLY_STREAM;
    x->own->pull = pull;
    x->own->close = close;
    x->own->close_ctx = ctx;
}

struct http_events *http_reply_events(struct http_exchange *x, void (*on_close)(void *ctx), void *ctx)
{
    struct http_events *s = stream_new(x->own->keeper, on_close, ctx);

    http_reply(x, 200, "text/event-stream");
    http_reply_header(x, "Cache-Control", S("no-store"));
    http_reply_header(x, "X-Accel-Buffering", S("no")); /* nginx passes events on at once */
    x->own->kind = REPLY_EVENTS;
    x->own->events = s;
    if (!s) {
        struct err err = {.code = ERR_BUSY, .retry_after = 5};
        problem_write(x, &err);
    }
    return s;
}

/* -- headers ------------------------------------------------------------------------------------ */

static struct str clean(struct arena *a, struct str value)
{
    char *p = arena_alloc(a, value.n + 1);

    for (size_t i = 0; i < value.n; i++)
        p[i] = (unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f ? ' ' : value.p[i];
    return str_trim((struct str){p, value.n});
}

void http_reply_header_add(struct http_exchange *x, const char *name, struct str value)
{
    /* The trimmed value need not end in NUL. */
    value = arena_str(x->arena, clean(x->arena, value));
    http_pairs_add(&x->own->headers, x->arena, str_of(name), value);
}

void http_reply_header(struct http_exchange *x, const char *name, struct str value)
{
    struct http_pairs *h = &x->own->headers;
    size_t kept = 0;

    for (size_t i = 0; i < h->n; i++)
        if (!str_eq_nocase(h->v[i].name, str_of(name)))
            h->v[kept++] = h->v[i];
    h->n = kept;
    http_reply_header_add(x, name, value);
}

struct str http_reply_header_get(const struct http_exchange *x, const char *name)
{
    return http_pairs_get_nocase(&x->own->headers, str_of(name));
}

void http_reply_cookie(struct http_exchange *x, const char *name, struct str value, int64_t max_age)
{
    struct str s = arena_printf(x->arena, "%s=" STR_FMT "; Path=/; HttpOnly; SameSite=Lax", name, STR_ARG(value));

    if (max_age >= 0)
        s = arena_printf(x->arena, STR_FMT "; Max-Age=%lld", STR_ARG(s), (long long)max_age);
    if (x->secure)
        s = arena_printf(x->arena, STR_FMT "; Secure", STR_ARG(s));
    http_reply_header_add(x, "Set-Cookie", s);
}

struct str http_reply_body(const struct http_exchange *x)
{
    return x->own->kind == REPLY_STATIC ? x->own->fixed : buf_view(&x->own->out);
}

static void set_default(struct http_exchange *x, const char *name, struct str value)
{
    if (!http_reply_header_get(x, name).p)
        http_reply_header_add(x, name, value);
}

/* -- last touches ------------------------------------------------------------------------------- */

static bool compressible(struct str type)
{
    static const char *const types[] = {
        "application/json", "application/javascript",   "application/xml",          "application/x-ndjson",
        "image/svg+xml",    "application/problem+json", "application/manifest+json"};

    type = field_value(type);
    if (str_starts(type, S("text/")))
        return true;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (str_is(type, types[i]))
            return true;
    return false;
}

static void compress_reply(struct http_exchange *x)
{
    struct http_private *own = x->own;
    int level = x->config->gzip_level ? x->config->gzip_level : 5;

    if ((own->kind != REPLY_BUFFER && own->kind != REPLY_STATIC) || level < 0 || !own->type ||
        !compressible(str_of(own->type)) || http_reply_header_get(x, "Content-Encoding").p)
        return;
    struct str body = http_reply_body(x);
    if (body.n < GZIP_FROM)
        return;
    http_reply_header_add(x, "Vary", S("Accept-Encoding"));
    if (!field_accepts_coding(http_header(x, "Accept-Encoding"), S("gzip")))
        return;
    struct buf packed;
    http_reply_header_add(x, "Content-Encoding", S("gzip")); /* first: without memory it does not return */
    buf_init(&packed, body.n);                               /* larger than before is no use */
    if (gzip_pack(&packed, body, body.n > (256u << 10) ? 1 : level)) {
        buf_clear(&own->out);
        own->out = packed;
        own->kind = REPLY_BUFFER;
    } else {
        buf_clear(&packed);
        own->headers.n--;
    }
}

static void cut_range(struct http_exchange *x)
{
    struct http_private *own = x->own;
    struct str range = http_header(x, "Range");

    if (own->kind != REPLY_FILE || x->status != 200)
        return;
    set_default(x, "Accept-Ranges", S("bytes"));
    if (x->method != HTTP_GET || !range.p || http_header(x, "If-Range").p)
        return;
    switch (http_range(range, own->size, &own->from, &own->count)) {
    case HTTP_RANGE_WHOLE:
        break;
    case HTTP_RANGE_PART:
        x->status = 206;
        http_reply_header(x, "Content-Range",
                          arena_printf(x->arena, "bytes %llu-%llu/%llu", (unsigned long long)own->from,
                                       (unsigned long long)(own->from + own->count - 1),
                                       (unsigned long long)own->size));
        break;
    case HTTP_RANGE_IMPOSSIBLE:;
        struct str whole = arena_printf(x->arena, "bytes */%llu", (unsigned long long)own->size);
        problem_status(x, 416, "Range not satisfiable", "The file is shorter than that.");
        http_reply_header(x, "Content-Range", whole);
        break;
    }
}

static int prepare(void *arg)
{
    struct http_exchange *x = arg;
    struct http_private *own = x->own;

    if (own->kind == REPLY_NONE || (own->kind == REPLY_BUFFER && !buf_ok(&own->out)))
        problem_set(x, ERR_INTERNAL, own->kind == REPLY_NONE ? "No answer was made." : "The answer is too large.");
    cut_range(x);
    compress_reply(x);
    if (own->type)
        set_default(x, "Content-Type", str_of(own->type));
    if (own->kind == REPLY_STREAM)
        set_default(x, "Cache-Control", S("no-store"));
    set_default(x, "X-Content-Type-Options", S("nosniff"));
    set_default(x, "Referrer-Policy", S("no-referrer"));
    set_default(x, "X-Frame-Options", S("DENY"));
    set_default(x, "Content-Security-Policy", str_of(x->config->csp ? x->config->csp : DEFAULT_CSP));
    if (x->secure)
        set_default(x, "Strict-Transport-Security", S("max-age=31536000"));
    http_reply_header(x, "X-Request-Id", str_of(x->id));
    x->sent_size = own->kind == REPLY_FILE ? own->count : http_reply_body(x).n;
    return 0;
}

void reply_prepare(struct http_exchange *x)
{
    if (x->own->prepared)
        return;
    x->own->prepared = true;
    if (x->own->whole_us)
        x->work_us = clock_micros() - x->own->whole_us;
    bool done = x->status && !http_method_safe(x->method);
    if (arena_try(prepare, x) == ARENA_OOM && !done) {
        /* The plainest reply there is: no headers, so nothing more to allocate. What was changed, though, cannot be
         * denied any more: its reply goes as it is. */
        http_reply(x, 503, NULL);
        x->own->headers.n = 0;
    }
}

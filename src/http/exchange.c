#include "exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ceilings.h"
#include "events.h"
#include "fields.h"
#include "private.h"
#include "stream.h"

#define HTTP_AS_NAME(name) #name,
static const char *const method_names[] = {HTTP_METHODS(HTTP_AS_NAME) "OTHER"};

enum http_method http_method_of(struct str name)
{
    for (int m = 0; m < HTTP_OTHER; m++)
        if (str_is(name, method_names[m]))
            return (enum http_method)m;
    return HTTP_OTHER;
}

const char *http_method_name(enum http_method m)
{
    return method_names[m];
}

bool http_method_safe(enum http_method m)
{
    return m == HTTP_GET || m == HTTP_HEAD || m == HTTP_OPTIONS || m == HTTP_PROPFIND || m == HTTP_REPORT;
}

/* -- life --------------------------------------------------------------------------------------- */

static void set_id(char out[HTTP_ID_MAX + 1])
{
    static atomic_uint_fast64_t count, process;
    if (!atomic_load(&process))
        atomic_store(&process, (uint64_t)getpid());
    uint64_t seed = atomic_fetch_add(&count, 1) ^ (atomic_load(&process) << 40) ^ (uint64_t)clock_micros() << 8;

    /* Scrambled by the finaliser of splitmix64, which is a bijection: two requests of a process never share an id
     * unless their seeds meet. */
    seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9u;
    seed = (seed ^ (seed >> 27)) * 0x94d049bb133111ebu;
    seed ^= seed >> 31;
    for (int i = 0; i < 16; i++)
        out[i] = "0123456789abcdef"[seed >> (60 - 4 * i) & 15];
    out[16] = '\0';
}

struct http_exchange *exchange_new(const struct http_config *config)
{
    struct both {
        struct http_exchange x;
        struct http_private own;
    } *both = calloc(1, sizeof(*both));

    if (!both)
        return NULL;
    struct http_exchange *x = &both->x;
    x->own = &both->own;
    x->arena = arena_new(MAX_ARENA);
    if (!x->arena) {
        free(both);
        return NULL;
    }
    x->config = config;
    x->content_length = -1;
    x->began = clock_now();
    set_id(x->id);
    x->own->began_us = clock_micros();
    x->own->body_limit = MAX_JSON_BODY;
    x->own->fd = -1;
    buf_init(&x->own->body, 0);
    buf_init(&x->own->out, MAX_REPLY);
    sem_init(&x->own->finished, 0, 0);
    return x;
}

void exchange_close_stream(struct http_exchange *x)
{
    struct http_private *own = x->own;

    if (own->close)
        own->close(own->close_ctx);
    own->close = NULL;
    own->pull = NULL;
}

void exchange_drop_reply(struct http_exchange *x)
{
    struct http_private *own = x->own;

    exchange_close_stream(x);
    if (own->events)
        stream_abandon(own->events);
    own->events = NULL;
    if (own->fd >= 0)
        close(own->fd);
    own->fd = -1;
    own->fixed = STR_NULL;
    own->kind = REPLY_NONE;
    own->type = NULL;
    buf_reset(&own->out);
    x->status = 0;
}

void exchange_free(struct http_exchange *x)
{
    const struct http_owner *owner = &x->config->owner;

    if (owner->done && !x->own->unseen)
        owner->done(owner->ctx, x, clock_micros() - x->own->began_us);
    exchange_drop_reply(x);
    buf_clear(&x->own->body);
    buf_clear(&x->own->out);
    sem_destroy(&x->own->finished);
    arena_free(x->arena);
    free(x);
}

void http_finish(struct http_exchange *x)
{
    /* Behind the exchange of turns it may be gone. */
    void (*wake)(struct http_exchange *, enum turn, void *) = x->own->wake;
    void *link = x->own->link;

    wake(x, (enum turn)atomic_exchange(&x->own->turn, TURN_FINISHED), link);
}

/* -- reading ------------------------------------------------------------------------------------ */

void http_pairs_add(struct http_pairs *pairs, struct arena *a, struct str name, struct str value)
{
    if (pairs->n == pairs->room) {
        size_t room = pairs->room ? pairs->room * 2 : 16;
        pairs->v = arena_grow(a, pairs->v, pairs->n * sizeof(*pairs->v), room * sizeof(*pairs->v));
        pairs->room = room;
    }
    pairs->v[pairs->n++] = (struct http_pair){name, value};
}

struct str http_pairs_get(const struct http_pairs *pairs, struct str name)
{
    for (size_t i = 0; i < pairs->n; i++)
        if (str_eq(pairs->v[i].name, name))
            return pairs->v[i].value;
    return STR_NULL;
}

struct str http_pairs_get_nocase(const struct http_pairs *pairs, struct str name)
{
    for (size_t i = 0; i < pairs->n; i++)
        if (str_eq_nocase(pairs->v[i].name, name))
            return pairs->v[i].value;
    return STR_NULL;
}

struct str http_header(const struct http_exchange *x, const char *name)
{
    return http_pairs_get_nocase(&x->headers, str_of(name));
}

/* RFC 6265, 5.4: pairs divided by "; ". */
struct str http_cookie(const struct http_exchange *x, const char *name)
{
    for (size_t i = 0; i < x->headers.n; i++) {
        if (!str_eq_nocase(x->headers.v[i].name, S("Cookie")))
            continue;
        struct str rest = x->headers.v[i].value, piece, key, value;
        while (str_next(&rest, ';', &piece)) {
            if (!str_cut(str_trim(piece), '=', &key, &value) || !str_is(key, name))
                continue;
            if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
                value = str_upto(str_from(value, 1), value.n - 2);
            return value;
        }
    }
    return STR_NULL;
}

struct str http_query(const struct http_exchange *x, const char *name)
{
    return http_pairs_get(&x->query, str_of(name));
}

struct str http_param(const struct http_exchange *x, const char *name)
{
    return http_pairs_get(&x->params, str_of(name));
}

static struct http_part *form_find(const struct http_exchange *x, const char *name, bool file)
{
    for (size_t i = 0; i < x->nform; i++)
        if (x->form[i].file == file && str_is(x->form[i].name, name))
            return &x->form[i];
    return NULL;
}

struct str http_form_value(const struct http_exchange *x, const char *name)
{
    struct http_part *p = form_find(x, name, /* file= */ false);

    return p ? p->value : STR_NULL;
}

struct http_part *http_form_file(const struct http_exchange *x, const char *name)
{
    return form_find(x, name, /* file= */ true);
}

struct str http_content_type(const struct http_exchange *x)
{
    struct str type = field_value(http_header(x, "Content-Type"));
    char *lower = arena_alloc(x->arena, type.n + 1);

    for (size_t i = 0; i < type.n; i++)
        lower[i] = (char)(type.p[i] >= 'A' && type.p[i] <= 'Z' ? type.p[i] + 32 : type.p[i]);
    return (struct str){lower, type.n};
}

void http_expect_body(struct http_exchange *x, uint64_t most)
{
    x->own->body_limit = most;
    x->own->wants_form = false;
}

void http_expect_form(struct http_exchange *x, uint64_t most_file)
{
    x->own->wants_form = true;
    x->own->most_file = most_file;
    x->own->body_limit = most_file + MAX_FORM_FIELDS * (uint64_t)MAX_FORM_VALUE;
}

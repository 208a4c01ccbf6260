#include "call.h"

#include "private.h"

#define PIECE (16u << 10)

struct given {
    struct http_exchange *x;
    struct str name, value;
};

static int give_line(void *arg)
{
    struct given *g = arg;

    g->x->method_name = arena_str(g->x->arena, g->name);
    g->x->target = arena_str(g->x->arena, g->value);
    g->x->peer = S("");
    return 0;
}

static int give_header(void *arg)
{
    struct given *g = arg;

    http_pairs_add(&g->x->headers, g->x->arena, arena_str(g->x->arena, g->name), arena_str(g->x->arena, g->value));
    return 0;
}

static int give_body(void *arg)
{
    struct given *g = arg;

    g->x->body = arena_str(g->x->arena, g->value);
    g->x->content_length = (int64_t)g->value.n;
    return 0;
}

static void wake(struct http_exchange *x, enum turn before, void *link)
{
    (void)before, (void)link;
    sem_post(&x->own->finished);
}

struct http_exchange *http_exchange_new(const struct http_config *config, struct str method, struct str target)
{
    struct http_exchange *x = exchange_new(config);
    struct given g = {x, method, target};

    if (x && arena_try(give_line, &g) < 0) {
        x->own->unseen = true;
        exchange_free(x);
        x = NULL;
    }
    if (x)
        x->own->wake = wake;
    return x;
}

void http_exchange_header(struct http_exchange *x, struct str name, struct str value)
{
    struct given g = {x, name, value};

    if (arena_try(give_header, &g) < 0)
        step_exhausted(x);
}

void http_exchange_body(struct http_exchange *x, struct str type, struct str body)
{
    struct given g = {x, STR_NULL, body};

    if (type.n)
        http_exchange_header(x, S("Content-Type"), type);
    if (arena_try(give_body, &g) < 0)
        step_exhausted(x);
}

int http_call(struct http_exchange *x)
{
    struct str rest = x->body;
    bool refused = step_begin(x) < 0;

    for (x->body = STR_NULL; !refused && rest.n; rest = str_from(rest, PIECE))
        refused = step_body(x, str_upto(rest, PIECE)) < 0;
    if (!refused && step_end(x) == HTTP_LATER)
        while (sem_wait(&x->own->finished) < 0)
            ;
    reply_prepare(x);
    return x->status;
}

void http_exchange_free(struct http_exchange *x)
{
    if (x)
        exchange_free(x);
}

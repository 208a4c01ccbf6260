/* Any bytes as a request target: what is taken is clean text within its limits, and says the same when written again.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "ceilings.h"
#include "private.h"
#include "routes.h"
#include "target.h"

#define MUST(x)                                                                                                        \
    do {                                                                                                               \
        if (!(x))                                                                                                      \
            abort();                                                                                                   \
    } while (0)

static const struct http_config config;

static int run(void *ctx, struct http_exchange *x)
{
    (void)ctx, (void)x;
    return HTTP_DONE;
}

static const struct http_route table[] = {
    {HTTP_GET, "/api/v1/{kind}", run},        {HTTP_GET, "/api/v1/{kind}/{id}/history", run},
    {HTTP_POST, "/api/v1/files", run},        {HTTP_GET, "/api/v1/deals/{deal}/stages", run},
    {HTTP_GET, "/assets/{path*}", run},       {HTTP_GET, "/", run},
    {HTTP_PATCH, "/api/v1/{kind}/{id}", run},
};

static bool clean(struct str s)
{
    return utf8_valid(s) && (!s.n || !memchr(s.p, 0, s.n));
}

static struct http_exchange *parse(struct str target, int *ret)
{
    struct http_exchange *x = exchange_new(&config);
    struct err err = {0};

    MUST(x != NULL);
    x->target = target;
    *ret = target_parse(x, &err);
    MUST(*ret == 0 || (err.code == ERR_MALFORMED && err.msg[0]));
    return x;
}

static void write_again(const struct http_exchange *x)
{
    _cleanup_(buf_clear) struct buf b;
    int r;

    buf_init(&b, 1 << 20);
    if (!x->nsegments)
        buf_char(&b, '/');
    for (size_t i = 0; i < x->nsegments; i++) {
        buf_char(&b, '/');
        buf_str(&b, percent_encode(x->arena, x->segments[i]));
    }
    for (size_t i = 0; i < x->query.n; i++) {
        buf_char(&b, i ? '&' : '?');
        buf_str(&b, percent_encode(x->arena, x->query.v[i].name));
        buf_char(&b, '=');
        buf_str(&b, percent_encode(x->arena, x->query.v[i].value));
    }
    if (b.n > MAX_URL)
        return;
    struct http_exchange *y = parse(buf_view(&b), &r);
    MUST(r == 0 && y->nsegments == x->nsegments && y->query.n == x->query.n);
    for (size_t i = 0; i < x->nsegments; i++)
        MUST(str_eq(x->segments[i], y->segments[i]));
    for (size_t i = 0; i < x->query.n; i++)
        MUST(str_eq(x->query.v[i].name, y->query.v[i].name) && str_eq(x->query.v[i].value, y->query.v[i].value));
    exchange_free(y);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_routes *set = http_routes_new();
    struct err err = {0};
    int r;

    MUST(set && http_routes_add(set, table, sizeof(table) / sizeof(table[0]), &err) == 0);
    struct http_exchange *x = parse((struct str){(const char *)data, size}, &r);
    if (r == 0) {
        MUST(x->nsegments <= MAX_SEGMENTS && x->query.n <= MAX_QUERY_ARGS && x->path.n && x->path.p[0] == '/');
        for (size_t i = 0; i < x->nsegments; i++)
            MUST(clean(x->segments[i]));
        for (size_t i = 0; i < x->query.n; i++)
            MUST(clean(x->query.v[i].name) && clean(x->query.v[i].value));
        write_again(x);
        x->method = (enum http_method)(size % HTTP_OTHER);
        MUST(http_routes_find(set, x) != NULL || x->status >= 204);
    }
    exchange_free(x);
    http_routes_free(set);
    return 0;
}

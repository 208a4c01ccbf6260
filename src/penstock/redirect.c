#include "redirect.h"

#include "problem.h"

/* Only what can be a name or an address: the header is the client's own, and goes back to him as a link. */
static bool is_host(struct str host)
{
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), digit = c >= '0' && c <= '9';
        if (!letter && !digit && c != '.' && c != '-' && c != ':' && c != '[' && c != ']')
            return false;
    }
    return host.n > 0 && host.n < 256;
}

static struct str without_port(struct str host)
{
    for (size_t i = host.n; i > 0 && host.p[i - 1] != ']'; i--)
        if (host.p[i - 1] == ':')
            return str_upto(host, i - 1);
    return host;
}

static void begin(void *ctx, struct http_exchange *x)
{
    const struct redirect *r = ctx;
    struct str host = without_port(http_header(x, "Host")), to;

    if (!r->base && !is_host(host)) {
        problem_set(x, ERR_MALFORMED, "There is no Host header to go by.");
        return;
    }
    struct str path = str_starts(x->target, S("/")) ? x->target : S("/");
    struct str port = r->port == 443 ? S("") : arena_printf(x->arena, ":%u", r->port);
    if (r->base)
        to = arena_printf(x->arena, "%s" STR_FMT, r->base, STR_ARG(path));
    else
        to = arena_printf(x->arena, "https://" STR_FMT STR_FMT STR_FMT, STR_ARG(host), STR_ARG(port), STR_ARG(path));
    http_reply_redirect(x, 308, to);
}

static int handle(void *ctx, struct http_exchange *x)
{
    begin(ctx, x); /* which has answered already */
    return HTTP_DONE;
}

int redirect_serve(struct http_server **ret, const struct redirect *r, const char *listen, struct err *err)
{
    struct http_config config = {
        .owner = {.ctx = (void *)(uintptr_t)r, .begin = begin, .handle = handle},
        .listen = listen,
        .threads = 1,
        .max_connections = 1000,
        .max_streams = 1,
        .idle_time = 5 * SECOND,
    };

    return http_serve(ret, &config, err);
}

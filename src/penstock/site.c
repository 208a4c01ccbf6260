#include "site.h"

#include "cond.h"
#include "problem.h"
#include "traffic.h"
#include "ui.h"

static bool is_api(const struct http_exchange *x)
{
    static const char *const at_root[] = {"/openapi.json", "/healthz", "/readyz", "/metrics"};

    for (size_t i = 0; i < COUNT(at_root); i++)
        if (str_is(x->path, at_root[i]))
            return true;
    return str_starts(x->path, S("/api/"));
}

static int serve_file(struct http_exchange *x, const struct ui_file *f)
{
    bool gzip = str_contains(http_header(x, "Accept-Encoding"), S("gzip"));
    struct str bytes = gzip ? (struct str){(const char *)f->gzip, f->gzip_size} : ui_plain(x->arena, f);

    http_reply_header(x, "Cache-Control", f->immutable ? S("public, max-age=31536000, immutable") : S("no-cache"));
    http_reply_header(x, "Vary", S("Accept-Encoding"));
    http_reply_header(x, "Content-Security-Policy", str_of(ui_content_security_policy));
    if (http_not_modified(x, str_of(f->etag)))
        return HTTP_DONE;
    struct buf *b = http_reply(x, 200, f->type);
    if (gzip)
        http_reply_header(x, "Content-Encoding", S("gzip"));
    buf_str(b, bytes);
    return HTTP_DONE;
}

static int serve_ui(struct http_exchange *x)
{
    const struct ui_file *f = ui_find(x->path);
    struct err err = {0};

    if (x->method != HTTP_GET && x->method != HTTP_HEAD)
        err_set(&err, ERR_METHOD, "This page can only be looked at.");
    else if (!f && str_starts(x->path, S("/assets/")))
        err_set(&err, ERR_NOT_FOUND, "There is no such file.");
    if (err.code) {
        problem_write(x, &err);
        return HTTP_DONE;
    }
    return serve_file(x, f ? f : ui_page());
}

static void begin(void *ctx, struct http_exchange *x)
{
    struct site *site = ctx;

    if (is_api(x))
        api_begin(site->api, x);
    else
        x->traffic = str_starts(x->path, S("/assets/")) ? site->assets : site->pages;
}

static int handle(void *ctx, struct http_exchange *x)
{
    struct site *site = ctx;

    return is_api(x) ? api_handle(site->api, x) : serve_ui(x);
}

static void done(void *ctx, struct http_exchange *x, int64_t microseconds)
{
    struct site *site = ctx;

    api_done(site->api, x, microseconds);
}

struct http_owner site_owner(struct site *site, struct api *api)
{
    struct http_routes *routes = api_routes(api);

    *site = (struct site){api, http_routes_traffic(routes, "pages"), http_routes_traffic(routes, "assets")};
    return (struct http_owner){.ctx = site, .begin = begin, .handle = handle, .done = done};
}

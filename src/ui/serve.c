#include "serve.h"

#include "cond.h"
#include "fields.h"
#include "problem.h"
#include "ui.h"

static int serve(struct http_exchange *x, const struct ui_file *f)
{
    http_reply_header(x, "Cache-Control", f->immutable ? S("public, max-age=31536000, immutable") : S("no-cache"));
    http_reply_header(x, "Content-Security-Policy", str_of(ui_content_security_policy));
    if (http_not_modified(x, str_of(f->etag)))
        return HTTP_DONE;
    if (field_accepts_coding(http_header(x, "Accept-Encoding"), S("gzip"))) {
        http_reply_header(x, "Content-Encoding", S("gzip"));
        http_reply_header(x, "Vary", S("Accept-Encoding"));
        http_reply_static(x, 200, f->type, (struct str){(const char *)f->gzip, f->gzip_size});
    } else {
        http_reply_static(x, 200, f->type, ui_plain(x->arena, f));
    }
    return HTTP_DONE;
}

static int asset(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    const struct ui_file *f = ui_find(x->path);

    if (f)
        return serve(x, f);
    problem_set(x, ERR_NOT_FOUND, "There is no file " STR_FMT " in this version of the interface.", STR_ARG(x->path));
    return HTTP_DONE;
}

static int page(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    if (x->nsegments && str_is(x->segments[0], "api")) {
        problem_set(x, ERR_NOT_FOUND, "There is nothing at " STR_FMT ".", STR_ARG(x->path));
        return HTTP_DONE;
    }
    const struct ui_file *f = ui_find(x->path);
    return serve(x, f ? f : ui_page());
}

const struct http_route ui_routes[] = {
    {.method = HTTP_GET, .pattern = "/", .run = page},
    {.method = HTTP_GET, .pattern = "/assets/{path*}", .run = asset},
    {.method = HTTP_GET, .pattern = "/{path*}", .run = page},
};
const size_t ui_nroutes = sizeof(ui_routes) / sizeof(ui_routes[0]);

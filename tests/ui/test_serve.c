/* The interface as a browser meets it: encodings, caching, and what is nobody's. */
#include "check.h"

#include "call.h"
#include "routes.h"
#include "serve.h"
#include "ui.h"
#include "ui_files.h"

static int handle(void *ctx, struct http_exchange *x)
{
    const struct http_route *r = http_routes_find(ctx, x);

    return r ? r->run(NULL, x) : HTTP_DONE;
}

struct browser {
    struct http_routes *routes;
    struct http_config config;
    struct http_exchange *x;
};

static int open_browser(void **state)
{
    static struct browser b;
    struct err err = {0};

    b.routes = http_routes_new();
    assert_int_equal(http_routes_add(b.routes, ui_routes, ui_nroutes, &err), 0);
    b.config = (struct http_config){.owner = {.ctx = b.routes, .handle = handle}};
    *state = &b;
    return 0;
}

static int close_browser(void **state)
{
    struct browser *b = *state;

    http_exchange_free(b->x);
    http_routes_free(b->routes);
    return 0;
}

/* What GET answers; NULL headers are not sent. The exchange stays until the next one. */
static int get(struct browser *b, struct str path, const char *encoding, const char *tag)
{
    if (b->x)
        http_exchange_free(b->x);
    b->x = http_exchange_new(&b->config, S("GET"), path);
    if (encoding)
        http_exchange_header(b->x, S("Accept-Encoding"), str_of(encoding));
    if (tag)
        http_exchange_header(b->x, S("If-None-Match"), str_of(tag));
    return http_call(b->x);
}

static struct str header(struct browser *b, const char *name)
{
    return http_reply_header_get(b->x, name);
}

static void every_path_of_nobody_shows_the_page(void **state)
{
    struct browser *b = *state;
    const char *paths[] = {"/", "/index.html", "/deals/7", "/welcome/abcdef", "/a/b/c/d"};

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_int_equal(get(b, str_of(paths[i]), NULL, NULL), 200);
        assert_str(header(b, "Content-Type"), "text/html; charset=utf-8");
        assert_str(header(b, "Cache-Control"), "no-cache");
        assert_str(header(b, "Content-Security-Policy"), ui_content_security_policy);
        assert_true(str_starts(http_reply_body(b->x), S("<!doctype html>")));
    }
}

static void paths_of_the_api_do_not(void **state)
{
    struct browser *b = *state;

    assert_int_equal(get(b, S("/api/v1/nothing"), NULL, NULL), 404);
    assert_str(header(b, "Content-Type"), "application/problem+json");
    assert_int_equal(get(b, S("/assets/main-OLD.js"), NULL, NULL), 404);
    assert_int_equal(get(b, S("/assets/../index.html"), NULL, NULL), 404);
}

static void files_come_compressed_and_stay(void **state)
{
    struct browser *b = *state;

    for (size_t i = 0; i < ui_nfiles; i++) {
        const struct ui_file *f = &ui_files[i];

        assert_int_equal(get(b, str_of(f->path), "gzip, br", NULL), 200);
        assert_str(header(b, "Content-Encoding"), "gzip");
        assert_str(header(b, "Vary"), "Accept-Encoding");
        assert_int_equal(http_reply_body(b->x).n, f->gzip_size);
        assert_str(header(b, "Cache-Control"), f->immutable ? "public, max-age=31536000, immutable" : "no-cache");

        assert_int_equal(get(b, str_of(f->path), "br", NULL), 200);
        assert_null(header(b, "Content-Encoding").p);
        assert_int_equal(http_reply_body(b->x).n, f->size);

        assert_int_equal(get(b, str_of(f->path), "gzip", f->etag), 304);
        assert_int_equal(http_reply_body(b->x).n, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_path_of_nobody_shows_the_page),
        cmocka_unit_test(paths_of_the_api_do_not),
        cmocka_unit_test(files_come_compressed_and_stay),
    };
    return cmocka_run_group_tests(tests, open_browser, close_browser);
}

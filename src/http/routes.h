/*
 * Which handler answers a request. Routes are rows of plain data; several tables make one set, which finds the row for
 * a path by walking its segments: literal segments win over parameters, at every place.
 *
 *     static const struct http_route table[] = {
 *         {HTTP_GET, "/api/v1/{kind}", list, .flags = READ},
 *         {HTTP_GET, "/api/v1/{kind}/{id}/history", history},
 *         {HTTP_GET, "/assets/{path*}", asset},          the rest of the path, at least one segment
 *     };
 *     http_routes_add(set, table, 3, err);
 *     ...
 *     const struct http_route *r = http_routes_find(set, x);
 *     if (r)
 *         return r->run(ctx, x);
 *
 * A path that fits a literal row but not with this method goes on to the rows with parameters. When no row has the
 * method but some have the path, the reply is 405 with Allow; OPTIONS gets 204 with Allow, HEAD runs the GET row.
 * The set can be walked, for an API description or a test that every row was visited.
 */
#ifndef HTTP_ROUTES_H
#define HTTP_ROUTES_H

#include "err.h"
#include "exchange.h"

struct http_route {
    enum http_method method;
    const char *pattern;
    int (*run)(void *ctx, struct http_exchange *x);
    unsigned flags;   /* the owner's */
    const void *data; /* the owner's */
    const char *doc;
};

struct http_routes;

struct http_traffic;

struct http_routes *http_routes_new(void);
void http_routes_free(struct http_routes *set);

/* The rows must live as long as the set. Refused: two rows of one method and shape, a malformed pattern. */
int http_routes_add(struct http_routes *set, const struct http_route *rows, size_t n, struct err *err);

/* The row, with x->route and x->params set; or NULL, with the reply made (404, 405, 204 to OPTIONS). */
const struct http_route *http_routes_find(struct http_routes *set, struct http_exchange *x);

/* Rows in the order they were added; NULL past the end. `ret_hits`, when given: how often it was found. */
const struct http_route *http_routes_at(const struct http_routes *set, size_t i, uint64_t *ret_hits);

/* Where requests are counted that have no row here, under a label instead of a pattern; NULL without memory. All rows
 * and labels in turn: NULL past the end. */
struct http_traffic *http_routes_traffic(struct http_routes *set, const char *label);
struct http_traffic *http_routes_traffic_at(struct http_routes *set, size_t i, const char **ret_pattern,
                                            const char **ret_method);

#endif

/*
 * The interface over HTTP: its files under /assets/ for ever, its one page under every other path that is nobody
 * else's.
 *
 *     http_routes_add(set, ui_routes, ui_nroutes, err);
 *
 * The page does its own routing, so /deals/7 shows it as well; paths of the API stay 404.
 */
#ifndef UI_SERVE_H
#define UI_SERVE_H

#include "routes.h"

extern const struct http_route ui_routes[];
extern const size_t ui_nroutes;

#endif

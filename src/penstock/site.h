/*
 * The whole site behind one address: the API where its routes are, the embedded interface everywhere else.
 */
#ifndef PENSTOCK_SITE_H
#define PENSTOCK_SITE_H

#include "api.h"
#include "server.h"

struct site {
    struct api *api;
    struct http_traffic *pages, *assets;
};

/* Callbacks for http_config.owner; `site` stays as long as the server. */
struct http_owner site_owner(struct site *site, struct api *api);

#endif

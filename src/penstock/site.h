/*
 * The whole site behind one address: the API where its routes are, the embedded interface everywhere else.
 */
#ifndef PENSTOCK_SITE_H
#define PENSTOCK_SITE_H

#include "api.h"
#include "server.h"

/* Callbacks for http_config.owner, with the api as ctx. */
struct http_owner site_owner(struct api *api);

#endif

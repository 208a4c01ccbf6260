/*
 * A second server in the clear that sends everybody to the same address by https (308, so that methods stay).
 */
#ifndef PENSTOCK_REDIRECT_H
#define PENSTOCK_REDIRECT_H

#include "server.h"

/* `base` is the address people know, without a slash at the end; NULL: the host they asked, at `port`. */
struct redirect {
    const char *base;
    unsigned port;
};

/* `r` stays as long as the server, which http_stop ends. */
int redirect_serve(struct http_server **ret, const struct redirect *r, const char *listen, struct err *err);

#endif

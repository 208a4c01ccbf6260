/*
 * What the log says about requests: one line for each, and more about those that were slow. A line has the route's
 * pattern and never the path, which may hold a secret link or what somebody searched for; and of the client's address
 * the network only.
 *
 *     request id=6b0c… method=GET route=/api/v1/{kind} status=200 ms=1.204 bytes=8123 user=3 by=session
 * from=192.0.2.0/24
 *
 * Refusals that strangers can cause at will are told so many a second and no more. A slow request is followed by its
 * longest statements and the plan of the first; time that the network took does not make it slow.
 */
#ifndef API_REQUEST_LOG_H
#define API_REQUEST_LOG_H

#include "watch.h"

struct api;
struct api_call;
struct http_exchange;

struct request_log {
    bool every;      /* a line for every request, not just for the slow ones */
    int64_t slow_ms; /* 0: none is slow */
};

/* At the beginning, in the exchange's arena: from now on its statements are watched. */
void request_log_begin(struct api_call *c);
void request_log_end(struct api *api, struct http_exchange *x, int64_t microseconds);

#endif

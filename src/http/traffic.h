/*
 * What passes through the server, counted for whoever watches it: requests by route, method and class of their status
 * with a histogram of their times, and the server's own state. A route is its pattern, never a path, so there are as
 * many rows as the program has routes; what has none is counted under a label (http_routes_traffic).
 */
#ifndef HTTP_TRAFFIC_H
#define HTTP_TRAFFIC_H

#include "metric.h"

struct http_exchange;
struct http_routes;
struct http_server;

#define TRAFFIC_CLASSES 6 /* 1xx to 5xx by their digit; 0: the client left before there was a reply */

struct http_traffic {
    metric_cell by_class[TRAFFIC_CLASSES], bytes;
    struct metric_histogram times;
};

/* In the owner's `done`: x counts where its route or its owner said, else in `otherwise`. */
void http_traffic_count(const struct http_exchange *x, struct http_traffic *otherwise, int64_t microseconds);

/* All rows of a set that were ever used. */
void http_traffic_write(void *routes, struct buf *b); /* for metrics_add_writer */

#define SERVER_METRICS(X)                                                                                              \
    X(GAUGE, connections, "penstock_http_connections", "Open connections, without event streams")                      \
    X(GAUGE, running, "penstock_http_requests_in_flight", "Requests that are being read, worked on or answered")       \
    X(GAUGE, streams, "penstock_http_event_streams", "Open event streams")                                             \
    X(COUNTER, accepted, "penstock_http_connections_total", "Connections there were")                                  \
    X(COUNTER, late, "penstock_http_timeouts_total", "Connections cut off for taking too long")                        \
    X(COUNTER, handshakes, "penstock_tls_handshakes_total{result=\"done\"}", "TLS handshakes")                         \
    X(COUNTER, handshakes_failed, "penstock_tls_handshakes_total{result=\"failed\"}", "")                              \
    X(MOMENT, expires, "penstock_tls_certificate_expires_timestamp_seconds", "When the certificate ends to be valid")

struct server_metrics {
    SERVER_METRICS(METRIC_MEMBER)
};

void http_metrics_add(struct http_server *s, struct metrics *m);

#endif

/*
 * Keep-alive HTTP clients on one thread: each sends a request, waits for the whole reply, hands it over and sends the
 * next. What to send and what must come is the owner's business; time is taken from the first byte sent to the last one
 * received.
 *
 *     struct clients_config config = {.port = 8080, .clients = 16, .warm = 0.3, .seconds = 2,
 *                                     .next = next, .got = got, .ctx = &work};
 *     struct clients_result result = {.latency = hist_new()};
 *     clients_run(&config, &result);
 */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <stdbool.h>

#include "hist.h"
#include "str.h"

struct response {
    int status;
    struct str head; /* status line and header lines */
    struct str body;
};

/* The first response in `bytes`: how long it is, 0 when it is not all there yet, -1 when it is none that can be read
 * (no Content-Length, or nonsense). */
ptrdiff_t response_read(struct str bytes, struct response *ret);

/* A header's value, STR_NULL when it is not there. */
struct str response_header(const struct response *r, const char *name);

struct clients_config {
    unsigned port; /* on 127.0.0.1 */
    unsigned clients;
    double warm, seconds; /* what comes within `warm` is checked and not counted */
    /* The next request of a client, whole; false when it has no more. The bytes stay until its reply is there. */
    bool (*next)(void *ctx, unsigned client, struct str *ret);
    /* What came; -1 when it is not what must come. */
    int (*got)(void *ctx, unsigned client, const struct response *r);
    void *ctx;
};

struct clients_result {
    struct hist *latency;
    uint64_t requests; /* counted ones: right replies within `seconds` */
    uint64_t errors;   /* wrong replies and broken connections, warm-up included */
    double seconds;    /* of the counted part */
    double cpu;        /* of this process meanwhile, in seconds */
};

/* -1 when no connection can be made. Requests under way at the end are waited for and checked. */
int clients_run(const struct clients_config *config, struct clients_result *ret);

uint64_t clock_ns(void);
double cpu_seconds(void);

#endif

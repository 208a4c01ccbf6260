/*
 * GET /metrics: everything the layers count (metric.h) for Prometheus. It tells how much a company works and when, so
 * it is for those who run the program: administrators, whoever has the token for it, and addresses that were named.
 */
#ifndef API_METRICS_H
#define API_METRICS_H

#include "metric.h"

struct api;

/* Makes the set with the rows of the store, the feed and the database behind `api`. -1: no memory. */
int api_metrics_open(struct api *api);

#endif

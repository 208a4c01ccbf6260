/*
 * The schemas that follow from kinds: {Kind} as written, {Kind}Shown with fields= and expand=, {Kind}Page, {Kind}Input
 * as taken, {Kind}Batch.
 */
#ifndef API_OPENAPI_KINDS_H
#define API_OPENAPI_KINDS_H

#include "openapi.h"

void openapi_kind_schemas(struct json_out *o, struct arena *a, const struct kind *k);

#endif

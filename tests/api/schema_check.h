/*
 * Checks JSON against the part of JSON Schema that the API description uses: type, properties, required,
 * additionalProperties, items, enum, anyOf, $ref, minItems, maxItems, maxLength, pattern of capitals, formats date and
 * date-time.
 */
#ifndef TESTS_SCHEMA_CHECK_H
#define TESTS_SCHEMA_CHECK_H

#include <jansson.h>

#include "arena.h"

/* `document` is the whole description. NULL when it fits, else where and why it does not. A name that the description
 * does not have, or a keyword not known here, is a misfit too. */
const char *schema_check(struct arena *a, const json_t *document, const char *name, const json_t *value);

/* Every $ref of the description leads somewhere. */
const char *schema_refs_check(struct arena *a, const json_t *document);

#endif

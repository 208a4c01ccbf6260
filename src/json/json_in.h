/*
 * JSON from outside, read by jansson: strict RFC 8259, depth and size bounded, valid UTF-8 only. The tree belongs to
 * the arena (json_decref is deferred), so callers never free it.
 */
#ifndef JSON_IN_H
#define JSON_IN_H

#include <jansson.h>

#include "arena.h"
#include "err.h"

/* ERR_MALFORMED with line and column when the text is not JSON. */
int json_read(struct arena *a, struct str text, json_t **ret, struct err *err);

/* The same, and it must be an object. ERR_INVALID when it is other JSON. */
int json_read_object(struct arena *a, struct str text, json_t **ret, struct err *err);

/* A string member, or STR_NULL when absent or not a string. Lives as long as the tree. */
struct str json_member_str(const json_t *object, const char *key);
struct str json_text(const json_t *string);

/* The tree as compact text with object keys in their order, in the arena. */
struct str json_dump(struct arena *a, const json_t *j);

#endif

/*
 * Does a reply look as a conversation says? Expected JSON may leave things out:
 *
 *     {"id":7,"stage":"won",...}     further members are fine
 *     [{"id":1,...},...]             further elements are fine
 *     {"created_at":...}             any value
 *     {"token":"<key>"}              any value, remembered for later requests as <key>
 */
#ifndef TESTS_MATCH_H
#define TESTS_MATCH_H

#include <jansson.h>

#include "map.h"

/* Expected text into a tree; NULL with a word in `why` when it is not JSON. */
json_t *match_read(struct arena *a, struct str text, struct str *why);

/* NULL when it fits, else where and why it does not. */
const char *match(struct arena *a, const json_t *want, const json_t *got, struct map *names);

/* Text with every remembered <name> put in. */
struct str match_fill(struct arena *a, struct str text, const struct map *names);

#endif

/*
 * Walks JSON that the program wrote itself (the log, cursors) without building a tree: members and elements come as
 * slices of the text. Ill-formed text ends the walk early; it never reads outside the text.
 *
 *     struct json_walk w = json_walk(S("{\"value\":[1.50,null]}"));
 *     while (json_walk_member(&w, &name, &raw))    -> value, [1.50,null]
 */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "arena.h"

struct json_walk {
    struct str rest;
    bool started;
};

struct json_walk json_walk(struct str container);

/* The next member of an object; the name without its quotes (escapes are left as they stand). */
bool json_walk_member(struct json_walk *w, struct str *ret_name, struct str *ret_raw);
bool json_walk_element(struct json_walk *w, struct str *ret_raw);

bool json_raw_is_null(struct str raw);
bool json_raw_is_string(struct str raw);

/* The text of a raw string value, unescaped (in the arena only when it has escapes). */
struct str json_raw_text(struct arena *a, struct str raw);

#endif

/*
 * Reading header values: tokens, parameters, quality values, lists (RFC 9110, 5.6 and 12.4).
 */
#ifndef HTTP_FIELDS_H
#define HTTP_FIELDS_H

#include "arena.h"

/* The next member of a comma-separated list, trimmed, quotes respected; empty members are left out. */
bool field_next(struct str *rest, struct str *ret_member);

/* `text/html; charset="utf-8"`: the value before the first ';', and a parameter by name (quotes and backslashes
 * resolved; STR_NULL when absent). */
struct str field_value(struct str s);
struct str field_param(struct arena *a, struct str s, const char *name);

/* q of a list member in thousandths; 1000 without one. */
int field_quality(struct str member);

/* How much an Accept header likes a media type, 0..1000. No header likes everything. */
int field_accepts(struct str accept, struct str type);

/* Is the coding acceptable by Accept-Encoding? Without a header it is not. */
bool field_accepts_coding(struct str accept_encoding, struct str coding);

bool field_token(struct str s); /* RFC 9110, 5.6.2, not empty */

#endif

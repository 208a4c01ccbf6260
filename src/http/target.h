/*
 * The request target and urlencoded text. Everything decoded is valid UTF-8 without NUL, or the request is refused.
 */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include "err.h"
#include "exchange.h"

/* Fills path, segments, query_text and query of an exchange from its target. */
int target_parse(struct http_exchange *x, struct err *err);

/* name=value&… with '+' for blank, at most `most` pairs. */
int urlencoded_parse(struct arena *a, struct str text, size_t most, struct http_pairs *ret, struct err *err);

/* %XX resolved; false when a '%' is not followed by two hexadecimal digits, on NUL and on text that is not UTF-8. */
bool percent_decode(struct arena *a, struct str s, bool plus_is_blank, struct str *ret);

/* The opposite, for one segment or value: everything but unreserved characters (RFC 3986, 2.3) becomes %XX. */
struct str percent_encode(struct arena *a, struct str s);

#endif

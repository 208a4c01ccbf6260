/*
 * Conditional requests and entity tags (RFC 9110, 8.8.3 and 13.1). Tags are given with their quotes: S("\"7\"").
 */
#ifndef HTTP_COND_H
#define HTTP_COND_H

#include "exchange.h"

/* Does one of the tags of an If-Match / If-None-Match list fit? "*" fits everything that exists (etag.p != NULL). */
bool etag_list_has(struct str list, struct str etag, bool strong);

enum http_if { HTTP_IF_ABSENT, HTTP_IF_HOLDS, HTTP_IF_FAILS };

/* If-Match against the present tag (STR_NULL when the thing does not exist), by strong comparison. */
enum http_if http_if_match(const struct http_exchange *x, struct str etag);

/* The version in If-Match: "7" gives 7. ABSENT without the header and for "*"; FAILS when it is no single tag with a
 * whole number inside, which then can match no version. */
enum http_if http_if_match_version(const struct http_exchange *x, int64_t *ret);

/* Sets ETag; when If-None-Match has it (weak comparison) and the method is GET or HEAD, makes the reply a 304 and
 * returns true. */
bool http_not_modified(struct http_exchange *x, struct str etag);

/* One byte range of a whole of `size` bytes. Several ranges, other units and If-Range are answered with the whole. */
enum http_range { HTTP_RANGE_WHOLE, HTTP_RANGE_PART, HTTP_RANGE_IMPOSSIBLE };
enum http_range http_range(struct str header, uint64_t size, uint64_t *ret_from, uint64_t *ret_count);

#endif

#include "cond.h"

#include "fields.h"

static bool weak(struct str tag)
{
    return str_starts(tag, S("W/"));
}

static struct str opaque(struct str tag)
{
    return weak(tag) ? str_from(tag, 2) : tag;
}

bool etag_list_has(struct str list, struct str etag, bool strong)
{
    struct str member;

    while (field_next(&list, &member)) {
        if (str_is(member, "*"))
            return etag.p != NULL;
        if (strong && (weak(member) || weak(etag)))
            continue;
        if (etag.p && str_eq(opaque(member), opaque(etag)))
            return true;
    }
    return false;
}

enum http_if http_if_match(const struct http_exchange *x, struct str etag)
{
    struct str list = http_header(x, "If-Match");

    if (!list.p)
        return HTTP_IF_ABSENT;
    return etag_list_has(list, etag, /* strong= */ true) ? HTTP_IF_HOLDS : HTTP_IF_FAILS;
}

enum http_if http_if_match_version(const struct http_exchange *x, int64_t *ret)
{
    struct str list = http_header(x, "If-Match"), tag, more;

    if (!list.p || str_is(str_trim(list), "*"))
        return HTTP_IF_ABSENT;
    if (!field_next(&list, &tag) || field_next(&list, &more) || tag.n < 3 || tag.p[0] != '"' ||
        !str_int(str_upto(str_from(tag, 1), tag.n - 2), ret))
        return HTTP_IF_FAILS;
    return HTTP_IF_HOLDS;
}

bool http_not_modified(struct http_exchange *x, struct str etag)
{
    struct str list = http_header(x, "If-None-Match");

    http_reply_header(x, "ETag", etag);
    if ((x->method != HTTP_GET && x->method != HTTP_HEAD) || !list.p || !etag_list_has(list, etag, /* strong= */ false))
        return false;
    http_reply(x, 304, NULL);
    return true;
}

/* RFC 9110, 14.1.2: "bytes=0-499", "bytes=500-", "bytes=-500". */
enum http_range http_range(struct str header, uint64_t size, uint64_t *ret_from, uint64_t *ret_count)
{
    struct str unit, spec, first, last;
    int64_t from = 0, to = INT64_MAX;

    if (!str_cut(header, '=', &unit, &spec) || !str_eq_nocase(str_trim(unit), S("bytes")) || str_find(spec, ',') >= 0)
        return HTTP_RANGE_WHOLE;
    spec = str_trim(spec);
    if (!str_cut(spec, '-', &first, &last) || (!first.n && !last.n) || str_find(last, '-') >= 0 ||
        str_find(spec, '+') >= 0)
        return HTTP_RANGE_WHOLE;
    if ((first.n && !str_int(first, &from)) || (last.n && !str_int(last, &to)) || (first.n && last.n && to < from))
        return HTTP_RANGE_WHOLE;
    if (!first.n) { /* the last so many bytes */
        if (to == 0 || size == 0)
            return HTTP_RANGE_IMPOSSIBLE;
        *ret_count = (uint64_t)to < size ? (uint64_t)to : size;
        *ret_from = size - *ret_count;
        return HTTP_RANGE_PART;
    }
    if ((uint64_t)from >= size)
        return HTTP_RANGE_IMPOSSIBLE;
    *ret_from = (uint64_t)from;
    *ret_count = (uint64_t)to < size ? (uint64_t)to - *ret_from + 1 : size - *ret_from;
    return HTTP_RANGE_PART;
}

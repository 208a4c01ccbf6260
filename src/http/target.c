#include "target.h"

#include <string.h>

#include "ceilings.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool percent_decode(struct arena *a, struct str s, bool plus_is_blank, struct str *ret)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            int high = i + 2 < s.n ? hex(s.p[i + 1]) : -1, low = i + 2 < s.n ? hex(s.p[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        if (c == '\0')
            return false;
        p[n++] = c;
    }
    *ret = (struct str){p, n};
    return utf8_valid(*ret);
}

struct str percent_encode(struct arena *a, struct str s)
{
    static const char digits[] = "0123456789ABCDEF";
    char *p = arena_alloc(a, s.n * 3 + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c && strchr("-._~", c))) {
            p[n++] = (char)c;
        } else {
            p[n++] = '%';
            p[n++] = digits[c >> 4];
            p[n++] = digits[c & 15];
        }
    }
    return (struct str){p, n};
}

int urlencoded_parse(struct arena *a, struct str text, size_t most, struct http_pairs *ret, struct err *err)
{
    struct str piece;

    *ret = (struct http_pairs){0};
    while (str_next(&text, '&', &piece)) {
        struct str name, value;
        if (!piece.n)
            continue;
        if (ret->n == most)
            return err_set(err, ERR_MALFORMED, "There are more than %zu arguments.", most);
        str_cut(piece, '=', &name, &value);
        if (!percent_decode(a, name, true, &name) || !percent_decode(a, value, true, &value))
            return err_set(err, ERR_MALFORMED, "An argument is not valid percent-encoded UTF-8.");
        http_pairs_add(ret, a, name, value);
    }
    return 0;
}

static int split_path(struct http_exchange *x, struct err *err)
{
    struct str rest = str_from(x->path, 1), piece;
    size_t n = 1;

    if (!rest.n)
        return 0;
    for (size_t i = 0; i < rest.n; i++)
        n += rest.p[i] == '/';
    if (n > MAX_SEGMENTS)
        return err_set(err, ERR_MALFORMED, "The path is too deep.");
    x->segments = NEW_ARRAY(x->arena, struct str, n);
    while (str_next(&rest, '/', &piece))
        if (!percent_decode(x->arena, piece, false, &x->segments[x->nsegments++]))
            return err_set(err, ERR_MALFORMED, "The path is not valid percent-encoded UTF-8.");
    return 0;
}

int target_parse(struct http_exchange *x, struct err *err)
{
    struct str t = x->target, authority;

    if (t.n > MAX_URL)
        return err_set(err, ERR_MALFORMED, "The address is longer than %u bytes.", MAX_URL);
    for (size_t i = 0; i < t.n; i++)
        if ((unsigned char)t.p[i] <= ' ' || t.p[i] == 0x7f)
            return err_set(err, ERR_MALFORMED, "The address has a blank or control character in it.");
    if (str_is(t, "*") && x->method == HTTP_OPTIONS)
        t = S("/");
    /* The absolute form (RFC 9112, 3.2.2). */
    if (str_starts(t, S("http://")) || str_starts(t, S("https://"))) {
        t = str_from(t, (size_t)str_find(t, ':') + 3);
        size_t at = 0;
        while (at < t.n && t.p[at] != '/' && t.p[at] != '?')
            at++;
        authority = str_upto(t, at);
        t = str_from(t, at);
        if (!authority.n)
            return err_set(err, ERR_MALFORMED, "The address names no host.");
    }
    str_cut(t, '?', &x->path, &x->query_text);
    str_cut(x->path, '#', &x->path, &(struct str){0});
    if (!x->path.n)
        x->path = S("/");
    if (x->path.p[0] != '/')
        return err_set(err, ERR_MALFORMED, "The path does not begin with a slash.");
    if (split_path(x, err) < 0)
        return -1;
    return urlencoded_parse(x->arena, x->query_text, MAX_QUERY_ARGS, &x->query, err);
}

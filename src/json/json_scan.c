#include "json_scan.h"

struct json_walk json_walk(struct str container)
{
    return (struct json_walk){.rest = container};
}

static struct str skip_space(struct str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\n' || s.p[0] == '\r' || s.p[0] == '\t'))
        s = str_from(s, 1);
    return s;
}

/* Length of the string literal at the start of s, quotes included; 0 when it does not end. */
static size_t string_len(struct str s)
{
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == '"')
            return i + 1;
    }
    return 0;
}

/* Length of the value at the start of s; 0 when there is none. */
static size_t value_len(struct str s)
{
    size_t depth = 0;

    if (s.n && s.p[0] == '"')
        return string_len(s);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"') {
            size_t n = string_len(str_from(s, i));
            if (n == 0)
                return 0;
            i += n - 1;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            if (depth == 0)
                return i;
            if (--depth == 0)
                return i + 1;
        } else if (c == ',' && depth == 0) {
            return i;
        }
    }
    return depth == 0 ? s.n : 0;
}

/* Steps over the bracket or the comma; false at the end. */
static bool step(struct json_walk *w)
{
    w->rest = skip_space(w->rest);
    if (w->rest.n == 0 || (w->started && w->rest.p[0] != ','))
        return false;
    w->started = true;
    w->rest = skip_space(str_from(w->rest, 1));
    return w->rest.n && w->rest.p[0] != '}' && w->rest.p[0] != ']';
}

static bool take_value(struct json_walk *w, struct str *ret_raw)
{
    size_t n = value_len(w->rest);

    if (n == 0)
        return false;
    *ret_raw = str_trim(str_upto(w->rest, n));
    w->rest = str_from(w->rest, n);
    return true;
}

bool json_walk_member(struct json_walk *w, struct str *ret_name, struct str *ret_raw)
{
    if (!step(w) || w->rest.p[0] != '"')
        return false;
    size_t n = string_len(w->rest);
    if (n < 2)
        return false;
    *ret_name = str_upto(str_from(w->rest, 1), n - 2);
    w->rest = skip_space(str_from(w->rest, n));
    if (w->rest.n == 0 || w->rest.p[0] != ':')
        return false;
    w->rest = skip_space(str_from(w->rest, 1));
    return take_value(w, ret_raw);
}

bool json_walk_element(struct json_walk *w, struct str *ret_raw)
{
    return step(w) && take_value(w, ret_raw);
}

bool json_raw_is_null(struct str raw)
{
    return str_is(raw, "null");
}

bool json_raw_is_string(struct str raw)
{
    return raw.n >= 2 && raw.p[0] == '"';
}

static bool take_hex(struct str s, uint32_t *ret)
{
    uint32_t v = 0;

    if (s.n < 4)
        return false;
    for (size_t i = 0; i < 4; i++) {
        char c = s.p[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 16;
        if (digit == 16)
            return false;
        v = v << 4 | digit;
    }
    *ret = v;
    return true;
}

struct str json_raw_text(struct arena *a, struct str raw)
{
    if (!json_raw_is_string(raw))
        return STR_NULL;
    struct str in = str_upto(str_from(raw, 1), raw.n - 2);
    if (str_find(in, '\\') < 0)
        return in;
    char *out = arena_alloc(a, in.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < in.n; i++) {
        if (in.p[i] != '\\' || i + 1 == in.n) {
            out[n++] = in.p[i];
            continue;
        }
        char c = in.p[++i];
        uint32_t cp, low;
        switch (c) {
        case 'n':
            out[n++] = '\n';
            break;
        case 'r':
            out[n++] = '\r';
            break;
        case 't':
            out[n++] = '\t';
            break;
        case 'b':
            out[n++] = '\b';
            break;
        case 'f':
            out[n++] = '\f';
            break;
        case 'u':
            if (!take_hex(str_from(in, i + 1), &cp))
                break;
            i += 4;
            if (cp >= 0xd800 && cp < 0xdc00 && str_starts(str_from(in, i + 1), S("\\u")) &&
                take_hex(str_from(in, i + 3), &low)) {
                cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
                i += 6;
            }
            n += utf8_put(out + n, cp);
            break;
        default:
            out[n++] = c;
        }
    }
    return (struct str){out, n};
}

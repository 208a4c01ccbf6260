#include "fields.h"

#include <string.h>

bool field_next(struct str *rest, struct str *ret_member)
{
    while (rest->n) {
        bool quoted = false;
        size_t i = 0;
        for (; i < rest->n; i++) {
            char c = rest->p[i];
            if (quoted && c == '\\' && i + 1 < rest->n)
                i++;
            else if (c == '"')
                quoted = !quoted;
            else if (c == ',' && !quoted)
                break;
        }
        *ret_member = str_trim(str_upto(*rest, i));
        *rest = str_from(*rest, i + 1);
        if (ret_member->n)
            return true;
    }
    return false;
}

struct str field_value(struct str s)
{
    struct str rest;

    str_cut(s, ';', &s, &rest);
    return str_trim(s);
}

/* The next `; name=value` of *rest. */
static bool next_param(struct str *rest, struct str *ret_name, struct str *ret_value)
{
    bool quoted = false;
    size_t i = 0;

    if (!rest->n)
        return false;
    for (; i < rest->n; i++) {
        char c = rest->p[i];
        if (quoted && c == '\\' && i + 1 < rest->n)
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (c == ';' && !quoted)
            break;
    }
    str_cut(str_upto(*rest, i), '=', ret_name, ret_value);
    *rest = str_from(*rest, i + 1);
    *ret_name = str_trim(*ret_name);
    *ret_value = str_trim(*ret_value);
    return true;
}

static struct str unquote(struct arena *a, struct str s)
{
    if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
        return s;
    char *p = arena_alloc(a, s.n);
    size_t n = 0;
    for (size_t i = 1; i + 1 < s.n; i++) {
        if (s.p[i] == '\\' && i + 2 < s.n)
            i++;
        p[n++] = s.p[i];
    }
    return (struct str){p, n};
}

struct str field_param(struct arena *a, struct str s, const char *name)
{
    struct str value, rest, key;

    str_cut(s, ';', &value, &rest);
    while (next_param(&rest, &key, &value))
        if (str_eq_nocase(key, str_of(name)))
            return value.p ? unquote(a, value) : S("");
    return STR_NULL;
}

int field_quality(struct str member)
{
    struct str value, rest, key;

    str_cut(member, ';', &value, &rest);
    while (next_param(&rest, &key, &value)) {
        if (!str_eq_nocase(key, S("q")))
            continue;
        int q = value.n && value.p[0] == '1' ? 1000 : 0, scale = 100;
        if (!value.n || (value.p[0] != '0' && value.p[0] != '1'))
            return 0;
        for (size_t i = 2; i < value.n && scale; i++, scale /= 10) {
            if (value.p[i] < '0' || value.p[i] > '9')
                return 0;
            q += (value.p[i] - '0') * scale;
        }
        return q > 1000 ? 1000 : q;
    }
    return 1000;
}

/* 3 the type itself, 2 type/'*', 1 everything, 0 no fit. */
static int fit(struct str range, struct str type)
{
    struct str major, minor, range_major, range_minor;

    str_cut(type, '/', &major, &minor);
    str_cut(range, '/', &range_major, &range_minor);
    if (str_is(range, "*/*"))
        return 1;
    if (!str_eq_nocase(range_major, major))
        return 0;
    return str_is(range_minor, "*") ? 2 : str_eq_nocase(range_minor, minor) ? 3 : 0;
}

int field_accepts(struct str accept, struct str type)
{
    struct str member;
    int best = 0, quality = accept.n ? 0 : 1000;

    while (field_next(&accept, &member)) {
        int how = fit(field_value(member), type);
        if (how > best) {
            best = how;
            quality = field_quality(member);
        }
    }
    return quality;
}

bool field_accepts_coding(struct str accept_encoding, struct str coding)
{
    struct str member;
    int any = 0;

    while (field_next(&accept_encoding, &member)) {
        struct str name = field_value(member);
        if (str_eq_nocase(name, coding))
            return field_quality(member) > 0;
        if (str_is(name, "*"))
            any = field_quality(member);
    }
    return any > 0;
}

bool field_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              (c && strchr("!#$%&'*+-.^_`|~", c))))
            return false;
    }
    return s.n > 0;
}

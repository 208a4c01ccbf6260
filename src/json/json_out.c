#include "json_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "money.h"

void out_init(struct json_out *o, struct buf *b)
{
    *o = (struct json_out){.b = b};
}

static void item(struct json_out *o)
{
    if (o->comma)
        buf_char(o->b, ',');
    o->comma = true;
}

void out_open(struct json_out *o, char bracket)
{
    item(o);
    buf_char(o->b, bracket);
    o->comma = false;
}

void out_close(struct json_out *o, char bracket)
{
    buf_char(o->b, bracket);
    o->comma = true;
}

static bool plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

/* Eight bytes at once: a byte's high bit stands in `found` when it is below 0x20, a quote, a backslash or DEL (and
 * perhaps in one above such a byte, so this only says whether there is any). */
static bool all_plain(const char *p)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t w;

    memcpy(&w, p, sizeof(w));
    uint64_t quote = w ^ (ones * '"'), slash = w ^ (ones * '\\'), del = w ^ (ones * 0x7f);
    uint64_t found =
        ((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((del - ones) & ~del);
    return (found & high) == 0;
}

static void escaped(struct buf *b, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char short_forms[][3] = {
        ['"'] = "\\\"", ['\\'] = "\\\\", ['\n'] = "\\n", ['\r'] = "\\r", ['\t'] = "\\t",
    };

    if (c < sizeof(short_forms) / sizeof(short_forms[0]) && short_forms[c][0]) {
        buf_add(b, short_forms[c], 2);
        return;
    }
    char u[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
    buf_add(b, u, sizeof(u));
}

/* RFC 8259, 7. Slashes and everything above U+001F stay as they are, but for the two line ends that older
 * JavaScript trips over. Text mostly has nothing to escape and goes in with one copy. */
static void quoted(struct buf *b, struct str s)
{
    size_t i = 0, from = 0;

    while (s.n - i >= 8 && all_plain(s.p + i))
        i += 8;
    while (i < s.n && plain((unsigned char)s.p[i]))
        i++;
    char *to = i == s.n ? buf_reserve(b, s.n + 2) : NULL;
    if (to) {
        *to++ = '"';
        memcpy(to, s.n ? s.p : "", s.n);
        to[s.n] = '"';
        buf_advance(b, s.n + 2);
        return;
    }
    buf_char(b, '"');
    for (; i < s.n; i++) {
        if (plain((unsigned char)s.p[i]))
            continue;
        buf_add(b, s.p + from, i - from);
        from = i + 1;
        escaped(b, (unsigned char)s.p[i]);
    }
    buf_add(b, s.p + from, s.n - from);
    buf_char(b, '"');
}

void out_key(struct json_out *o, struct str name)
{
    item(o);
    quoted(o->b, name);
    buf_char(o->b, ':');
    o->comma = false;
}

void out_known_key(struct json_out *o, struct str quoted_name)
{
    item(o);
    buf_str(o->b, quoted_name);
    o->comma = false;
}

void out_str(struct json_out *o, struct str s)
{
    item(o);
    if (s.p)
        quoted(o->b, s);
    else
        buf_add(o->b, "null", 4);
}

void out_int(struct json_out *o, int64_t v)
{
    item(o);
    buf_int(o->b, v);
}

void out_real(struct json_out *o, double v)
{
    char text[40];

    if (!isfinite(v)) {
        out_null(o);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, v);
        if (strtod(text, NULL) == v)
            break;
    }
    item(o);
    buf_z(o->b, text);
}

void out_bool(struct json_out *o, bool v)
{
    item(o);
    buf_z(o->b, v ? "true" : "false");
}

void out_null(struct json_out *o)
{
    item(o);
    buf_add(o->b, "null", 4);
}

void out_decimal(struct json_out *o, int64_t minor, int digits)
{
    item(o);
    decimal_write(o->b, minor, digits);
}

void out_day(struct json_out *o, struct day d)
{
    char text[DAY_LEN + 1];

    day_format(d, text);
    out_str(o, (struct str){text, DAY_LEN});
}

void out_msec(struct json_out *o, msec t)
{
    char text[MSEC_LEN + 1];

    msec_format(t, text);
    out_str(o, (struct str){text, MSEC_LEN});
}

void out_raw(struct json_out *o, struct str s)
{
    item(o);
    buf_str(o->b, s);
}

void out_kv_str(struct json_out *o, const char *key, struct str s)
{
    out_key(o, str_of(key));
    out_str(o, s);
}

void out_kv_z(struct json_out *o, const char *key, const char *z)
{
    out_kv_str(o, key, str_of(z));
}

void out_kv_int(struct json_out *o, const char *key, int64_t v)
{
    out_key(o, str_of(key));
    out_int(o, v);
}

void out_kv_bool(struct json_out *o, const char *key, bool v)
{
    out_key(o, str_of(key));
    out_bool(o, v);
}

void out_kv_null(struct json_out *o, const char *key)
{
    out_key(o, str_of(key));
    out_null(o);
}

void out_kv_open(struct json_out *o, const char *key, char bracket)
{
    out_key(o, str_of(key));
    out_open(o, bracket);
}

void out_kv_msec(struct json_out *o, const char *key, msec t)
{
    out_key(o, str_of(key));
    out_msec(o, t);
}

void out_kv_real(struct json_out *o, const char *key, double v)
{
    out_key(o, str_of(key));
    out_real(o, v);
}

#include "json_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "money.h"

void json_out_init(struct json_out *o, struct buf *b)
{
    *o = (struct json_out){.b = b};
}

static void item(struct json_out *o)
{
    if (o->comma)
        buf_char(o->b, ',');
    o->comma = true;
}

void json_open(struct json_out *o, char bracket)
{
    item(o);
    buf_char(o->b, bracket);
    o->comma = false;
}

void json_close(struct json_out *o, char bracket)
{
    buf_char(o->b, bracket);
    o->comma = true;
}

/* RFC 8259, 7. Slashes and everything above U+001F stay as they are, but for the two line ends that older
 * JavaScript trips over. */
static void quoted(struct buf *b, struct str s)
{
    static const char hex[] = "0123456789abcdef";
    size_t from = 0;

    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        buf_add(b, s.p + from, i - from);
        from = i + 1;
        switch (c) {
        case '"':
            buf_add(b, "\\\"", 2);
            break;
        case '\\':
            buf_add(b, "\\\\", 2);
            break;
        case '\n':
            buf_add(b, "\\n", 2);
            break;
        case '\r':
            buf_add(b, "\\r", 2);
            break;
        case '\t':
            buf_add(b, "\\t", 2);
            break;
        default: {
            char u[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
            buf_add(b, u, sizeof(u));
        }
        }
    }
    buf_add(b, s.p + from, s.n - from);
    buf_char(b, '"');
}

void json_key(struct json_out *o, struct str name)
{
    item(o);
    quoted(o->b, name);
    buf_char(o->b, ':');
    o->comma = false;
}

void json_str(struct json_out *o, struct str s)
{
    item(o);
    if (s.p)
        quoted(o->b, s);
    else
        buf_add(o->b, "null", 4);
}

void json_int(struct json_out *o, int64_t v)
{
    item(o);
    buf_int(o->b, v);
}

void json_real(struct json_out *o, double v)
{
    char text[40];

    if (!isfinite(v)) {
        json_null(o);
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

void json_bool(struct json_out *o, bool v)
{
    item(o);
    buf_z(o->b, v ? "true" : "false");
}

void json_null(struct json_out *o)
{
    item(o);
    buf_add(o->b, "null", 4);
}

void json_decimal(struct json_out *o, int64_t minor, int digits)
{
    item(o);
    decimal_write(o->b, minor, digits);
}

void json_day(struct json_out *o, struct day d)
{
    char text[DAY_LEN + 1];

    day_format(d, text);
    json_str(o, str_of(text));
}

void json_msec(struct json_out *o, msec t)
{
    char text[MSEC_LEN + 1];

    msec_format(t, text);
    json_str(o, str_of(text));
}

void json_raw(struct json_out *o, struct str s)
{
    item(o);
    buf_str(o->b, s);
}

void json_kv_str(struct json_out *o, const char *key, struct str s)
{
    json_key(o, str_of(key));
    json_str(o, s);
}

void json_kv_z(struct json_out *o, const char *key, const char *z)
{
    json_kv_str(o, key, str_of(z));
}

void json_kv_int(struct json_out *o, const char *key, int64_t v)
{
    json_key(o, str_of(key));
    json_int(o, v);
}

void json_kv_bool(struct json_out *o, const char *key, bool v)
{
    json_key(o, str_of(key));
    json_bool(o, v);
}

void json_kv_null(struct json_out *o, const char *key)
{
    json_key(o, str_of(key));
    json_null(o);
}

void json_kv_open(struct json_out *o, const char *key, char bracket)
{
    json_key(o, str_of(key));
    json_open(o, bracket);
}

void json_kv_msec(struct json_out *o, const char *key, msec t)
{
    json_key(o, str_of(key));
    json_msec(o, t);
}

void json_kv_real(struct json_out *o, const char *key, double v)
{
    json_key(o, str_of(key));
    json_real(o, v);
}

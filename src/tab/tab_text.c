#include "tab_text.h"

#include <string.h>

#define TAB_AS_ROW(name, label, unit) {label, unit},
static const struct {
    const char *name;
    size_t unit;
} encodings[] = {TAB_ENCODINGS(TAB_AS_ROW)};

/* Windows-1252, 0x80..0x9f; 0 where nothing is assigned. */
static const uint16_t windows_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

const char *tab_encoding_name(enum tab_encoding e)
{
    return encodings[e].name;
}

size_t tab_encoding_unit(enum tab_encoding e)
{
    return encodings[e].unit;
}

/* What a lead byte announces; 0 for a byte that leads nothing. */
static size_t announced(char lead)
{
    unsigned char c = (unsigned char)lead;

    return c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
}

static size_t ascii_run(struct str s)
{
    size_t n = 0;

    while (n + 8 <= s.n) {
        uint64_t eight;
        memcpy(&eight, s.p + n, 8);
        if (eight & 0x8080808080808080u)
            break;
        n += 8;
    }
    while (n < s.n && (unsigned char)s.p[n] < 0x80)
        n++;
    return n;
}

size_t tab_utf8_head(struct str s)
{
    const char *nul = s.n ? memchr(s.p, 0, s.n) : NULL;
    size_t end = nul ? (size_t)(nul - s.p) : s.n, n = 0;

    while (n < end) {
        n += ascii_run((struct str){s.p + n, end - n});
        if (n == end)
            break;
        size_t len = announced(s.p[n]);
        if (len == 0 || len > end - n || !utf8_valid((struct str){s.p + n, len}))
            break;
        n += len;
    }
    return n;
}

static uint32_t unit16(enum tab_encoding e, const char *p)
{
    uint32_t a = (unsigned char)p[0], b = (unsigned char)p[1];

    return e == TAB_UTF16LE ? b << 8 | a : a << 8 | b;
}

static size_t decode_utf16(enum tab_encoding e, struct str *in, struct buf *out)
{
    while (in->n >= 2) {
        uint32_t cp = unit16(e, in->p);
        size_t used = 2;
        if (cp >= 0xd800 && cp < 0xe000) {
            uint32_t low = cp < 0xdc00 && in->n >= 4 ? unit16(e, in->p + 2) : 0;
            if (low < 0xdc00 || low >= 0xe000)
                return 2;
            cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
            used = 4;
        }
        if (cp == 0)
            return 2;
        char *to = buf_reserve(out, 4);
        if (!to)
            return 0;
        buf_advance(out, utf8_put(to, cp));
        *in = str_from(*in, used);
    }
    return in->n;
}

static size_t decode_1252(struct str *in, struct buf *out)
{
    while (in->n) {
        unsigned char c = (unsigned char)in->p[0];
        uint32_t cp = c >= 0x80 && c < 0xa0 ? windows_1252[c - 0x80] : c;
        char *to = cp ? buf_reserve(out, 4) : NULL;
        if (!cp)
            return 1;
        if (!to)
            return 0;
        buf_advance(out, utf8_put(to, cp));
        *in = str_from(*in, 1);
    }
    return 0;
}

size_t tab_decode(enum tab_encoding e, struct str *in, struct buf *out)
{
    if (e == TAB_UTF16LE || e == TAB_UTF16BE)
        return decode_utf16(e, in, out);
    if (e == TAB_WINDOWS_1252)
        return decode_1252(in, out);
    size_t n = tab_utf8_head(*in);
    buf_add(out, in->p, n);
    *in = str_from(*in, n);
    if (in->n == 0)
        return 0;
    size_t bad = 1; /* a lead byte and those that could have followed it are one mistake */
    while (bad < in->n && bad < announced(in->p[0]) && ((unsigned char)in->p[bad] & 0xc0) == 0x80)
        bad++;
    return bad;
}

size_t tab_whole(enum tab_encoding e, struct str s, bool last)
{
    size_t n = s.n;

    if (last || n == 0)
        return n;
    if (e == TAB_WINDOWS_1252)
        return n - (s.p[n - 1] == '\r');
    if (e != TAB_UTF8) {
        n -= n % 2;
        uint32_t unit = n ? unit16(e, s.p + n - 2) : 0;
        return unit == '\r' || (unit & 0xfc00) == 0xd800 ? n - 2 : n;
    }
    if (s.p[n - 1] == '\r')
        return n - 1;
    for (size_t back = 1; back <= 3 && back <= n; back++)
        if (announced(s.p[n - back]) > back)
            return n - back;
    return n;
}

bool tab_blank(enum tab_encoding e, struct str s)
{
    size_t unit = encodings[e].unit;

    for (size_t i = 0; i + unit <= s.n; i += unit) {
        uint32_t c = unit == 2 ? unit16(e, s.p + i) : (unsigned char)s.p[i];
        if (c != ' ' && c != '\r' && c != '\n')
            return false;
    }
    return s.n % unit == 0;
}

size_t tab_line_end(enum tab_encoding e, struct str s, bool last)
{
    if (e == TAB_UTF16LE || e == TAB_UTF16BE) {
        for (size_t i = 0; i + 2 <= s.n; i += 2) {
            uint32_t c = unit16(e, s.p + i);
            if (c == '\n')
                return i + 2;
            if (c == '\r' && i + 4 <= s.n)
                return i + (unit16(e, s.p + i + 2) == '\n' ? 4 : 2);
            if (c == '\r')
                return last ? i + 2 : 0;
        }
        return 0;
    }
    for (size_t at = 0;
         at < s.n;) { /* in windows, so that a file without one of the two is not searched over and over */
        size_t n = s.n - at < 1024 ? s.n - at : 1024;
        const char *lf = memchr(s.p + at, '\n', n), *cr = memchr(s.p + at, '\r', lf ? (size_t)(lf - s.p) - at : n);
        if (cr) {
            size_t behind = (size_t)(cr - s.p) + 1;
            return behind < s.n ? behind + (s.p[behind] == '\n') : last ? behind : 0;
        }
        if (lf)
            return (size_t)(lf - s.p) + 1;
        at += n;
    }
    return 0;
}

void tab_utf8_count(struct str s, bool last, struct tab_utf8_count *c, size_t *ret_carry)
{
    size_t whole = tab_whole(TAB_UTF8, s, last);

    *ret_carry = s.n - whole;
    s.n = whole;
    while (s.n) {
        s = str_from(s, ascii_run(s));
        if (s.n == 0)
            break;
        size_t len = announced(s.p[0]);
        bool good = len > 0 && len <= s.n && utf8_valid((struct str){s.p, len});
        *(good ? &c->multibyte : &c->bad) += 1;
        s = str_from(s, good ? len : 1);
    }
}

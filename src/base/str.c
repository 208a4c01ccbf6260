#include "str.h"

#include <locale.h>
#include <pthread.h>
#include <string.h>
#include <wctype.h>

#include "arena.h"

struct str str_of(const char *z)
{
    return (struct str){z, z ? strlen(z) : 0};
}

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq(str_upto(s, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && str_eq(str_from(s, s.n - suffix.n), suffix);
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;

    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
    while (s.n && is_space(s.p[0]))
        s = str_from(s, 1);
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct str str_from(struct str s, size_t at)
{
    if (at > s.n)
        at = s.n;
    return s.p ? (struct str){s.p + at, s.n - at} : STR_NULL;
}

struct str str_upto(struct str s, size_t n)
{
    return (struct str){s.p, n < s.n ? n : s.n};
}

ptrdiff_t str_find(struct str s, char c)
{
    const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

    return at ? at - s.p : -1;
}

bool str_contains(struct str s, struct str needle)
{
    return needle.n == 0 || (s.n >= needle.n && memmem(s.p, s.n, needle.p, needle.n) != NULL);
}

bool str_cut(struct str s, char c, struct str *ret_head, struct str *ret_tail)
{
    ptrdiff_t at = str_find(s, c);

    *ret_head = at < 0 ? s : str_upto(s, (size_t)at);
    *ret_tail = at < 0 ? STR_NULL : str_from(s, (size_t)at + 1);
    return at >= 0;
}

bool str_next(struct str *rest, char c, struct str *ret_piece)
{
    if (!rest->p)
        return false;
    if (!str_cut(*rest, c, ret_piece, rest))
        *rest = STR_NULL;
    return true;
}

bool str_int(struct str s, int64_t *ret)
{
    bool minus = s.n && s.p[0] == '-';
    int64_t v = 0;

    if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
        s = str_from(s, 1);
    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        int64_t digit = s.p[i] - '0';
        if (__builtin_mul_overflow(v, 10, &v) ||
            (minus ? __builtin_sub_overflow(v, digit, &v) : __builtin_add_overflow(v, digit, &v)))
            return false;
    }
    *ret = v;
    return true;
}

uint64_t str_hash(struct str s)
{
    uint64_t h = 14695981039346656037u;

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    return h;
}

/* Length of the well-formed sequence at the start of s, 0 if it is ill-formed (Unicode 15, table 3-7). */
static size_t utf8_len(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;

    if (n < 2 || s.n < n)
        return n == 1;
    unsigned char low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
    unsigned char high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

bool utf8_valid(struct str s)
{
    while (s.n) {
        size_t n = utf8_len(s);
        if (n == 0)
            return false;
        s = str_from(s, n);
    }
    return true;
}

size_t utf8_count(struct str s)
{
    size_t count = 0;

    for (size_t i = 0; i < s.n; i++)
        count += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return count;
}

int32_t utf8_take(struct str *s)
{
    if (s->n == 0)
        return -1;
    size_t n = utf8_len(*s);
    const unsigned char *p = (const unsigned char *)s->p;
    int32_t cp = n == 2   ? (p[0] & 0x1f) << 6 | (p[1] & 0x3f)
                 : n == 3 ? (p[0] & 0x0f) << 12 | (p[1] & 0x3f) << 6 | (p[2] & 0x3f)
                 : n == 4 ? (p[0] & 0x07) << 18 | (p[1] & 0x3f) << 12 | (p[2] & 0x3f) << 6 | (p[3] & 0x3f)
                 : n == 1 ? p[0]
                          : 0xfffd;
    *s = str_from(*s, n ? n : 1);
    return cp;
}

size_t utf8_put(char out[4], uint32_t cp)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, cp >>= 6)
        out[i] = (char)(0x80 | (cp & 0x3f));
    out[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | cp);
    return n;
}

static locale_t unicode;
static pthread_once_t unicode_once = PTHREAD_ONCE_INIT;

static void unicode_load(void)
{
    unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

struct str utf8_fold(struct arena *a, struct str s)
{
    pthread_once(&unicode_once, unicode_load);
    s = str_trim(s);
    char *out = arena_alloc(a, s.n * 2 + 4); /* a mapping may need more bytes, never more than twice as many */
    size_t n = 0;
    bool space = false;

    for (int32_t cp; (cp = utf8_take(&s)) >= 0;) {
        if (cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xa0) {
            space = true;
            continue;
        }
        if (space)
            out[n++] = ' ';
        space = false;
        uint32_t low = unicode ? towlower_l((wint_t)cp, unicode) : (uint32_t)cp;
        n += utf8_put(out + n, low);
    }
    return (struct str){out, n};
}

#include "rowcode.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define MAX_VALUE (64u << 20) /* bytes of a text before it is told from damage */

/* -- numbers of any length: seven bits a byte, the lowest first ------------------------------------------ */

static void put_varint(struct buf *b, uint64_t v)
{
    for (; v >= 128; v >>= 7)
        buf_char(b, (char)(v | 128));
    buf_char(b, (char)v);
}

static bool take_varint(struct str *rest, uint64_t *ret)
{
    *ret = 0;
    for (unsigned shift = 0; rest->n && shift < 64; shift += 7) {
        unsigned char c = (unsigned char)*rest->p;
        *rest = str_from(*rest, 1);
        if (shift == 63 && c > 1)
            return false;
        *ret |= (uint64_t)(c & 127) << shift;
        if (c < 128)
            return true;
    }
    return false;
}

/* -- values: a letter, then what it announces -------------------------------------------------------------- */

static void put_value(struct buf *b, struct value v)
{
    unsigned char bits[8];
    uint64_t u;

    switch (v.type) {
    case V_NULL:
        buf_char(b, 'n');
        break;
    case V_INT:
        buf_char(b, 'i');
        put_varint(b, (uint64_t)v.i << 1 ^ (uint64_t)(v.i >> 63));
        break;
    case V_REAL:
        memcpy(&u, &v.d, sizeof(u));
        for (int i = 0; i < 8; i++)
            bits[i] = (unsigned char)(u >> (8 * i));
        buf_char(b, 'r');
        buf_add(b, bits, sizeof(bits));
        break;
    case V_TEXT:
        buf_char(b, 't');
        put_varint(b, v.s.n);
        buf_str(b, v.s);
        break;
    }
}

static bool take_text(struct str *rest, struct value *ret)
{
    uint64_t n;

    if (!take_varint(rest, &n) || n > rest->n || n > MAX_VALUE)
        return false;
    *ret = value_text(str_upto(*rest, n));
    *rest = str_from(*rest, n);
    return utf8_valid(ret->s) && memchr(ret->s.p, 0, ret->s.n) == NULL;
}

static bool take_value(struct str *rest, struct value *ret)
{
    uint64_t u = 0;
    double d;

    if (!rest->n)
        return false;
    char letter = *rest->p;
    *rest = str_from(*rest, 1);
    switch (letter) {
    case 'n':
        *ret = VALUE_NULL;
        return true;
    case 'i':
        if (!take_varint(rest, &u))
            return false;
        *ret = value_int((int64_t)(u >> 1) ^ -(int64_t)(u & 1));
        return true;
    case 'r':
        if (rest->n < 8)
            return false;
        for (int i = 0; i < 8; i++)
            u |= (uint64_t)(unsigned char)rest->p[i] << (8 * i);
        memcpy(&d, &u, sizeof(d));
        *rest = str_from(*rest, 8);
        *ret = value_real(d);
        return true;
    case 't':
        return take_text(rest, ret);
    default:
        return false;
    }
}

void rowcode_put(struct buf *b, const struct value *v, int n)
{
    for (int i = 0; i < n; i++)
        put_value(b, v[i]);
}

bool rowcode_take(struct str *rest, struct value *v, int n)
{
    for (int i = 0; i < n; i++)
        if (!take_value(rest, &v[i]))
            return false;
    return true;
}

/* -- digests ------------------------------------------------------------------------------------------------- */

void digest_init(struct digest *d)
{
    *d = (struct digest){0};
    buf_init(&d->work, MAX_VALUE * 2);
}

void digest_clear(struct digest *d)
{
    buf_clear(&d->work);
}

/* The same text for every way to write one JSON value. */
static void put_json(struct buf *b, struct value v)
{
    json_t *j = v.type == V_TEXT ? json_loadb(v.s.p, v.s.n, JSON_DECODE_ANY, NULL) : NULL;
    char *text = j ? json_dumps(j, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

    put_value(b, text ? value_text(str_of(text)) : v);
    free(text);
    json_decref(j);
}

/* Sums of the rows' digests: the order does not matter, how often a row is there does. */
void digest_add(struct digest *d, const struct column *columns, const struct value *v, int n)
{
    unsigned char hash[32];

    buf_reset(&d->work);
    for (int i = 0; i < n; i++) {
        if (columns[i].derived)
            continue;
        if (columns[i].json)
            put_json(&d->work, v[i]);
        else
            put_value(&d->work, v[i]);
    }
    crypto_generichash(hash, sizeof(hash), (const unsigned char *)buf_view(&d->work).p, d->work.n, NULL, 0);
    for (int i = 0; i < 4; i++) {
        uint64_t word = 0;
        for (int k = 0; k < 8; k++)
            word |= (uint64_t)hash[i * 8 + k] << (8 * k);
        d->sum[i] += word;
    }
    d->rows++;
}

void digest_text(const struct digest *d, char out[DIGEST_TEXT + 1])
{
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < DIGEST_TEXT; i++)
        out[i] = digits[d->sum[i / 16] >> (60 - 4 * (i % 16)) & 15];
    out[DIGEST_TEXT] = '\0';
}

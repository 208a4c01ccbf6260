#include "money.h"

#include <string.h>

#include "buf.h"

/* ISO 4217 list one, funds and metals left out. Sorted by code. */
static const struct currency currencies[] = {
    {"AED", 2}, {"AFN", 2}, {"ALL", 2}, {"AMD", 2}, {"AOA", 2}, {"ARS", 2}, {"AUD", 2}, {"AWG", 2}, {"AZN", 2},
    {"BAM", 2}, {"BBD", 2}, {"BDT", 2}, {"BGN", 2}, {"BHD", 3}, {"BIF", 0}, {"BMD", 2}, {"BND", 2}, {"BOB", 2},
    {"BRL", 2}, {"BSD", 2}, {"BTN", 2}, {"BWP", 2}, {"BYN", 2}, {"BZD", 2}, {"CAD", 2}, {"CDF", 2}, {"CHF", 2},
    {"CLP", 0}, {"CNY", 2}, {"COP", 2}, {"CRC", 2}, {"CUP", 2}, {"CVE", 2}, {"CZK", 2}, {"DJF", 0}, {"DKK", 2},
    {"DOP", 2}, {"DZD", 2}, {"EGP", 2}, {"ERN", 2}, {"ETB", 2}, {"EUR", 2}, {"FJD", 2}, {"FKP", 2}, {"GBP", 2},
    {"GEL", 2}, {"GHS", 2}, {"GIP", 2}, {"GMD", 2}, {"GNF", 0}, {"GTQ", 2}, {"GYD", 2}, {"HKD", 2}, {"HNL", 2},
    {"HTG", 2}, {"HUF", 2}, {"IDR", 2}, {"ILS", 2}, {"INR", 2}, {"IQD", 3}, {"IRR", 2}, {"ISK", 0}, {"JMD", 2},
    {"JOD", 3}, {"JPY", 0}, {"KES", 2}, {"KGS", 2}, {"KHR", 2}, {"KMF", 0}, {"KPW", 2}, {"KRW", 0}, {"KWD", 3},
    {"KYD", 2}, {"KZT", 2}, {"LAK", 2}, {"LBP", 2}, {"LKR", 2}, {"LRD", 2}, {"LSL", 2}, {"LYD", 3}, {"MAD", 2},
    {"MDL", 2}, {"MGA", 2}, {"MKD", 2}, {"MMK", 2}, {"MNT", 2}, {"MOP", 2}, {"MRU", 2}, {"MUR", 2}, {"MVR", 2},
    {"MWK", 2}, {"MXN", 2}, {"MYR", 2}, {"MZN", 2}, {"NAD", 2}, {"NGN", 2}, {"NIO", 2}, {"NOK", 2}, {"NPR", 2},
    {"NZD", 2}, {"OMR", 3}, {"PAB", 2}, {"PEN", 2}, {"PGK", 2}, {"PHP", 2}, {"PKR", 2}, {"PLN", 2}, {"PYG", 0},
    {"QAR", 2}, {"RON", 2}, {"RSD", 2}, {"RUB", 2}, {"RWF", 0}, {"SAR", 2}, {"SBD", 2}, {"SCR", 2}, {"SDG", 2},
    {"SEK", 2}, {"SGD", 2}, {"SHP", 2}, {"SLE", 2}, {"SOS", 2}, {"SRD", 2}, {"SSP", 2}, {"STN", 2}, {"SVC", 2},
    {"SYP", 2}, {"SZL", 2}, {"THB", 2}, {"TJS", 2}, {"TMT", 2}, {"TND", 3}, {"TOP", 2}, {"TRY", 2}, {"TTD", 2},
    {"TWD", 2}, {"TZS", 2}, {"UAH", 2}, {"UGX", 0}, {"USD", 2}, {"UYU", 2}, {"UZS", 2}, {"VES", 2}, {"VND", 0},
    {"VUV", 0}, {"WST", 2}, {"XAF", 0}, {"XCD", 2}, {"XOF", 0}, {"XPF", 0}, {"YER", 2}, {"ZAR", 2}, {"ZMW", 2},
    {"ZWG", 2},
};

#define CURRENCIES (int)(sizeof(currencies) / sizeof(currencies[0]))

const struct currency *currency_find(struct str code)
{
    int low = 0, high = CURRENCIES;

    while (low < high) {
        int mid = (low + high) / 2, c = str_cmp(code, str_of(currencies[mid].code));
        if (c == 0)
            return &currencies[mid];
        if (c < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

const struct currency *currency_at(int i)
{
    return i >= 0 && i < CURRENCIES ? &currencies[i] : NULL;
}

int64_t decimal_pow10(int digits)
{
    int64_t p = 1;

    while (digits-- > 0)
        p *= 10;
    return p;
}

struct scanned {
    bool minus;
    const char *digits[2]; /* before and behind the point */
    size_t n[2];
    int64_t exponent;
};

/* A JSON number (RFC 8259, 6), with leading zeros and a plus sign let through for people's files. */
static bool scan_number(struct str s, struct scanned *ret)
{
    struct scanned c = {0};

    if (s.n && (s.p[0] == '-' || s.p[0] == '+')) {
        c.minus = s.p[0] == '-';
        s = str_from(s, 1);
    }
    for (int part = 0; part < 2; part++) {
        c.digits[part] = s.p;
        while (s.n && s.p[0] >= '0' && s.p[0] <= '9') {
            c.n[part]++;
            s = str_from(s, 1);
        }
        if (c.n[part] == 0)
            return false;
        if (part == 1 || s.n == 0 || s.p[0] != '.')
            break;
        s = str_from(s, 1);
    }
    if (s.n && (s.p[0] == 'e' || s.p[0] == 'E')) {
        if (!str_int(str_from(s, 1), &c.exponent) || c.exponent < -400 || c.exponent > 400)
            return false;
        s.n = 0;
    }
    *ret = c;
    return s.n == 0;
}

bool decimal_parse(struct str s, int digits, int64_t *ret)
{
    struct scanned c;
    int64_t v = 0;

    if (!scan_number(s, &c))
        return false;
    /* The digit at index i (0 first) has weight 10^(whole - 1 - i), where whole counts digits before the point. */
    int64_t whole = (int64_t)c.n[0] + c.exponent, all = (int64_t)(c.n[0] + c.n[1]);
    for (int64_t i = 0; i < all || (v != 0 && i < whole + digits); i++) {
        int digit = i >= all ? 0 : i < (int64_t)c.n[0] ? c.digits[0][i] - '0' : c.digits[1][i - (int64_t)c.n[0]] - '0';
        if (i >= whole + digits) {
            if (digit != 0)
                return false;
            continue;
        }
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, digit, &v))
            return false;
    }
    *ret = c.minus ? -v : v;
    return true;
}

void decimal_write(struct buf *b, int64_t minor, int digits)
{
    uint64_t u = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    char text[32];
    size_t at = sizeof(text);

    for (int i = 0; i < digits || u || i == digits; i++, u /= 10) {
        if (i == digits && digits > 0)
            text[--at] = '.';
        text[--at] = (char)('0' + u % 10);
    }
    if (minor < 0)
        text[--at] = '-';
    buf_add(b, text + at, sizeof(text) - at);
}

bool decimal_scan(struct str s, int64_t *ret_minor, int *ret_digits)
{
    struct scanned c;

    if (!scan_number(s, &c) || c.exponent != 0 || c.n[1] > 18)
        return false;
    *ret_digits = (int)c.n[1];
    return decimal_parse(s, (int)c.n[1], ret_minor);
}

__extension__ typedef __int128 wide;

bool muldiv(int64_t a, int64_t b, int64_t c, int64_t *ret)
{
    if (c == 0)
        return false;
    wide product = (wide)a * b;
    wide half = c < 0 ? -(wide)c / 2 : (wide)c / 2;
    bool minus = (product < 0) != (c < 0);
    wide q = ((product < 0 ? -product : product) + half) / (c < 0 ? -(wide)c : c);

    if (q > INT64_MAX)
        return false;
    *ret = (int64_t)(minus ? -q : q);
    return true;
}

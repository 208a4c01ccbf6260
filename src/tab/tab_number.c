#include <stdio.h>
#include <string.h>

#include "money.h"
#include "tab_value.h"

/* Signs of currencies, the longer before those they contain. No code: several currencies share the sign. */
static const struct {
    const char *sign, *code;
} signs[] = {
    {"US$", "USD"}, {"CA$", "CAD"},  {"AU$", "AUD"}, {"NZ$", "NZD"}, {"HK$", "HKD"}, {"MX$", "MXN"},
    {"NT$", "TWD"}, {"SFr.", "CHF"}, {"Rs.", ""},    {"Fr.", "CHF"}, {"kr.", ""},    {"lei", "RON"},
    {"C$", "CAD"},  {"A$", "AUD"},   {"S$", "SGD"},  {"R$", "BRL"},  {"zł", "PLN"},  {"Kč", "CZK"},
    {"Ft", "HUF"},  {"kr", ""},      {"Rs", ""},     {"$", ""},      {"€", "EUR"},   {"£", "GBP"},
    {"¥", ""},      {"₹", "INR"},    {"₽", "RUB"}, {"₩", "KRW"},   {"₺", "TRY"},   {"₴", "UAH"},
    {"₪", "ILS"},   {"฿", "THB"},    {"₫", "VND"},   {"₱", "PHP"},   {"₦", "NGN"},   {"R", "ZAR"},
};

/* What stands for a space, an apostrophe or a minus besides the ASCII one. */
static const struct {
    const char *text;
    char ascii;
} variants[] = {
    {"\xc2\xa0", ' '},      /* no-break space */
    {"\xe2\x80\x89", ' '},  /* thin space */
    {"\xe2\x80\xaf", ' '},  /* narrow no-break space */
    {"\xe2\x80\x99", '\''}, /* right single quotation mark */
    {"\xe2\x88\x92", '-'},  /* minus sign */
    {"\xe2\x80\x93", '-'},  /* en dash */
};

#define ROOM 80

struct number {
    struct str core; /* digits, separators, exponent */
    char room[ROOM];
    bool minus, percent;
    char currency[4];
};

static bool plain(struct str cell, char *room, struct str *ret)
{
    size_t n = 0;

    if (cell.n > ROOM)
        return false;
    while (cell.n) {
        size_t used = 0;
        for (size_t i = 0; (cell.p[0] & 0x80) && i < sizeof(variants) / sizeof(variants[0]) && !used; i++)
            if (str_starts(cell, str_of(variants[i].text))) {
                used = strlen(variants[i].text);
                room[n++] = variants[i].ascii;
            }
        if (!used) {
            used = 1;
            room[n++] = cell.p[0];
        }
        cell = str_from(cell, used);
    }
    *ret = str_trim((struct str){room, n});
    return true;
}

/* Takes a currency off the front or the back. */
static bool take_currency(struct str *s, bool back, char code[4])
{
    struct str three = back ? str_from(*s, s->n < 3 ? s->n : s->n - 3) : str_upto(*s, 3);

    if (currency_find(three)) {
        memcpy(code, three.p, 3);
        *s = back ? str_upto(*s, s->n - 3) : str_from(*s, 3);
        return true;
    }
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        struct str sign = str_of(signs[i].sign);
        if (back ? !str_ends(*s, sign) : !str_starts(*s, sign))
            continue;
        memcpy(code, signs[i].code, strlen(signs[i].code));
        *s = back ? str_upto(*s, s->n - sign.n) : str_from(*s, sign.n);
        return true;
    }
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes off sign, currency, percent and parentheses, each once at most. */
static bool peel(struct str cell, struct number *ret)
{
    struct str s;
    bool sign = false, currency = false;

    if (!plain(cell, ret->room, &s))
        return false;
    for (bool more = true; more && s.n;) {
        char first = s.p[0], last = s.p[s.n - 1];
        more = true;
        if (!sign && first == '(' && last == ')') {
            s = str_upto(str_from(s, 1), s.n - 2);
            sign = ret->minus = true;
        } else if (!sign && (first == '-' || first == '+')) {
            ret->minus = first == '-';
            sign = true;
            s = str_from(s, 1);
        } else if (s.n > 1 && last == '-' && (s.p[s.n - 2] == '.' || s.p[s.n - 2] == ',')) {
            s = str_upto(s, s.n - 2); /* 12.- */
        } else if (!sign && last == '-') {
            sign = ret->minus = true;
            s = str_upto(s, s.n - 1);
        } else if (!ret->percent && last == '%') {
            ret->percent = true;
            s = str_upto(s, s.n - 1);
        } else if (!currency && !(is_digit(first) && is_digit(last)) &&
                   (take_currency(&s, false, ret->currency) || take_currency(&s, true, ret->currency))) {
            currency = true;
        } else {
            more = false;
        }
        s = str_trim(s);
    }
    ret->core = s;
    return s.n > 0;
}

static size_t digits_at(struct str s)
{
    size_t n = 0;

    while (n < s.n && is_digit(s.p[n]))
        n++;
    return n;
}

static bool push(int64_t *v, struct str digits)
{
    for (size_t i = 0; i < digits.n; i++)
        if (__builtin_mul_overflow(*v, 10, v) || __builtin_add_overflow(*v, digits.p[i] - '0', v))
            return false;
    return true;
}

/* The whole part, with groups of three, or three and then twos as in India (12,34,567). */
static bool take_whole(struct str *s, char decimal, int64_t *v)
{
    size_t n = digits_at(*s), groups = 0, before = n;
    char sep = s->n > n ? s->p[n] : 0;
    bool twos = false;

    if (n == 0)
        return s->n > 0 && s->p[0] == decimal; /* .5 */
    if (!push(v, str_upto(*s, n)))
        return false;
    bool group = sep && sep != decimal && strchr(",.' ", sep), zero = s->p[0] == '0';
    *s = str_from(*s, n);
    while (group && s->n && s->p[0] == sep) {
        n = digits_at(str_from(*s, 1));
        if (groups == 0 && (zero || before > 3))
            return false;
        if (groups > 0 && before == 2)
            twos = true;
        else if (groups > 0 && before != 3)
            return false;
        if ((n != 3 && n != 2) || !push(v, str_upto(str_from(*s, 1), n)))
            return false;
        *s = str_from(*s, 1 + n);
        before = n;
        groups++;
    }
    return groups == 0 || (before == 3 && (!twos || sep == ','));
}

static bool read_core(struct str s, enum tab_decimal style, int64_t *ret_mantissa, int *ret_digits)
{
    char decimal = style == TAB_POINT ? '.' : ',';
    int64_t v = 0, exponent = 0;
    size_t digits = 0;
    bool whole = digits_at(s) > 0;

    if (!take_whole(&s, decimal, &v))
        return false;
    if (s.n && s.p[0] == decimal) {
        digits = digits_at(str_from(s, 1));
        if (digits > 18 || (digits == 0 && !whole) || !push(&v, str_upto(str_from(s, 1), digits)))
            return false;
        s = str_from(s, 1 + digits);
    }
    if (s.n && (s.p[0] == 'e' || s.p[0] == 'E')) {
        if (!str_int(str_from(s, 1), &exponent) || exponent < -18 || exponent > 18)
            return false;
        s.n = 0;
    }
    exponent = (int64_t)digits - exponent;
    for (; exponent < 0; exponent++)
        if (__builtin_mul_overflow(v, 10, &v))
            return false;
    for (; exponent > 18; exponent--, v /= 10)
        if (v % 10)
            return false;
    *ret_mantissa = v;
    *ret_digits = (int)exponent;
    return s.n == 0;
}

bool number_scan(struct str cell, unsigned *ret_styles, bool *ret_separated)
{
    struct number n = {0};
    int64_t v;
    int digits;

    *ret_styles = 0;
    if (!peel(cell, &n))
        return false;
    for (enum tab_decimal style = TAB_POINT; style <= TAB_COMMA; style++)
        if (read_core(n.core, style, &v, &digits))
            *ret_styles |= STYLE_BIT(style);
    *ret_separated = memchr(n.core.p, '.', n.core.n) || memchr(n.core.p, ',', n.core.n);
    return *ret_styles != 0;
}

enum tab_got tab_amount(struct str cell, enum tab_decimal style, struct tab_amount *ret, struct tab_why *why)
{
    static const char *const names[] = {"is not a number", "is not a number with a decimal point",
                                        "is not a number with a decimal comma"};
    struct number n = {0};
    int64_t v[3] = {0};
    int digits[3] = {0};
    bool good[3] = {0};

    cell = str_trim(cell);
    if (cell.n == 0)
        return TAB_EMPTY;
    if (!peel(cell, &n))
        return tab_bad(why, cell, "is not a number");
    for (int i = TAB_POINT; i <= TAB_COMMA; i++)
        good[i] = read_core(n.core, (enum tab_decimal)i, &v[i], &digits[i]);
    if (style == TAB_DECIMAL_UNKNOWN) {
        if (good[TAB_POINT] && good[TAB_COMMA] && (v[1] != v[2] || digits[1] != digits[2]))
            return tab_bad(why, cell, "could be two numbers: say whether decimals stand behind a point or a comma");
        style = good[TAB_POINT] ? TAB_POINT : TAB_COMMA;
    }
    if (!good[style])
        return tab_bad(why, cell, names[good[TAB_POINT + TAB_COMMA - style] ? style : 0]);
    *ret =
        (struct tab_amount){.mantissa = n.minus ? -v[style] : v[style], .digits = digits[style], .percent = n.percent};
    memcpy(ret->currency, n.currency, sizeof(ret->currency));
    return TAB_OK;
}

enum tab_got tab_amount_minor(const struct tab_amount *a, int digits, int64_t *ret, struct tab_why *why)
{
    int64_t v = a->mantissa;
    int d = a->digits;

    for (; d > digits && v % 10 == 0; d--)
        v /= 10;
    if (d > digits) {
        snprintf(why->msg, sizeof(why->msg), "The amount has %d decimal%s, %d can be kept", d, d == 1 ? "" : "s",
                 digits);
        return TAB_BAD;
    }
    for (; d < digits; d++)
        if (__builtin_mul_overflow(v, 10, &v)) {
            snprintf(why->msg, sizeof(why->msg), "The amount is too large");
            return TAB_BAD;
        }
    *ret = v;
    return TAB_OK;
}

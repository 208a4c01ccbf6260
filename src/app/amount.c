#include "amount.h"

#include <string.h>

#include "money.h"

#define RATE_ONE 100000000ll /* rates have eight digits */

struct rates {
    char currency[4];
    int32_t first_day; /* asked for: mostly it is the only one */
    int64_t first_rate;
    bool all;      /* what follows is there */
    int32_t *days; /* ascending */
    int64_t *rates;
    size_t n, room;
    struct rates *next;
};

struct fx {
    struct ctx *c;
    struct str base;
    int digits;
    struct rates *known;
};

wide wide_join(struct value high, struct value low)
{
    wide h = high.type == V_INT ? high.i : 0, l = low.type == V_INT ? low.i : 0;

    return h * ((wide)1 << 32) + l;
}

static int digits_of(struct str currency)
{
    const struct currency *c = currency_find(currency);

    return c ? c->digits : 2;
}

struct fx *fx_new(struct ctx *c)
{
    struct fx *fx = NEW(c->arena, struct fx);

    *fx = (struct fx){.c = c, .base = c->workspace.base_currency, .digits = digits_of(c->workspace.base_currency)};
    return fx;
}

int fx_base_digits(const struct fx *fx)
{
    return fx->digits;
}

static void copy_code(char to[4], struct str code)
{
    memset(to, 0, 4);
    if (code.n)
        memcpy(to, code.p, code.n < 3 ? code.n : 3);
}

/* The rate of one day: that of the last day before it with one. */
static int load_first(struct fx *fx, struct str currency, struct day day, struct rates **ret, struct err *err)
{
    struct rates *r = NEW(fx->c->arena, struct rates);
    struct value v;
    int n =
        sql_row(fx->c->t, "SELECT rate FROM exchange_rates WHERE currency = $1 AND day <= $2 ORDER BY day DESC LIMIT 1",
                ARGS(value_text(currency), value_int(day.n)), &v, 1, err);

    if (n < 0)
        return -1;
    *r = (struct rates){.first_day = day.n, .first_rate = n == 1 ? v.i : 0, .next = fx->known};
    copy_code(r->currency, currency);
    fx->known = *ret = r;
    return 0;
}

static int load_all(struct fx *fx, struct str currency, struct rates *r, struct err *err)
{
    struct arena *a = fx->c->arena;
    struct rows *rows = sql_query(fx->c->t, "SELECT day, rate FROM exchange_rates WHERE currency = $1 ORDER BY day",
                                  ARGS(value_text(currency)), err);
    int n = rows ? 0 : -1;

    while (rows && (n = rows_next(rows, err)) == 1) {
        if (r->n == r->room) {
            size_t room = r->room ? r->room * 2 : 32;
            r->days = arena_grow(a, r->days, r->n * sizeof(*r->days), room * sizeof(*r->days));
            r->rates = arena_grow(a, r->rates, r->n * sizeof(*r->rates), room * sizeof(*r->rates));
            r->room = room;
        }
        r->days[r->n] = (int32_t)rows_col_peek(rows, 0).i;
        r->rates[r->n++] = rows_col_peek(rows, 1).i;
    }
    r->all = n == 0;
    return n;
}

/* The last rate not after the day, or 0. */
static int64_t rate_on(const struct rates *r, struct day day)
{
    size_t low = 0, high = r->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (r->days[mid] <= day.n)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? r->rates[low - 1] : 0;
}

int fx_rate(struct fx *fx, struct str currency, struct day day, int64_t *ret, struct err *err)
{
    struct rates *r = fx->known;

    while (r && !str_is(currency, r->currency))
        r = r->next;
    if (!r && load_first(fx, currency, day, &r, err) < 0)
        return -1;
    if (day.n != r->first_day && !r->all && load_all(fx, currency, r, err) < 0)
        return -1;
    int64_t rate = day.n == r->first_day ? r->first_rate : rate_on(r, day);
    if (rate <= 0)
        return 0;
    *ret = rate;
    return 1;
}

static void add_part(struct fx *fx, struct amount *sum, const struct amount_part *part)
{
    for (size_t i = 0; i < sum->n; i++) {
        struct amount_part *p = &sum->parts[i];
        if (p->rate == part->rate && memcmp(p->currency, part->currency, 4) == 0) {
            p->minor += part->minor;
            p->n += part->n;
            return;
        }
    }
    if (sum->n == sum->room) {
        size_t room = sum->room ? sum->room * 2 : 4;
        sum->parts = arena_grow(fx->c->arena, sum->parts, sum->n * sizeof(*part), room * sizeof(*part));
        sum->room = room;
    }
    sum->parts[sum->n++] = *part;
}

int amount_add(struct fx *fx, struct amount *sum, struct str currency, wide minor, int64_t n, struct day day,
               struct err *err)
{
    struct amount_part part = {.minor = minor, .n = n, .rate = -1};

    copy_code(part.currency, currency);
    if (!str_eq(currency, fx->base)) {
        part.rate = 0;
        if (fx_rate(fx, currency, day, &part.rate, err) < 0)
            return -1;
    }
    add_part(fx, sum, &part);
    return 0;
}

void amount_merge(struct fx *fx, struct amount *sum, const struct amount *more)
{
    for (size_t i = 0; i < more->n; i++)
        add_part(fx, sum, &more->parts[i]);
}

/* Rounded half away from zero, like muldiv. */
static wide divide(wide a, wide b)
{
    wide q = a / b, rest = a % b;

    if (2 * (rest < 0 ? -rest : rest) >= b)
        q += a < 0 ? -1 : 1;
    return q;
}

wide amount_base(const struct fx *fx, const struct amount *sum, int64_t divisor)
{
    wide total = 0, same = 0;

    for (size_t i = 0; i < sum->n; i++) {
        const struct amount_part *p = &sum->parts[i];
        int digits = digits_of(str_of(p->currency));
        if (p->rate < 0)
            same += p->minor;
        else if (p->rate > 0)
            total += divide(p->minor * p->rate * decimal_pow10(fx->digits),
                            (wide)RATE_ONE * decimal_pow10(digits) * divisor);
    }
    return total + divide(same, divisor);
}

void wide_write(struct json_out *o, wide minor, int digits)
{
    char text[64], *at = text + sizeof(text);
    bool negative = minor < 0;
    unsigned __int128 rest = negative ? -(unsigned __int128)minor : (unsigned __int128)minor;

    for (int i = 0; rest || i <= digits; i++) {
        if (i == digits && digits)
            *--at = '.';
        *--at = (char)('0' + (int)(rest % 10));
        rest /= 10;
    }
    if (negative)
        *--at = '-';
    out_raw(o, (struct str){at, (size_t)(text + sizeof(text) - at)});
}

void amount_write(struct json_out *o, const struct fx *fx, wide base_minor)
{
    wide_write(o, base_minor, fx->digits);
}

void amount_write_unconverted(struct json_out *o, const struct amount *sum)
{
    out_open(o, '[');
    for (size_t i = 0; i < sum->n; i++) {
        const struct amount_part *p = &sum->parts[i];
        if (p->rate != 0)
            continue;
        out_open(o, '{');
        out_kv_z(o, "currency", p->currency);
        out_key(o, S("amount"));
        wide_write(o, p->minor, digits_of(str_of(p->currency)));
        out_kv_int(o, "count", p->n);
        out_close(o, '}');
    }
    out_close(o, ']');
}

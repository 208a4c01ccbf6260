/*
 * Sums of money in the base currency, exact: minor units are added up in 128 bits by currency and rate, and each part
 * is converted and rounded once. What has no rate for its day is left out and told, never taken at 1.
 *
 *     struct fx *fx = fx_new(c);
 *     struct amount sum = {0};
 *     amount_add(fx, &sum, S("USD"), 1250, 1, today, err);      12.50 dollars, one record, at today's rate
 *     amount_write(&json, fx, amount_base(fx, &sum, 1));
 *
 * SQL gives a sum as two, because sum() of many large amounts overflows: SUM_HIGH(x) and SUM_LOW(x), joined by
 * wide_join.
 */
#ifndef APP_AMOUNT_H
#define APP_AMOUNT_H

#include "app.h"

typedef __int128 wide;

#define SUM_HIGH(x) "sum((" x ") >> 32)"
#define SUM_LOW(x) "sum((" x ") & 4294967295)"
wide wide_join(struct value high, struct value low); /* null counts as 0 */

struct fx;

struct fx *fx_new(struct ctx *c);
int fx_base_digits(const struct fx *fx);

/* Base units for one unit in 1e-8, valid on the day; 1 found, 0 none, -1. */
int fx_rate(struct fx *fx, struct str currency, struct day day, int64_t *ret, struct err *err);

struct amount_part {
    char currency[4];
    int64_t rate; /* -1: of the base currency, 0: there is no rate */
    wide minor;
    int64_t n;
};

struct amount {
    struct amount_part *parts;
    size_t n, room;
};

int amount_add(struct fx *fx, struct amount *sum, struct str currency, wide minor, int64_t n, struct day day,
               struct err *err);

/* In minor units of the base currency, after a division by `divisor` (100 for weights in percent). */
wide amount_base(const struct fx *fx, const struct amount *sum, int64_t divisor);

/* a + b, minor units that stay within 128 bits. */
void amount_merge(struct fx *fx, struct amount *sum, const struct amount *more);

void wide_write(struct json_out *o, wide minor, int digits);
void amount_write(struct json_out *o, const struct fx *fx, wide base_minor);

/* [{"currency":"USD","amount":12.50,"count":1}]: what has no rate. */
void amount_write_unconverted(struct json_out *o, const struct amount *sum);

#endif

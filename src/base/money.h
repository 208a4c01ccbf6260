/*
 * Exact decimals. An amount is an int64 count of minor units beside an ISO 4217 currency; a decimal is the same
 * with a fixed number of digits instead of a currency. Text forms always carry every digit ("12.50", "1250" yen), so
 * the minor units of a written amount are its digits without the point.
 */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

struct buf;

struct currency {
    char code[4];
    int digits; /* of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD */
};

/* The row for a code (ISO 4217, active currencies), NULL when there is none. Case matters. */
const struct currency *currency_find(struct str code);
const struct currency *currency_at(int i); /* NULL past the end */

/* "-12.5" with digits = 2 gives -1250. Refused: more digits than `digits` unless they are zeros, an exponent that does
 * not come out whole, anything that is not a JSON number, overflow of int64. */
bool decimal_parse(struct str s, int digits, int64_t *ret);
void decimal_write(struct buf *b, int64_t minor, int digits);

/* Digits of a decimal as written: "12.50" gives 1250 and 2. */
bool decimal_scan(struct str s, int64_t *ret_minor, int *ret_digits);

int64_t decimal_pow10(int digits); /* 0..18 */

/* a * b / c, rounded half away from zero, through 128 bits; false on overflow or c == 0. */
bool muldiv(int64_t a, int64_t b, int64_t c, int64_t *ret);

#endif

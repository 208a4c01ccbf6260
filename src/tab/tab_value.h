/*
 * What a cell says: a day, an instant, an amount, a yes or no. Each function answers TAB_EMPTY for a blank cell,
 * TAB_OK with the value set, or TAB_BAD with a reason for people ("31/02/2026 is not a date").
 *
 *     struct tab_why why;
 *     struct day d;
 *     if (tab_day(cell, TAB_DMY, &d, &why) == TAB_BAD) puts(why.msg);
 *
 * Nothing is guessed: a date that could be two days, or a number that could be two amounts, is bad unless the order
 * or style is given. What tells itself (25/03/2026, 2026-03-25, 1,234.56) needs no order or style.
 */
#ifndef TAB_VALUE_H
#define TAB_VALUE_H

#include "day.h"
#include "zone.h"

/* The order of the parts of a date in numbers. A date with its month in letters or its year in four digits first
 * reads the same in any order. */
enum tab_order { TAB_ORDER_UNKNOWN, TAB_DMY, TAB_MDY, TAB_YMD };

/* What stands before the decimals: 1,234.56 and 1'234.56 and 1 234.56, or 1.234,56 and 1 234,56. */
enum tab_decimal { TAB_DECIMAL_UNKNOWN, TAB_POINT, TAB_COMMA };

enum tab_got { TAB_EMPTY, TAB_OK, TAB_BAD };

struct tab_why {
    char msg[160];
};

/* A day; a time behind it is checked and dropped. Two-digit years are 1970..2069. Zeros (00/00/0000) are empty. Days
 * as spreadsheets count them (45631 is 2024-12-05) are taken between 1954 and 2119. */
enum tab_got tab_day(struct str cell, enum tab_order order, struct day *ret, struct tab_why *why);

/* A moment, by the offset it carries or else in zone z; a day alone is the midnight that begins it. */
enum tab_got tab_instant(struct str cell, enum tab_order order, const struct zone *z, msec *ret, struct tab_why *why);

/* A time of day alone ("15:55", "3:55 PM"), in ms since midnight. */
enum tab_got tab_time(struct str cell, msec *ret, struct tab_why *why);

/* Exactly as written: 1,250.50 is 125050 with 2 digits. */
struct tab_amount {
    int64_t mantissa;
    int digits;
    char currency[4]; /* of a code or a sign that belongs to one currency alone; "" otherwise, as for $ */
    bool percent;
};

/* Signs and codes of currencies before or behind, thousands separators, minus before or behind or as parentheses,
 * percent, an exponent. */
enum tab_got tab_amount(struct str cell, enum tab_decimal style, struct tab_amount *ret, struct tab_why *why);

/* The same in units of `digits` digits; TAB_BAD when decimals other than zeros would be lost. */
enum tab_got tab_amount_minor(const struct tab_amount *a, int digits, int64_t *ret, struct tab_why *why);

/* yes no y n true false t f 1 0 on off x, and of tasks: done undone completed open "not started" "in progress"; in any
 * case. */
enum tab_got tab_boolean(struct str cell, bool *ret, struct tab_why *why);

/* -- what the detection of orders and styles builds on ------------------------------------------- */

struct date_parts {
    int part[3];  /* as they stand */
    int width[3]; /* digits; 0: a month in letters */
    bool zero;    /* 00/00/0000 */
    bool has_time;
    msec time; /* since midnight */
    bool has_offset;
    int offset; /* minutes east of UTC */
};

/* Whether the cell has the form of a date, be it one that exists or not. */
bool date_scan(struct str cell, struct date_parts *ret);

#define ORDER_BIT(order) (1u << (order))

/* The orders in which it is a date; loosely: in which month and day are at most 12 and 31. */
unsigned date_orders(const struct date_parts *p, bool loosely);

/* Whether the cell has the form of a number, and in which styles (bits); separated: it holds a point or comma. */
#define STYLE_BIT(style) (1u << (style))
bool number_scan(struct str cell, unsigned *ret_styles, bool *ret_separated);

/* TAB_BAD with "CELL what" as the reason, a long cell cut short. */
enum tab_got tab_bad(struct tab_why *why, struct str cell, const char *what);

#endif

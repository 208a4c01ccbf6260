/*
 * Days and instants. A `struct day` counts days since 1970-01-01 in the proleptic Gregorian calendar and has no
 * time zone; `msec` counts milliseconds since 1970-01-01T00:00:00Z. Nobody compares one with the other: a day
 * becomes an instant only through a time zone (zone.h).
 */
#ifndef BASE_DAY_H
#define BASE_DAY_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

typedef int64_t msec;

#define SECOND ((msec)1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY_MS (24 * HOUR)

struct day {
    int32_t n;
};

struct date {
    int year, month, mday; /* month 1..12, mday 1..31 */
};

struct day day_of(int year, int month, int mday); /* arguments must be a date that exists */
bool date_exists(int year, int month, int mday);  /* years 1..9999 */
struct date day_date(struct day d);
int day_weekday(struct day d); /* 0 Monday .. 6 Sunday */

/* YYYY-MM-DD (RFC 3339 full-date), nothing around it. */
bool day_parse(struct str s, struct day *ret);
#define DAY_LEN 10
void day_format(struct day d, char out[DAY_LEN + 1]);

/* RFC 3339 date-time with Z or an offset; fractions beyond milliseconds are cut. */
bool msec_parse(struct str s, msec *ret);
/* Always UTC with milliseconds: 2026-03-01T09:30:00.000Z; years 0000..9999. */
#define MSEC_LEN 24
void msec_format(msec t, char out[MSEC_LEN + 1]);

msec clock_now(void);       /* wall clock */
msec clock_monotonic(void); /* for durations only */
int64_t clock_micros(void); /* the same in microseconds */
msec clock_coarse(void);    /* the same to a few milliseconds, for next to nothing */

#endif

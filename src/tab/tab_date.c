#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tab_value.h"

static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
                                     "july",    "august",   "september", "october", "november", "december"};
static const char *const weekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

static void skip(struct str *s, const char *any)
{
    while (s->n && strchr(any, s->p[0]))
        *s = str_from(*s, 1);
}

static bool digit(struct str s)
{
    return s.n && s.p[0] >= '0' && s.p[0] <= '9';
}

/* Up to `most` digits; how many there were. */
static int take_number(struct str *s, int most, int *ret)
{
    int n = 0;

    for (*ret = 0; n < most && digit(*s); n++) {
        *ret = *ret * 10 + (s->p[0] - '0');
        *s = str_from(*s, 1);
    }
    return n;
}

static struct str take_word(struct str *s)
{
    size_t n = 0;

    while (n < s->n && isalpha((unsigned char)s->p[n]))
        n++;
    struct str word = str_upto(*s, n);
    *s = str_from(*s, n);
    return word;
}

/* The name or an abbreviation of at least three letters; 1 is the first, 0 none. */
static int name_index(struct str word, const char *const *names, int n)
{
    for (int i = 0; i < n && word.n >= 3; i++)
        if (word.n <= strlen(names[i]) && strncasecmp(word.p, names[i], word.n) == 0)
            return i + 1;
    return 0;
}

static bool take_time(struct str *s, msec *ret)
{
    int hour, minute, second = 0;
    msec fraction = 0;

    if (take_number(s, 2, &hour) == 0 || !s->n || s->p[0] != ':')
        return false;
    *s = str_from(*s, 1);
    if (take_number(s, 2, &minute) != 2)
        return false;
    if (s->n && s->p[0] == ':') {
        *s = str_from(*s, 1);
        if (take_number(s, 2, &second) != 2)
            return false;
        if (s->n > 1 && (s->p[0] == '.' || s->p[0] == ',') && digit(str_from(*s, 1))) {
            *s = str_from(*s, 1);
            for (msec unit = 100; digit(*s); unit /= 10) {
                fraction += unit * (s->p[0] - '0');
                *s = str_from(*s, 1);
            }
        }
    }
    struct str after = *s;
    skip(&after, " ");
    struct str word = take_word(&after);
    if (str_eq_nocase(word, S("am")) || str_eq_nocase(word, S("pm"))) {
        if (hour < 1 || hour > 12)
            return false;
        hour = hour % 12 + (str_eq_nocase(word, S("pm")) ? 12 : 0);
        *s = after;
    }
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    *ret = hour * HOUR + minute * MINUTE + (second > 59 ? 59 : second) * SECOND + fraction;
    return true;
}

static bool take_offset(struct str *s, int *ret)
{
    struct str after = *s;
    int hours, minutes = 0, sign;

    skip(&after, " ");
    struct str rest = after, word = take_word(&rest);
    if (str_eq_nocase(word, S("z")) || str_eq_nocase(word, S("utc")) || str_eq_nocase(word, S("gmt"))) {
        *ret = 0;
        *s = after = rest;
        if (after.n == 0)
            return true;
    }
    if (!after.n || (after.p[0] != '+' && after.p[0] != '-'))
        return word.n > 0;
    sign = after.p[0] == '-' ? -1 : 1;
    after = str_from(after, 1);
    if (take_number(&after, 2, &hours) != 2)
        return false;
    if (after.n && after.p[0] == ':')
        after = str_from(after, 1);
    if (after.n && take_number(&after, 2, &minutes) != 2)
        return false;
    *ret = sign * (hours * 60 + minutes);
    *s = after;
    return hours < 24 && minutes < 60;
}

/* One part of a date: digits, "3rd", or the name of a month. */
static bool take_part(struct str *s, struct date_parts *p, int i)
{
    if (digit(*s)) {
        p->width[i] = take_number(s, 5, &p->part[i]);
        struct str after = *s, word = take_word(&after);
        if (word.n == 2 && p->width[i] <= 2 &&
            (str_eq_nocase(word, S("st")) || str_eq_nocase(word, S("nd")) || str_eq_nocase(word, S("rd")) ||
             str_eq_nocase(word, S("th"))))
            *s = after;
        return true;
    }
    p->part[i] = name_index(take_word(s), months, 12);
    return p->part[i] > 0;
}

static bool take_date(struct str *s, struct date_parts *p)
{
    struct str after = *s;
    char seps[2] = {0};
    bool named = false;

    if (name_index(take_word(&after), weekdays, 7)) {
        skip(&after, "., ");
        *s = after;
    }
    for (int i = 0; i < 3; i++) {
        if (i > 0) {
            if (!s->n || !strchr("-./ ,", s->p[0]))
                return false;
            seps[i - 1] = s->p[0];
            *s = str_from(*s, 1);
            skip(s, " ");
        }
        if (!take_part(s, p, i))
            return false;
        named |= p->width[i] == 0;
    }
    return named || (seps[0] == seps[1] && strchr("-./", seps[0]));
}

bool date_scan(struct str cell, struct date_parts *ret)
{
    struct date_parts p = {0};
    struct str s = str_trim(cell);
    int years = 0, names = 0;

    if (s.n < 6 || s.n > 64 || !take_date(&s, &p))
        return false;
    for (int i = 0; i < 3; i++) {
        names += p.width[i] == 0;
        years += p.width[i] == 4;
        if (p.width[i] == 3 || p.width[i] > 4)
            return false;
    }
    if (names > 1 || years > 1 || p.width[1] == 4 || p.width[2] == 0)
        return false;
    if (years == 0 && !names && p.width[0] != 2 && p.width[2] != 2)
        return false;
    p.zero = !names && p.part[0] == 0 && p.part[1] == 0 && p.part[2] == 0;
    if (s.n) {
        if (s.p[0] == 'T' || s.p[0] == 't')
            s = str_from(s, 1);
        else if (!strchr(" ,", s.p[0]))
            return false;
        skip(&s, ", ");
        struct str after = s;
        if (str_eq_nocase(take_word(&after), S("at"))) {
            skip(&after, " ");
            s = after;
        }
        if (s.n && !take_time(&s, &p.time))
            return false;
        p.has_time = true;
        if (s.n) {
            if (!take_offset(&s, &p.offset))
                return false;
            p.has_offset = true;
        }
        if (s.n)
            return false;
    }
    *ret = p;
    return true;
}

/* Places of year, month and day in each order. */
static const struct {
    int year, month, day;
} places[] = {[TAB_DMY] = {2, 1, 0}, [TAB_MDY] = {2, 0, 1}, [TAB_YMD] = {0, 1, 2}};

static bool parts_in(const struct date_parts *p, enum tab_order order, struct date *ret)
{
    int y = places[order].year, m = places[order].month, d = places[order].day;

    if (p->width[y] != 4 && p->width[y] != 2)
        return false;
    if (p->width[m] > 2 || p->width[d] > 2 || p->width[d] == 0)
        return false;
    for (int i = 0; i < 3; i++) /* a month in letters stands where the month is */
        if (p->width[i] == 0 && i != m)
            return false;
    int year = p->part[y];
    if (p->width[y] == 2)
        year += year < 70 ? 2000 : 1900;
    *ret = (struct date){year, p->part[m], p->part[d]};
    return true;
}

unsigned date_orders(const struct date_parts *p, bool loosely)
{
    unsigned bits = 0;
    struct date d;

    for (enum tab_order o = TAB_DMY; o <= TAB_YMD; o++)
        if (parts_in(p, o, &d) && (loosely ? d.month >= 1 && d.month <= 12 && d.mday >= 1 && d.mday <= 31
                                           : date_exists(d.year, d.month, d.mday)))
            bits |= ORDER_BIT(o);
    return bits;
}

/* Days since 1899-12-30, as spreadsheets count. */
static bool serial(struct str s, struct day *ret, msec *ret_time)
{
    struct str whole, fraction;
    int64_t n;

    str_cut(s, '.', &whole, &fraction);
    if (whole.n != 5 || !digit(whole) || !str_int(whole, &n) || n < 20000 || n >= 80200 || fraction.n > 15)
        return false;
    double part = 0, unit = 0.1;
    for (size_t i = 0; i < fraction.n; i++, unit /= 10) {
        if (!digit(str_from(fraction, i)))
            return false;
        part += unit * (fraction.p[i] - '0');
    }
    *ret = (struct day){day_of(1899, 12, 30).n + (int32_t)n};
    *ret_time = (msec)(part * 86400 + 0.5) * SECOND;
    return true;
}

/* 20260325 */
static bool run_together(struct str s, struct day *ret)
{
    int year, month, mday;

    if (s.n != 8 || take_number(&s, 4, &year) != 4 || take_number(&s, 2, &month) != 2 ||
        take_number(&s, 2, &mday) != 2 || year < 1900 || year > 2199 || !date_exists(year, month, mday))
        return false;
    *ret = day_of(year, month, mday);
    return true;
}

/* The day and, in *p, the time. */
static enum tab_got read_date(struct str cell, enum tab_order order, struct date_parts *p, struct day *ret,
                              struct tab_why *why)
{
    cell = str_trim(cell);
    *p = (struct date_parts){0};
    if (cell.n == 0)
        return TAB_EMPTY;
    if (run_together(cell, ret))
        return TAB_OK;
    if (serial(cell, ret, &p->time)) {
        p->has_time = p->time > 0;
        return TAB_OK;
    }
    if (!date_scan(cell, p))
        return tab_bad(why, cell, "is not a date");
    if (p->zero)
        return TAB_EMPTY;

    unsigned all = date_orders(p, false);
    bool tells = p->width[0] == 4 || p->width[0] == 0 || p->width[1] == 0;
    if (all == 0)
        return tab_bad(why, cell, "is not a date");
    if (tells || order == TAB_ORDER_UNKNOWN) {
        if (tells && (all & ORDER_BIT(TAB_DMY)))
            all = ORDER_BIT(TAB_DMY); /* 12-Mar-25 */
        if (all & (ORDER_BIT(TAB_DMY) | ORDER_BIT(TAB_MDY)))
            all &= ~ORDER_BIT(TAB_YMD);
        order = all & ORDER_BIT(TAB_DMY) ? TAB_DMY : all & ORDER_BIT(TAB_MDY) ? TAB_MDY : TAB_YMD;
        struct date a = {0}, b = {0};
        if ((all & (all - 1)) && parts_in(p, TAB_DMY, &a) && parts_in(p, TAB_MDY, &b) && a.month != b.month)
            return tab_bad(why, cell, "could be day/month or month/day: say in which order the dates are");
    }
    if (!(all & ORDER_BIT(order)))
        return tab_bad(why, cell,
                       order == TAB_DMY   ? "is not a date with the day first"
                       : order == TAB_MDY ? "is not a date with the month first"
                                          : "is not a date with the year first");
    struct date d;
    parts_in(p, order, &d);
    *ret = day_of(d.year, d.month, d.mday);
    return TAB_OK;
}

enum tab_got tab_day(struct str cell, enum tab_order order, struct day *ret, struct tab_why *why)
{
    struct date_parts p;

    return read_date(cell, order, &p, ret, why);
}

enum tab_got tab_instant(struct str cell, enum tab_order order, const struct zone *z, msec *ret, struct tab_why *why)
{
    struct date_parts p;
    struct day d = {0};
    enum tab_got got = read_date(cell, order, &p, &d, why);

    if (got != TAB_OK)
        return got;
    msec local = d.n * DAY_MS + p.time;
    if (p.has_offset)
        *ret = local - p.offset * MINUTE;
    else if (!p.has_time)
        *ret = zone_midnight(z, d);
    else
        *ret = local - zone_offset(z, local - zone_offset(z, local));
    return TAB_OK;
}

enum tab_got tab_time(struct str cell, msec *ret, struct tab_why *why)
{
    struct str s = cell = str_trim(cell);
    msec t;

    if (cell.n == 0)
        return TAB_EMPTY;
    if (!take_time(&s, &t) || s.n)
        return tab_bad(why, cell, "is not a time of day");
    *ret = t;
    return TAB_OK;
}

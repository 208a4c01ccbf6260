#include "day.h"

#include <time.h>

/* Civil-from-days and back after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
struct day day_of(int year, int month, int mday)
{
    int y = year - (month <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + mday - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

    return (struct day){era * 146097 + doe - 719468};
}

struct date day_date(struct day d)
{
    int z = d.n + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = z - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    int month = mp < 10 ? mp + 3 : mp - 9;

    return (struct date){.year = yoe + era * 400 + (month <= 2), .month = month, .mday = doy - (153 * mp + 2) / 5 + 1};
}

bool date_exists(int year, int month, int mday)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    if (year < 1 || year > 9999 || month < 1 || month > 12 || mday < 1)
        return false;
    return mday <= days[month - 1] + (month == 2 && leap);
}

int day_weekday(struct day d)
{
    return ((d.n + 3) % 7 + 7) % 7;
}

/* n digits at *at, moving on. */
static bool take_digits(struct str s, size_t *at, int n, int *ret)
{
    int v = 0;

    for (int i = 0; i < n; i++, (*at)++) {
        if (*at >= s.n || s.p[*at] < '0' || s.p[*at] > '9')
            return false;
        v = v * 10 + (s.p[*at] - '0');
    }
    *ret = v;
    return true;
}

static bool take_char(struct str s, size_t *at, char c)
{
    if (*at >= s.n || s.p[*at] != c)
        return false;
    (*at)++;
    return true;
}

static bool take_day(struct str s, size_t *at, struct day *ret)
{
    int y, m, d;

    if (!take_digits(s, at, 4, &y) || !take_char(s, at, '-') || !take_digits(s, at, 2, &m) || !take_char(s, at, '-') ||
        !take_digits(s, at, 2, &d) || !date_exists(y, m, d))
        return false;
    *ret = day_of(y, m, d);
    return true;
}

bool day_parse(struct str s, struct day *ret)
{
    size_t at = 0;
    struct day d;

    if (!take_day(s, &at, &d) || at != s.n)
        return false;
    *ret = d;
    return true;
}

/* n digits of v, with zeros in front. Millions of these are written where a reply or a log is: no printf. */
static char *put_digits(char *at, unsigned v, int n)
{
    for (int i = n; i-- > 0; v /= 10)
        at[i] = (char)('0' + v % 10);
    return at + n;
}

void day_format(struct day d, char out[DAY_LEN + 1])
{
    struct date c = day_date(d);
    char *at = put_digits(out, (unsigned)c.year % 10000u, 4);

    *at++ = '-';
    at = put_digits(at, (unsigned)c.month, 2);
    *at++ = '-';
    at = put_digits(at, (unsigned)c.mday, 2);
    *at = '\0';
}

bool msec_parse(struct str s, msec *ret)
{
    size_t at = 0;
    struct day d;
    int h, m, sec, ms = 0, oh = 0, om = 0;
    bool west = false;

    if (!take_day(s, &at, &d) || at >= s.n || (s.p[at] != 'T' && s.p[at] != 't' && s.p[at] != ' '))
        return false;
    at++;
    if (!take_digits(s, &at, 2, &h) || !take_char(s, &at, ':') || !take_digits(s, &at, 2, &m) ||
        !take_char(s, &at, ':') || !take_digits(s, &at, 2, &sec) || h > 23 || m > 59 || sec > 60)
        return false;
    if (take_char(s, &at, '.')) {
        int digits = 0, digit;
        while (take_digits(s, &at, 1, &digit)) {
            if (digits < 3)
                ms = ms * 10 + digit;
            digits++;
        }
        if (digits == 0)
            return false;
        for (; digits < 3; digits++)
            ms *= 10;
    }
    if (!take_char(s, &at, 'Z') && !take_char(s, &at, 'z')) {
        west = take_char(s, &at, '-');
        if ((!west && !take_char(s, &at, '+')) || !take_digits(s, &at, 2, &oh) || !take_char(s, &at, ':') ||
            !take_digits(s, &at, 2, &om) || oh > 23 || om > 59)
            return false;
    }
    if (at != s.n)
        return false;
    msec offset = oh * HOUR + om * MINUTE;
    *ret = d.n * DAY_MS + h * HOUR + m * MINUTE + sec * SECOND + ms - (west ? -offset : offset);
    return true;
}

void msec_format(msec t, char out[MSEC_LEN + 1])
{
    int32_t days = (int32_t)((t >= 0 ? t : t - (DAY_MS - 1)) / DAY_MS);
    unsigned ms = (unsigned)(t - days * DAY_MS);
    char *at = out + DAY_LEN;

    day_format((struct day){days}, out);
    *at++ = 'T';
    at = put_digits(at, ms / 3600000u % 24u, 2);
    *at++ = ':';
    at = put_digits(at, ms / 60000u % 60u, 2);
    *at++ = ':';
    at = put_digits(at, ms / 1000u % 60u, 2);
    *at++ = '.';
    at = put_digits(at, ms % 1000u, 3);
    *at++ = 'Z';
    *at = '\0';
}

static msec read_clock(clockid_t which)
{
    struct timespec ts;

    clock_gettime(which, &ts);
    return ts.tv_sec * SECOND + ts.tv_nsec / 1000000;
}

msec clock_now(void)
{
    return read_clock(CLOCK_REALTIME);
}

msec clock_monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

msec clock_coarse(void)
{
    return read_clock(CLOCK_MONOTONIC_COARSE);
}

int64_t clock_micros(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

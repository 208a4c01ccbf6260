#include "clock.h"

#include <math.h>
#include <stdlib.h>

enum { BEYOND = 550 }; /* days after the end to which planned things may reach */

static const double month_factor[12] = {.95, 1, 1.14, 1.04, 1, 1, .86, .7, 1.22, 1.14, 1.1, .85};
static const double week_factor[7] = {1.3, 1.45, 1.4, 1.3, 1.1, .27, .18};
static const double growth = .12;

/* Shares of the day's work and of the day's arrivals by local hour. */
static const double work_profile[24] = {[8] = 6, 13, 15, 13, 5, 9, 13, 13, 9, 4};
static const double arrival_profile[24] = {[6] = 1, 3, 8, 12, 13, 12, 7, 9, 11, 11, 9, 5, 3, 2, 2, 2, 1};

double sim_month_factor(int month)
{
    return month_factor[month - 1];
}

double sim_week_factor(int weekday)
{
    return week_factor[weekday];
}

double sim_growth_per_year(void)
{
    return growth;
}

/* Gregorian Easter (Meeus, Astronomical Algorithms, ch. 8). */
static struct day easter(int year)
{
    int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    int h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
    int m = (a + 11 * h + 22 * l) / 451, month = (h + l - 7 * m + 114) / 31, mday = (h + l - 7 * m + 114) % 31 + 1;

    return day_of(year, month, mday);
}

bool sim_holiday(struct day d)
{
    static const struct {
        int month, mday;
    } fixed[] = {{1, 1}, {5, 1}, {10, 3}, {12, 24}, {12, 25}, {12, 26}, {12, 31}};
    struct date t = day_date(d);
    int after_easter = d.n - easter(t.year).n;

    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (t.month == fixed[i].month && t.mday == fixed[i].mday)
            return true;
    return after_easter == -2 || after_easter == 1 || after_easter == 39 || after_easter == 50;
}

static bool year_turn(struct date t)
{
    return (t.month == 12 && t.mday > 22) || (t.month == 1 && t.mday < 6);
}

static double work_weight(struct day d)
{
    struct date t = day_date(d);
    double w = 1;

    if (day_weekday(d) > 4 || sim_holiday(d))
        return 0;
    if (year_turn(t))
        w *= .35;
    if (t.month == 8)
        w *= .75;
    if (t.month % 3 == 0 && t.mday > 15 && !year_turn(t))
        w *= 1.2; /* quarter ends hurry everybody */
    return w;
}

static double arrival_weight(struct day d, double years)
{
    struct date t = day_date(d);
    double w = month_factor[t.month - 1] * week_factor[day_weekday(d)] * exp(log1p(growth) * years);

    if (sim_holiday(d))
        w *= .15;
    else if (year_turn(t))
        w *= .4;
    return w;
}

static void hours(const double profile[24], bool plain, double out[25])
{
    double sum = 0;

    out[0] = 0;
    for (int i = 0; i < 24; i++)
        out[i + 1] = sum += plain ? 1 : profile[i];
    for (int i = 0; i <= 24; i++)
        out[i] /= sum;
}

/* Weights per day become sums before each day, scaled so that the history itself sums to `total`. */
static void accumulate(double *t, int days, int horizon, double total)
{
    double sum = 0, scale = 0;

    for (int i = 0; i < horizon; i++) {
        double w = t[i];
        if (i == days)
            scale = total / sum;
        t[i] = sum;
        sum += w;
    }
    t[horizon] = sum;
    for (int i = 0; i <= horizon; i++)
        t[i] *= scale;
}

int sim_clock_init(struct sim_clock *c, const struct sim_knobs *k, struct err *err)
{
    *c = (struct sim_clock){.end = k->end, .days = (int)lround(k->years * 365.25)};
    c->horizon = c->days + BEYOND;
    c->first = (struct day){zone_day(k->zone, k->end).n - c->days};
    size_t n = (size_t)c->horizon + 1;
    c->midnight = calloc(n, sizeof *c->midnight);
    c->work = calloc(n, sizeof *c->work);
    c->arrival = calloc(n, sizeof *c->arrival);
    if (!c->midnight || !c->work || !c->arrival)
        return err_set(err, ERR_INTERNAL, "Not enough memory for the simulation's calendar.");
    for (int i = 0; i <= c->horizon; i++) {
        struct day d = {c->first.n + i};
        c->midnight[i] = k->plain ? (msec)d.n * DAY_MS : zone_midnight(k->zone, d);
        c->work[i] = k->plain ? 1 : work_weight(d);
        c->arrival[i] = k->plain ? 1 : arrival_weight(d, (i - c->days) / 365.25);
    }
    c->start = c->midnight[0];
    accumulate(c->work, c->days, c->horizon, c->days);
    accumulate(c->arrival, c->days, c->horizon, (double)k->deals);
    hours(work_profile, k->plain, c->work_hours);
    hours(arrival_profile, k->plain, c->arrival_hours);
    return 0;
}

void sim_clock_clear(struct sim_clock *c)
{
    free(c->midnight);
    free(c->work);
    free(c->arrival);
    *c = (struct sim_clock){0};
}

int sim_clock_index(const struct sim_clock *c, msec at)
{
    int i = (int)((at - c->start) / DAY_MS);

    if (i < 0)
        return 0;
    if (i >= c->horizon)
        i = c->horizon - 1;
    while (i > 0 && c->midnight[i] > at)
        i--;
    while (i < c->horizon - 1 && c->midnight[i + 1] <= at)
        i++;
    return i;
}

struct day sim_clock_day(const struct sim_clock *c, msec at)
{
    return (struct day){c->first.n + sim_clock_index(c, at)};
}

bool sim_clock_works(const struct sim_clock *c, int i)
{
    return i >= 0 && i < c->horizon && c->work[i + 1] > c->work[i];
}

msec sim_clock_at(const struct sim_clock *c, struct day d, int minutes)
{
    int i = d.n - c->first.n;

    return i < 0 || i > c->horizon ? SIM_NEVER : c->midnight[i] + minutes * MINUTE;
}

double sim_clock_work(const struct sim_clock *c, msec at)
{
    int i = sim_clock_index(c, at), h;
    double hour = (double)(at - c->midnight[i]) / (double)HOUR;

    if (hour >= 24)
        return c->work[i + 1];
    if (hour < 0)
        hour = 0;
    h = (int)hour;
    double share = c->work_hours[h] + (hour - h) * (c->work_hours[h + 1] - c->work_hours[h]);
    return c->work[i] + share * (c->work[i + 1] - c->work[i]);
}

/* The instant at which a table reaches v: the last day that starts below or at it, then the hour. */
static msec reach(const struct sim_clock *c, const double *table, const double hour[25], int guess, double v)
{
    int low = guess, high = c->horizon, h = 0;

    if (v >= table[high])
        return SIM_NEVER;
    for (int step = 16; low + step < high; step *= 4) /* most searches end near where they start */
        if (table[low + step] > v) {
            high = low + step;
            break;
        }
    while (high - low > 1) {
        int mid = (low + high) / 2;
        if (table[mid] <= v)
            low = mid;
        else
            high = mid;
    }
    double share = (v - table[low]) / (table[low + 1] - table[low]);
    while (h < 23 && hour[h + 1] <= share)
        h++;
    double in = hour[h + 1] > hour[h] ? (share - hour[h]) / (hour[h + 1] - hour[h]) : 0;
    return c->midnight[low] + (msec)((h + in) * (double)HOUR);
}

msec sim_clock_after(const struct sim_clock *c, msec from, double days)
{
    double v = sim_clock_work(c, from) + days;
    msec at = reach(c, c->work, c->work_hours, sim_clock_index(c, from), v);

    return at < from + MINUTE ? from + MINUTE : at;
}

msec sim_clock_arrival(const struct sim_clock *c, double count)
{
    msec at = reach(c, c->arrival, c->arrival_hours, 0, count);

    return at >= c->end ? SIM_NEVER : at;
}

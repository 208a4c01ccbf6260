/*
 * The company's two clocks over its history. The working clock ticks while people work; a length of time on it is in
 * days, one of which is a calendar day on average. The arrival clock counts the deals expected so far: growth, the
 * week, the months, holidays. Both are tables of days plus a profile of the hours, so converting is a search.
 */
#ifndef SIM_CLOCK_H
#define SIM_CLOCK_H

#include "sim.h"

struct sim_clock {
    struct day first;  /* local day on which the history starts */
    int days, horizon; /* of the history; of the tables, which reach beyond the end */
    msec start, end;
    msec *midnight;  /* [horizon + 1] */
    double *work;    /* [horizon + 1], working days before each midnight */
    double *arrival; /* [horizon + 1], deals expected before each midnight */
    double work_hours[25], arrival_hours[25];
};

#define SIM_NEVER INT64_MAX

int sim_clock_init(struct sim_clock *c, const struct sim_knobs *k, struct err *err);
void sim_clock_clear(struct sim_clock *c);

double sim_clock_work(const struct sim_clock *c, msec at);
/* The instant `days` of work after `from`, at least a minute later; SIM_NEVER beyond the tables. */
msec sim_clock_after(const struct sim_clock *c, msec from, double days);
/* The instant at which `count` deals are expected to have come; SIM_NEVER beyond the end. */
msec sim_clock_arrival(const struct sim_clock *c, double count);

int sim_clock_index(const struct sim_clock *c, msec at); /* of the local day in the tables */
struct day sim_clock_day(const struct sim_clock *c, msec at);
bool sim_clock_works(const struct sim_clock *c, int index);              /* is this a day on which people work? */
msec sim_clock_at(const struct sim_clock *c, struct day d, int minutes); /* minutes after local midnight */

double sim_month_factor(int month); /* arrivals, 1..12, about 1 */
double sim_week_factor(int weekday);
bool sim_holiday(struct day d);
double sim_growth_per_year(void);

#endif

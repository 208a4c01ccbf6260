/*
 * The tally of deals: what counts and sums need of each, in memory, so that the totals of a board or a list do not read
 * a row per deal. It is derived from the database and can be thrown away at any time.
 *
 *     n = tally_sum(c, &query, &(struct tally_ask){.now = now, .tomorrow = tomorrow}, &cells, &ncells, err);
 *     if (n == 0) ... the query asks for more than the tally knows: ask the database
 *
 * The answer is exact for the view of the transaction it is asked in. Whoever asks first brings the tally up to that
 * view: the log since the last time tells which deals have changed, and they are read anew. A transaction whose view is
 * older than the tally gets a new one, so tally_sum comes before anything that has to fit its answer. Nothing is added
 * to writes.
 *
 * Only open deals are kept until somebody asks for others. On PostgreSQL, where changes may come into sight in another
 * order than that of the log, there is no tally and the database is asked.
 */
#ifndef APP_TALLY_H
#define APP_TALLY_H

#include "amount.h"

/* How soon something is planned, in the order of urgency. */
enum light { LIGHT_OVERDUE, LIGHT_TODAY, LIGHT_NONE, LIGHT_PLANNED, LIGHT__N };

struct tally;

struct tally *tally_new(void); /* NULL without memory */
void tally_free(struct tally *t);

struct tally_ask {
    msec now, tomorrow; /* part the lights */
    int light;          /* only these; -1: all */
    bool by_day;        /* cells by the day whose rates hold: that of closing, or none */
};

/* Deals that are alike in stage, currency and, by_day, the local day they were closed. */
struct tally_cell {
    id stage; /* 0: none; 0 for all with by_day */
    struct str currency;
    struct day day; /* by_day: of closing; n is TALLY_TODAY for open deals and those in the base currency */
    int64_t count;
    int64_t priced;          /* those with a value */
    wide value, own, staged; /* value; value by own probability; value of those without one */
    int64_t lights[LIGHT__N];
};
#define TALLY_TODAY INT32_MIN

/* Of the deals that fit the query and that its caller sees. 1 answered, 0 the tally cannot tell, -1. */
int tally_sum(struct ctx *c, const struct list_query *q, const struct tally_ask *ask, struct tally_cell **ret,
              size_t *ret_n, struct err *err);

/* As list_count, from the tally where it can tell. */
int tally_count(struct ctx *c, const struct list_query *q, int64_t *ret, struct err *err);

#endif

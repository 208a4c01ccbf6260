/*
 * The board: the open deals of a pipeline by stage, with exact totals in the base currency and a page of deals each, as
 * it is or was. Totals come from the tally, or from one GROUP BY where that cannot tell; pages follow the index,
 * whatever the column holds.
 *
 * The order of urgency puts deals first whose next activity is overdue, then due today, then those with nothing
 * planned, then what is planned for later; within the first two and the last by due time, else the newest first.
 */
#ifndef APP_BOARD_H
#define APP_BOARD_H

#include "tally.h"

const char *light_name(enum light l);

struct board_request {
    id pipeline;
    id stage;               /* only this one; 0: all */
    struct list_query list; /* of deals: filters, limit of a column (0: totals only), sort unless by urgency, cursor */
    int light;              /* only this one; -1: all */
    bool past;
    msec at;
    enum clock clock;
};

struct board_column {
    struct row *stage;
    int64_t count, lights[LIGHT__N];
    struct amount value, weighted; /* weighted is in hundredths */
    struct row **deals;
    size_t ndeals;
    struct str next_cursor; /* STR_NULL at the end */
};

struct board {
    struct fx *fx;
    struct row *pipeline;
    struct board_column *columns;
    size_t n;
    int64_t count;
    struct amount value, weighted;
    msec now;               /* what overdue is measured by: the moment asked for */
    const char *activities; /* table of the activities as they were; NULL in the present */
};

/* ERR_NOT_FOUND when there is no such pipeline or stage. */
int board_load(struct ctx *c, struct board_request *req, struct board *ret, struct err *err);

/* -- what changed between two moments ------------------------------------------------------------------ */

#define BOARD_CHANGES(X)                                                                                               \
    X(NEW, "new")                                                                                                      \
    X(MOVED, "moved")                                                                                                  \
    X(GROWN, "grown")                                                                                                  \
    X(SHRUNK, "shrunk")                                                                                                \
    X(WON, "won")                                                                                                      \
    X(LOST, "lost")                                                                                                    \
    X(REOPENED, "reopened")                                                                                            \
    X(SLIPPED, "slipped")                                                                                              \
    X(DELETED, "deleted")
#define BOARD_CHANGE_AS_ENUM(name, text) BOARD_##name,
enum board_change { BOARD_CHANGES(BOARD_CHANGE_AS_ENUM) BOARD_CHANGE__N };
const char *board_change_name(enum board_change w);

struct board_difference {
    struct row *then, *now; /* NULL: not there */
    unsigned what;          /* bits by enum board_change */
};

struct board_diff {
    struct board_difference *deals; /* the latest MAX_DIFFERENCES */
    size_t n;
    int64_t counts[BOARD_CHANGE__N];
};

#define MAX_DIFFERENCES 2000

/* `to` AT_THE_END: now. */
int board_compare(struct ctx *c, id pipeline, msec from, msec to, enum clock clock, struct board_diff *ret,
                  struct err *err);

#endif

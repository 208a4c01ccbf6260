/*
 * How a deal stood after one change, as reports see it: 64 bytes, so that a million deals with all their changes fit in
 * memory. A change says only what it changes (`set`); settling a deal's changes in the order of a clock fills in the
 * rest from the ones before.
 */
#ifndef STATS_DEAL_STATE_H
#define STATS_DEAL_STATE_H

#include "log.h"

enum deal_status { DEAL_IS_OPEN, DEAL_IS_WON, DEAL_IS_LOST, DEAL_IS_DELETED };

#define NO_DAY INT32_MIN
#define NO_CHANCE (-1)

struct deal_state {
    msec occurred, recorded;
    int64_t seq;
    int64_t value;                                    /* minor units of the currency; only when `valued` */
    int32_t pipeline, stage, owner, source, lost_why; /* ids; 0: none */
    int32_t expected;                                 /* day it is to close; NO_DAY */
    uint16_t currency;                                /* see deal_currency */
    int8_t chance;                                    /* percent, when somebody set it; else NO_CHANCE */
    uint8_t status : 2, valued : 1; /* deal_status; a deleted deal stays so until it is created anew */
    uint8_t said : 2;               /* the status that the change itself says */
    uint16_t set;                   /* which of the above this change changed */
    uint16_t spare;                 /* nothing: no byte of a state is left to chance */
};

/* Reads a change of a deal. Reads nothing but what it says; settle comes after. */
struct deal_state deal_state_read(const struct log_item *item);

/* Puts a deal's changes in the order of the clock, ties by seq, and fills in what each leaves as it was. Settling
 * again, in whichever order and with whatever added, gives what settling once would. */
void deal_states_settle(struct deal_state *states, size_t n, enum clock clock);

static inline msec deal_state_at(const struct deal_state *s, enum clock clock)
{
    return clock == CLOCK_OCCURRED ? s->occurred : s->recorded;
}

/* Three capital letters in a number, and back. 0 for none. */
uint16_t currency_pack(struct str code);
struct currency_text {
    char code[4];
};
struct currency_text currency_text(uint16_t packed);

#endif

/* The table behind the tally: a slot a deal, found by its id. tally.c adds up, tally_follow.c keeps it true. */
#ifndef APP_TALLY_PRIVATE_H
#define APP_TALLY_PRIVATE_H

#include "tally.h"

#define QUARTER (15 * MINUTE) /* no zone's midnight cuts through one */

enum tally_status { TALLY_OPEN, TALLY_WON, TALLY_LOST };

struct slot {
    id id;
    int64_t value;
    msec next_at;
    int32_t pipeline, stage, owner;
    int32_t closed; /* quarters of an hour since 1970 */
    uint8_t status, currency;
    int8_t probability; /* -1: that of the stage */
    bool priced, planned;
};

struct tally {
    pthread_mutex_t lock;
    int64_t seq; /* of the log up to which it is true; -1: it holds nothing */
    bool whole;  /* closed deals too */
    struct slot *slots;
    size_t n, room;
    uint32_t *index; /* of slots + 1, by id; 0: free */
    size_t nindex;   /* a power of two, at least twice n */
    char currencies[255][4];
    size_t ncurrencies;
    bool unfit; /* there is a deal that fits no slot */
};

/* False without memory. */
bool tally_put(struct tally *t, const struct slot *slot);
void tally_drop(struct tally *t, id deal);
void tally_clear(struct tally *t);
int tally_currency(struct tally *t, struct str code); /* its number, -1 when there are too many */

/* Makes the tally true for the view of c->t, with the lock held. 1, or 0 when it cannot be, or -1. */
int tally_follow(struct tally *t, struct ctx *c, bool whole, struct err *err);

#endif

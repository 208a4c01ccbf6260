/*
 * Who works in the company, when, and how: everything about the staff is decided before the first event.
 */
#ifndef SIM_STAFF_H
#define SIM_STAFF_H

#include "clock.h"
#include "rng.h"
#include "words.h"

enum staff_role { STAFF_ADMIN, STAFF_MANAGER, STAFF_REP, STAFF_VIEWER };

struct member {
    int64_t id, team;
    enum staff_role role;
    msec joined, left; /* left: SIM_NEVER for those still there */
    double score;      /* of a rep: added to the score of each deal, before the signal */
    double pace;       /* log of the speed, before the signal */
    double share;      /* weight when a new deal is given out */
    double late;       /* chance that an activity is done late */
    double gap_days;   /* mean working days from one activity to the next */
    char name[WORDS_MAX], email[WORDS_MAX];
};

struct staff {
    struct member *m; /* by joined, then by id; ids are places + 1 */
    int n, teams;
    int *active; /* places of the reps at work now */
    double *cumulative;
    int nactive;
};

int staff_init(struct staff *s, const struct sim_knobs *k, const struct sim_clock *c, struct err *err);
void staff_clear(struct staff *s);
const char *staff_role(enum staff_role r);
void staff_team_name(int64_t team, char out[WORDS_MAX]);

/* Brings `active` up to date for that instant. */
void staff_at(struct staff *s, msec at);
/* The place of a rep drawn by share among those at work, -1 when nobody is. */
int staff_draw(const struct staff *s, struct rng *r);

#endif

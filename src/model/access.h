/*
 * What one caller may do, worked out once a request: for every kind whose records he sees and changes. Everything that
 * reads or writes on behalf of somebody takes one of these, so that no door has rules of its own.
 */
#ifndef MODEL_ACCESS_H
#define MODEL_ACCESS_H

#include "kind.h"

enum level { LEVEL_NONE, LEVEL_OWN, LEVEL_TEAM, LEVEL_ALL };
enum role { ROLE_VIEWER, ROLE_REP, ROLE_MANAGER, ROLE_ADMIN, ROLE_SYSTEM };

struct access {
    id user; /* 0 for the program itself */
    enum role role;
    const id *team; /* members of the user's team, the user among them */
    size_t nteam;
    const unsigned char *see, *edit, *create; /* enum level by kind->number; create: 0 or 1 */
};

#endif

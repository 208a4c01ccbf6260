/*
 * A conversation with the API as a text file. Each exchange is a request, a line ---, and what must come back:
 *
 *     # A won deal has no stage to move to.
 *     PATCH /api/v1/deals/1        as: ann
 *     If-Match: "1"
 *     {"status":"won"}
 *     ---
 *     200
 *     ETag: "2"
 *     {"id":1,"status":"won",...}
 *     event: deals 1 update
 *
 * `as:` names who asks; without it nobody is signed in. Headers are lines with a colon; an empty line ends them, so a
 * body may begin with what looks like one. Expected JSON is as in match.h;
 * without it the body is not looked at, and `empty` means there must be none. A body line that is no JSON is compared
 * as text: `text: ok`. `event:` lines are what the asker's own event stream tells after the request, in order, and
 * nothing else; `...` stands for any id.
 */
#ifndef TESTS_CONVERSATION_H
#define TESTS_CONVERSATION_H

#include "world.h"

#define MAX_LINES 16

struct turn {
    int line; /* of the request, in the file */
    struct str as, method, target, body;
    struct header headers[MAX_LINES];
    size_t nheaders;
    int status;
    struct header want_headers[MAX_LINES];
    size_t nwant_headers;
    struct str want, want_text; /* JSON; text */
    bool empty;
    struct str events[MAX_LINES];
    size_t nevents;
};

struct conversation {
    struct str text; /* what has not been read yet */
    int line;
};

/* 1 a turn, 0 the end, -1 with a word in `why`. */
int conversation_next(struct conversation *c, struct arena *a, struct turn *ret, struct str *why);

#endif

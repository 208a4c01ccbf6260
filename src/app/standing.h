/*
 * How somebody stands: his rights and the workspace he works in, which every request needs and which hardly ever
 * change. They are read once and kept; ctx_read takes them from here.
 *
 *     const struct standing *s;
 *     if (standing_get(app, t, who, &s, err) < 0) ...
 *
 * What is given out lives as long as the arena of the transaction and is shared by threads: look, do not change.
 *
 * A change of users, teams, rights, tokens, fields or the workspace calls auth_revoked inside its write: from then on
 * everybody reads the database, and behind the commit nothing kept before is believed. So what was taken away does not
 * hold for any request that begins after the reply; on other nodes from the moment they hear of the commit. What a
 * transaction with an older view has read is not kept for those with a newer one: each entry has the number of
 * revocations it was read under.
 */
#ifndef APP_STANDING_H
#define APP_STANDING_H

#include "app.h"

struct standings;

struct standing {
    const struct access *access; /* NULL for the program itself */
    struct workspace workspace;
};

struct standings *standings_new(void); /* NULL without memory */
void standings_free(struct standings *s);

/* ERR_AUTH when the user is gone or not active. */
int standing_get(struct app *a, struct txn *t, struct who who, const struct standing **ret, struct err *err);

/* Of a change to a row of this kind: does anything kept here depend on it? */
bool standing_depends(const struct kind *k);

#endif

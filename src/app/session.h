/*
 * Sessions: what a browser has after signing in. A session ends when it was not used for SESSION_IDLE, is older than
 * SESSION_AGE, is signed out or revoked, or its user's password changes.
 */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "auth.h"

#define SESSIONS_PER_USER 50 /* the one longest unused makes room */

struct client {
    struct str ip, agent;
};

struct sign_in {
    struct str email, password;
    struct client client;
};

/* Takes as long for an unknown address as for a wrong password and says the same (ERR_AUTH); ERR_RATE when an address
 * or an account and address are tried too often. Hashes, so never on an I/O thread nor inside a write. */
int sign_in(struct app *a, struct arena *arena, const struct sign_in *in, id *ret_user, struct str *ret_secret,
            struct err *err);

/* Inside a write. */
int session_start(struct app *a, struct txn *t, id user, const struct client *client, struct str *ret_secret,
                  struct err *err);
int session_end(struct app *a, struct txn *t, id user, id session, struct err *err); /* ERR_NOT_FOUND if not his */
int session_end_all(struct app *a, struct txn *t, id user, id keep, struct err *err);

struct session {
    id id;
    msec created_at, last_seen_at;
    struct str ip, agent;
};

/* Those of a user that are alive, the last used first. */
int session_list(struct app *a, struct txn *t, id user, struct session **ret, size_t *ret_n, struct err *err);

#endif

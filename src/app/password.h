/*
 * Passwords: which are good enough, where their hashes are. Hashing takes long on purpose; it happens before the write,
 * never on the writer or a thread that serves connections.
 */
#ifndef APP_PASSWORD_H
#define APP_PASSWORD_H

#include "app.h"

#define PASSWORD_MIN 10u  /* characters */
#define PASSWORD_MAX 500u /* bytes */

/* ERR_INVALID on field "password" when it is too short, the person's own name or address, or among those that are
 * tried first. */
int password_check(struct arena *a, struct str password, struct str name, struct str email, struct err *err);

int password_make(struct arena *a, struct str password, struct str *ret_hash, struct err *err);

/* Inside a write: keeps the hash, notes the time in the user's record, ends the user's sessions but `keep` (0: all) and
 * his open links. */
int password_put(struct ctx *c, id user, struct str hash, id keep, struct err *err);

/* His own, knowing the present one. Other sessions end. Not inside a write. */
int password_change(struct app *a, struct arena *arena, id user, id session, struct str current, struct str fresh,
                    struct err *err);

/* The hash of a user, or one that no password fits, so that both take as long to try. */
int password_hash_of(struct txn *t, id user, struct str *ret_hash, struct err *err);

/* A ctx with the program's own rights whose changes are `user`'s doing. */
int ctx_write_for(struct ctx *c, struct app *a, struct txn *t, id user, const char *origin, struct err *err);

#endif

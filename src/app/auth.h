/*
 * Who is there: a secret that came with a request (a session's cookie, a token) is looked up and becomes a
 * `struct proof`. Secrets have 192 random bits and are kept as SHA-256; neither they nor password hashes are ever part
 * of a kind, the log or a message.
 *
 *     if (auth_by_session(app, t, cookie, &proof, err) == 1)
 *         ... proof.who
 *
 * Look-ups are cached. Whatever takes rights away calls auth_revoked inside its write, which counts: the table
 * `revocations` holds one number, and what was read under another than the last is not believed. From the call until
 * the new number is seen everybody asks the database. So a revocation holds for every request that begins after its
 * reply; on other nodes from the moment they hear of the commit.
 */
#ifndef APP_AUTH_H
#define APP_AUTH_H

#include "app.h"
#include "limiter.h"

#define SESSION_IDLE (14 * DAY_MS)
#define SESSION_AGE (90 * DAY_MS)
#define SESSION_TOUCH (5 * MINUTE) /* last_seen_at is at most so much behind */

struct auth;

struct proof {
    struct who who;
    id session, token; /* what proved it; the other is 0 */
};

int auth_open(struct app *a, struct err *err); /* sets a->auth; part of app_open */
void auth_close(struct auth *auth);

/* 1 somebody is there, 0 the secret proves nothing (any more), -1 error. */
int auth_by_session(struct app *a, struct txn *t, struct str secret, struct proof *ret, struct err *err);
int auth_by_token(struct app *a, struct txn *t, struct str secret, struct proof *ret, struct err *err);

/* Is a proof of before still good? 1, 0, -1. */
int auth_still(struct app *a, struct txn *t, const struct proof *proof, struct err *err);

int auth_revoked(struct app *a, struct txn *t, struct err *err);

/* For whatever is kept between requests and depends on rights and settings: the number that it must have been read
 * under, and 0 while a write that changes them is under way; nothing is to be kept or believed then. */
int64_t auth_epoch(const struct app *a);
int auth_epoch_of(struct txn *t, int64_t *ret, struct err *err); /* what this transaction sees; at least 1 */
void auth_epoch_seen(struct app *a, int64_t epoch);              /* behind a commit: app_committed */

/* Told behind every commit that took rights away; one listener, NULL for none. When this returns, the one before is not
 * called any more. */
void auth_on_revoked(struct app *a, void (*fn)(void *ctx), void *ctx);

msec auth_now(const struct app *a);
void auth_set_clock(struct app *a, msec (*now)(void)); /* for tests */
struct limiter *auth_limiter(const struct app *a);

/* An address as one client: IPv6 by its /64, an IPv4 address mapped into IPv6 as itself. */
struct str auth_network(struct arena *a, struct str ip);

/* CREATE TABLE statements for credentials, token_secrets, sessions and links; and for revocations. */
void auth_tables(struct buf *b, enum dialect d);
void revocations_table(struct buf *b, enum dialect d);

#endif

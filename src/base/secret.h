/*
 * Random tokens, digests and the comparisons that do not tell how far they got; all by libsodium.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "arena.h"

int secret_init(void); /* once, before the rest; -1 when the system gives no randomness */

#define TOKEN_BYTES 24
struct str token_new(struct arena *a, const char *prefix); /* prefix and 192 random bits, URL-safe */

/* 64 hexadecimal digits of SHA-256. Tokens have entropy enough to be kept under a plain digest. */
struct str sha256_hex(struct arena *a, struct str data);

struct str base64url(struct arena *a, struct str data); /* RFC 4648, 5, without padding */
bool base64url_read(struct arena *a, struct str text, struct str *ret);

bool secret_eq(struct str a, struct str b); /* in constant time for equal lengths */

/* argon2id with libsodium's interactive limits: slow on purpose, so never on an I/O thread. */
bool password_hash(struct arena *a, struct str password, struct str *ret);
bool password_fits(struct str hash, struct str password);
#define PASSWORD_HASH_ROOM 128

#endif

/*
 * Errors are values: a function that may fail for a user's reason returns int (0 or -1) and fills a
 * `struct err`, which becomes one problem+json body, one line on stderr or one log line at the edge.
 *
 *     if (d.n == 0)
 *         return err_field(err, "title", "required", "Give the deal a title.");
 *     if (!may_write)
 *         return err_set(err, ERR_FORBIDDEN, "Viewers cannot change deals.");
 *
 * Bugs of our own are assert; the two never mix. `err` may not be NULL.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

/* X(name, HTTP status, problem type, title) */
#define ERR_CODES(X)                                                                                                   \
    X(ERR_NONE, 200, "none", "No error")                                                                               \
    X(ERR_MALFORMED, 400, "malformed", "The request cannot be read")                                                   \
    X(ERR_AUTH, 401, "sign-in", "Sign in first")                                                                       \
    X(ERR_FORBIDDEN, 403, "forbidden", "Not allowed")                                                                  \
    X(ERR_NOT_FOUND, 404, "not-found", "Not found")                                                                    \
    X(ERR_METHOD, 405, "method", "Method not allowed")                                                                 \
    X(ERR_CONFLICT, 409, "conflict", "In conflict with the present state")                                             \
    X(ERR_STALE, 412, "stale", "Changed by somebody else meanwhile")                                                   \
    X(ERR_TOO_LARGE, 413, "too-large", "Too large")                                                                    \
    X(ERR_MEDIA, 415, "media-type", "Unsupported media type")                                                          \
    X(ERR_INVALID, 422, "invalid", "Some values cannot be taken")                                                      \
    X(ERR_RATE, 429, "rate", "Too many requests")                                                                      \
    X(ERR_INTERNAL, 500, "internal", "Something went wrong here")                                                      \
    X(ERR_BUSY, 503, "busy", "Busy, try again shortly")                                                                \
    X(ERR_STORAGE, 507, "storage", "Nothing can be written at present")

#define ERR_AS_ENUM(name, status, type, title) name,
enum err_code { ERR_CODES(ERR_AS_ENUM) ERR__N };

struct err_field {
    char field[64], code[24], msg[256];
};

#define ERR_MAX_FIELDS 8

struct err {
    enum err_code code;
    int retry_after; /* seconds; with ERR_BUSY, ERR_RATE and ERR_STORAGE */
    char msg[512];
    size_t nfields;
    struct err_field fields[ERR_MAX_FIELDS];
};

/* Both replace what was there, except that err_field adds to the fields of an ERR_INVALID. Both return -1. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int err_field(struct err *e, const char *field, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void err_clear(struct err *e);

/* What a file system call refused, as errno says: ERR_STORAGE, or ERR_BUSY where descriptors or memory ran out. -1. */
int err_disk(struct err *e, int number, const char *what);

#if defined(__clang_analyzer__) && !defined(BASE_ERR_C)
/* clang-tidy sees one file at a time; this lets it know the answer. */
#define err_set(...) (err_set(__VA_ARGS__), -1)
#define err_field(...) (err_field(__VA_ARGS__), -1)
#define err_disk(...) (err_disk(__VA_ARGS__), -1)
#endif

bool err_passes(enum err_code code);       /* the same may succeed later: no memory, no room, too much to do */
int err_status(enum err_code code);        /* HTTP status */
const char *err_type(enum err_code code);  /* "invalid" */
const char *err_title(enum err_code code); /* "Some values cannot be taken" */

#endif

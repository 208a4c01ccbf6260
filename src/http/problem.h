/*
 * Errors as RFC 9457 problem details: {"type","title","status","detail","errors":[{"field","code","message"}]}, with
 * Retry-After where the error says how long to wait.
 */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "err.h"
#include "exchange.h"

/* Replaces whatever reply there was, its headers too. Headers may be added behind it. */
void problem_write(struct http_exchange *x, const struct err *err);

/* The same for an error made on the spot. */
void problem_set(struct http_exchange *x, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* For a status that has no err_code. `detail` must live as long as the exchange. */
void problem_status(struct http_exchange *x, int status, const char *title, const char *detail);

#endif

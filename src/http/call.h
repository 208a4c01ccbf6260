/*
 * Calls without a socket: the same steps as a request over the network, for tests and for parts of the program that
 * speak to the API from inside.
 *
 *     struct http_exchange *x = http_exchange_new(&config, S("PATCH"), S("/api/v1/deals/7"));
 *     http_exchange_header(x, S("Authorization"), S("Bearer …"));
 *     http_exchange_body(x, S("application/json"), S("{\"title\":\"New\"}"));
 *     int status = http_call(x);                 waits, should the handler answer later
 *     struct str answer = http_reply_body(x);
 *     http_exchange_free(x);
 */
#ifndef HTTP_CALL_H
#define HTTP_CALL_H

#include "server.h"

struct http_exchange *http_exchange_new(const struct http_config *config, struct str method, struct str target);
void http_exchange_header(struct http_exchange *x, struct str name, struct str value);
void http_exchange_body(struct http_exchange *x, struct str type, struct str body);
int http_call(struct http_exchange *x);
void http_exchange_free(struct http_exchange *x); /* calls the owner's done */

#endif

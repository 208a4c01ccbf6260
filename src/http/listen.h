/* Sockets to listen on, and addresses as text. */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include <sys/socket.h>

#include "err.h"
#include "str.h"

/* "127.0.0.1:8080", "[::1]:8080", "localhost:0", ":8080" (every address, both families). The descriptor or -1. */
int listen_open(const char *address, struct err *err);
unsigned listen_port(int fd);

/* "192.0.2.7" or "2001:db8::1"; an IPv4 address in IPv6 clothes is written as IPv4, a local socket as "local". */
#define ADDRESS_LEN 46
void address_text(const struct sockaddr *sa, char out[ADDRESS_LEN]);

/* A list of addresses and networks ("127.0.0.1, 10.0.0.0/8, local"): who may speak for others, and the like. */
struct addresses;

int addresses_parse(struct addresses **ret, const char *list, struct err *err);
void addresses_free(struct addresses *p);
bool addresses_has(const struct addresses *p, struct str address);

/* The client behind a chain of proxies: the last address of X-Forwarded-For that is not a proxy of ours. */
struct str addresses_client(const struct addresses *p, struct str peer, struct str forwarded_for);

#endif

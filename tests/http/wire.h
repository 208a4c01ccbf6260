/* A client made of a bare socket, to send what no client library would. */
#ifndef TESTS_HTTP_WIRE_H
#define TESTS_HTTP_WIRE_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buf.h"
#include "check.h"
#include "day.h"

static inline int wire_open(unsigned port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_return_code(connect(fd, (struct sockaddr *)&to, sizeof(to)), errno);
    return fd;
}

/* false when the server has closed meanwhile. */
static inline bool wire_send(int fd, const char *z, size_t n)
{
    while (n) {
        ssize_t done = send(fd, z, n, MSG_NOSIGNAL);
        if (done < 0)
            return false;
        z += done;
        n -= (size_t)done;
    }
    return true;
}

static inline void wire_say(int fd, const char *z)
{
    wire_send(fd, z, strlen(z));
}

/* What arrives within so many milliseconds, at most up to the end of the connection; -1 on a reset. */
static inline ssize_t wire_some(int fd, char *p, size_t room, int milliseconds)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

    if (poll(&poll_fd, 1, milliseconds) <= 0)
        return -2;
    return recv(fd, p, room, 0);
}

struct answer {
    int status;
    char head[8192];
    struct buf body;
    bool closed; /* the server closed after it */
};

static inline const char *answer_header(const struct answer *a, const char *name)
{
    static char value[1024];
    const char *at = a->head;
    size_t n = strlen(name);

    while ((at = strstr(at, "\r\n")) != NULL) {
        at += 2;
        if (strncasecmp(at, name, n) == 0 && at[n] == ':') {
            snprintf(value, sizeof(value), "%.*s", (int)strcspn(at + n + 2, "\r"), at + n + 2);
            return value;
        }
    }
    return NULL;
}

static inline void answer_clear(struct answer *a)
{
    buf_clear(&a->body);
}

/* One reply: its head, then as many bytes as Content-Length says, or chunks, or all until the close. `head_only` for
 * replies to HEAD. Status 0: the connection ended without one. */
static inline void wire_answer(int fd, struct answer *a, bool head_only)
{
    char c;
    size_t n = 0;

    memset(a, 0, sizeof(*a));
    buf_init(&a->body, 256u << 20);
    while (n < sizeof(a->head) - 1) {
        ssize_t got = wire_some(fd, &c, 1, 10000);
        if (got <= 0) {
            a->closed = true;
            return;
        }
        a->head[n++] = c;
        if (n >= 4 && memcmp(a->head + n - 4, "\r\n\r\n", 4) == 0) {
            if (strncmp(a->head, "HTTP/1.1 100", 12) != 0)
                break;
            n = 0;
            memset(a->head, 0, sizeof(a->head));
        }
    }
    a->status = atoi(a->head + 9);
    if (head_only || a->status == 204 || a->status == 304)
        return;
    const char *length = answer_header(a, "Content-Length");
    size_t left = length ? strtoul(length, NULL, 10) : SIZE_MAX;
    bool chunked = answer_header(a, "Transfer-Encoding") != NULL;
    while (left) {
        char piece[65536];
        if (chunked) {
            char line[64];
            size_t at = 0;
            while (at < 60 && wire_some(fd, &line[at], 1, 10000) == 1 && line[at++] != '\n')
                ;
            line[at] = 0;
            size_t size = strtoul(line, NULL, 16), want = size + 2;
            while (want) {
                ssize_t got = wire_some(fd, piece, want < sizeof(piece) ? want : sizeof(piece), 10000);
                if (got <= 0) {
                    a->closed = true;
                    return;
                }
                size_t part = want > 2 ? ((size_t)got < want - 2 ? (size_t)got : want - 2) : 0;
                buf_add(&a->body, piece, part);
                want -= (size_t)got;
            }
            if (!size)
                return;
            continue;
        }
        ssize_t got = wire_some(fd, piece, left < sizeof(piece) ? left : sizeof(piece), 10000);
        if (got <= 0) {
            a->closed = true;
            return;
        }
        buf_add(&a->body, piece, (size_t)got);
        if (left != SIZE_MAX)
            left -= (size_t)got;
    }
}

static inline bool wire_closed(int fd, int milliseconds)
{
    char rest[4096];
    ssize_t n;

    while ((n = wire_some(fd, rest, sizeof(rest), milliseconds)) > 0)
        ;
    return n != -2;
}

/* One request on a connection of its own. */
static inline void wire_ask(unsigned port, const char *request, struct answer *a)
{
    int fd = wire_open(port);

    wire_say(fd, request);
    wire_answer(fd, a, strncmp(request, "HEAD ", 5) == 0);
    close(fd);
}

#define ask(port, request)                                                                                             \
    __attribute__((cleanup(answer_clear))) struct answer a;                                                            \
    wire_ask(port, request, &a)

#endif

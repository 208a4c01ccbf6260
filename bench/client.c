#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"

#define MAX_RESPONSE (64u << 20)
#define READ_ROOM 65536u
#define PATIENCE_MS 30000 /* without any answer the server counts as dead */
#define MAX_EVENTS 256

uint64_t clock_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

double cpu_seconds(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* -- responses ------------------------------------------------------------------------------------- */

static struct str header_of(struct str head, struct str name)
{
    struct str line;

    while (str_next(&head, '\n', &line)) {
        struct str key, value;
        if (str_cut(line, ':', &key, &value) && str_eq_nocase(key, name))
            return str_trim(value);
    }
    return STR_NULL;
}

struct str response_header(const struct response *r, const char *name)
{
    return header_of(r->head, str_of(name));
}

ptrdiff_t response_read(struct str bytes, struct response *ret)
{
    const char *end = bytes.n ? memmem(bytes.p, bytes.n, "\r\n\r\n", 4) : NULL;
    int64_t status, length;

    if (!end)
        return 0;
    struct str head = str_upto(bytes, (size_t)(end - bytes.p));
    if (head.n < 12 || !str_starts(head, S("HTTP/1.1 ")) || !str_int(str_upto(str_from(head, 9), 3), &status))
        return -1;
    if (!str_int(header_of(head, S("Content-Length")), &length) || length < 0 || length > MAX_RESPONSE)
        return -1;
    size_t whole = head.n + 4 + (size_t)length;
    if (bytes.n < whole)
        return 0;
    *ret = (struct response){(int)status, head, str_upto(str_from(bytes, head.n + 4), (size_t)length)};
    return (ptrdiff_t)whole;
}

/* -- clients --------------------------------------------------------------------------------------- */

struct client {
    int fd; /* -1: it has come to its end */
    uint64_t since;
    struct buf in;
};

struct run {
    const struct clients_config *config;
    struct clients_result *result;
    struct client *clients;
    unsigned waiting; /* clients with a request under way */
    int epoll;
    bool counts, ends;
};

static int connect_to(unsigned port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
        close(fd);
        return -1;
    }
    if (fd >= 0)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    return fd;
}

static void leave(struct run *run, struct client *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    run->waiting--;
}

static void complain(struct run *run, const char *what)
{
    if (run->result->errors++ < 3)
        fprintf(stderr, "bench: %s\n", what);
}

/* A request has some hundred bytes and its connection nothing else under way: it fits into the socket's buffer. */
static void ask(struct run *run, struct client *c)
{
    const struct clients_config *config = run->config;
    struct str request;

    if (run->ends || !config->next(config->ctx, (unsigned)(c - run->clients), &request)) {
        leave(run, c);
        return;
    }
    c->since = clock_ns();
    if (send(c->fd, request.p, request.n, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)request.n) {
        complain(run, "a connection broke while sending");
        leave(run, c);
    }
}

static void take(struct run *run, struct client *c, const struct response *response, uint64_t now)
{
    const struct clients_config *config = run->config;

    if (config->got(config->ctx, (unsigned)(c - run->clients), response) < 0) {
        run->result->errors++;
    } else if (run->counts) {
        run->result->requests++;
        hist_add(run->result->latency, now - c->since);
    }
}

static void receive(struct run *run, struct client *c)
{
    struct response response;
    char *room = buf_reserve(&c->in, READ_ROOM);
    ssize_t n = room ? recv(c->fd, room, READ_ROOM, MSG_DONTWAIT) : 0;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        complain(run, "a connection broke before its reply was whole");
        leave(run, c);
        return;
    }
    buf_advance(&c->in, (size_t)n);
    uint64_t now = clock_ns();
    ptrdiff_t whole = response_read(buf_view(&c->in), &response);
    if (whole == 0)
        return;
    if (whole < 0 || (size_t)whole != c->in.n) {
        complain(run, "a reply cannot be read");
        leave(run, c);
        return;
    }
    take(run, c, &response, now);
    bool closes = str_eq_nocase(response_header(&response, "Connection"), S("close"));
    buf_reset(&c->in);
    if (closes) {
        complain(run, "the server closed a connection");
        leave(run, c);
        return;
    }
    ask(run, c);
}

static int start(struct run *run)
{
    const struct clients_config *config = run->config;

    for (unsigned i = 0; i < config->clients; i++) {
        run->clients[i].fd = -1;
        buf_init(&run->clients[i].in, MAX_RESPONSE + READ_ROOM);
    }
    if ((run->epoll = epoll_create1(EPOLL_CLOEXEC)) < 0)
        return -1;
    for (unsigned i = 0; i < config->clients; i++) {
        struct client *c = &run->clients[i];
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
        if ((c->fd = connect_to(config->port)) < 0 || epoll_ctl(run->epoll, EPOLL_CTL_ADD, c->fd, &e) < 0)
            return -1;
        run->waiting++;
    }
    for (unsigned i = 0; i < config->clients; i++)
        ask(run, &run->clients[i]);
    return 0;
}

static void turn(struct run *run)
{
    struct epoll_event events[MAX_EVENTS];
    int n = epoll_wait(run->epoll, events, MAX_EVENTS, PATIENCE_MS);

    if (n == 0) {
        complain(run, "no reply for half a minute");
        for (unsigned i = 0; i < run->config->clients; i++)
            if (run->clients[i].fd >= 0)
                leave(run, &run->clients[i]);
    }
    for (int i = 0; i < n; i++) {
        struct client *c = events[i].data.ptr;
        if (c->fd >= 0)
            receive(run, c);
    }
}

static void loop(struct run *run)
{
    const struct clients_config *config = run->config;
    uint64_t begin = clock_ns(), warm = begin + (uint64_t)(config->warm * 1e9), from = 0, until = 0;
    double cpu = 0;

    while (run->waiting) {
        uint64_t now = clock_ns();
        if (!run->counts && !run->ends && now >= warm) {
            run->counts = true;
            from = now;
            until = now + (uint64_t)(config->seconds * 1e9);
            cpu = cpu_seconds();
        } else if (run->counts && now >= until) {
            run->counts = false;
            run->ends = true;
            run->result->seconds = (double)(now - from) / 1e9;
            run->result->cpu = cpu_seconds() - cpu;
        }
        turn(run);
    }
    if (run->counts) { /* there was nothing more to ask */
        run->result->seconds = (double)(clock_ns() - from) / 1e9;
        run->result->cpu = cpu_seconds() - cpu;
    }
}

int clients_run(const struct clients_config *config, struct clients_result *ret)
{
    struct run run = {.config = config, .result = ret, .clients = calloc(config->clients, sizeof(struct client))};

    if (!run.clients)
        return -1;
    int r = start(&run);
    if (r == 0)
        loop(&run);
    for (unsigned i = 0; i < config->clients; i++) {
        if (run.clients[i].fd >= 0)
            close(run.clients[i].fd);
        buf_clear(&run.clients[i].in);
    }
    if (run.epoll >= 0)
        close(run.epoll);
    free(run.clients);
    return r;
}

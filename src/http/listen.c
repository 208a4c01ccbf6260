#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"

#define BACKLOG 4096

static int bind_one(const struct addrinfo *ai, bool both_families)
{
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, off = 0;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (ai->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, both_families ? &off : &on, sizeof(on));
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int e = errno;
    close(fd);
    errno = e;
    return -1;
}

int listen_open(const char *address, struct err *err)
{
    struct str s = str_of(address), host, port;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found = NULL;
    char host_z[256], port_z[6];
    int64_t number;
    size_t colon = s.n;

    while (colon && s.p[colon - 1] != ':')
        colon--;
    host = str_upto(s, colon ? colon - 1 : 0);
    port = str_from(s, colon);
    if (str_starts(host, S("[")) && str_ends(host, S("]")))
        host = str_upto(str_from(host, 1), host.n - 2);
    else if (str_find(host, ':') >= 0)
        colon = 0;
    if (!colon || !str_int(port, &number) || number < 0 || number > 65535 || host.n >= sizeof(host_z))
        return err_set(err, ERR_INVALID, "\"%s\" is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080.", address);
    snprintf(host_z, sizeof(host_z), STR_FMT, STR_ARG(host));
    snprintf(port_z, sizeof(port_z), "%u", (unsigned)number);
    int r = getaddrinfo(host.n && !str_is(host, "*") ? host_z : NULL, port_z, &hints, &found);
    if (r != 0)
        return err_set(err, ERR_INVALID, "Cannot listen on %s: %s.", address, gai_strerror(r));
    int fd = -1;
    /* For every address one IPv6 socket serves both families; without IPv6 the list has IPv4. */
    bool every = !host.n || str_is(host, "*") || str_is(host, "::");
    for (int round = 0; fd < 0 && round < 2; round++)
        for (const struct addrinfo *ai = found; ai && fd < 0; ai = ai->ai_next)
            if (!every || (ai->ai_family == AF_INET6) == (round == 0))
                fd = bind_one(ai, every);
    if (fd < 0)
        err_set(err, ERR_INVALID, "Cannot listen on %s: %s.", address, strerror(errno));
    freeaddrinfo(found);
    return fd;
}

unsigned listen_port(int fd)
{
    struct sockaddr_storage ss = {0};
    socklen_t n = sizeof(ss);

    if (getsockname(fd, (struct sockaddr *)&ss, &n) < 0)
        return 0;
    if (ss.ss_family == AF_INET)
        return ntohs(((struct sockaddr_in *)&ss)->sin_port);
    return ss.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&ss)->sin6_port) : 0;
}

int http_inherited(void)
{
    const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");

    if (!pid || !fds || strtol(pid, NULL, 10) != (long)getpid() || strtol(fds, NULL, 10) < 1)
        return -1;
    int listening = 0, fd = 3; /* SD_LISTEN_FDS_START */
    socklen_t n = sizeof(listening);
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &n) < 0 || !listening)
        return -1;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

/* -- addresses ---------------------------------------------------------------------------------- */

void address_text(const struct sockaddr *sa, char out[ADDRESS_LEN])
{
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)sa;
    const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)sa;

    snprintf(out, ADDRESS_LEN, "local");
    if (!sa)
        return;
    if (sa->sa_family == AF_INET)
        inet_ntop(AF_INET, &four->sin_addr, out, ADDRESS_LEN);
    else if (sa->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
        inet_ntop(AF_INET, &six->sin6_addr.s6_addr[12], out, ADDRESS_LEN);
    else if (sa->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &six->sin6_addr, out, ADDRESS_LEN);
}

struct network {
    unsigned char bytes[16]; /* IPv4 in its IPv6 form */
    int bits;                /* -1: "local" */
};

struct addresses {
    size_t n;
    struct network v[];
};

static bool to_bytes(struct str s, unsigned char out[16], bool *ret_four)
{
    char z[ADDRESS_LEN];

    if (s.n >= sizeof(z))
        return false;
    snprintf(z, sizeof(z), STR_FMT, STR_ARG(s));
    memset(out, 0, 16);
    out[10] = out[11] = 0xff;
    *ret_four = inet_pton(AF_INET, z, out + 12) == 1;
    return *ret_four || inet_pton(AF_INET6, z, out) == 1;
}

int addresses_parse(struct addresses **ret, const char *list, struct err *err)
{
    struct str rest = str_of(list ? list : ""), piece, address, bits;
    size_t most = 1;

    for (size_t i = 0; i < rest.n; i++)
        most += rest.p[i] == ',';
    struct addresses *p = calloc(1, sizeof(*p) + most * sizeof(p->v[0]));
    if (!p)
        return err_set(err, ERR_BUSY, "Out of memory.");
    while (str_next(&rest, ',', &piece)) {
        struct network *w = &p->v[p->n];
        int64_t n = 128;
        bool four;
        piece = str_trim(piece);
        if (!piece.n)
            continue;
        p->n++;
        if (str_is(piece, "local")) {
            w->bits = -1;
            continue;
        }
        bool has_bits = str_cut(piece, '/', &address, &bits);
        bool ok = to_bytes(address, w->bytes, &four) && (!has_bits || (str_int(bits, &n) && n >= 0));
        if (ok && has_bits && four)
            n += 96;
        if (!ok || n > 128) {
            free(p);
            return err_set(err, ERR_INVALID, "\"" STR_FMT "\" is not an address or a network.", STR_ARG(piece));
        }
        w->bits = (int)n;
    }
    *ret = p;
    return 0;
}

void addresses_free(struct addresses *p)
{
    free(p);
}

bool addresses_has(const struct addresses *p, struct str address)
{
    unsigned char bytes[16];
    bool four, local = str_is(address, "local");

    if (!p->n || (!local && !to_bytes(address, bytes, &four)))
        return false;
    for (size_t i = 0; i < p->n; i++) {
        const struct network *w = &p->v[i];
        if (local || w->bits < 0) {
            if (local && w->bits < 0)
                return true;
            continue;
        }
        size_t whole = (size_t)w->bits / 8;
        unsigned char mask = (unsigned char)(0xff00 >> (w->bits % 8));
        if (memcmp(bytes, w->bytes, whole) == 0 && (whole == 16 || ((bytes[whole] ^ w->bytes[whole]) & mask) == 0))
            return true;
    }
    return false;
}

struct str addresses_client(const struct addresses *p, struct str peer, struct str list)
{
    unsigned char bytes[16];
    bool four;

    while (addresses_has(p, peer) && list.n) {
        size_t at = list.n;
        while (at && list.p[at - 1] != ',')
            at--;
        struct str last = str_trim(str_from(list, at));
        list = str_upto(list, at ? at - 1 : 0);
        if (str_starts(last, S("["))) /* [2001:db8::1]:1234 */
            str_cut(str_from(last, 1), ']', &last, &(struct str){0});
        else if (str_find(last, '.') >= 0) /* 192.0.2.7:1234 */
            str_cut(last, ':', &last, &(struct str){0});
        if (!to_bytes(last, bytes, &four))
            break;
        peer = last;
    }
    return peer;
}

/* Does a thread of the server still answer? It is asked as a client would, without the network between. */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "serving.h"

static const char question[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

bool http_alive(struct http_server *s, msec patience)
{
    struct sockaddr_un nowhere = {.sun_family = AF_UNIX};
    msec until = clock_monotonic() + patience;
    char answer[13] = "";
    size_t n = 0;
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
        return true; /* too many descriptors: others will notice */
    bool ok = send(pair[0], question, sizeof(question) - 1, MSG_NOSIGNAL) == sizeof(question) - 1;
    if (MHD_add_connection(s->daemon, pair[1], (struct sockaddr *)&nowhere, sizeof(nowhere)) != MHD_YES) {
        close(pair[0]);
        return true; /* as many connections as there may be: much to do is not death */
    }
    while (ok && n < sizeof(answer) - 1) {
        struct pollfd p = {.fd = pair[0], .events = POLLIN};
        msec left = until - clock_monotonic();
        ok = left > 0 && poll(&p, 1, (int)left) > 0;
        ssize_t got = ok ? recv(pair[0], answer + n, sizeof(answer) - 1 - n, 0) : 0;
        ok = ok && got > 0;
        n += ok ? (size_t)got : 0;
    }
    close(pair[0]);
    return ok && strncmp(answer, "HTTP/1.1 ", 9) == 0; /* an overloaded server may say 503 */
}

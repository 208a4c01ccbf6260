#include "service.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "diag.h"

#define LOOK (2 * SECOND)

bool service_tell(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t n = path ? strlen(path) : 0;

    if (n < 2 || n >= sizeof(to.sun_path) || (path[0] != '/' && path[0] != '@'))
        return false;
    memcpy(to.sun_path, path, n);
    if (path[0] == '@')
        to.sun_path[0] = '\0'; /* a name without a file */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
    bool sent = fd >= 0 && sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to, size) >= 0;
    if (!sent)
        diag(DIAG_WARN, "the service manager cannot be told reason=%s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return sent;
}

/* How often the manager wants to hear from us, halved for safety; 0: not at all. */
static msec watchdog_every(void)
{
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    int64_t n = 0, whose = getpid();

    if (!usec || !str_int(str_of(usec), &n) || n <= 0)
        return 0;
    if (pid && (!str_int(str_of(pid), &whose) || whose != getpid()))
        return 0;
    return n / 2000 > 1 ? n / 2000 : 1;
}

static const int taken[] = {SIGINT, SIGTERM, SIGHUP};

static sigset_t taken_set(void)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
        sigaddset(&set, taken[i]);
    return set;
}

void service_block_signals(void)
{
    sigset_t set = taken_set();

    signal(SIGPIPE, SIG_IGN);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void reload(const struct service *s)
{
    char state[64];

    snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_micros());
    service_tell(state);
    diag(DIAG_INFO, "reloading");
    s->reload(s->ctx);
    service_tell("READY=1");
}

static struct timespec span(msec ms)
{
    return (struct timespec){.tv_sec = ms / SECOND, .tv_nsec = ms % SECOND * 1000000};
}

void service_run(const struct service *s)
{
    sigset_t set = taken_set();
    msec every = watchdog_every(), nap = every && every < LOOK ? every : LOOK, next = 0;

    service_tell("READY=1");
    for (;;) {
        struct timespec patience = span(nap);
        int which = sigtimedwait(&set, NULL, &patience);
        if (which == SIGINT || which == SIGTERM)
            break;
        if (which == SIGHUP)
            reload(s);
        s->look(s->ctx);
        if (!every || clock_monotonic() < next)
            continue;
        next = clock_monotonic() + every - nap;
        if (s->alive(s->ctx, every))
            service_tell("WATCHDOG=1");
        else
            diag(DIAG_ERROR, "the program does not answer itself");
    }
    service_tell("STOPPING=1");
    diag(DIAG_INFO, "stopping");
}

void service_pause(msec t)
{
    sigset_t set = taken_set();
    msec until = clock_monotonic() + t, now;

    while ((now = clock_monotonic()) < until) {
        struct timespec rest = span(until - now);
        int which = sigtimedwait(&set, NULL, &rest);
        if (which == SIGINT || which == SIGTERM)
            break;
    }
}

/*
 * bench-first --plan FILE --token T [--idle S] COMMAND…: how long a server takes from its start to its first right
 * answer, and what it holds when left alone. The plan's only request is asked until it is answered; {port} in the
 * command stands for a free port. Prints {ms, rss_mb, anon_mb}, memory after `idle` seconds of rest, and stops the
 * server.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "options.h"
#include "plan.h"

#define PATIENCE 120.0
#define BETWEEN_NS 200000 /* two tries */

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "bench-first: %s: %s\n", what, strerror(errno));
    exit(1);
}

static unsigned free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&at, n) < 0 || getsockname(fd, (struct sockaddr *)&at, &n) < 0)
        fail("no free port");
    close(fd);
    return ntohs(at.sin_port);
}

/* The words with {port} filled in. */
static char **command(struct arena *a, char **words, int n, unsigned port)
{
    char **ret = NEW_ARRAY(a, char *, (size_t)n + 1);

    for (int i = 0; i < n; i++) {
        const char *hole = strstr(words[i], "{port}");
        ret[i] =
            hole ? (char *)(uintptr_t)arena_printf(a, "%.*s%u%s", (int)(hole - words[i]), words[i], port, hole + 6).p
                 : words[i];
    }
    return ret;
}

static pid_t launch(char **words)
{
    pid_t child = fork();

    if (child != 0)
        return child;
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(null, STDOUT_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execvp(words[0], words);
    _exit(127);
}

/* One try: 1 the right answer, 0 nobody is there yet, -1 a wrong one. */
static int ask(const struct plan_entry *e, unsigned port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), r = 0;
    struct response response;
    char bytes[65536];
    size_t n = 0;
    ssize_t got;

    if (fd < 0)
        fail("no socket");
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
        send(fd, e->request.p, e->request.n, MSG_NOSIGNAL) == (ssize_t)e->request.n) {
        while (r == 0 && n < sizeof(bytes) && (got = recv(fd, bytes + n, sizeof(bytes) - n, 0)) > 0) {
            n += (size_t)got;
            if (response_read((struct str){bytes, n}, &response) > 0)
                r = plan_fits(e, &response, true) ? 1 : -1;
        }
    }
    close(fd);
    return r;
}

static double memory(pid_t pid, const char *name)
{
    char path[64], line[256];
    double kb = -1;

    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof(line), f))
        if (strncmp(line, name, strlen(name)) == 0)
            kb = strtod(line + strlen(name), NULL);
    if (f)
        fclose(f);
    return kb / 1024;
}

static void rest(double seconds)
{
    struct timespec t = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};

    nanosleep(&t, NULL);
}

int main(int argc, char **argv)
{
    const char *path = NULL, *token = "";
    double idle = 0;
    const struct option_row rows[] = {
        {"plan", .text = &path, .required = true}, {"token", .text = &token}, {"idle", .real = &idle}, {0}};
    struct arena *a = arena_new(64u << 20);
    struct plan plan;
    int n = 1, status, r;

    while (n + 1 < argc && strncmp(argv[n], "--", 2) == 0)
        n += 2;
    options_read("bench-first", n, argv, rows);
    if (n >= argc || plan_read(a, path, token, &plan) < 0) {
        fputs("bench-first: a plan and a command are needed\n", stderr);
        return 2;
    }
    unsigned port = free_port();
    char **words = command(a, argv + n, argc - n, port);
    uint64_t begin = clock_ns();
    pid_t child = launch(words);
    while ((r = ask(&plan.entries[0], port)) == 0 && (double)(clock_ns() - begin) < PATIENCE * 1e9) {
        nanosleep(&(struct timespec){.tv_nsec = BETWEEN_NS}, NULL);
        if (waitpid(child, &status, WNOHANG) == child)
            fail("the server ended");
    }
    double ms = (double)(clock_ns() - begin) / 1e6;
    rest(idle);
    printf("{\"ms\":%.3f,\"rss_mb\":%.2f,\"anon_mb\":%.2f}\n", ms, memory(child, "VmRSS:"), memory(child, "RssAnon:"));
    kill(child, SIGTERM);
    waitpid(child, &status, 0);
    arena_free(a);
    return r == 1 ? 0 : 1;
}

/*
 * bench-spent OUT COMMAND…: runs a command and writes {seconds, cpu, mb, rss_mb} to OUT: how long it took, the
 * processor time it had, and the most memory it held at once, by the kernel's own account: `mb`, looked at every 20 ms,
 * is without the pages of files it has mapped, which the system can take back; `rss_mb` is with them. Ends as the
 * command did.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double anonymous(pid_t pid)
{
    char path[64], line[256];
    double kb = 0;

    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof(line), f))
        if (strncmp(line, "RssAnon:", 8) == 0)
            kb = strtod(line + 8, NULL);
    if (f)
        fclose(f);
    return kb / 1024;
}

/* Until the child has ended; the most it held. */
static double watch(pid_t pid, const sigset_t *end)
{
    const struct timespec between = {.tv_nsec = 20000000};
    double most = 0, now;

    while (sigtimedwait(end, NULL, &between) < 0)
        if ((now = anonymous(pid)) > most)
            most = now;
    return most;
}

int main(int argc, char **argv)
{
    struct rusage used;
    int status;

    if (argc < 3) {
        fputs("usage: bench-spent OUT COMMAND…\n", stderr);
        return 2;
    }
    sigset_t end;
    sigemptyset(&end);
    sigaddset(&end, SIGCHLD);
    sigprocmask(SIG_BLOCK, &end, NULL);
    uint64_t begin = clock_ns();
    pid_t child = fork();
    if (child == 0) {
        sigprocmask(SIG_UNBLOCK, &end, NULL);
        execvp(argv[2], argv + 2);
        fprintf(stderr, "bench-spent: %s: %s\n", argv[2], strerror(errno));
        _exit(127);
    }
    double most = child > 0 ? watch(child, &end) : 0;
    if (child < 0 || wait4(child, &status, 0, &used) < 0) {
        perror("bench-spent");
        return 1;
    }
    double took = (double)(clock_ns() - begin) / 1e9;
    FILE *out = fopen(argv[1], "we");
    if (!out ||
        fprintf(out, "{\"seconds\":%.6f,\"cpu\":%.6f,\"mb\":%.2f,\"rss_mb\":%.2f}\n", took,
                seconds_of(used.ru_utime) + seconds_of(used.ru_stime), most, (double)used.ru_maxrss / 1024) < 0 ||
        fclose(out) != 0) {
        perror(argv[1]);
        return 1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

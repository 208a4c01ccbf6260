/*
 * bench-spent OUT COMMAND…: runs a command and writes {seconds, cpu, mb} to OUT: how long it took, the processor time
 * it had, and the most memory it held at once, all by the kernel's own account. Ends as the command did.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
    struct rusage used;
    int status;

    if (argc < 3) {
        fputs("usage: bench-spent OUT COMMAND…\n", stderr);
        return 2;
    }
    uint64_t begin = clock_ns();
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        fprintf(stderr, "bench-spent: %s: %s\n", argv[2], strerror(errno));
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &used) < 0) {
        perror("bench-spent");
        return 1;
    }
    double took = (double)(clock_ns() - begin) / 1e9;
    FILE *out = fopen(argv[1], "we");
    if (!out ||
        fprintf(out, "{\"seconds\":%.6f,\"cpu\":%.6f,\"mb\":%.2f}\n", took,
                seconds_of(used.ru_utime) + seconds_of(used.ru_stime), (double)used.ru_maxrss / 1024) < 0 ||
        fclose(out) != 0) {
        perror(argv[1]);
        return 1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

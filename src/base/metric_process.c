#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "day.h"
#include "metric.h"

#define PROCESS_METRICS(X)                                                                                             \
    X(GAUGE, resident, "process_resident_memory_bytes", "Memory that is in RAM")                                       \
    X(GAUGE, virtual, "process_virtual_memory_bytes", "Address space, mapped files included")                          \
    X(GAUGE, open_fds, "process_open_fds", "Open descriptors")                                                         \
    X(GAUGE, max_fds, "process_max_fds", "Descriptors that may be open")                                               \
    X(GAUGE, threads, "process_threads", "Threads")                                                                    \
    X(MICROS, cpu, "process_cpu_seconds_total", "CPU time of all threads, user and system")                            \
    X(MOMENT, started, "process_start_time_seconds", "When the process started, since 1970")

static struct process_metrics {
    PROCESS_METRICS(METRIC_MEMBER)
} process;

#define ROW(type, member, name, help) METRIC_ROW(struct process_metrics, type, member, name, help)
static const struct metric rows[] = {PROCESS_METRICS(ROW)};

static int64_t count_fds(void)
{
    DIR *d = opendir("/proc/self/fd");
    int64_t n = 0;

    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n > 3 ? n - 3 : 0; /* ".", ".." and the one that was read */
}

static void read_memory(void)
{
    FILE *f = fopen("/proc/self/statm", "re");
    char line[128] = "", *rest;

    if (f && fgets(line, sizeof(line), f)) {
        metric_set(&process.virtual, strtoll(line, &rest, 10) * sysconf(_SC_PAGESIZE));
        metric_set(&process.resident, strtoll(rest, NULL, 10) * sysconf(_SC_PAGESIZE));
    }
    if (f)
        fclose(f);
}

static int64_t count_threads(void)
{
    DIR *d = opendir("/proc/self/task");
    int64_t n = 0;

    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n > 2 ? n - 2 : 0;
}

static void refresh(void *ctx)
{
    struct rusage use;
    struct rlimit most;

    (void)ctx;
    read_memory();
    metric_set(&process.open_fds, count_fds());
    metric_set(&process.threads, count_threads());
    if (getrlimit(RLIMIT_NOFILE, &most) == 0)
        metric_set(&process.max_fds, (int64_t)most.rlim_cur);
    if (getrusage(RUSAGE_SELF, &use) == 0)
        metric_set(&process.cpu, (int64_t)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000 + use.ru_utime.tv_usec +
                                     use.ru_stime.tv_usec);
}

void metrics_add_process(struct metrics *m)
{
    if (!metric_get(&process.started))
        metric_set(&process.started, clock_now());
    metrics_add(m, rows, sizeof(rows) / sizeof(rows[0]), &process, refresh, NULL);
}

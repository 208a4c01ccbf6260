#include "diag.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include "day.h"

static atomic_int most = DIAG_INFO;

void diag_set_level(enum diag_level level)
{
    atomic_store(&most, (int)level);
}

void diag(enum diag_level level, const char *fmt, ...)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    char when[MSEC_LEN + 1], line[1024];
    va_list ap;

    if ((int)level > atomic_load(&most))
        return;
    msec_format(clock_now(), when);
    va_start(ap, fmt);
    vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    fprintf(stderr, "%s %s %s\n", when, names[level], line);
}

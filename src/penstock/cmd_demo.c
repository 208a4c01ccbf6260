#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "demo.h"

static void progress(void *ctx, int64_t done, int64_t all)
{
    (void)ctx;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%lld of about %lld deals", (long long)(done < all ? done : all), (long long)all);
}

/* A flag that takes a number with a fraction. */
static int real_flag(const struct cli *cli, const char *name, double *value)
{
    const char *text = cli_flag(cli, name);
    char *end;

    if (!text)
        return 0;
    errno = 0;
    *value = strtod(text, &end);
    if (end == text || *end || errno || !isfinite(*value)) {
        cli_usage(cli, "--%s takes a number, not \"%s\"", name, text);
        return -1;
    }
    return 0;
}

static int run(struct cli *cli)
{
    struct demo_options o = demo_options_default();
    int64_t seed;
    struct err err = {0};

    if (cli_number(cli, "deals", o.deals, &o.deals) < 0 || cli_number(cli, "seed", (int64_t)o.seed, &seed) < 0 ||
        real_flag(cli, "years", &o.years) < 0 || real_flag(cli, "signal", &o.signal) < 0 ||
        real_flag(cli, "regime", &o.regime) < 0 || real_flag(cli, "detail", &o.detail) < 0)
        return 2;
    o.seed = (uint64_t)seed;
    o.truth = cli_flag(cli, "truth");
    o.progress = progress;
    msec start = clock_monotonic();
    int result = cli_open(cli, false, &err);
    if (result == 0)
        result = demo_fill(cli->app, &o, &err);
    if (isatty(STDERR_FILENO))
        fputc('\n', stderr);
    if (result < 0)
        return cli_fail(cli, &err);
    printf("%lld deals over %g years made in %.1f s\n", (long long)o.deals, o.years,
           (double)(clock_monotonic() - start) / (double)SECOND);
    return 0;
}

const struct command cmd_demo = {
    .name = "demo",
    .summary = "fills an empty installation with an invented company",
    .flags = (const char *const[]){"deals=", "years=", "seed=", "truth=", "signal=", "regime=", "detail=", NULL},
    .run = run,
};

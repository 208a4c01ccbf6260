#include <stdio.h>

#include "cli.h"
#include "rebuild.h"

static void tell(const char *line)
{
    fprintf(stderr, "%s\n", line);
}

static int run(struct cli *cli)
{
    struct rebuild_report report;
    struct err err = {0};

    if (cli_open(cli, true, &err) < 0 || rebuild_run(cli->app, &report, tell, &err) < 0)
        return cli_fail(cli, &err);
    printf("%lld rows compared with the log, %lld differences; derived data made anew\n", (long long)report.rows,
           (long long)report.differences);
    return report.differences ? 1 : 0;
}

const struct command cmd_rebuild = {
    .name = "rebuild",
    .summary = "makes derived data anew and compares rows with the log",
    .run = run,
};

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
    if (report.swept)
        printf("%lld contents of files that nothing named any more were removed\n", (long long)report.swept);
    if (report.missing)
        printf("%lld files have lost their content\n", (long long)report.missing);
    return report.differences || report.missing ? 1 : 0;
}

const struct command cmd_rebuild = {
    .name = "rebuild",
    .summary = "makes derived data anew and compares rows with the log",
    .run = run,
};

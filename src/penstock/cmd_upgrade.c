#include <stdio.h>

#include "cli.h"

static bool told;

static void tell(const char *line)
{
    told = true;
    puts(line);
    fflush(stdout);
}

static int run(struct cli *cli)
{
    struct app_config config = cli_config(cli);
    bool rehearse_only = cli_has(cli, "dry-run");
    struct err err = {0};

    config.upgrade = tell;
    if (app_upgrade(&config, rehearse_only, &err) < 0)
        return cli_fail(cli, &err);
    if (!told)
        printf("nothing to do: the database is up to date with Penstock " PENSTOCK_VERSION "\n");
    else if (rehearse_only)
        puts("rehearsal only: the database is as it was");
    return 0;
}

const struct command cmd_upgrade = {
    .name = "upgrade",
    .summary = "brings an older database up to date, rehearsed on a copy first",
    .flags = (const char *const[]){"dry-run", NULL},
    .run = run,
};

#include <stdio.h>

#include "cli.h"

static int run(struct cli *cli)
{
    (void)cli;
    puts("penstock " PENSTOCK_VERSION);
    return 0;
}

const struct command cmd_version = {.name = "version", .summary = "prints the version", .run = run};

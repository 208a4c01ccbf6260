/*
 * What `serve` is told about watching it: --log-level, --log-format, --access-log, --slow-ms, --metrics-from and
 * --metrics-token-file.
 */
#ifndef PENSTOCK_WATCHING_H
#define PENSTOCK_WATCHING_H

#include "api.h"
#include "cli.h"

#define WATCHING_FLAGS "log-level=", "log-format=", "access-log=", "slow-ms=", "metrics-from=", "metrics-token-file="

/* Sets the log up at once, and of `config` what concerns watching. */
int watching_set_up(struct cli *cli, struct api_config *config, struct err *err);

#endif

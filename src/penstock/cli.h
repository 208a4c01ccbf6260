/*
 * The command line: a command is one file with one row of facts. Flags are declared by the row, read by name, and may
 * come from the environment too (--data as PENSTOCK_DATA). Exit status: 0 done, 1 refused or failed with one clear line
 * on stderr, 2 usage.
 *
 *     static int run(struct cli *cli) { … return cli_fail(cli, &err); }
 *     const struct command cmd_version = {.name = "version", .summary = "prints the version", .run = run};
 */
#ifndef PENSTOCK_CLI_H
#define PENSTOCK_CLI_H

#include "app.h"

struct cli;

struct command {
    const char *name;      /* "serve", or "user add" */
    const char *arguments; /* for usage: "KIND FILE"; NULL when it takes none */
    const char *summary;
    const char *const *flags; /* beside --data and --db; "email=" takes a value, "json" none; ended by NULL */
    const char
        *help; /* what `penstock help NAME` says of its flags, a line for each; NULL: they speak for themselves */
    int min_args, max_args;
    int (*run)(struct cli *cli);
};

struct cli {
    const struct command *command;
    struct arena *arena;
    const char **args;
    int nargs;
    const char **names, **values; /* flags given */
    int nflags;
    struct app *app; /* after cli_open */
    bool upgrades;   /* cli_open upgrades an older database, and says so on stderr */
};

extern const struct command *const commands[];
extern const size_t commands_n;

/* The value of a flag, from the command line or the environment; NULL when not given ("" for one without a value). */
const char *cli_flag(const struct cli *cli, const char *name);
bool cli_has(const struct cli *cli, const char *name);
/* A whole number; `otherwise` when not given. 0, or -1 after a usage error was printed. */
int cli_number(const struct cli *cli, const char *name, int64_t otherwise, int64_t *ret);

const char *cli_data_dir(const struct cli *cli);

/* Where the app is, by --data or --db and the rest. */
struct app_config cli_config(const struct cli *cli);
void cli_tell(const char *line); /* to stderr, begun with the time of day */

/* Opens the app on --data or --db, making the data folder (mode 0700) when there is none. Closed after run. */
int cli_open(struct cli *cli, bool must_exist, struct err *err);

/* An active user by address or by number. */
int cli_find_user(struct cli *cli, struct txn *t, const char *text, struct row **ret, struct err *err);

void cli_help(const struct command *c); /* to stdout */

/* Print the error as one line and give the exit status. */
int cli_fail(const struct cli *cli, const struct err *err);
int cli_usage(const struct cli *cli, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif

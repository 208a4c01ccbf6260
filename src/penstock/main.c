#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static int help(FILE *to)
{
    fputs("usage: penstock COMMAND …\n\n", to);
    for (size_t i = 0; i < commands_n; i++)
        fprintf(to, "  %-12s %-24s %s\n", commands[i]->name, commands[i]->arguments ? commands[i]->arguments : "",
                commands[i]->summary);
    fputs("\nEvery command takes --data DIR (default ./data) or --db URL; penstock help COMMAND says more.\n", to);
    return to == stdout ? 0 : 2;
}

/* "user add" is one command of two words. */
static bool find_command(int argc, char **argv, const struct command **ret, int *ret_words)
{
    for (size_t i = 0; i < commands_n; i++) {
        struct str first, second;
        bool two = str_cut(str_of(commands[i]->name), ' ', &first, &second);
        if (str_is(first, argv[1]) && (!two || (argc > 2 && str_is(second, argv[2])))) {
            *ret_words = two ? 2 : 1;
            *ret = commands[i];
            return true;
        }
    }
    return false;
}

/* 1 takes a value, 0 does not, -1 is not a flag of the command. */
static int flag_kind(const struct command *c, struct str name)
{
    static const char *const common[] = {"data=", "db=", "db-readers=", "db-writers=", "sql-trace", NULL};
    const char *const *lists[] = {common, c->flags};

    for (size_t i = 0; i < COUNT(lists); i++)
        for (const char *const *f = lists[i]; f && *f; f++) {
            struct str known;
            struct str rest;
            bool value = str_cut(str_of(*f), '=', &known, &rest);
            if (str_eq(known, name))
                return value;
        }
    return -1;
}

/* 0, or the exit status after a usage error. */
static int read_arguments(struct cli *cli, int argc, char **argv)
{
    bool only_args = false;

    for (int i = 0; i < argc; i++) {
        struct str name, value;
        if (only_args || strncmp(argv[i], "--", 2) != 0) {
            cli->args[cli->nargs++] = argv[i];
            continue;
        }
        if (strcmp(argv[i], "--") == 0) {
            only_args = true;
            continue;
        }
        bool joined = str_cut(str_of(argv[i] + 2), '=', &name, &value);
        int kind = flag_kind(cli->command, name);
        if (kind < 0)
            return cli_usage(cli, "there is no flag --" STR_FMT, STR_ARG(name));
        if (kind == 0 && joined)
            return cli_usage(cli, "--" STR_FMT " takes no value", STR_ARG(name));
        if (kind == 1 && !joined && ++i == argc)
            return cli_usage(cli, "--" STR_FMT " needs a value", STR_ARG(name));
        cli->names[cli->nflags] = arena_cstr(cli->arena, name);
        cli->values[cli->nflags++] = kind == 0 ? "" : joined ? value.p : argv[i];
    }
    if (cli->nargs < cli->command->min_args || cli->nargs > cli->command->max_args)
        return cli_usage(cli, "it takes %s", cli->command->arguments ? cli->command->arguments : "no arguments");
    return 0;
}

int main(int argc, char **argv)
{
    struct cli cli = {0};
    int words = 1;

    if (argc > 2 && strcmp(argv[1], "help") == 0) {
        if (!find_command(argc - 1, argv + 1, &cli.command, &words))
            return help(stderr);
        cli_help(cli.command);
        return 0;
    }
    if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
        return help(argc < 2 ? stderr : stdout);
    if (!find_command(argc, argv, &cli.command, &words)) {
        fprintf(stderr, "penstock: there is no command \"%s\"; see penstock help\n", argv[1]);
        return 2;
    }
    cli.arena = arena_new(MAX_ARENA);
    if (!cli.arena)
        return 1;
    cli.args = NEW_ARRAY(cli.arena, const char *, (size_t)argc);
    cli.names = NEW_ARRAY(cli.arena, const char *, (size_t)argc);
    cli.values = NEW_ARRAY(cli.arena, const char *, (size_t)argc);
    int status = read_arguments(&cli, argc - 1 - words, argv + 1 + words);
    if (status == 0)
        status = cli.command->run(&cli);
    app_close(cli.app);
    arena_free(cli.arena);
    return status;
}

#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "diag.h"
#include "user.h"

const char *cli_flag(const struct cli *cli, const char *name)
{
    char env[64] = "PENSTOCK_";
    size_t n = strlen(env);

    for (int i = cli->nflags - 1; i >= 0; i--)
        if (strcmp(cli->names[i], name) == 0)
            return cli->values[i];
    for (const char *p = name; *p && n + 1 < sizeof(env); p++)
        env[n++] = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
    env[n] = '\0';
    return getenv(env);
}

bool cli_has(const struct cli *cli, const char *name)
{
    return cli_flag(cli, name) != NULL;
}

int cli_number(const struct cli *cli, const char *name, int64_t otherwise, int64_t *ret)
{
    const char *text = cli_flag(cli, name);

    *ret = otherwise;
    if (text && !str_int(str_of(text), ret)) {
        cli_usage(cli, "--%s takes a whole number, not \"%s\"", name, text);
        return -1;
    }
    return 0;
}

const char *cli_data_dir(const struct cli *cli)
{
    const char *dir = cli_flag(cli, "data");

    return dir && *dir ? dir : "./data";
}

void cli_tell(const char *line)
{
    diag(DIAG_INFO, "%s", line);
}

/* A number of connections: within 1 and `most`; 0 when none is given. */
static unsigned connections(const struct cli *cli, const char *flag, int64_t most)
{
    const char *text = cli_flag(cli, flag);
    int64_t n = 0;

    if (!text || !str_int(str_of(text), &n))
        return 0;
    return (unsigned)(n < 1 ? 1 : n > most ? most : n);
}

struct app_config cli_config(const struct cli *cli)
{
    return (struct app_config){
        .data_dir = cli_data_dir(cli),
        .db_url = cli_flag(cli, "db"),
        .db_readers = connections(cli, "db-readers", 32),
        .db_writers = connections(cli, "db-writers", 64),
        .public_url = cli_flag(cli, "public-url"),
        .trace = cli_has(cli, "sql-trace"),
        .upgrade = cli->upgrades ? cli_tell : NULL,
    };
}

int cli_open(struct cli *cli, bool must_exist, struct err *err)
{
    struct app_config config = cli_config(cli);

    config.must_exist = must_exist;
    if (!must_exist && mkdir(config.data_dir, 0700) < 0 && errno != EEXIST)
        return err_set(err, ERR_INTERNAL, "The data folder %s cannot be made: %s.", config.data_dir, strerror(errno));
    return app_open(&cli->app, &config, err);
}

int cli_find_user(struct cli *cli, struct txn *t, const char *text, struct row **ret, struct err *err)
{
    struct str email = utf8_fold(txn_arena(t), str_of(text));
    int64_t number;
    int n = row_find(t, cli->app->users, "email", value_text(email), ret, err);

    if (n == 0 && str_int(email, &number))
        n = row_find(t, cli->app->users, "id", value_int(number), ret, err);
    if (n == 0)
        return err_field(err, "user", "unknown", "There is no user \"%s\".", text);
    if (n == 1 && !row_int(*ret, USER_ACTIVE))
        return err_field(err, "user", "inactive", "This user is not active.");
    return n < 0 ? -1 : 0;
}

int cli_fail(const struct cli *cli, const struct err *err)
{
    fprintf(stderr, "penstock %s: %s\n", cli->command->name, err->msg);
    for (size_t i = 1; i < err->nfields; i++)
        fprintf(stderr, "penstock %s: %s: %s\n", cli->command->name, err->fields[i].field, err->fields[i].msg);
    return 1;
}

static void print_usage(FILE *to, const struct command *c)
{
    fprintf(to, "usage: penstock %s%s%s [--data DIR] [--db URL]", c->name, c->arguments ? " " : "",
            c->arguments ? c->arguments : "");
    for (const char *const *f = c->flags; f && *f; f++) {
        size_t n = strcspn(*f, "=");
        fprintf(to, " [--%.*s%s]", (int)n, *f, (*f)[n] ? " …" : "");
    }
    fputc('\n', to);
}

void cli_help(const struct command *c)
{
    print_usage(stdout, c);
    printf("\n%c%s.\n", toupper((unsigned char)c->summary[0]), c->summary + 1);
    if (c->help)
        printf("\n%s", c->help);
    fputs("\nA flag may also be a variable of the environment: --public-url is PENSTOCK_PUBLIC_URL.\n", stdout);
}

int cli_usage(const struct cli *cli, const char *fmt, ...)
{
    va_list ap;

    fprintf(stderr, "penstock %s: ", cli->command->name);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    print_usage(stderr, cli->command);
    return 2;
}

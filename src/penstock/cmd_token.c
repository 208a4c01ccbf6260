#include <stdio.h>

#include "cli.h"
#include "json_in.h"
#include "op.h"
#include "user.h"

struct making {
    struct cli *cli;
    struct str text;
};

/* An instant, or a day: then it ends as that day begins where the workspace is. */
static int take_expiry(const struct ctx *c, const char *text, json_t *body, struct err *err)
{
    char z[MSEC_LEN + 1];
    struct day day;
    msec at;

    if (!text)
        return 0;
    if (day_parse(str_of(text), &day))
        at = zone_midnight(c->workspace.zone, day);
    else if (!msec_parse(str_of(text), &at))
        return err_field(err, "expires", "format", "--expires takes a date like 2027-01-31.");
    msec_format(at, z);
    json_object_set_new(body, "expires_at", json_string(z));
    return 0;
}

static int make_write(struct txn *t, void *arg, struct err *err)
{
    struct making *m = arg;
    const char *scope = cli_flag(m->cli, "scope");
    struct row *user, *row;
    json_t *body;
    struct ctx c;

    if (ctx_write(&c, m->cli->app, t, WHO_SYSTEM, "cli", err) < 0 ||
        cli_find_user(m->cli, t, cli_flag(m->cli, "user"), &user, err) < 0 ||
        json_read_object(c.arena, S("{}"), &body, err) < 0 ||
        take_expiry(&c, cli_flag(m->cli, "expires"), body, err) < 0)
        return -1;
    json_object_set_new(body, "user_id", json_integer(row_id(user)));
    json_object_set_new(body, "name", json_string(cli_flag(m->cli, "name")));
    if (scope)
        json_object_set_new(body, "scope", json_string(scope));
    c.new_token = &m->text;
    return op_create(&c, m->cli->app->tokens, body, &row, err);
}

static int run(struct cli *cli)
{
    struct making m = {.cli = cli};
    struct err err = {0};

    if (!cli_flag(cli, "user") || !cli_flag(cli, "name"))
        return cli_usage(cli, "--user and --name are needed");
    if (cli_open(cli, true, &err) < 0 || store_write(cli->app->store, cli->arena, make_write, &m, &err) < 0)
        return cli_fail(cli, &err);
    printf(STR_FMT "\n", STR_ARG(m.text));
    return 0;
}

const struct command cmd_token = {
    .name = "token add",
    .summary = "makes an API token and prints it, this once",
    .flags = (const char *const[]){"user=", "name=", "scope=", "expires=", NULL},
    .run = run,
};

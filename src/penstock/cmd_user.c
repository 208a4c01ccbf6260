/* Users from the command line: adding one, and a way in for one who is locked out. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "json_in.h"
#include "link.h"
#include "op.h"
#include "password.h"
#include "user.h"

struct adding {
    struct cli *cli;
    struct str password, hash;
    id user;
};

/* Where the server is reached, as far as the command line knows. */
static struct str base_url(const struct cli *cli)
{
    const char *url = cli_flag(cli, "public-url"), *listen = cli_flag(cli, "listen");

    return url ? str_of(url) : arena_printf(cli->arena, "http://%s", listen ? listen : "127.0.0.1:8080");
}

/* By number or by name. */
static int find_team(struct txn *t, const struct app *a, const char *text, id *ret, struct err *err)
{
    struct row *row;
    int64_t number;
    int n = row_find(t, a->teams, "name", value_text(str_of(text)), &row, err);

    if (n == 0 && str_int(str_of(text), &number))
        n = row_find(t, a->teams, "id", value_int(number), &row, err);
    if (n == 0)
        return err_field(err, "team", "unknown", "There is no team \"%s\".", text);
    if (n == 1)
        *ret = row_id(row);
    return n < 0 ? -1 : 0;
}

static void put(json_t *body, const char *name, const char *text)
{
    if (text)
        json_object_set_new(body, name, json_string(text));
}

static int add_write(struct txn *t, void *arg, struct err *err)
{
    struct adding *add = arg;
    const char *team = cli_flag(add->cli, "team");
    struct app *a = add->cli->app;
    json_t *body;
    struct row *row;
    struct ctx c;
    id team_id = 0;

    if (ctx_write(&c, a, t, WHO_SYSTEM, "cli", err) < 0 || json_read_object(c.arena, S("{}"), &body, err) < 0)
        return -1;
    put(body, "name", cli_flag(add->cli, "name"));
    put(body, "email", cli_flag(add->cli, "email"));
    put(body, "role", cli_flag(add->cli, "role"));
    if (team && find_team(t, a, team, &team_id, err) < 0)
        return -1;
    if (team)
        json_object_set_new(body, "team_id", json_integer(team_id));
    if (op_create(&c, a->users, body, &row, err) < 0 ||
        (add->hash.p && password_put(&c, row_id(row), add->hash, 0, err) < 0))
        return -1;
    add->user = row_id(row);
    return 0;
}

/* The first line of standard input, so that it stands in no list of processes and no history. */
static int read_password(struct adding *add, struct err *err)
{
    char *line = arena_alloc(add->cli->arena, PASSWORD_MAX + 2);

    if (!fgets(line, PASSWORD_MAX + 2, stdin))
        return err_field(err, "password", "required", "No password came on standard input.");
    add->password = str_of(line);
    while (add->password.n && strchr("\r\n", add->password.p[add->password.n - 1]))
        add->password.n--;
    return password_check(add->cli->arena, add->password, str_of(cli_flag(add->cli, "name")),
                          str_of(cli_flag(add->cli, "email")), err);
}

static int print_user(struct cli *cli, const struct adding *add, struct err *err)
{
    struct str link = STR_NULL;
    msec expires;

    if (!add->hash.p &&
        link_text(cli->app, cli->arena, LINK_INVITE, add->user, base_url(cli), &link, &expires, err) < 0)
        return -1;
    if (cli_has(cli, "json"))
        printf(link.p ? "{\"id\":%lld,\"link\":\"" STR_FMT "\"}\n" : "{\"id\":%lld,\"link\":null}\n",
               (long long)add->user, STR_ARG(link));
    else if (link.p)
        printf("added user %lld; to choose a password, once, within a week:\n" STR_FMT "\n", (long long)add->user,
               STR_ARG(link));
    else
        printf("added user %lld\n", (long long)add->user);
    return 0;
}

static int add(struct cli *cli)
{
    struct adding adding = {.cli = cli};
    struct err err = {0};

    if (!cli_flag(cli, "email") || !cli_flag(cli, "name"))
        return cli_usage(cli, "--email and --name are needed");
    if (cli_has(cli, "password-stdin") && read_password(&adding, &err) < 0)
        return cli_fail(cli, &err);
    if (cli_open(cli, false, &err) < 0 ||
        (adding.password.p && password_make(cli->arena, adding.password, &adding.hash, &err) < 0) ||
        store_write(cli->app->store, cli->arena, add_write, &adding, &err) < 0 || print_user(cli, &adding, &err) < 0)
        return cli_fail(cli, &err);
    return 0;
}

static int find_user(struct cli *cli, id *ret, struct err *err)
{
    struct txn *t = txn_read(cli->app->store, cli->arena, err);
    struct str email = utf8_fold(cli->arena, str_of(cli_flag(cli, "email")));
    struct row *row;
    int n = t ? row_find(t, cli->app->users, "email", value_text(email), &row, err) : -1;

    txn_end(t);
    if (n == 0)
        return err_set(err, ERR_NOT_FOUND, "There is no user with the address " STR_FMT ".", STR_ARG(email));
    if (n == 1)
        *ret = row_id(row);
    return n < 0 ? -1 : 0;
}

/* For who forgot the password, an owner who is alone included. */
static int reset(struct cli *cli)
{
    struct err err = {0};
    struct str link;
    msec expires;
    id user = 0;

    if (!cli_flag(cli, "email"))
        return cli_usage(cli, "--email is needed");
    if (cli_open(cli, true, &err) < 0 || find_user(cli, &user, &err) < 0 ||
        link_text(cli->app, cli->arena, LINK_RESET, user, base_url(cli), &link, &expires, &err) < 0)
        return cli_fail(cli, &err);
    printf(STR_FMT "\n", STR_ARG(link));
    return 0;
}

const struct command cmd_user = {
    .name = "user add",
    .summary = "adds a user; without --password-stdin it prints a one-time link",
    .flags = (const char *const[]){"email=", "name=", "role=", "team=", "password-stdin",
                                   "public-url=", "listen=", "json", NULL},
    .run = add,
};

const struct command cmd_user_reset = {
    .name = "user reset",
    .summary = "prints a one-time link to choose a new password",
    .flags = (const char *const[]){"email=", "public-url=", "listen=", NULL},
    .run = reset,
};

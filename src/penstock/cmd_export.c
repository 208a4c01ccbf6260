#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "export.h"

/* "status=won&value.gte=1000", as in the API's query string, without escapes. */
static int read_filter(struct ctx *c, struct list_query *q, struct str text, struct err *err)
{
    struct str piece, name, value;

    while (text.n && str_next(&text, '&', &piece)) {
        str_cut(piece, '=', &name, &value);
        if (str_is(name, "q"))
            q->q = value;
        else if (list_filter(q, c->arena, name, value, c->workspace.zone, err) < 0)
            return -1;
    }
    return 0;
}

static int write_out(struct cli *cli, struct ctx *c, enum tab_file format, FILE *out, struct err *err)
{
    bool history = strcmp(cli->args[0], "deal-history") == 0;
    const char *filter = cli_flag(cli, "filter");
    struct list_query q = {.kind = history ? cli->app->deals : schema_kind(cli->app->schema, str_of(cli->args[0]))};
    int64_t rows;

    if (history)
        return export_history(c, 0, format, tab_sink_file(out), &rows, err);
    if (filter && read_filter(c, &q, str_of(filter), err) < 0)
        return -1;
    return export_rows(c, &q, format, tab_sink_file(out), &rows, err);
}

static int run(struct cli *cli)
{
    const char *path = cli_flag(cli, "out"), *name = cli_flag(cli, "format");
    enum tab_file format = TAB_CSV;
    struct err err = {0};
    struct ctx c;
    FILE *out = stdout;

    if (name && !tab_file_find(str_of(name), &format))
        return cli_usage(cli, "the formats are csv, json and xlsx");
    if (cli_open(cli, true, &err) < 0)
        return cli_fail(cli, &err);
    if (strcmp(cli->args[0], "deal-history") != 0 && !schema_kind(cli->app->schema, str_of(cli->args[0])))
        return cli_usage(cli, "there is no kind \"%s\"; one is deals, another deal-history", cli->args[0]);
    if (path && !(out = fopen(path, "wb"))) {
        err_set(&err, ERR_INTERNAL, "%s cannot be written.", path);
        return cli_fail(cli, &err);
    }
    struct txn *t = txn_read(cli->app->store, cli->arena, &err);
    int result = t ? ctx_read(&c, cli->app, t, WHO_SYSTEM, &err) : -1;
    if (result == 0)
        result = write_out(cli, &c, format, out, &err);
    txn_end(t);
    if (fflush(out) != 0 || (path && fclose(out) != 0))
        result = err_set(&err, ERR_INTERNAL, "The file could not be written to its end.");
    return result < 0 ? cli_fail(cli, &err) : 0;
}

const struct command cmd_export = {
    .name = "export",
    .arguments = "KIND",
    .summary = "writes records as csv, json or xlsx",
    .flags = (const char *const[]){"format=", "out=", "filter=", NULL},
    .min_args = 1,
    .max_args = 1,
    .run = run,
};

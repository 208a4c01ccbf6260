#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "import.h"
#include "json_in.h"

#define STEP 5000 /* rows in one transaction at most */

static int read_map(struct cli *cli, json_t **ret, struct err *err)
{
    const char *path = cli_flag(cli, "map");
    struct buf b;
    size_t n = 0;

    FILE *f = fopen(path, "rb");
    if (!f)
        return err_set(err, ERR_INVALID, "The map %s cannot be opened.", path);
    buf_init(&b, MAX_JSON_BODY);
    for (char *to; (to = buf_reserve(&b, 4096)) && (n = fread(to, 1, 4096, f)) > 0;)
        buf_advance(&b, n);
    fclose(f);
    int result = buf_ok(&b) ? json_read_object(cli->arena, arena_str(cli->arena, buf_view(&b)), ret, err)
                            : err_set(err, ERR_TOO_LARGE, "The map %s is too large.", path);
    buf_clear(&b);
    return result;
}

/* Without a map: the one that the header suggests. */
static int suggested_map(struct cli *cli, const struct kind *k, const char *path, json_t **ret, struct err *err)
{
    struct tab_source source;
    struct tab_report *file;

    if (tab_source_open(&source, path, err) < 0)
        return -1;
    int result = tab_detect(cli->arena, &source, &file, err);
    tab_source_close(&source);
    if (result < 0)
        return -1;
    *ret = import_map_suggest(cli->arena, k, file);
    if (json_object_size(json_object_get(*ret, "columns")) == 0)
        return err_set(err, ERR_INVALID, "No column of %s is known; say with --map which column is what.", path);
    return 0;
}

static void print_json(const struct import_report *r)
{
    struct json_out o;
    struct buf b;

    buf_init(&b, MAX_REPLY);
    out_init(&o, &b);
    out_open(&o, '{');
    if (r->changeset)
        out_kv_int(&o, "changeset", r->changeset);
    else
        out_kv_null(&o, "changeset");
    out_kv_int(&o, "created", r->created);
    out_kv_int(&o, "updated", r->updated);
    out_kv_int(&o, "skipped", r->skipped);
    out_kv_open(&o, "bad", '[');
    for (size_t i = 0; i < r->nbad; i++) {
        out_open(&o, '{');
        out_kv_int(&o, "line", r->bad_rows[i].line);
        out_kv_str(&o, "column", r->bad_rows[i].column);
        out_kv_str(&o, "reason", r->bad_rows[i].reason);
        out_close(&o, '}');
    }
    out_close(&o, ']');
    out_kv_int(&o, "bad_count", r->bad);
    out_close(&o, '}');
    buf_char(&b, '\n');
    fwrite(b.p, 1, b.n, stdout);
    buf_clear(&b);
}

static void print_text(const struct import_report *r, bool dry_run)
{
    printf("%s%lld created, %lld updated, %lld skipped, %lld bad", dry_run ? "dry run: " : "", (long long)r->created,
           (long long)r->updated, (long long)r->skipped, (long long)r->bad);
    if (r->changeset && !dry_run)
        printf("; change set %lld (penstock undo %lld takes it back)", (long long)r->changeset,
               (long long)r->changeset);
    putchar('\n');
    for (size_t i = 0; i < r->nbad && i < 20; i++)
        fprintf(stderr, "line %lld%s" STR_FMT ": " STR_FMT "\n", (long long)r->bad_rows[i].line,
                r->bad_rows[i].column.n ? ", " : "", STR_ARG(r->bad_rows[i].column), STR_ARG(r->bad_rows[i].reason));
    if (r->bad > 20)
        fprintf(stderr, "and %lld more; --json lists them\n", (long long)r->bad - 20);
}

static int run_all(struct import *im, struct err *err)
{
    const struct import_report *r = import_report(im);
    int more;

    while ((more = import_step(im, STEP, err)) > 0)
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "\r%lld of about %lld rows", (long long)r->done, (long long)r->total);
    if (isatty(STDERR_FILENO))
        fputc('\n', stderr);
    return more;
}

static int run(struct cli *cli)
{
    struct import_request req = {.path = cli->args[1],
                                 .filename =
                                     str_of(strrchr(cli->args[1], '/') ? strrchr(cli->args[1], '/') + 1 : cli->args[1]),
                                 .who = WHO_SYSTEM,
                                 .origin = "import",
                                 .dry_run = cli_has(cli, "dry-run")};
    struct import *im;
    struct err err = {0};
    json_t *map = NULL;

    if (cli_open(cli, false, &err) < 0)
        return cli_fail(cli, &err);
    req.history = strcmp(cli->args[0], "deal-history") == 0;
    req.create = cli_has(cli, "create");
    req.pipeline = str_of(cli_flag(cli, "pipeline"));
    req.kind = req.history ? cli->app->deals : schema_kind(cli->app->schema, str_of(cli->args[0]));
    if (!req.kind)
        return cli_usage(cli, "there is no kind \"%s\"; one is deals, another deal-history", cli->args[0]);
    if (!req.history &&
        (cli_has(cli, "map") ? read_map(cli, &map, &err) : suggested_map(cli, req.kind, req.path, &map, &err)) < 0)
        return cli_fail(cli, &err);
    req.map = map;
    if (import_open(&im, cli->app, cli->arena, &req, &err) < 0 || run_all(im, &err) < 0)
        return cli_fail(cli, &err);
    if (cli_has(cli, "json"))
        print_json(import_report(im));
    else
        print_text(import_report(im), req.dry_run);
    return 0;
}

const struct command cmd_import = {
    .name = "import",
    .arguments = "KIND FILE",
    .summary = "brings the rows of a CSV file in, as one change set",
    .flags = (const char *const[]){"map=", "pipeline=", "create", "dry-run", "json", NULL},
    .min_args = 2,
    .max_args = 2,
    .run = run,
};

#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "json_out.h"
#include "restore.h"
#include "secret.h"

static void tell(const char *what)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K%s …", what);
}

static void tell_no_more(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

static void print_json(const struct restore_report *r)
{
    struct json_out o;
    struct buf b;

    buf_init(&b, 64u << 10);
    out_init(&o, &b);
    out_open(&o, '{');
    out_kv_str(&o, "workspace", r->head.workspace);
    out_kv_msec(&o, "made_at", r->head.made_at);
    out_kv_str(&o, "program", r->head.program);
    out_kv_str(&o, "engine", r->head.engine);
    out_kv_int(&o, "rows", r->rows);
    out_kv_int(&o, "changes", r->changes);
    out_kv_int(&o, "contents", r->contents);
    out_kv_int(&o, "missing", r->missing);
    out_kv_bool(&o, "verified", true);
    out_close(&o, '}');
    printf(STR_FMT "\n", STR_ARG(buf_view(&b)));
    buf_clear(&b);
}

static void print_words(const struct cli *cli, const struct restore_options *o, const struct restore_report *r)
{
    char made[MSEC_LEN + 1];

    msec_format(r->head.made_at, made);
    printf("Backup of " STR_FMT ", made %s: %lld rows (%lld of the log), %lld contents of files, all as they were.\n",
           STR_ARG(r->head.workspace), made, (long long)r->rows, (long long)r->changes, (long long)r->contents);
    if (r->missing)
        printf("%lld contents of files were missing when it was made.\n", (long long)r->missing);
    if (o->until)
        printf("Taken back to what was recorded before %s.\n", o->until);
    if (!o->check)
        printf("Restored to %s. Start it: penstock serve --data %s\n", cli_data_dir(cli), cli_data_dir(cli));
}

static int run(struct cli *cli)
{
    const char *key_file = cli_flag(cli, "key-file");
    struct restore_options o = {
        .sources = cli->args,
        .nsources = cli->nargs,
        .data_dir = cli_data_dir(cli),
        .db_url = cli_flag(cli, "db"),
        .check = cli_has(cli, "check"),
        .until = cli_flag(cli, "until"),
        .tell = tell,
    };
    struct restore_report report;
    struct backup_key key;
    struct err err = {0};

    if (o.until && !restore_until_fits(o.until))
        return cli_usage(cli, "--until takes a moment like 2026-03-01T09:30:00Z or a day, not \"%s\"", o.until);
    if (secret_init() < 0 || (key_file && key_read(key_file, &key, &err) < 0))
        return cli_fail(cli, &err);
    if (key_file)
        o.key = &key;
    int result = restore_run(&o, cli->arena, &report, &err);
    tell_no_more();
    if (result < 0)
        return cli_fail(cli, &err);
    if (cli_has(cli, "json"))
        print_json(&report);
    else
        print_words(cli, &o, &report);
    return 0;
}

const struct command cmd_restore = {
    .name = "restore",
    .arguments = "SRC [INCREMENT]",
    .summary = "puts a backup into an empty data folder, or with --check only proves it",
    .flags = (const char *const[]){"key-file=", "until=", "check", "json", NULL},
    .min_args = 1,
    .max_args = 2,
    .run = run,
};

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "json_out.h"
#include "secret.h"
#include "work.h"

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

static void print_json(const struct make_report *r, FILE *to)
{
    struct json_out o;
    struct buf b;

    buf_init(&b, 64u << 10);
    out_init(&o, &b);
    out_open(&o, '{');
    out_kv_str(&o, "path", str_of(r->path));
    out_kv_int(&o, "size", (int64_t)r->size);
    out_kv_int(&o, "rows", r->rows);
    out_kv_int(&o, "changes", r->changes);
    out_kv_int(&o, "contents", r->contents);
    out_kv_int(&o, "missing", r->missing);
    out_kv_int(&o, "last_seq", r->last_seq);
    out_kv_bool(&o, "verified", true);
    out_kv_int(&o, "written_ms", r->written_ms);
    out_kv_int(&o, "verified_ms", r->verified_ms);
    out_close(&o, '}');
    fprintf(to, STR_FMT "\n", STR_ARG(buf_view(&b)));
    buf_clear(&b);
}

static void print_words(const struct make_report *r, FILE *to)
{
    fprintf(to, "%s: %.1f MB, %lld rows (%lld of the log), %lld contents of files\n", r->path ? r->path : "backup",
            (double)r->size / 1e6, (long long)r->rows, (long long)r->changes, (long long)r->contents);
    fprintf(to, "written in %.1f s; restored to scratch and compared with what was there in %.1f s: the same\n",
            (double)r->written_ms / 1e3, (double)r->verified_ms / 1e3);
    if (r->missing)
        fprintf(to, "%lld contents of files were missing already; see penstock doctor\n", (long long)r->missing);
}

static int make(struct cli *cli)
{
    const char *key_file = cli_flag(cli, "key-file");
    struct make_options o = {.to = cli->args[0], .since = cli_flag(cli, "since"), .tell = tell};
    struct make_report report;
    struct backup_key key;
    struct err err = {0};

    if (cli_open(cli, true, &err) < 0)
        return cli_fail(cli, &err);
    if (key_file && key_read(key_file, &key, &err) < 0)
        return cli_fail(cli, &err);
    if (key_file)
        o.key = &key;
    int result = backup_by_hand(cli->app, &o, cli->arena, &report, &err);
    tell_no_more();
    if (result < 0)
        return cli_fail(cli, &err);
    (cli_has(cli, "json") ? print_json : print_words)(&report, strcmp(o.to, "-") == 0 ? stderr : stdout);
    return 0;
}

static int run(struct cli *cli)
{
    const char *new_key = cli_flag(cli, "new-key");
    struct err err = {0};

    if (!new_key && cli->nargs != 1)
        return cli_usage(cli, "say where the backup goes: a file, a folder, or - for the output");
    if (new_key && cli->nargs)
        return cli_usage(cli, "make the key first, then the backup with --key-file");
    if (!new_key)
        return make(cli);
    if (secret_init() < 0 || key_make(new_key, &err) < 0)
        return cli_fail(cli, &err);
    printf("%s is a new key. Keep a copy of it away from the backups: without it they are lost.\n", new_key);
    return 0;
}

const struct command cmd_backup = {
    .name = "backup",
    .arguments = "DEST",
    .summary = "backs everything up, and proves it by restoring it to scratch",
    .flags = (const char *const[]){"key-file=", "since=", "new-key=", "json", NULL},
    .min_args = 0,
    .max_args = 1,
    .run = run,
};

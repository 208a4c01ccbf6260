#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "undo.h"

static void progress(void *ctx, int64_t done, int64_t all)
{
    (void)ctx;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%lld of %lld changes", (long long)done, (long long)all);
}

static void print_conflicts(const struct undo_report *r)
{
    for (size_t i = 0; i < r->nconflicts; i++) {
        const struct undo_conflict *c = &r->conflicts[i];
        fprintf(stderr, "  %s %lld " STR_FMT "%s" STR_FMT ": %s\n", c->kind ? c->kind->def.one : "record",
                (long long)c->row, STR_ARG(c->title), c->field.n ? ", " : "", STR_ARG(c->field), c->reason);
    }
    if (r->all_conflicts > (int64_t)r->nconflicts)
        fprintf(stderr, "  and %lld more\n", (long long)(r->all_conflicts - (int64_t)r->nconflicts));
}

static int run(struct cli *cli)
{
    struct undo_report *report = NEW(cli->arena, struct undo_report);
    struct undo_request req = {.preview = cli_has(cli, "preview"),
                               .keep_conflicts = cli_has(cli, "keep-conflicts"),
                               .who = WHO_SYSTEM,
                               .origin = "cli",
                               .progress = progress};
    struct err err = {0};

    if (!str_int(str_of(cli->args[0]), &req.changeset) || req.changeset < 1)
        return cli_usage(cli, "a change set is a number, not \"%s\"", cli->args[0]);
    int result = cli_open(cli, true, &err);
    if (result == 0)
        result = undo_run(cli->app, cli->arena, &req, report, &err);
    if (isatty(STDERR_FILENO) && report->changes)
        fputc('\n', stderr);
    if (result < 0)
        cli_fail(cli, &err);
    print_conflicts(report);
    if (result < 0)
        return 1;
    if (cli_has(cli, "json"))
        printf("{\"changeset\":%lld,\"changes\":%lld,\"restored\":%lld,\"removed\":%lld,\"updated\":%lld,\"conflicts\":"
               "%lld}\n",
               (long long)report->changeset, (long long)report->changes, (long long)report->restored,
               (long long)report->removed, (long long)report->updated, (long long)report->all_conflicts);
    else
        printf("%s change set %lld: %lld restored, %lld removed, %lld changed back%s\n",
               req.preview ? "would undo" : "undid", (long long)req.changeset, (long long)report->restored,
               (long long)report->removed, (long long)report->updated,
               report->all_conflicts ? "; some were left as they are" : "");
    return 0;
}

const struct command cmd_undo = {
    .name = "undo",
    .arguments = "CHANGESET",
    .summary = "takes a change set back",
    .flags = (const char *const[]){"preview", "keep-conflicts", "json", NULL},
    .min_args = 1,
    .max_args = 1,
    .run = run,
};

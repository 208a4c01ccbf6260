#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "cli.h"
#include "link.h"
#include "rebuild.h"

/* Looks at everything that can be wrong with an installation, says what it found, and how to mend what is not well. */

struct checkup {
    struct cli *cli;
    int problems;
};

static void well(const char *what)
{
    printf("ok       %s\n", what);
}

static void ill(struct checkup *c, const char *what, const char *how)
{
    c->problems++;
    printf("problem  %s\n         %s\n", what, how);
}

static void check_folder(struct checkup *c)
{
    const char *dir = cli_data_dir(c->cli);
    struct statvfs space;
    struct stat st;

    if (stat(dir, &st) == 0 && (st.st_mode & 077) != 0)
        ill(c, "others on this machine can look into the data folder", "chmod 700 the folder");
    else
        well("the data folder is closed to others");
    if (statvfs(dir, &space) == 0 && space.f_bavail * space.f_frsize < (256ul << 20))
        ill(c, "less than 256 MB of disk are free", "make room before writes begin to fail");
    else
        well("there is room on the disk");
}

static void check_pages(struct checkup *c, struct txn *t)
{
    struct err err = {0};
    struct value v;

    if (txn_dialect(t) != DIALECT_SQLITE)
        return;
    if (sql_row(t, "PRAGMA quick_check(1)", NO_ARGS, &v, 1, &err) == 1 && str_is(v.s, "ok"))
        well("the database file is whole");
    else
        ill(c, "the database file is damaged", "stop the server and go back to the last good copy of the data folder");
}

static void check_clock(struct checkup *c, struct txn *t)
{
    struct err err = {0};
    struct value v;

    if (sql_row(t, "SELECT max(recorded_at) FROM changesets", NO_ARGS, &v, 1, &err) == 1 && v.type == V_INT &&
        v.i > clock_now() + MINUTE)
        ill(c, "the log has entries from the future: this machine's clock is behind", "set the clock (timedatectl)");
    else
        well("the clock agrees with the log");
}

static void check_people(struct checkup *c, struct txn *t)
{
    struct err err = {0};

    if (link_needs_setup(t, &err) == 1)
        ill(c, "no administrator can sign in", "start the server and open the link it prints, or: penstock user add");
    else
        well("an administrator can sign in");
}

static void tell(const char *line)
{
    printf("         %s\n", line);
}

static void check_log(struct checkup *c)
{
    struct rebuild_report report;
    struct err err = {0};

    if (rebuild_compare(c->cli->app, &report, tell, &err) < 0)
        ill(c, err.msg, "run penstock rebuild, which says more");
    else if (report.differences)
        ill(c, "rows differ from the log", "keep a copy of the data folder and report this: it should not happen");
    else
        well("rows and log agree");
    if (report.missing)
        ill(c, "files have lost their content", "put the folder files of a backup beside the present one");
    else
        well("every file has its content");
}

static void check_work(struct checkup *c, struct txn *t)
{
    struct err err = {0};
    struct value v;

    if (sql_row(t, "SELECT count(*) FROM jobs WHERE state = 'failed'", NO_ARGS, &v, 1, &err) == 1 && v.i > 0)
        ill(c, "some work in the background has failed", "see the table of jobs; imports can be started again");
    else
        well("no work in the background has failed");
}

static int run(struct cli *cli)
{
    struct checkup c = {.cli = cli};
    struct err err = {0};

    if (cli_open(cli, true, &err) < 0)
        return cli_fail(cli, &err);
    well("the database opens and is up to date");
    check_folder(&c);
    struct txn *t = txn_read(cli->app->store, cli->arena, &err);
    if (!t)
        return cli_fail(cli, &err);
    check_pages(&c, t);
    check_clock(&c, t);
    check_people(&c, t);
    check_work(&c, t);
    txn_end(t);
    check_log(&c);
    if (c.problems)
        fprintf(stderr, "penstock doctor: %d problem%s\n", c.problems, c.problems == 1 ? "" : "s");
    return c.problems ? 1 : 0;
}

const struct command cmd_doctor = {
    .name = "doctor",
    .summary = "looks for anything wrong and says how to mend it",
    .run = run,
};

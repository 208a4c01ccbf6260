#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "kinds.h"
#include "migrate.h"
#include "sqlgen.h"

/* What follows from the descriptions, printed by the program itself so that nothing can disagree with it. */

static void print_sql(const struct schema *s, enum dialect d, struct buf *b)
{
    for (int i = 0; i < app_migrations_n; i++) {
        buf_printf(b, "-- %d: %s\n", app_migrations[i].number, app_migrations[i].name);
        app_migrations[i].script(b, d);
    }
    for (int i = 0; i < s->n; i++) {
        buf_printf(b, "-- %s\n", s->kinds[i].name);
        sqlgen_table(b, &s->kinds[i], d);
    }
}

static void print_acl(const struct schema *s, struct buf *b)
{
    buf_z(b, "kind              role     see   change  add\n");
    for (int i = 0; i < s->n; i++)
        for (int role = ROLE_ADMIN; role >= ROLE_VIEWER; role--)
            buf_printf(b, "%-17s %-8s %-5s %-7s %s\n", s->kinds[i].name, role_name((enum role)role),
                       level_name(preset_see((enum role)role, &s->kinds[i])),
                       level_name(preset_edit((enum role)role, &s->kinds[i])),
                       preset_create((enum role)role, &s->kinds[i]) ? "yes" : "no");
}

static int run(struct cli *cli)
{
    const struct schema *s = kinds_schema(cli->arena);
    const char *dialect = cli_flag(cli, "sql");
    struct buf b;

    buf_init(&b, MAX_REPLY);
    if (dialect && (strcmp(dialect, "sqlite") == 0 || strcmp(dialect, "postgres") == 0))
        print_sql(s, strcmp(dialect, "sqlite") == 0 ? DIALECT_SQLITE : DIALECT_POSTGRES, &b);
    else if (cli_has(cli, "acl"))
        print_acl(s, &b);
    else
        return cli_usage(cli, "say which: --acl, --sql sqlite or --sql postgres");
    fwrite(b.p, 1, b.n, stdout);
    buf_clear(&b);
    return 0;
}

const struct command cmd_schema = {
    .name = "schema",
    .summary = "prints what follows from the kinds: tables, rights",
    .flags = (const char *const[]){"sql=", "acl", NULL},
    .run = run,
};

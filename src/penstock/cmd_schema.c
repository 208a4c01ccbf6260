#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "kinds.h"
#include "openapi.h"
#include "schema_print.h"

/* Printed by the program itself, so that nothing can disagree with it. */
static int run(struct cli *cli)
{
    const struct schema *s = kinds_schema(cli->arena);
    const char *dialect = cli_flag(cli, "sql");
    struct json_out o;
    struct buf b;

    buf_init(&b, MAX_REPLY);
    if (dialect && (strcmp(dialect, "sqlite") == 0 || strcmp(dialect, "postgres") == 0)) {
        schema_print_sql(&b, s, strcmp(dialect, "sqlite") == 0 ? DIALECT_SQLITE : DIALECT_POSTGRES);
    } else if (cli_has(cli, "acl")) {
        schema_print_acl(&b, s);
    } else if (cli_has(cli, "typescript")) {
        typescript_write(&b, s);
    } else if (cli_has(cli, "openapi")) {
        out_init(&o, &b);
        openapi_write(&o, cli->arena, s, NULL);
        buf_char(&b, '\n');
    } else {
        return cli_usage(cli, "say which: --openapi, --typescript, --acl, --sql sqlite or --sql postgres");
    }
    fwrite(b.p, 1, b.n, stdout);
    buf_clear(&b);
    return 0;
}

const struct command cmd_schema = {
    .name = "schema",
    .summary = "prints what follows from the kinds: API, types, tables, rights",
    .flags = (const char *const[]){"openapi", "typescript", "sql=", "acl", NULL},
    .run = run,
};

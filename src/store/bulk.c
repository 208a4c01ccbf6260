#include "bulk.h"

#include "ceilings.h"
#include "migrate.h"
#include "sqlgen.h"
#include "sqlite.h"

/* Of "CREATE INDEX name ON kind (first,…);" the name, unless it stays. */
static bool goes(struct str line, struct str keep, struct str *ret_name)
{
    struct str rest, column;

    if (!str_starts(line, S("CREATE INDEX ")) || !str_cut(str_from(line, 13), ' ', ret_name, &rest) ||
        !str_cut(rest, '(', &column, &rest))
        return false;
    return !(str_starts(rest, keep) &&
             (str_starts(str_from(rest, keep.n), S(",")) || str_starts(str_from(rest, keep.n), S(")"))));
}

int bulk_begin(struct txn *t, const struct schema *s, const char *keep, struct err *err)
{
    struct buf all, drop;
    struct str rest, line, name;

    buf_init(&all, MAX_JSON_BODY);
    buf_init(&drop, MAX_JSON_BODY);
    for (int i = 0; i < s->n; i++)
        sqlgen_table(&all, &s->kinds[i], txn_dialect(t));
    rest = buf_view(&all);
    while (str_next(&rest, '\n', &line))
        if (goes(line, str_of(keep), &name))
            buf_printf(&drop, "DROP INDEX IF EXISTS " STR_FMT ";\n", STR_ARG(name));
    if (txn_dialect(t) == DIALECT_SQLITE)
        buf_z(&drop, BULK_CACHE);
    int result = migrate_run(t, &drop, err);
    buf_clear(&all);
    buf_clear(&drop);
    return result;
}

int bulk_end(struct txn *t, const struct schema *s, struct err *err)
{
    struct buf plan;

    buf_init(&plan, MAX_JSON_BODY * 2);
    int result = migrate_plan(t, s, &plan, err);
    if (txn_dialect(t) == DIALECT_SQLITE)
        buf_z(&plan, WRITER_CACHE);
    if (result == 0)
        result = migrate_run(t, &plan, err);
    buf_clear(&plan);
    return result;
}

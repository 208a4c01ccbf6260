#include "bulk.h"

#include <string.h>

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
    bool kept = keep.n && str_starts(rest, keep) && rest.n > keep.n && strchr(", )", rest.p[keep.n]);
    return !kept;
}

static void drop_indexes(struct buf *drop, const struct kind *k, struct str keep, enum dialect d)
{
    struct str rest, line, name;
    struct buf all;

    buf_init(&all, MAX_JSON_BODY);
    sqlgen_table(&all, k, d);
    rest = buf_view(&all);
    while (str_next(&rest, '\n', &line))
        if (goes(line, keep, &name))
            buf_printf(drop, "DROP INDEX IF EXISTS " STR_FMT ";\n", STR_ARG(name));
    drop->failed |= !buf_ok(&all);
    buf_clear(&all);
}

int bulk_begin(struct txn *t, const struct schema *s, const char *keep, struct err *err)
{
    struct buf drop;

    buf_init(&drop, MAX_JSON_BODY);
    for (int i = 0; i < s->n; i++)
        drop_indexes(&drop, &s->kinds[i], str_of(keep), txn_dialect(t));
    if (txn_dialect(t) == DIALECT_SQLITE)
        buf_z(&drop, BULK_CACHE);
    int result = migrate_run(t, &drop, err);
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

int bulk_begin_kind(struct txn *t, const struct kind *k, const char *keep, struct err *err)
{
    struct buf drop;

    buf_init(&drop, MAX_JSON_BODY);
    drop_indexes(&drop, k, str_of(keep ? keep : ""), txn_dialect(t));
    int result = migrate_run(t, &drop, err);
    buf_clear(&drop);
    return result;
}

int bulk_make_one(struct txn *t, const struct schema *s, struct err *err)
{
    struct buf plan, one;
    struct str rest, line;

    buf_init(&plan, MAX_JSON_BODY);
    buf_init(&one, MAX_JSON_BODY);
    int result = migrate_plan(t, s, &plan, err);
    rest = buf_view(&plan);
    bool missing = str_next(&rest, '\n', &line) && line.n > 0;
    if (result == 0 && missing) {
        buf_str(&one, line);
        result = migrate_run(t, &one, err);
    }
    buf_clear(&plan);
    buf_clear(&one);
    return result < 0 ? -1 : missing;
}

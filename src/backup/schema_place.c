#include "schema_place.h"

#include "buf.h"
#include "ceilings.h"
#include "diag.h"
#include "store.h"

#define SIDE "penstock_side"

bool schema_place_fits(const char *url)
{
    struct str u = str_of(url);

    return u.n && u.p[0] != '/' && u.p[0] != '.' && (str_contains(u, S("://")) || str_find(u, '=') > 0);
}

static int work_on(struct arena *a, const char *url, write_fn *fn, void *arg, struct err *err)
{
    struct store *s;

    if (store_open(&s, &(struct store_config){.url = url}, err) < 0)
        return -1;
    int result = store_write(s, a, fn, arg, err);
    store_close(s);
    return result;
}

/* Nobody has an account, and nothing has been done but setting it up. */
static int check_unused(struct txn *t, struct err *err)
{
    struct value v[2];

    if (sql_row(
            t,
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name IN "
            "('users', 'changesets')",
            NO_ARGS, v, 1, err) < 0)
        return -1;
    if (v[0].i < 2)
        return 0;
    if (sql_row(t, "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM changesets WHERE origin <> 'setup')",
                NO_ARGS, v, 2, err) < 0)
        return -1;
    return v[0].i || v[1].i
               ? err_set(err, ERR_CONFLICT, "There is data in this database already; restore into an empty one.")
               : 0;
}

static int begin(struct txn *t, void *arg, struct err *err)
{
    (void)arg;
    if (check_unused(t, err) < 0)
        return -1;
    return sql_script(t, "DROP SCHEMA IF EXISTS " SIDE " CASCADE; CREATE SCHEMA " SIDE, err);
}

int schema_place_begin(struct arena *a, const char *url, const char **ret_side, struct err *err)
{
    bool is_uri = str_contains(str_of(url), S("://"));

    *ret_side =
        is_uri
            ? arena_printf(a, "%s%soptions=-csearch_path%%3D" SIDE, url, str_find(str_of(url), '?') >= 0 ? "&" : "?").p
            : arena_printf(a, "%s options='-csearch_path=" SIDE "'", url).p;
    return work_on(a, url, begin, NULL, err);
}

/* Every table of the side in the place of the one that bears its name; what the store keeps for itself stays. */
static int take(struct txn *t, void *arg, struct err *err)
{
    struct buf script;
    struct value target;

    (void)arg;
    if (check_unused(t, err) < 0 || sql_row(t, "SELECT quote_ident(current_schema())", NO_ARGS, &target, 1, err) < 0)
        return -1;
    struct rows *r = sql_query(t,
                               "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = '" SIDE
                               "' AND tablename NOT LIKE 'penstock\\_%' ORDER BY tablename",
                               NO_ARGS, err);
    int n = r ? 0 : -1;
    buf_init(&script, MAX_JSON_BODY);
    while (r && (n = rows_next(r, err)) == 1) {
        struct str table = rows_col(r, 0).s;
        buf_printf(&script, "DROP TABLE IF EXISTS " STR_FMT "." STR_FMT " CASCADE;\n", STR_ARG(target.s),
                   STR_ARG(table));
        buf_printf(&script, "ALTER TABLE " SIDE "." STR_FMT " SET SCHEMA " STR_FMT ";\n", STR_ARG(table),
                   STR_ARG(target.s));
    }
    buf_printf(&script,
               "UPDATE " STR_FMT ".penstock_store SET log_base = (SELECT log_base FROM " SIDE ".penstock_store);\n"
               "DROP SCHEMA " SIDE " CASCADE",
               STR_ARG(target.s));
    buf_char(&script, '\0');
    if (n == 0)
        n = buf_ok(&script) ? sql_script(t, script.p, err) : err_set(err, ERR_BUSY, "There is no memory for this now.");
    buf_clear(&script);
    return n;
}

int schema_place_take(struct arena *a, const char *url, struct err *err)
{
    return work_on(a, url, take, NULL, err);
}

static int drop(struct txn *t, void *arg, struct err *err)
{
    (void)arg;
    return sql_script(t, "DROP SCHEMA IF EXISTS " SIDE " CASCADE", err);
}

void schema_place_drop(struct arena *a, const char *url)
{
    struct err err = {0};

    if (work_on(a, url, drop, NULL, &err) < 0)
        diag(DIAG_WARN, "the schema " SIDE " stays behind: %s", err.msg);
}

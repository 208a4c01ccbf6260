/* Is it ours, may we make it, and is the server fit for it? */
#include <stdio.h>

#include "diag.h"
#include "postgres.h"

#define MAKING 0x50454e53 /* the advisory lock of whoever makes the tables */

static const char make_text[] =
    "CREATE TABLE penstock_store (one boolean PRIMARY KEY DEFAULT true CHECK (one), format int NOT NULL, log_base "
    "bigint NOT NULL DEFAULT 0, made_at "
    "timestamptz NOT NULL DEFAULT now());"
    "INSERT INTO penstock_store (format) VALUES (1);"
    "CREATE TABLE penstock_commits (token bigint PRIMARY KEY, fenced boolean NOT NULL DEFAULT false, looks int NOT "
    "NULL DEFAULT 0, made_at timestamptz NOT NULL DEFAULT now());";

static int server_fits(struct back_conn *c, struct err *err)
{
    const char *encoding = PQparameterStatus(c->pg, "server_encoding");

    if (PQserverVersion(c->pg) < POSTGRES_LEAST)
        return err_set(err, ERR_CONFLICT, "The database server is PostgreSQL %d; Penstock needs 13 or later.",
                       PQserverVersion(c->pg) / 10000);
    if (!encoding || !str_is(str_of(encoding), "UTF8"))
        return err_set(err, ERR_CONFLICT,
                       "The database keeps text as %s; Penstock needs one made with ENCODING 'UTF8'.",
                       encoding ? encoding : "it likes");
    return 0;
}

static int find_ours(struct back_conn *c, int64_t *ret, struct err *err)
{
    return postgres_int(c, "SELECT (to_regclass('penstock_store') IS NOT NULL)::int", ret, err) == 1 ? 0 : -1;
}

static int make(struct back_conn *c, bool must_exist, struct err *err)
{
    int64_t others, ours;

    if (find_ours(c, &ours, err) < 0)
        return -1;
    if (ours) /* somebody else was faster */
        return 0;
    if (postgres_int(c,
                     "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN "
                     "('r','p','v','m','f','S')",
                     &others, err) < 0)
        return -1;
    if (others)
        return err_set(err, ERR_CONFLICT,
                       "The database holds another program's tables. Give Penstock a database (or a schema) of its "
                       "own.");
    if (must_exist)
        return err_set(err, ERR_NOT_FOUND, "There is no Penstock in this database yet.");
    return postgres_do(c, make_text, err);
}

static int check(struct back_conn *c, bool must_exist, struct err *err)
{
    int64_t have, format;
    char lock[80];

    if (server_fits(c, err) < 0)
        return -1;
    if (postgres_int(c, "SELECT (current_schema() IS NOT NULL)::int", &have, err) < 0)
        return -1;
    if (!have)
        return err_set(err, ERR_CONFLICT, "The database has no schema that this user may use.");
    if (find_ours(c, &have, err) < 0)
        return -1;
    if (!have) {
        snprintf(lock, sizeof(lock), "SELECT pg_advisory_lock(%d)", MAKING);
        if (postgres_do(c, lock, err) < 0 || make(c, must_exist, err) < 0) /* unlocked as the connection ends */
            return -1;
    }
    if (postgres_int(c, "SELECT format FROM penstock_store", &format, err) < 1)
        return err->code ? -1 : err_set(err, ERR_CONFLICT, "The database was not made whole; make it anew.");
    if (format > 1)
        return err_set(err, ERR_CONFLICT, "This database was made by a newer Penstock. Use that version.");
    return 0;
}

int postgres_check(struct back_db *db, const struct store_config *config, struct err *err)
{
    struct back_conn c = {.db = db, .use = CONN_WRITE};
    int r = postgres_reach(&c, 0, err);

    if (r < 0 && db->words[0])
        err_set(err, ERR_BUSY, "The database cannot be opened: %s", db->words);
    if (r == 0)
        r = check(&c, config->must_exist, err);
    PQfinish(c.pg);
    free(c.forgotten);
    return r;
}

/* PostgreSQL behind store.h. The parts stand in files of their own (postgres.h). */
#include "postgres.h"

#include <stdlib.h>

#define BUSY_MS 10000u /* unless the configuration says otherwise */

static void pg_close(struct back_db *db)
{
    postgres_url_free(db);
    pthread_mutex_destroy(&db->lock);
    free(db);
}

static int pg_open(struct back_db **ret, const struct store_config *config, struct err *err)
{
    struct back_db *db = calloc(1, sizeof(*db));

    if (!db)
        return err_set(err, ERR_BUSY, "Out of memory.");
    pthread_mutex_init(&db->lock, NULL);
    db->busy_ms = config->busy_ms ? config->busy_ms : BUSY_MS;
    if (postgres_url(db, config->url, err) < 0 || postgres_check(db, config, err) < 0) {
        pg_close(db);
        return -1;
    }
    *ret = db;
    return 0;
}

static void pg_closing(struct back_db *db)
{
    atomic_store(&db->closing, true);
}

static int pg_connect(struct back_db *db, enum conn_use use, struct back_conn **ret, struct err *err)
{
    struct back_conn *c = calloc(1, sizeof(*c));

    if (!c)
        return err_set(err, ERR_BUSY, "Out of memory.");
    *c = (struct back_conn){.db = db, .use = use};
    *ret = c; /* the server hears of it when it is needed */
    return 0;
}

static void pg_disconnect(struct back_conn *c)
{
    if (!c)
        return;
    if (c->ntokens && !postgres_lost(c))
        postgres_remove_tokens(c);
    PQfinish(c->pg);
    free(c->forgotten);
    free(c);
}

const struct backend backend_postgres = {
    .dialect = DIALECT_POSTGRES,
    .many_writers = true,
    .open = pg_open,
    .closing = pg_closing,
    .close = pg_close,
    .connect = pg_connect,
    .disconnect = pg_disconnect,
    .prepare = pg_prepare,
    .finalize = pg_finalize,
    .bind = pg_bind,
    .step = pg_step,
    .columns = pg_columns,
    .column = pg_column,
    .changed = pg_changed,
    .inserted = pg_inserted,
    .reset = pg_reset,
    .script = pg_script,
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .inside = pg_inside,
    .again = pg_again,
    .alone = pg_alone,
    .away = postgres_away,
    .wait = pg_wait,
    .moved = pg_moved,
    .tell = pg_tell,
    .settled = pg_settled,
};

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "diag.h"
#include "postgres.h"

#define READER_PATIENCE 2000 /* a reader's thread may have others to serve */
#define NAP_LEAST 20
#define NAP_MOST 500

/* The same for every use; then what keeps a forgotten one from holding up the others. A change that waits for a standby
 * must not be cut short: statement_timeout would report it as kept. */
static const char settings[] = "SET standard_conforming_strings = on; SET jit = off; SET cursor_tuple_fraction = 1;"
                               "SET synchronize_seqscans = off;"
                               "SELECT set_config('synchronous_commit', 'on', false) WHERE "
                               "current_setting('synchronous_commit') = 'off';";
static const char *const settings_of[] = {
    [CONN_READ] = "SET statement_timeout = '5min'; SET idle_in_transaction_session_timeout = '10min'",
    [CONN_WRITE] = "SET statement_timeout = 0; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = "
                   "'2min'",
    [CONN_WATCH] = "SET statement_timeout = '10s'; LISTEN " POSTGRES_CHANNEL,
};

static void on_notice(void *ctx, const PGresult *res)
{
    struct back_conn *c = ctx;
    const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);

    if (severity && strcmp(severity, "WARNING") == 0) {
        c->warned = true;
        diag(DIAG_WARN, "database server: %s", PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY));
    }
}

bool postgres_lost(const struct back_conn *c)
{
    return !c->pg || PQstatus(c->pg) != CONNECTION_OK;
}

msec postgres_patience(const struct back_conn *c)
{
    return c->use == CONN_READ ? READER_PATIENCE : c->db->busy_ms;
}

static void drop(struct back_conn *c)
{
    PQfinish(c->pg);
    c->pg = NULL;
    c->wanted = c->begun = c->renew = false;
    free(c->forgotten); /* the server has forgotten them too */
    c->forgotten = NULL;
    c->nforgotten = 0;
}

static int connect_once(struct back_conn *c, struct err *err)
{
    drop(c);
    c->pg = PQconnectdbParams((const char *const *)c->db->keys, (const char *const *)c->db->values, 1);
    if (!c->pg)
        return err_set(err, ERR_BUSY, "Out of memory.");
    c->session++;
    if (PQstatus(c->pg) != CONNECTION_OK)
        return postgres_fail_connect(c->db, c->pg, err);
    PQsetNoticeReceiver(c->pg, on_notice, c);
    return postgres_do(c, settings, err) < 0 || postgres_do(c, settings_of[c->use], err) < 0 ? -1 : 0;
}

/* While the server is away only one after another tries; the rest are told what the last one saw. */
static bool may_try(struct back_db *db, msec patience, struct err *err)
{
    msec now = clock_monotonic();

    pthread_mutex_lock(&db->lock);
    bool may = !db->down_since || now - db->down_since < patience || now - db->tried_at >= NAP_MOST;
    if (may)
        db->tried_at = now;
    else
        *err = db->why;
    pthread_mutex_unlock(&db->lock);
    return may;
}

static void note(struct back_db *db, bool reached, const struct err *err)
{
    pthread_mutex_lock(&db->lock);
    if (reached && db->down_since)
        diag(DIAG_INFO, "database server: reached again after ms=%lld",
             (long long)(clock_monotonic() - db->down_since));
    if (reached)
        db->down_since = 0;
    else if (!db->down_since)
        db->down_since = clock_monotonic();
    if (!reached)
        db->why = *err;
    pthread_mutex_unlock(&db->lock);
}

int64_t postgres_away(struct back_db *db)
{
    pthread_mutex_lock(&db->lock);
    int64_t ms = db->down_since ? clock_monotonic() - db->down_since + 1 : 0;
    pthread_mutex_unlock(&db->lock);
    return ms;
}

int postgres_reach(struct back_conn *c, msec patience, struct err *err)
{
    msec until = clock_monotonic() + patience, nap = NAP_LEAST;

    if (!postgres_lost(c) && !c->renew)
        return 0;
    for (;;) {
        if (!may_try(c->db, patience, err))
            return -1;
        int r = connect_once(c, err);
        note(c->db, r == 0, err);
        if (r == 0)
            return 0;
        if (clock_monotonic() + nap >= until || atomic_load(&c->db->closing)) {
            if (err->code != ERR_BUSY)
                err_set(err, ERR_BUSY, "The database server cannot be reached.");
            err->retry_after = 2;
            return -1;
        }
        nanosleep(&(struct timespec){.tv_sec = nap / 1000, .tv_nsec = nap % 1000 * 1000000}, NULL);
        nap = nap * 2 < NAP_MOST ? nap * 2 : NAP_MOST;
    }
}

PGresult *postgres_exec(struct back_conn *c, const char *sql, struct err *err)
{
    PGresult *res = PQexec(c->pg, sql);
    ExecStatusType status = PQresultStatus(res);

    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return res;
    postgres_fail(c, res, sql, err);
    PQclear(res);
    return NULL;
}

int postgres_do(struct back_conn *c, const char *sql, struct err *err)
{
    PGresult *res = postgres_exec(c, sql, err);

    PQclear(res);
    return res ? 0 : -1;
}

int postgres_int(struct back_conn *c, const char *sql, int64_t *ret, struct err *err)
{
    PGresult *res = postgres_exec(c, sql, err);
    int n = res ? PQntuples(res) > 0 : -1;

    if (n == 1)
        *ret = strtoll(PQgetvalue(res, 0, 0), NULL, 10);
    PQclear(res);
    return n;
}

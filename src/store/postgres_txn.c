/*
 * Transactions. The server hears of one with its first statement, so a connection that broke while it was idle is
 * replaced without anybody noticing.
 *
 * A reader's runs read-only at one snapshot, inside a savepoint: only so can a script make temporary tables in between,
 * which PostgreSQL forbids in a transaction that was read-only from the start.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "diag.h"
#include "postgres.h"

#define READ_ONLY "SAVEPOINT reading; SET TRANSACTION READ ONLY"
#define UNKNOWN_NAP_MS 250

static const char *const begin_text[] = {
    [CONN_READ] = ("BEGIN ISOLATION LEVEL REPEATABLE READ; " READ_ONLY),
    [CONN_WRITE] = "BEGIN ISOLATION LEVEL SERIALIZABLE",
    [CONN_WATCH] = "BEGIN",
};

int pg_begin(struct back_conn *c, struct err *err)
{
    (void)err;
    c->wanted = true;
    c->begun = c->passing = c->warned = false;
    return 0;
}

/* Tells the server what it may forget; nothing hangs on it. */
static void forget(struct back_conn *c)
{
    struct err ignored = {0};

    if (!c->nforgotten)
        return;
    postgres_do(c, c->forgotten, &ignored);
    c->nforgotten = 0;
}

int postgres_enter(struct back_conn *c, struct err *err)
{
    if (c->begun)
        return 0;
    if (!c->wanted)
        return err_set(err, ERR_INTERNAL, "The transaction has ended.");
    for (int tries = 0; tries < 3; tries++) {
        if (postgres_reach(c, postgres_patience(c), err) < 0) {
            c->wanted = true; /* until its owner ends it */
            return -1;
        }
        c->wanted = true;
        forget(c);
        if (postgres_do(c, begin_text[c->use], err) == 0) {
            c->begun = true;
            c->passing = c->warned = false;
            err_clear(err);
            return 0;
        }
        if (!postgres_lost(c) && !c->renew)
            return -1;
    }
    return -1;
}

bool pg_inside(struct back_conn *c)
{
    return c->wanted;
}

bool pg_again(struct back_conn *c)
{
    return c->passing;
}

void pg_rollback(struct back_conn *c)
{
    struct err ignored = {0};

    if (c->begun && !postgres_lost(c))
        postgres_do(c, "ROLLBACK", &ignored);
    c->wanted = c->begun = false;
}

/* -- was it kept? ------------------------------------------------------------------------------------ */

/* Puts the token there as fenced unless the transaction has put it there itself. Writes in either case, so that the
 * answer is as durable, and on as many servers, as the transaction is. 1 kept, 0 not and never will be, -1. */
static int look_up(struct back_conn *c, int64_t token, struct err *err)
{
    char sql[200];
    int64_t fenced;

    snprintf(sql, sizeof(sql),
             "INSERT INTO penstock_commits AS p (token, fenced) VALUES (%lld, true) ON CONFLICT (token) DO UPDATE SET "
             "looks = p.looks + 1 RETURNING fenced::int",
             (long long)token);
    c->warned = false;
    int n = postgres_int(c, sql, &fenced, err);
    return n < 1 || c->warned ? -1 : fenced == 0;
}

/* Until the server says. Only the end of the program cuts this short. */
static int resolve(struct back_conn *c, int64_t token, struct err *err)
{
    int kept = -1;

    diag(DIAG_WARN, "database server: whether a change was kept is being looked up");
    while (kept < 0 && !atomic_load(&c->db->closing)) {
        struct err why = {0};
        if (postgres_reach(c, postgres_patience(c), &why) == 0)
            kept = look_up(c, token, &why);
        if (kept < 0)
            nanosleep(&(struct timespec){.tv_nsec = UNKNOWN_NAP_MS * 1000000l}, NULL);
    }
    diag(DIAG_WARN, "database server: the change was %s",
         kept < 0 ? "not found out about"
         : kept   ? "kept"
                  : "not kept");
    c->passing = kept == 0;
    if (kept == 1)
        return 0;
    return err_set(err, ERR_BUSY,
                   kept == 0 ? "The connection to the database server was lost."
                             : "The database server was lost before it said whether the change was kept. Look before "
                               "you repeat it.");
}

/* -- the end ------------------------------------------------------------------------------------------ */

/* Tokens are of no use once their transactions are over; those of processes that died are after a day. */
void postgres_remove_tokens(struct back_conn *c)
{
    char *sql = malloc(TOKENS_KEPT * 22 + 200);
    struct err ignored = {0};
    size_t n = 0;

    if (!sql)
        return;
    n += (size_t)sprintf(sql, "DELETE FROM penstock_commits WHERE token = ANY('{");
    for (size_t i = 0; i < c->ntokens; i++)
        n += (size_t)sprintf(sql + n, "%s%lld", i ? "," : "", (long long)c->tokens[i]);
    sprintf(sql + n, "}') OR made_at < now() - interval '1 day'");
    postgres_do(c, sql, &ignored);
    c->ntokens = 0;
    free(sql);
}

static int commit_write(struct back_conn *c, struct err *err)
{
    char sql[200];
    int64_t token;

    if (getrandom(&token, sizeof(token), 0) != sizeof(token))
        return err_set(err, ERR_INTERNAL, "The system gives no randomness.");
    snprintf(sql, sizeof(sql), "INSERT INTO penstock_commits (token) VALUES (%lld); COMMIT", (long long)token);
    c->warned = false;
    PGresult *res = PQexec(c->pg, sql);
    bool kept = PQresultStatus(res) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(res), "COMMIT") == 0;
    int r = kept ? 0 : postgres_fail(c, res, sql, err);
    bool unsure = kept ? c->warned : postgres_lost(c) || c->renew;
    PQclear(res);
    c->wanted = c->begun = false;
    if (unsure)
        r = resolve(c, token, err);
    if (r == 0)
        c->tokens[c->ntokens++] = token;
    else if (!postgres_lost(c) && PQtransactionStatus(c->pg) != PQTRANS_IDLE) /* it failed in front of the COMMIT */
        postgres_do(c, "ROLLBACK", &(struct err){0});
    if (c->ntokens == TOKENS_KEPT)
        postgres_remove_tokens(c);
    return r;
}

int pg_commit(struct back_conn *c, struct err *err)
{
    int r = 0;

    if (c->begun && postgres_lost(c)) {
        r = postgres_fail(c, NULL, "COMMIT", err);
    } else if (c->begun && PQtransactionStatus(c->pg) == PQTRANS_INERROR) {
        r = err_set(err, ERR_INTERNAL, "The transaction was ended from inside.");
        pg_rollback(c);
    } else if (c->begun && c->use == CONN_WRITE) {
        r = commit_write(c, err);
    } else if (c->begun) {
        r = postgres_do(c, "COMMIT", err);
    }
    c->wanted = c->begun = false;
    return r;
}

int pg_script(struct back_conn *c, const char *script, struct err *err)
{
    size_t room = strlen(script) + 100;

    if (postgres_enter(c, err) < 0)
        return -1;
    if (c->use != CONN_READ)
        return postgres_do(c, script, err);
    char *all = malloc(room);
    if (!all)
        return err_set(err, ERR_BUSY, "Out of memory.");
    snprintf(all, room, "RELEASE SAVEPOINT reading; %s; " READ_ONLY, script);
    int r = postgres_do(c, all, err);
    free(all);
    return r;
}

/* The lock is taken before the transaction's snapshot, which shows what the one before has left. */
int pg_alone(struct back_conn *c, struct err *err)
{
    return postgres_enter(c, err) < 0 ||
                   postgres_do(c, "SET LOCAL lock_timeout = 0; LOCK TABLE penstock_commits IN EXCLUSIVE MODE", err) < 0
               ? -1
               : 0;
}

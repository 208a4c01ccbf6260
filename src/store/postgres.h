/*
 * What the files of the PostgreSQL back end know of each other.
 *
 * A connection makes itself anew when the server has gone: in front of a transaction at once, so nobody notices;
 * inside one, the transaction is lost and `passing` says that it may be run again. Statements are prepared where they
 * are used first and again after the connection was made anew (`session` counts).
 *
 * Whether a transaction was kept is known even when the connection breaks in the middle of COMMIT: each writes a token
 * of its own into penstock_commits. Afterwards the same token is put there as `fenced`; who comes first wins. So the
 * answer is final, also for a COMMIT still on its way, and on a standby that was promoted meanwhile.
 */
#ifndef STORE_POSTGRES_H
#define STORE_POSTGRES_H

#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>

#include "backend.h"
#include "day.h"

#define POSTGRES_LEAST 130000 /* the oldest server: it knows xid8 */
#define POSTGRES_CHANNEL "penstock"

struct back_db {
    const char **keys, **values; /* for PQconnectdbParams, NULL at the end; own copies */
    unsigned busy_ms;
    _Atomic bool closing; /* nobody shall wait for the server any more */
    pthread_mutex_t lock; /* over what follows */
    msec down_since;      /* of the first attempt that failed since one went well; 0: none */
    msec tried_at;
    struct err why;
    char words[200]; /* the server's own, for whoever runs the program */
};

int64_t postgres_away(struct back_db *db);

#define TOKENS_KEPT 256

struct back_conn {
    struct back_db *db;
    enum conn_use use;
    PGconn *pg;
    unsigned session; /* goes up each time the connection is made anew */
    uint64_t names;   /* given to statements and cursors */
    char *forgotten;  /* DEALLOCATE … of statements let go, to send before the next transaction */
    size_t nforgotten;
    bool wanted;                 /* a transaction was begun; the server hears of it with its first statement */
    bool begun;                  /* … has heard of it */
    bool passing;                /* what went wrong last may go well when the whole transaction is run again */
    bool renew;                  /* the connection shall be made anew before the next transaction */
    bool warned;                 /* the server has said a warning */
    int64_t tokens[TOKENS_KEPT]; /* of transactions that are over, to be removed */
    size_t ntokens;
    uint64_t seen_xmin, seen_xmax; /* of the watch: postgres_watch.c */
};

/* -- the address (postgres_url.c) -------------------------------------------------------------------- */

int postgres_url(struct back_db *db, const char *url, struct err *err); /* fills keys and values */
void postgres_url_free(struct back_db *db);

/* -- connections (postgres_conn.c) ------------------------------------------------------------------- */

/* Makes the connection when there is none, or anew; waits at most `patience` for a server that is away. */
int postgres_reach(struct back_conn *c, msec patience, struct err *err);
msec postgres_patience(const struct back_conn *c);
bool postgres_lost(const struct back_conn *c);

/* Tells the server of a transaction that was begun. With `again` nothing of it was lost when it fails. */
int postgres_enter(struct back_conn *c, struct err *err);

/* A statement without parameters outside prepared ones, result to be cleared by the caller; NULL with err. */
PGresult *postgres_exec(struct back_conn *c, const char *sql, struct err *err);
int postgres_do(struct back_conn *c, const char *sql, struct err *err);                /* drops the result */
int postgres_int(struct back_conn *c, const char *sql, int64_t *ret, struct err *err); /* 1 found, 0 no row, -1 */

/* -- errors (postgres_fail.c) ------------------------------------------------------------------------ */

/* What the server refused, in words for people; its own go to diag. Sets `passing`. Returns -1. */
int postgres_fail(struct back_conn *c, const PGresult *res, const char *sql, struct err *err);
int postgres_fail_connect(struct back_db *db, PGconn *pg, struct err *err);

/* -- the rest ------------------------------------------------------------------------------------------ */

int postgres_check(struct back_db *db, const struct store_config *config, struct err *err); /* postgres_open.c */

/* postgres_stmt.c */
int pg_prepare(struct back_conn *c, const char *sql, enum stmt_use use, struct back_stmt **ret, struct err *err);
void pg_finalize(struct back_stmt *s);
int pg_bind(struct back_stmt *s, struct args args, bool copy, struct err *err);
int pg_step(struct back_stmt *s, struct err *err);
int pg_columns(struct back_stmt *s);
struct value pg_column(struct back_stmt *s, int i);
int64_t pg_changed(struct back_stmt *s);
id pg_inserted(struct back_stmt *s);
void pg_reset(struct back_stmt *s);

/* postgres_txn.c */
void postgres_remove_tokens(struct back_conn *c);
int pg_begin(struct back_conn *c, struct err *err);
int pg_commit(struct back_conn *c, struct err *err);
void pg_rollback(struct back_conn *c);
bool pg_inside(struct back_conn *c);
bool pg_again(struct back_conn *c);
int pg_script(struct back_conn *c, const char *script, struct err *err);
int pg_alone(struct back_conn *c, struct err *err);

/* postgres_watch.c */
int pg_wait(struct back_conn *c, int fd, int ms);
bool pg_moved(struct back_conn *c);
void pg_tell(struct back_conn *c);
bool pg_settled(struct back_conn *c);

#endif

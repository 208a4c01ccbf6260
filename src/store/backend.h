/*
 * What a database must be able to do to stand behind store.h. One constant of `struct backend` per database, in a file
 * of its own; everything that is the same for all of them (pools, the statement cache, group commit, rows) is not
 * here. A connection and its statements are used by one thread at a time.
 *
 * Functions that can fail return -1 and fill `err` in words fit for people; the database's own words go to diag.
 * After an error the database may have ended the transaction by itself: `inside` tells. A database on another machine
 * may be out of reach for a while; connections are made anew without anybody asking.
 */
#ifndef STORE_BACKEND_H
#define STORE_BACKEND_H

#include "store.h"

struct back_db;   /* an open database */
struct back_conn; /* a connection to it */
struct back_stmt; /* a prepared statement of a connection */
struct store_stats;

enum conn_use { CONN_READ, CONN_WRITE, CONN_WATCH };

/* INSERT: the id that the database makes is wanted (RETURNING, where it takes that). STREAM: there may be many rows,
 * which are not gathered anywhere. */
enum stmt_use { STMT_PLAIN, STMT_INSERT, STMT_STREAM };

struct backend {
    enum dialect dialect;
    bool many_writers; /* transactions that write run side by side (executor_pool.c), else one at a time (…_group.c) */

    /* Looks at the database and refuses what is not ours, then makes it if it may. */
    int (*open)(struct back_db **ret, const struct store_config *config, struct err *err);
    void (*closing)(struct back_db *db); /* wait for nothing any more; may be NULL */
    void (*close)(struct back_db *db);   /* after every connection */
    int (*connect)(struct back_db *db, enum conn_use use, struct back_conn **ret, struct err *err);
    void (*disconnect)(struct back_conn *c); /* after every statement; NULL is fine */

    int (*prepare)(struct back_conn *c, const char *sql, enum stmt_use use, struct back_stmt **ret, struct err *err);
    void (*finalize)(struct back_stmt *s);
    /* As many arguments as the text has parameters. With `copy` text need not stay beyond this call, else until reset.
     */
    int (*bind)(struct back_stmt *s, struct args args, bool copy, struct err *err);
    int (*step)(struct back_stmt *s, struct err *err); /* 1 a row, 0 the end */
    int (*columns)(struct back_stmt *s);
    struct value (*column)(struct back_stmt *s, int i); /* text until the next step or reset */
    int64_t (*changed)(struct back_stmt *s);            /* rows touched, after the end */
    id (*inserted)(struct back_stmt *s);                /* after the end; 0 when no row was made */
    void (*reset)(struct back_stmt *s);                 /* ready for bind, holds nothing */
    int (*script)(struct back_conn *c, const char *script, struct err *err);

    /* begin waits for the lock that writing needs, at most busy_ms. */
    int (*begin)(struct back_conn *c, struct err *err);
    int (*commit)(struct back_conn *c, struct err *err); /* durable when it returns 0 */
    void (*rollback)(struct back_conn *c);               /* fine when there is none */
    bool (*inside)(struct back_conn *c);                 /* a transaction is open */

    bool (*moved)(struct back_conn *c); /* somebody else has committed since the last call; outside transactions */
    /* Sets the gauges and counters that only the database knows: sizes, retries. From any thread; may be NULL. */
    void (*measure)(struct back_db *db, struct store_stats *stats);

    /* With one writer only. */
    bool (*wrote)(struct back_conn *c);                     /* something was changed since the last call */
    int (*savepoint)(struct back_conn *c, struct err *err); /* one level */
    int (*release)(struct back_conn *c, struct err *err);
    int (*rollback_to)(struct back_conn *c, struct err *err); /* and ends the savepoint */

    /* From the moment `until` of the monotonic clock on, a statement that still reads is stopped with ERR_BUSY; 0: none
     * is. Of reading connections; NULL where the server has a limit of its own. */
    void (*limit)(struct back_conn *c, msec until);

    /* Housekeeping after a commit, nobody waits for it. True when it should be called once more without readers. */
    bool (*tidy)(struct back_conn *c, bool alone);

    /* With many writers only. */
    bool (*again)(struct back_conn *c); /* the last transaction was not kept, but may be when it is run again */
    int (*alone)(struct back_conn *c, struct err *err); /* first in a transaction: waits until no other one writes */
    int64_t (*away)(struct back_db *db);                /* for how many ms the server has been out of reach */
    /* For a connection of CONN_WATCH: waits until there is news, fd can be read (then 1) or the time is over. */
    int (*wait)(struct back_conn *c, int fd, int ms);
    void (*tell)(struct back_conn *c);    /* others' `wait` and `moved` that something was committed here */
    bool (*settled)(struct back_conn *c); /* at the last `moved` no transaction was under way */
};

extern const struct backend backend_sqlite, backend_postgres;
bool postgres_is_url(const char *url);

#endif

/*
 * The store: typed rows and transactions over one of two databases. This header is all that the layers above see;
 * sqlite.c (and postgres.c) fill `struct backend`.
 *
 *     struct store *st;
 *     store_open(&st, &(struct store_config){.url = "data/penstock.db"}, err);
 *
 *     struct txn *t = txn_read(st, arena, err);               a snapshot on this thread's own connection
 *     struct rows *r = sql_query(t, "SELECT id FROM deals WHERE value > $1", ARGS(value_int(5)), err);
 *     while ((n = rows_next(r, err)) > 0) ... rows_col(r, 0)
 *     txn_end(t);
 *
 *     store_write(st, arena, my_function, my_argument, err);   runs on the writer, durable when it returns 0
 *
 * SQL is data: one text for both databases with $1 … $n as parameters, each used at least once, in any order; values
 * are never part of the text. Statements are prepared once per connection and text. Arguments need to stay only for
 * the call they are passed to.
 *
 * Writes: one writer thread takes them in order, many per commit (group commit). A write function that returns -1 is
 * rolled back alone. It may be run more than once before its write is done, when others beside it had to be taken back,
 * so it begins from what it was given and not from what it left behind in its arguments. It must not call store_write
 * itself, and everybody waits while it runs: long work is cut into steps of a few milliseconds, each submitted by
 * store_work after the one before is done.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "day.h"
#include "err.h"
#include "kind.h"
#include "value.h"

struct store;
struct txn;
struct rows;

enum dialect { DIALECT_SQLITE, DIALECT_POSTGRES };

struct store_config {
    const char *url;  /* path of the SQLite file, or postgres://… */
    bool trace;       /* every statement with its time to the log */
    bool must_exist;  /* refuse to make a new database */
    bool scratch;     /* a copy in the making: nothing is durable until whoever made it has the file synced */
    unsigned busy_ms; /* how long to wait for another process's write, or for the server; 0 means 10 s */
    unsigned readers; /* PostgreSQL: connections at most, for readers (0 means 16, at most 32) … */
    unsigned writers; /* … and for writers (0 means 8) */
};

/* Makes the file (mode 0600, its folder must be there) when there is none. A file that is damaged, read-only, no
 * database or another program's is refused and left as it is. Several processes may have one file open. */
int store_open(struct store **ret, const struct store_config *config, struct err *err);
void store_close(struct store *s);                /* waits for queued writes; NULL is fine */
bool store_alive(struct store *s, msec patience); /* does the writer still get round to things? */
enum dialect store_dialect(const struct store *s);
bool store_is_server(const char *url); /* is it the address of a database server, or else of a file? */

/* -- transactions ------------------------------------------------------------------------------ */

/* A read transaction on a connection that belongs to the calling thread until txn_end; it sees one consistent state,
 * that of its first statement. NULL and ERR_BUSY when there is no connection to be had. Values that rows give live in
 * `a`, the arena of the transaction, which must outlive it. When an allocation jumps past txn_end, or nobody calls it,
 * the transaction ends as the arena is freed or reset. */
struct txn *txn_read(struct store *s, struct arena *a, struct err *err);
void txn_end(struct txn *t); /* of txn_read only; NULL and twice are fine */
void txn_endp(struct txn **t);
/* Lets go of the state a txn_read has seen; what is read next sees the latest. Cursors are closed. */
int txn_renew(struct txn *t, struct err *err);
/* Reading that still goes on after so many ms is stopped: the statement fails with ERR_BUSY. Ends with the txn_read. */
void txn_limit(struct txn *t, msec ms);
bool txn_writing(const struct txn *t); /* not a txn_read, but inside a write */

/* What it has made is not whole: a reader's temporary tables go with it. A writer says so by returning -1. */
void txn_spoil(struct txn *t);

struct arena *txn_arena(struct txn *t);
struct store *txn_store(struct txn *t);
enum dialect txn_dialect(const struct txn *t);

/* In a write, before its first statement: waits until no other process writes, keeps them out until the transaction
 * ends, and sees what they have left. For migrations. */
int txn_alone(struct txn *t, struct err *err);

/* In a write: the hooks of store_on_commit are called before `done` too, for what they keep must be right in this
 * process by the time of the answer. */
void txn_tell_first(struct txn *t);

/* In a write: 1, 2, 3 … with each call in the same transaction. */
int64_t txn_count(struct txn *t);

/* fn runs on the writer thread inside its transaction, with `a` as its arena. 0 keeps what it did, -1 takes it back;
 * `err` says why. An allocation that fails in it is ERR_BUSY. store_write returns when the change is durable. ERR_BUSY
 * when the queue is full or the database stays locked. */
typedef int write_fn(struct txn *t, void *arg, struct err *err);
int store_write(struct store *s, struct arena *a, write_fn *fn, void *arg, struct err *err);

/* The same for a step of long work: other writes go first, though not for ever, and its queue has no end (whoever has
 * long work waits for each step). */
int store_work(struct store *s, struct arena *a, write_fn *fn, void *arg, struct err *err);

/* In a write function of long work: how many milliseconds it should take altogether; asked again and again, for that
 * is less when somebody waits, or others have been writing lately, than when nobody does. */
msec txn_patience(const struct txn *t);

/* Goes up with every statement that may have changed something in this transaction. */
unsigned txn_writes(const struct txn *t);

/* The same without waiting: `done` is called on the writer thread after the commit is durable or the write has
 * failed. The job (and arena, arg) must stay until then. */
struct write_job {
    struct arena *arena;
    write_fn *fn;
    void *arg;
    void (*done)(struct write_job *job);
    bool work;  /* a step of long work */
    int result; /* 0 or -1, set before done */
    struct err err;
    struct write_job *next; /* the store's own, as is the next one */
    bool tell_first;
};
int store_submit(struct store *s, struct write_job *job, struct err *err); /* ERR_BUSY when the queue is full */

/* Called on the writer thread after every durable commit (and the `done` of its writes), and within a second of one by
 * another process. At most 8 hooks. */
void store_on_commit(struct store *s, void (*hook)(void *ctx), void *ctx);

/* -- statements -------------------------------------------------------------------------------- */

struct args {
    const struct value *v;
    size_t n;
};
#define ARGS(...)                                                                                                      \
    ((struct args){(const struct value[]){__VA_ARGS__},                                                                \
                   sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value)})
#define NO_ARGS ((struct args){NULL, 0})

/* Runs a statement that gives no rows; *ret_changed (may be NULL) is how many rows it touched. A broken unique rule is
 * ERR_CONFLICT, everything else that a database refuses is ERR_INTERNAL with its words in the log. */
int sql_run(struct txn *t, const char *sql, struct args args, int64_t *ret_changed, struct err *err);

/* INSERT of one row with the id made by the database; 0 when ON CONFLICT DO NOTHING made none. */
int sql_insert(struct txn *t, const char *sql, struct args args, id *ret_id, struct err *err);

struct rows *sql_query(struct txn *t, const char *sql, struct args args, struct err *err);
/* The same for SELECTs with very many rows: fetched piece by piece, nowhere held whole. */
struct rows *sql_stream(struct txn *t, const char *sql, struct args args, struct err *err);
int rows_next(struct rows *r, struct err *err);    /* 1 a row, 0 the end, -1 error; at 0 and -1 it is closed */
struct value rows_col(struct rows *r, int i);      /* text is copied into the transaction's arena */
struct value rows_col_peek(struct rows *r, int i); /* text points into the statement until the next rows_next */
void rows_close(struct rows *r);                   /* before the end; NULL and twice are fine */

/* The first row's columns into v[0..n-1], text in the transaction's arena: 1 found, 0 not, -1 error. */
int sql_row(struct txn *t, const char *sql, struct args args, struct value *v, int n, struct err *err);

/* Several statements, `;` separated, no parameters: migrations and maintenance. */
int sql_script(struct txn *t, const char *script, struct err *err);

#endif

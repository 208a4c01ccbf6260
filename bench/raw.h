/*
 * Raw SQLite: what one process can do with the same file when nothing stands between the query and the JSON. No HTTP,
 * no identity, no rights, one fixed statement per question. The settings of the connection are the product's own.
 */
#ifndef BENCH_RAW_H
#define BENCH_RAW_H

#include <sqlite3.h>

#include "arena.h"
#include "json_out.h"

#define RAW_MAX_COLUMNS 64

enum raw_type { RAW_INT, RAW_TEXT, RAW_MONEY, RAW_DAY, RAW_INSTANT, RAW_BOOL, RAW_JSON };

/* A deal's columns, in their order. */
struct raw_columns {
    struct {
        struct str name;
        enum raw_type type;
    } v[RAW_MAX_COLUMNS];
    int n, currency_at;
};

struct raw_conn {
    sqlite3 *db;
    const struct raw_columns *columns;
    struct arena *arena; /* lives as long as the connection */
    struct buf out;
    struct json_out json;
    msec now, tomorrow; /* of the board */
    void *own;          /* of the kind of query */
};

/* One question; the words behind its name in the recipe. */
struct raw_query {
    const struct raw_work *work;
    struct str args[3];
    size_t nargs;
};

struct raw_work {
    const char *name;
    void (*prepare)(struct raw_conn *c); /* once for each connection */
    void (*answer)(struct raw_conn *c, const struct raw_query *q);
};

extern const struct raw_work raw_list, raw_board, raw_search;

/* All of these end the program with a word when SQLite refuses. Statements last as long as the connection. */
struct raw_conn *raw_open(const char *path);
void raw_close(struct raw_conn *c);
sqlite3_stmt *raw_prepare(struct raw_conn *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void raw_exec(struct raw_conn *c, const char *sql);
bool raw_step(sqlite3_stmt *st); /* a row is there; at the end the statement is reset */
_Noreturn void raw_fail(sqlite3 *db, const char *what);

/* The columns of a deal for SELECT, and the members of a row that begins with them. */
struct str raw_column_list(struct raw_conn *c);
void raw_write_members(struct raw_conn *c, sqlite3_stmt *st);
struct str raw_text(sqlite3_stmt *st, int i); /* STR_NULL when null */

#endif

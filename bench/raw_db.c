#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "money.h"
#include "raw.h"

/* Those of src/store/sqlite.c. */
static const char settings[] = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;"
                               "PRAGMA mmap_size = 1073741824; PRAGMA journal_size_limit = 67108864;";

_Noreturn void raw_fail(sqlite3 *db, const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", what, db ? sqlite3_errmsg(db) : "failed");
    exit(1);
}

void raw_exec(struct raw_conn *c, const char *sql)
{
    if (sqlite3_exec(c->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        raw_fail(c->db, sql);
}

struct raw_conn *raw_open(const char *path)
{
    struct arena *a = arena_new(64u << 20);
    struct raw_conn *c = NEW(a, struct raw_conn);

    c->arena = a;
    buf_init(&c->out, 64u << 20);
    if (sqlite3_open_v2(path, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        raw_fail(c->db, path);
    sqlite3_busy_timeout(c->db, 10000);
    raw_exec(c, settings);
    return c;
}

void raw_close(struct raw_conn *c)
{
    struct buf out = c->out;
    sqlite3 *db = c->db;

    arena_free(c->arena); /* and the statements, which are deferred to it */
    sqlite3_close(db);
    buf_clear(&out);
}

static void finalize(void *st)
{
    sqlite3_finalize(st);
}

sqlite3_stmt *raw_prepare(struct raw_conn *c, const char *fmt, ...)
{
    sqlite3_stmt *st;
    va_list ap;
    char *sql;

    va_start(ap, fmt);
    int n = vasprintf(&sql, fmt, ap);
    va_end(ap);
    if (n < 0)
        raw_fail(NULL, fmt);
    if (sqlite3_prepare_v3(c->db, sql, n, SQLITE_PREPARE_PERSISTENT, &st, NULL) != SQLITE_OK)
        raw_fail(c->db, sql);
    free(sql);
    arena_defer(c->arena, finalize, st);
    return st;
}

bool raw_step(sqlite3_stmt *st)
{
    int rc = sqlite3_step(st);

    if (rc == SQLITE_ROW)
        return true;
    if (rc != SQLITE_DONE)
        raw_fail(sqlite3_db_handle(st), sqlite3_sql(st));
    sqlite3_reset(st);
    return false;
}

struct str raw_text(sqlite3_stmt *st, int i)
{
    const char *p = (const char *)sqlite3_column_text(st, i);

    return p ? (struct str){p, (size_t)sqlite3_column_bytes(st, i)} : STR_NULL;
}

struct str raw_column_list(struct raw_conn *c)
{
    struct buf list;

    buf_init(&list, 1u << 16);
    for (int i = 0; i < c->columns->n; i++)
        buf_printf(&list, "%s" STR_FMT, i ? "," : "", STR_ARG(c->columns->v[i].name));
    struct str copy = arena_str(c->arena, buf_view(&list));
    buf_clear(&list);
    return copy;
}

static void write_value(struct raw_conn *c, sqlite3_stmt *st, int i)
{
    struct json_out *o = &c->json;

    if (sqlite3_column_type(st, i) == SQLITE_NULL) {
        out_null(o);
        return;
    }
    switch (c->columns->v[i].type) {
    case RAW_INT:
        out_int(o, sqlite3_column_int64(st, i));
        return;
    case RAW_TEXT:
        out_str(o, raw_text(st, i));
        return;
    case RAW_MONEY: {
        const struct currency *currency = currency_find(raw_text(st, c->columns->currency_at));
        out_decimal(o, sqlite3_column_int64(st, i), currency ? currency->digits : 2);
        return;
    }
    case RAW_DAY:
        out_day(o, (struct day){sqlite3_column_int(st, i)});
        return;
    case RAW_INSTANT:
        out_msec(o, sqlite3_column_int64(st, i));
        return;
    case RAW_BOOL:
        out_bool(o, sqlite3_column_int(st, i) != 0);
        return;
    case RAW_JSON:
        out_raw(o, raw_text(st, i));
        return;
    }
}

void raw_write_members(struct raw_conn *c, sqlite3_stmt *st)
{
    for (int i = 0; i < c->columns->n; i++) {
        out_key(&c->json, c->columns->v[i].name);
        write_value(c, st, i);
    }
}

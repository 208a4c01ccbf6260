#include "conn.h"

#include <assert.h>

#include "diag.h"

static struct stmt *start(struct txn *t, const char *sql, struct args args, enum stmt_use use, bool copy,
                          struct err *err)
{
    if (!t->conn) {
        diag(DIAG_ERROR, "statement after the end of its transaction sql=\"%.200s\"", sql);
        err_set(err, ERR_INTERNAL, "The transaction has ended.");
        return NULL;
    }
    struct stmt *st = conn_stmt(t->conn, sql, use, err);
    if (st && t->conn->b->bind(st->raw, args, copy, err) < 0) {
        stmt_done(st);
        return NULL;
    }
    return st;
}

/* Runs to the end; whatever rows it gives are dropped. */
static struct stmt *run(struct txn *t, const char *sql, struct args args, enum stmt_use use, struct err *err)
{
    struct stmt *st = start(t, sql, args, use, false, err);
    int r = -1;

    if (!st)
        return NULL;
    t->writes++;
    while ((r = stmt_step(st, err)) > 0)
        ;
    if (r < 0) {
        stmt_done(st);
        return NULL;
    }
    return st;
}

int sql_run(struct txn *t, const char *sql, struct args args, int64_t *ret_changed, struct err *err)
{
    struct stmt *st = run(t, sql, args, STMT_PLAIN, err);

    if (!st)
        return -1;
    if (ret_changed)
        *ret_changed = t->conn->b->changed(st->raw);
    stmt_done(st);
    return 0;
}

unsigned txn_writes(const struct txn *t)
{
    return t->writes;
}

int sql_insert(struct txn *t, const char *sql, struct args args, id *ret_id, struct err *err)
{
    struct stmt *st = run(t, sql, args, STMT_INSERT, err);

    if (!st)
        return -1;
    if (ret_id)
        *ret_id = t->conn->b->inserted(st->raw);
    stmt_done(st);
    return 0;
}

static struct rows *query(struct txn *t, const char *sql, struct args args, enum stmt_use use, struct err *err)
{
    struct rows *r = NEW(t->arena, struct rows);
    struct stmt *st = start(t, sql, args, use, true, err);

    if (!st)
        return NULL;
    *r = (struct rows){.txn = t, .stmt = st};
    st->rows = r;
    return r;
}

struct rows *sql_query(struct txn *t, const char *sql, struct args args, struct err *err)
{
    return query(t, sql, args, STMT_PLAIN, err);
}

struct rows *sql_stream(struct txn *t, const char *sql, struct args args, struct err *err)
{
    return query(t, sql, args, STMT_STREAM, err);
}

int rows_next(struct rows *r, struct err *err)
{
    if (!r)
        return -1;
    if (!r->stmt)
        return r->ended ? 0 : err_set(err, ERR_INTERNAL, "The transaction has ended.");
    int n = stmt_step(r->stmt, err);
    if (n <= 0)
        rows_close(r);
    return n;
}

struct value rows_col_peek(struct rows *r, int i)
{
    const struct backend *b = r->txn->store->b;

    assert(r->stmt && i >= 0 && i < b->columns(r->stmt->raw));
    return b->column(r->stmt->raw, i);
}

struct value rows_col(struct rows *r, int i)
{
    return value_copy(r->txn->arena, rows_col_peek(r, i));
}

void rows_close(struct rows *r)
{
    if (!r)
        return;
    r->ended = true;
    if (r->stmt)
        stmt_done(r->stmt);
}

int sql_row(struct txn *t, const char *sql, struct args args, struct value *v, int n, struct err *err)
{
    struct stmt *st = start(t, sql, args, STMT_PLAIN, false, err);

    if (!st)
        return -1;
    int r = stmt_step(st, err);
    if (r > 0) {
        assert(n <= t->conn->b->columns(st->raw));
        for (int i = 0; i < n; i++)
            v[i] = value_copy(t->arena, t->conn->b->column(st->raw, i));
    }
    stmt_done(st);
    return r;
}

int sql_script(struct txn *t, const char *script, struct err *err)
{
    if (!t->conn)
        return err_set(err, ERR_INTERNAL, "The transaction has ended.");
    return t->conn->b->script(t->conn->raw, script, err);
}

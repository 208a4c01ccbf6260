/*
 * The order in which the log is read on: that of its numbers, in which nothing is ever put in between.
 *
 * On SQLite one writer counts, so the numbers are in the order of the commits. On PostgreSQL several transactions write
 * at once, and numbers from a sequence would let one with a lower number commit after one with a higher, when a reader
 * has gone past it. There a line's number is that of its transaction and its place in it, and readers on the way
 * forward take only lines below every transaction under way: whatever commits later stands above them.
 *
 * Transactions are numbered by the server. A log from another one, restored here, may be ahead of its count;
 * `log_base` in penstock_store is added to it, so that it goes on above.
 */
#include "log.h"

#include "sql.h"

#define LINES_BITS "16" /* of a number for the lines of one transaction */
#define MAX_LINES 65535

#define NUMBER_OF(xact) "(SELECT (log_base + " xact "::text::bigint) << " LINES_BITS " FROM penstock_store)"
#define FIRST_UNSETTLED NUMBER_OF("pg_snapshot_xmin(pg_current_snapshot())")

const char *log_seq_sql(enum dialect d)
{
    return d == DIALECT_SQLITE ? NULL : NUMBER_OF("pg_current_xact_id()") " + ";
}

int log_line(struct txn *t, int64_t *ret, struct err *err)
{
    *ret = txn_count(t);
    if (*ret <= MAX_LINES)
        return 0;
    return err_set(err, ERR_TOO_LARGE, "This changes more records at once than can be kept together (%d).", MAX_LINES);
}

const char *log_settled(enum dialect d)
{
    return d == DIALECT_SQLITE ? "1=1" : "c.seq < " FIRST_UNSETTLED;
}

struct rows *log_since(struct txn *t, int64_t seq, unsigned limit, struct err *err)
{
    const char *where = arena_printf(txn_arena(t), "c.seq > $1 AND %s ORDER BY c.seq", log_settled(txn_dialect(t))).p;

    return log_query(t, where, ARGS(value_int(seq)), limit, err);
}

int log_before_end(struct txn *t, unsigned n, int64_t *ret, struct err *err)
{
    const char *sql =
        arena_printf(txn_arena(t), "SELECT c.seq FROM changes c WHERE %s ORDER BY c.seq DESC LIMIT 1 OFFSET %u",
                     log_settled(txn_dialect(t)), n)
            .p;
    struct value v;
    int found = sql_row(t, sql, NO_ARGS, &v, 1, err);

    *ret = found == 1 ? v.i : 0;
    return found < 0 ? -1 : 0;
}

int log_last_seq(struct txn *t, int64_t *ret, struct err *err)
{
    return log_before_end(t, 0, ret, err);
}

int log_state(struct txn *t, struct str *ret, struct err *err)
{
    struct value late = value_int(0);
    int64_t last;

    if (log_last_seq(t, &last, err) < 0)
        return -1;
    if (txn_dialect(t) == DIALECT_POSTGRES &&
        sql_row(t, "SELECT count(*) FROM changes c WHERE c.seq >= " FIRST_UNSETTLED, NO_ARGS, &late, 1, err) < 0)
        return -1;
    *ret = arena_printf(txn_arena(t), "%lld_%lld", (long long)last, (long long)late.i);
    return 0;
}

int log_settle(struct txn *t, struct err *err)
{
    if (txn_dialect(t) == DIALECT_SQLITE)
        return 0;
    /* Of the transactions this one can see, none has the number xmax yet. */
    return sql_run(t,
                   "UPDATE penstock_store SET log_base = (SELECT (max(seq) >> " LINES_BITS ") + 1 FROM changes) - "
                   "pg_snapshot_xmin(pg_current_snapshot())::text::bigint WHERE EXISTS (SELECT 1 FROM changes c WHERE "
                   "c.seq >= " NUMBER_OF("pg_snapshot_xmax(pg_current_snapshot())") ")",
                   NO_ARGS, NULL, err);
}

int log_is_settled(struct txn *t, struct err *err)
{
    struct value v;
    int n = txn_dialect(t) == DIALECT_SQLITE ? 0
                                             : sql_row(t,
                                                       "SELECT 1 FROM changes c WHERE c.seq >= " NUMBER_OF(
                                                           "pg_snapshot_xmax(pg_current_snapshot())") " LIMIT 1",
                                                       NO_ARGS, &v, 1, err);

    return n < 0 ? -1 : n == 0;
}

/*
 * The one log. Every change belongs to a change set: what one actor did at once, from one origin. log_write is the only
 * function that changes rows of a kind, and it writes the row and its log line in one transaction.
 *
 *     struct change_set cs = {.actor = user, .origin = "api", .recorded_at = clock_now()};
 *     log_write(t, &cs, NULL, row, 0, err);        create: no row before
 *     log_write(t, &cs, old, row, 0, err);         update
 *     log_write(t, &cs, old, NULL, 0, err);        delete: the log keeps every field
 *
 * Two clocks: `occurred_at` is business time and may lie in the past, `recorded_at` is when the log got it. `fields`
 * holds {"name":[before,after]} in the form the API shows, so history and feed hand it on as it stands.
 */
#ifndef LOG_LOG_H
#define LOG_LOG_H

#include "rows.h"

enum clock { CLOCK_OCCURRED, CLOCK_RECORDED };

struct change_set {
    id id;              /* 0 until the first change is written */
    id actor;           /* user; 0 for the program itself */
    const char *origin; /* ui, api, import, undo, demo, cli, rule … */
    struct str ref;     /* the origin's own number, "12" of import 12; may be STR_NULL */
    struct str label;   /* what people call it: "Import of deals.csv"; may be STR_NULL */
    msec recorded_at;
    id undoes; /* the change set this one takes back */

    /* Runs after every row written, in its transaction: keeps derived values. May be NULL. */
    int (*written)(struct txn *t, const struct change_set *cs, const struct row *before, const struct row *after,
                   struct err *err);
    void *context; /* for `written` */
};

/* Writes one row and its line. `before` NULL creates (an id in `after` puts a row back under it), `after` NULL deletes.
 * Sets id, version, created_at and updated_at of `after`. occurred_at 0 means now. Nothing is written when nothing
 * differs. The change set's own row is written with its first change. */
int log_write(struct txn *t, struct change_set *cs, const struct row *before, struct row *after, msec occurred_at,
              struct err *err);

/* Creates a row of which two changes are known at once, such as a deal that comes in closed: the log gets both lines,
 * from nothing to `first` and from there to `row`, the table gets `row`. */
int log_write_twice(struct txn *t, struct change_set *cs, struct row *first, struct row *row, msec first_at,
                    msec second_at, struct err *err);

/* Makes the change set's row if it has none yet. */
int log_open(struct txn *t, struct change_set *cs, struct err *err);

/* -- reading ------------------------------------------------------------------------------------- */

struct log_item {
    int64_t seq;
    id changeset, actor, row;
    msec recorded_at, occurred_at;
    struct str actor_name, origin, kind, op, fields; /* op: create update delete */
};

/* Items of the log. `where` is one of the constants below, or like them, with its parameters. */
struct rows *log_query(struct txn *t, const char *where, struct args args, unsigned limit, struct err *err);
#define LOG_OF_ROW "c.kind = $1 AND c.row_id = $2 ORDER BY c.seq"
#define LOG_OF_CHANGESET "c.changeset_id = $1 ORDER BY c.seq"
#define LOG_OF_CHANGESET_BACKWARD "c.changeset_id = $1 AND c.seq < $2 ORDER BY c.seq DESC"
int log_next(struct rows *r, struct log_item *ret, struct err *err); /* 1, 0 at the end, -1 */

/* {"seq":…,"changeset":…,"recorded_at":…,"occurred_at":…,"actor":{"id","name"},"origin":…,"kind":…,"id":…,"op":…,
 * "fields":{…}} */
void log_write_item(struct json_out *o, const struct log_item *item);

/* -- reading on from a cursor (log_order.c) --------------------------------------------------------- */

/* Items with higher numbers than `seq`, in an order in which nothing is ever put in between: who goes on from the last
 * item he got misses none and gets none twice. What was committed a moment ago may be held back until everything that
 * began before it has ended. Numbers rise, with gaps. */
struct rows *log_since(struct txn *t, int64_t seq, unsigned limit, struct err *err);

int log_last_seq(struct txn *t, int64_t *ret, struct err *err);               /* the last of them; 0: none */
int log_before_end(struct txn *t, unsigned n, int64_t *ret, struct err *err); /* n before the last; 0: fewer */

/* The same as a condition on `changes c`. */
const char *log_settled(enum dialect d);

/* A word that is the same for two transactions only when they see the same log; fit for an SQL name. */
int log_state(struct txn *t, struct str *ret, struct err *err);

/* Numbers the lines to come above all that are there; when a database is opened. */
int log_settle(struct txn *t, struct err *err);
int log_is_settled(struct txn *t, struct err *err); /* 1: that would change nothing; 0, -1 */

/* For log_write alone: the number of the next line is this expression (NULL: the database counts) plus log_line. */
const char *log_seq_sql(enum dialect d);
int log_line(struct txn *t, int64_t *ret, struct err *err);

/* -- the past ------------------------------------------------------------------------------------ */

/* A row as it was: the fold of its changes with a clock before `at`, in the order of that clock, then of the log.
 * 1 it was there, 0 it was not, -1 error. */
int log_row_at(struct txn *t, const struct kind *k, id which, msec at, enum clock clock, struct row **ret,
               struct err *err);

/* A temporary view with the columns of the kind's own table and all its rows as they were, for list_query.table. Only
 * rows that have changed since are folded; the rest are read where they are. It is kept on the connection for a while,
 * so that paging through the past is cheap. Derived fields, which the log does not have, are null. */
int log_table_at(struct txn *t, const struct kind *k, msec at, enum clock clock, const char **ret_table,
                 struct err *err);

/* Of such a view: the table of the rows that have changed since, as they were (one that was not there then is not in
 * it), and the table of their ids (row_id). For comparing the past with what came of it. */
const char *log_past_rows(struct arena *a, const char *table);
const char *log_past_ids(struct arena *a, const char *table);

/* Calls fn for every row of the kind as it was at `at`, in the order of ids; with `among`, only for those in that table
 * (column row_id). Rows given to fn live until it returns. */
typedef int row_fn(void *ctx, struct row *row, struct err *err);
int log_fold(struct txn *t, const struct kind *k, const char *among, msec at, enum clock clock, row_fn *fn, void *ctx,
             struct err *err);

#define AT_THE_END INT64_MAX

/* Indexes that may be let go while an empty database is filled (bulk.h); whoever opens it makes what is missing. */
#define LOG_INDEXES                                                                                                    \
    "CREATE INDEX IF NOT EXISTS changesets_by_actor ON changesets (actor_id, id);\n"                                   \
    "CREATE INDEX IF NOT EXISTS changes_by_row ON changes (kind, row_id, seq);\n"
#define LOG_INDEXES_GO "DROP INDEX IF EXISTS changesets_by_actor;\nDROP INDEX IF EXISTS changes_by_row;\n"

/* CREATE TABLE statements of the log. */
void log_tables(struct buf *b, enum dialect d);

#endif

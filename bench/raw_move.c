/*
 * bench-raw-move --db FILE --pipeline ID --stages ID:PERCENT,… [--batch N] [--seconds S] [--warm S]: what a move costs
 * when nothing is left but its two statements, the deal's new row and its line in the log, on raw SQLite with the
 * product's settings: `batch` moves in each transaction, each transaction durable before the next. Prints {per_second,
 * p50_ms, p99_ms} of moves and of transactions, and `moves`, so that these too can be counted in the file.
 */
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "moves.h"
#include "options.h"
#include "raw.h"
#include "rng.h"

#define MAX_DEALS 100000
#define MAX_STAGES 64

struct mover {
    struct raw_conn *conn;
    sqlite3_stmt *update, *insert;
    int64_t deals[MAX_DEALS], stages[MAX_DEALS];
    size_t n;
    struct move_stage to[MAX_STAGES];
    int nto;
    int64_t changeset;
    struct rng rng;
};

static int64_t number(struct raw_conn *c, const char *sql)
{
    sqlite3_stmt *st = raw_prepare(c, "%s", sql);
    int64_t n = raw_step(st) ? sqlite3_column_int64(st, 0) : 0;

    sqlite3_reset(st);
    return n;
}

static void prepare(struct mover *m, int64_t pipeline)
{
    struct raw_conn *c = m->conn;
    sqlite3_stmt *deals = raw_prepare(
        c, "SELECT id, stage_id FROM deals WHERE pipeline_id = %lld AND status = 'open' AND stage_id IS NOT NULL",
        (long long)pipeline);

    for (; raw_step(deals) && m->n < MAX_DEALS; m->n++) {
        m->deals[m->n] = sqlite3_column_int64(deals, 0);
        m->stages[m->n] = sqlite3_column_int64(deals, 1);
    }
    sqlite3_reset(deals);
    if (!m->n)
        raw_fail(NULL, "there are no open deals");
    m->update = raw_prepare(c, "UPDATE deals SET version = version + 1, updated_at = ?1, stage_id = ?2, "
                               "probability = ?3, stage_since = ?1 WHERE id = ?4");
    m->insert = raw_prepare(c, "INSERT INTO changes (changeset_id, kind, row_id, op, occurred_at, recorded_at, fields) "
                               "VALUES (?1, 'deals', ?2, 'update', ?3, ?3, ?4)");
    m->changeset = number(c, "SELECT max(id) FROM changesets");
    rng_seed(&m->rng, 1);
}

static void run(sqlite3_stmt *st)
{
    if (raw_step(st))
        raw_fail(sqlite3_db_handle(st), "rows from a change");
}

static void move(struct mover *m)
{
    size_t at = rng_below(&m->rng, m->n);
    char fields[256], then[MSEC_LEN + 1];
    const struct move_stage *to;
    msec now = clock_now();

    do
        to = &m->to[rng_below(&m->rng, (uint64_t)m->nto)];
    while (to->id == m->stages[at]);
    sqlite3_bind_int64(m->update, 1, now);
    sqlite3_bind_int64(m->update, 2, to->id);
    sqlite3_bind_int64(m->update, 3, to->probability);
    sqlite3_bind_int64(m->update, 4, m->deals[at]);
    run(m->update);
    msec_format(now, then);
    int n = snprintf(fields, sizeof(fields),
                     "{\"stage_id\":[%lld,%lld],\"probability\":[5,%lld],\"stage_since\":[\"%s\",\"%s\"]}",
                     (long long)m->stages[at], (long long)to->id, (long long)to->probability, then, then);
    sqlite3_bind_int64(m->insert, 1, m->changeset);
    sqlite3_bind_int64(m->insert, 2, m->deals[at]);
    sqlite3_bind_int64(m->insert, 3, now);
    sqlite3_bind_text(m->insert, 4, fields, n, SQLITE_STATIC);
    run(m->insert);
    m->stages[at] = to->id;
}

/* Transactions for so long; how many moves there were. */
static uint64_t transactions(struct mover *m, int64_t batch, double seconds, struct hist *latency)
{
    uint64_t moves = 0, now = clock_ns(), until = now + (uint64_t)(seconds * 1e9);

    while (now < until) {
        raw_exec(m->conn, "BEGIN IMMEDIATE");
        for (int64_t i = 0; i < batch; i++, moves++)
            move(m);
        raw_exec(m->conn, "COMMIT");
        uint64_t then = clock_ns();
        hist_add(latency, then - now);
        now = then;
    }
    return moves;
}

static void measure(struct mover *m, int64_t batch, double warm, double seconds)
{
    struct hist *latency = hist_new();
    uint64_t before = transactions(m, batch, warm, latency), begin = clock_ns();

    hist_clear(latency);
    uint64_t moves = transactions(m, batch, seconds, latency);
    printf("{\"per_second\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"moves\":%llu}\n",
           (double)moves / ((double)(clock_ns() - begin) / 1e9), (double)hist_quantile(latency, 0.5) / 1e6,
           (double)hist_quantile(latency, 0.99) / 1e6, (unsigned long long)(before + moves));
    free(latency);
}

int main(int argc, char **argv)
{
    const char *db = NULL, *stages = NULL;
    int64_t pipeline = 1, batch = 1;
    double seconds = 2, warm = 0;
    const struct option_row rows[] = {
        {"db", .text = &db, .required = true},
        {"stages", .text = &stages, .required = true},
        {"pipeline", .number = &pipeline},
        {"batch", .number = &batch},
        {"seconds", .real = &seconds},
        {"warm", .real = &warm},
        {0},
    };
    struct mover *m = calloc(1, sizeof(*m));

    options_read("bench-raw-move", argc, argv, rows);
    if (!m || batch < 1 || (m->nto = move_stages(stages, m->to, MAX_STAGES)) < 0)
        raw_fail(NULL, "--stages takes two or more as id:probability,…, --batch at least 1");
    m->conn = raw_open(db);
    raw_exec(m->conn, "PRAGMA cache_size = -16000");
    /* A server's log file stays as well; a new one at each start would make the first syncs slow. */
    sqlite3_file_control(m->conn->db, "main", SQLITE_FCNTL_PERSIST_WAL, &(int){1});
    prepare(m, pipeline);
    measure(m, batch, warm, seconds);
    raw_close(m->conn);
    free(m);
    return 0;
}

/*
 * What the store counts about itself, as rows for whoever watches the program (metric.h). store_measure brings the
 * gauges up to date; the counters always are.
 */
#ifndef STORE_STATS_H
#define STORE_STATS_H

#include "metric.h"
#include "store.h"

#define STORE_METRICS(X)                                                                                               \
    X(COUNTER, commits, "penstock_store_commits_total", "Transactions of the writer that are durable")                 \
    X(COUNTER, commits_lost, "penstock_store_commits_lost_total", "Transactions that failed with all their writes")    \
    X(COUNTER, again, "penstock_store_batches_again_total", "Transactions done again without a write that failed")     \
    X(COUNTER, kept, "penstock_store_writes_total{result=\"kept\"}", "Writes by what became of them")                  \
    X(COUNTER, taken_back, "penstock_store_writes_total{result=\"taken_back\"}", "")                                   \
    X(COUNTER, refused, "penstock_store_writes_total{result=\"queue_full\"}", "")                                      \
    X(SIZES, batch, "penstock_store_batch_writes", "Writes in one transaction")                                        \
    X(TIMES, work, "penstock_store_batch_seconds", "Running the writes of one transaction")                            \
    X(TIMES, commit, "penstock_store_commit_seconds", "Making one transaction durable: mostly the disk's fsync")       \
    X(GAUGE, queued, "penstock_store_queued_writes", "Writes waiting for the writer")                                  \
    X(COUNTER, reads, "penstock_store_reads_total", "Read transactions")                                               \
    X(COUNTER, read_waits, "penstock_store_read_waits_total", "Read transactions that waited for a connection")        \
    X(COUNTER, read_refusals, "penstock_store_read_refusals_total", "Read transactions that got no connection")        \
    X(GAUGE, readers, "penstock_store_readers{state=\"open\"}", "Connections for reading")                             \
    X(GAUGE, readers_busy, "penstock_store_readers{state=\"busy\"}", "")                                               \
    X(COUNTER, hits, "penstock_store_statements_total{cache=\"hit\"}", "Statements by whether they were prepared")     \
    X(COUNTER, misses, "penstock_store_statements_total{cache=\"miss\"}", "")                                          \
    X(COUNTER, retries, "penstock_store_retries_total", "Tries again: for a lock, or on a new connection")             \
    X(COUNTER, checkpoints, "penstock_store_checkpoints_total", "Times the write-ahead log was copied into the file")  \
    X(GAUGE, size, "penstock_store_size_bytes", "Size of the database")                                                \
    X(GAUGE, wal_size, "penstock_store_wal_size_bytes", "Size of the write-ahead log (SQLite)")

struct store_stats {
    STORE_METRICS(METRIC_MEMBER)
};

extern const struct metric store_metrics[];
extern const size_t store_metrics_n;

struct store_stats *store_stats(struct store *s);
void store_measure(void *store); /* for metrics_add */

#endif

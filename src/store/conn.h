/*
 * A connection with its prepared statements, and what the files of this folder know of each other: the pool of read
 * connections, the transaction, those who write. Nothing outside src/store includes this.
 *
 * Statements are kept by their text, the STMT_CACHE last used ones. One that is being read is busy; a second query
 * with the same text gets a statement of its own. Whatever is still busy when a transaction or a savepoint ends is
 * reset there, so an allocation that jumps out of the middle of a query leaves nothing open.
 */
#ifndef STORE_CONN_H
#define STORE_CONN_H

#include <pthread.h>
#include <stdatomic.h>

#include "backend.h"
#include "day.h"
#include "stats.h"
#include "watch.h"

#define STMT_CACHE 256u
#define STMT_BUCKETS 512u /* a power of two */
#define MAX_READERS 32u
#define MAX_HOOKS 8u

struct stmt {
    struct back_stmt *raw;
    struct conn *conn;
    struct rows *rows;        /* who reads it, NULL when idle or run at once */
    struct stmt *chain;       /* the same bucket */
    struct stmt *prev, *next; /* among the busy, or among the idle with the last used in front */
    uint64_t hash;
    size_t len;
    enum stmt_use use;
    bool is_busy;
    int64_t nsec, nrows; /* for the trace */
    msec began;          /* for the watch */
    char sql[];
};

/* A query under way. In the transaction's arena, so a statement may point back at it as long as that is open. */
struct rows {
    struct txn *txn;
    struct stmt *stmt; /* NULL once closed */
    bool ended;        /* closed by its reader or at its end, not by the transaction's end */
};

struct stmt_list {
    struct stmt *first, *last;
};

struct conn {
    const struct backend *b;
    struct back_conn *raw;
    bool trace;
    struct sql_watch *watch; /* of the present transaction; NULL: nobody looks */
    struct stmt *buckets[STMT_BUCKETS];
    struct stmt_list busy, idle;
    size_t n;
    int64_t hits, misses; /* not told to the stats yet */
    pthread_t user;       /* the thread that had it last */
    struct conn *next;    /* in the pool */
};

struct conn *conn_open(struct store *s, enum conn_use use, struct err *err);
void conn_close(struct conn *c);                                                             /* NULL is fine */
struct stmt *conn_stmt(struct conn *c, const char *sql, enum stmt_use use, struct err *err); /* busy, not bound */
int stmt_step(struct stmt *st, struct err *err);
void stmt_done(struct stmt *st);                           /* reset and idle */
void conn_quiet(struct conn *c);                           /* stmt_done of every busy one */
void conn_tell(struct conn *c, struct store_stats *stats); /* what it has counted since the last time */

void watch_took(struct sql_watch *w, const char *sql, msec ms, int64_t rows);

struct txn {
    struct store *store;
    struct conn *conn; /* NULL once ended */
    struct arena *arena;
    unsigned writes;       /* statements run that give no rows */
    struct write_job *job; /* NULL for readers */
    int64_t count;         /* txn_count */
    bool spoilt;
};

struct write_queue {
    struct write_job *first, **last;
};

struct hook {
    void (*fn)(void *ctx);
    void *ctx;
};

struct store {
    const struct backend *b;
    struct back_db *db;
    bool trace;
    struct store_stats stats;

    /* Read connections. */
    pthread_mutex_t pool_lock;
    pthread_cond_t pool_freed;
    struct conn *idle; /* last used in front */
    unsigned max_readers;
    unsigned nreaders; /* open ones, idle or not */
    unsigned nidle;
    bool held; /* nobody may begin */
    pthread_cond_t pool_quiet;

    /* Writes: executor.c, and how they run: executor_group.c or executor_pool.c, whose own `run` is. */
    unsigned nwriters;
    int64_t busy_ms; /* how long a write may wait for the server */
    struct writers *run;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t wake;
    struct write_queue writes, work; /* in their order; of `work` those that long work is made of */
    msec work_since;                 /* the first of them waits, or the last one ran */
    atomic_uint queued;              /* in `writes`; changed under `lock`, read by whoever likes */
    _Atomic msec written_at;         /* when the last of `writes` was taken */
    bool stop;
    struct hook hooks[MAX_HOOKS];
    unsigned nhooks;
};

/* Lets no read transaction begin; true when all that are open end soon. pool_resume must follow either way. */
bool pool_hold(struct store *s);
void pool_resume(struct store *s);

struct timespec in_msec(int64_t ms); /* on the monotonic clock that every condition here waits by */
void cond_init_monotonic(pthread_cond_t *c);

/* -- the executor ------------------------------------------------------------------------------ */

int executor_start(struct store *s, struct err *err);
void executor_stop(struct store *s); /* after everything queued; fine when it was not started */
void executor_free(struct store *s); /* the last connections to close: of those who write */

void queue_init(struct write_queue *q);

/* NULL when none waits. With `work` a step of long work too, if its turn has come. */
struct write_job *job_pop(struct store *s, bool work);
/* Waits for one until then; false when the store closes and none is left. */
bool job_await(struct store *s, bool work, const struct timespec *until);
/* Runs its function in a transaction of `c`: its result, also in the job, with a reason in job->err when that is -1. */
int job_call(struct store *s, struct write_job *job, struct conn *c);
void jobs_finish(struct write_job *first);                /* calls `done` of each */
void jobs_refuse(struct store *s, const struct err *err); /* all that wait */
void call_hooks(struct store *s);

/* One writer for all (executor_group.c); a pool of them (executor_pool.c). */
int writer_start(struct store *s, struct err *err);
void writer_stop(struct store *s);
void writer_free(struct store *s);
int workers_start(struct store *s, struct err *err);
void workers_stop(struct store *s);
void workers_free(struct store *s);
void workers_wake(struct store *s);

#endif

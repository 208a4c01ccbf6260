#include "sqlite_tidy.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "diag.h"

enum state { IDLE, WANTED, ENDED };

struct tidy {
    struct back_db *of;
    sqlite3 *db;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    atomic_int state;
    bool stop;
};

void tidy_copy(struct back_db *of, sqlite3 *db, int mode)
{
    int rc = sqlite3_wal_checkpoint_v2(db, NULL, mode, NULL, NULL);

    atomic_fetch_add_explicit(&of->checkpoints, rc == SQLITE_OK, memory_order_relaxed);
    if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY)
        diag(DIAG_WARN, "checkpoint code=%d message=\"%s\"", rc, sqlite3_errmsg(db));
}

static void *run(void *arg)
{
    struct tidy *td = arg;

    pthread_mutex_lock(&td->lock);
    while (!td->stop) {
        if (atomic_load(&td->state) != WANTED) {
            pthread_cond_wait(&td->wake, &td->lock);
            continue;
        }
        pthread_mutex_unlock(&td->lock);
        tidy_copy(td->of, td->db, SQLITE_CHECKPOINT_PASSIVE);
        atomic_store(&td->state, ENDED);
        pthread_mutex_lock(&td->lock);
    }
    pthread_mutex_unlock(&td->lock);
    return NULL;
}

struct tidy *tidy_new(struct back_db *db)
{
    struct tidy *td = calloc(1, sizeof(*td));
    struct err ignored = {0};

    if (!td)
        return NULL;
    td->of = db;
    pthread_mutex_init(&td->lock, NULL);
    pthread_cond_init(&td->wake, NULL);
    if (sqlite_connect(db->path, SQLITE_OPEN_READWRITE, &td->db, &ignored) == 0 &&
        sqlite3_exec(td->db, "PRAGMA synchronous = FULL;" SHARED_PAGES, NULL, NULL, NULL) == SQLITE_OK &&
        pthread_create(&td->thread, NULL, run, td) == 0)
        return td;
    diag(DIAG_WARN, "the log is copied back by the writer itself");
    sqlite3_close(td->db);
    pthread_cond_destroy(&td->wake);
    pthread_mutex_destroy(&td->lock);
    free(td);
    return NULL;
}

void tidy_free(struct tidy *td)
{
    if (!td)
        return;
    pthread_mutex_lock(&td->lock);
    td->stop = true;
    pthread_cond_signal(&td->wake);
    pthread_mutex_unlock(&td->lock);
    pthread_join(td->thread, NULL);
    sqlite3_close(td->db);
    pthread_cond_destroy(&td->wake);
    pthread_mutex_destroy(&td->lock);
    free(td);
}

bool tidy_busy(struct tidy *td)
{
    return atomic_load(&td->state) != IDLE;
}

void tidy_begin(struct tidy *td)
{
    pthread_mutex_lock(&td->lock);
    atomic_store(&td->state, WANTED);
    pthread_cond_signal(&td->wake);
    pthread_mutex_unlock(&td->lock);
}

bool tidy_ended(struct tidy *td)
{
    int ended = ENDED;

    return atomic_compare_exchange_strong(&td->state, &ended, IDLE);
}

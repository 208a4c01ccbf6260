/*
 * A process that writes on 16 threads is killed in the middle, again and again, and its file opened each time: every
 * write that was acknowledged is there and whole, and of those that were not, each is there whole or not at all.
 *
 *     kill9 ROUNDS          the machine goes on running
 *     kill9 ROUNDS power    it loses power too: what no sync has made durable may be lost or torn
 *     kill9 ROUNDS sync     and some syncs fail: what they were to make durable is lost, and must not be acknowledged
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ceilings.h"
#include "rng.h"
#include "store.h"
#include "unsynced.h"

#define THREADS 16
#define PARTS 3
#define MOST (1 << 20) /* writes of a thread */
#define FAILS 7        /* one sync in so many, where they fail */

/* Shared with the process that will be killed. */
struct ledger {
    atomic_llong begun[THREADS]; /* the last number of each */
    atomic_uchar acknowledged[THREADS][MOST];
};

static struct ledger *ledger;
static bool may_fail;
static char folder[] = "/tmp/penstock-kill9-XXXXXX";
static char path[64];

static _Noreturn void broken(const char *what, long long number)
{
    fprintf(stderr, "kill9: %s (%lld); the database is left in %s\n", what, number, folder);
    exit(1);
}

static const char tables[] = "CREATE TABLE IF NOT EXISTS heads(id INTEGER PRIMARY KEY AUTOINCREMENT, thread INTEGER,"
                             " number INTEGER, size INTEGER);"
                             "CREATE TABLE IF NOT EXISTS parts(head_id INTEGER, body TEXT);"
                             "CREATE UNIQUE INDEX IF NOT EXISTS heads_number ON heads(thread, number);"
                             "CREATE INDEX IF NOT EXISTS parts_head ON parts(head_id);";

static int make_tables(struct txn *t, void *arg, struct err *err)
{
    (void)arg;
    return sql_script(t, tables, err);
}

/* -- the process that is killed ---------------------------------------------------------------- */

struct writer {
    struct store *store;
    int thread;
    int64_t number;
    struct rng rng;
};

static int write_whole(struct txn *t, void *arg, struct err *err)
{
    struct writer *w = arg;
    size_t size = rng_below(&w->rng, 50) ? rng_below(&w->rng, 300) : rng_below(&w->rng, 20000);
    struct str body = {arena_alloc(txn_arena(t), size), size};
    id head;

    memset((char *)(uintptr_t)body.p, 'a' + w->thread, size);
    if (sql_insert(t, "INSERT INTO heads(thread, number, size) VALUES($1, $2, $3)",
                   ARGS(value_int(w->thread), value_int(w->number), value_int((int64_t)size)), &head, err) < 0)
        return -1;
    for (int i = 0; i < PARTS; i++)
        if (sql_insert(t, "INSERT INTO parts(head_id, body) VALUES($1, $2)", ARGS(value_int(head), value_text(body)),
                       NULL, err) < 0)
            return -1;
    return 0;
}

static void *write_on(void *arg)
{
    struct writer *w = arg;
    struct arena *a = arena_new(MAX_ARENA);
    struct err err;

    for (;; arena_reset(a)) {
        w->number++;
        atomic_store(&ledger->begun[w->thread], w->number);
        if (w->number >= MOST)
            pause();
        if (store_write(w->store, a, write_whole, w, &err) == 0)
            atomic_store(&ledger->acknowledged[w->thread][w->number], 1);
        else if (!may_fail || err.code != ERR_STORAGE)
            broken(err.msg, w->number);
    }
    return NULL;
}

static void write_until_killed(uint64_t seed)
{
    static struct writer writers[THREADS];
    struct store *st;
    struct err err;
    pthread_t thread;

    if (store_open(&st, &(struct store_config){.url = path}, &err) < 0)
        broken(err.msg, 0);
    for (int i = 0; i < THREADS; i++) {
        writers[i] = (struct writer){.store = st, .thread = i, .number = atomic_load(&ledger->begun[i])};
        rng_seed(&writers[i].rng, seed * THREADS + (uint64_t)i);
        if (pthread_create(&thread, NULL, write_on, &writers[i]) != 0)
            broken("no thread", i);
    }
    for (;;)
        pause();
}

/* -- the process that looks -------------------------------------------------------------------- */

static int64_t number(struct txn *t, const char *sql, struct args args)
{
    struct value v;
    struct err err;

    if (sql_row(t, sql, args, &v, 1, &err) != 1)
        broken(err.msg, 0);
    return v.type == V_INT ? v.i : 0;
}

static int64_t check_thread(struct txn *t, int thread)
{
    int64_t begun = atomic_load(&ledger->begun[thread]), found = 0, next = 1;
    struct err err;
    struct rows *r =
        sql_query(t, "SELECT number FROM heads WHERE thread = $1 ORDER BY number", ARGS(value_int(thread)), &err);

    while (rows_next(r, &err) == 1) {
        int64_t is = rows_col_peek(r, 0).i;
        if (is > begun)
            broken("a write that never began is there", is);
        for (; next < is; next++)
            if (atomic_load(&ledger->acknowledged[thread][next]))
                broken("an acknowledged write is missing", next);
        next = is + 1;
        found++;
    }
    for (; next <= begun; next++)
        if (atomic_load(&ledger->acknowledged[thread][next]))
            broken("an acknowledged write is missing", next);
    return found;
}

static int64_t check(void)
{
    struct store *st;
    struct err err;
    struct arena *a = arena_new(MAX_ARENA);
    int64_t found = 0;

    if (store_open(&st, &(struct store_config){.url = path, .must_exist = true}, &err) < 0)
        broken(err.msg, 0);
    struct txn *t = txn_read(st, a, &err);
    struct value v;
    if (!t || sql_row(t, "PRAGMA integrity_check", NO_ARGS, &v, 1, &err) != 1)
        broken(err.msg, 0);
    if (v.type != V_TEXT || !str_eq(v.s, S("ok")))
        broken(v.type == V_TEXT ? v.s.p : "integrity", 0);
    for (int i = 0; i < THREADS; i++)
        found += check_thread(t, i);
    if (number(t,
               "SELECT count(*) FROM heads h WHERE $1 <> (SELECT count(*) FROM parts p WHERE p.head_id = h.id"
               " AND length(body) = size AND body = replace(hex(zeroblob(size / 2)) || substr('0', 1, size % 2), '0',"
               " char(97 + thread)))",
               ARGS(value_int(PARTS))))
        broken("a write is not whole", 0);
    if (number(t, "SELECT count(*) FROM parts WHERE head_id NOT IN (SELECT id FROM heads)", NO_ARGS))
        broken("half a write is there", 0);
    txn_end(t);
    arena_free(a);
    store_close(st);
    return found;
}

static void begin(void)
{
    struct store *st;
    struct err err;
    struct arena *a = arena_new(MAX_ARENA);

    if (store_open(&st, &(struct store_config){.url = path}, &err) < 0 ||
        store_write(st, a, make_tables, NULL, &err) < 0)
        broken(err.msg, 0);
    arena_free(a);
    store_close(st);
}

/* One round: write, be killed, be looked at. How many writes the files lost. */
static long crash(int round, struct unsynced *u, struct rng *rng)
{
    int status;
    pid_t pid = fork();

    if (pid < 0)
        broken("no process", round);
    if (pid == 0) {
        if (u)
            unsynced_install(u, may_fail ? FAILS : 0);
        write_until_killed((uint64_t)round);
    }
    usleep((useconds_t)(20000 + rng_below(rng, 130000)));
    kill(pid, SIGKILL);
    if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
        broken("the writer ended by itself", round);
    long lost = u ? unsynced_cut(u, rng) : 0;
    if (lost < 0)
        broken("the files cannot be written", round);
    return lost;
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 20;
    may_fail = argc > 2 && strcmp(argv[2], "sync") == 0;
    bool power = may_fail || (argc > 2 && strcmp(argv[2], "power") == 0);
    struct unsynced *u = power ? unsynced_new() : NULL;
    int64_t found = 0, last = 0;
    struct rng rng;

    ledger = mmap(NULL, sizeof(*ledger), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ledger == MAP_FAILED || (power && !u) || !mkdtemp(folder))
        broken("nothing to work with", 0);
    snprintf(path, sizeof(path), "%s/a.db", folder);
    rng_seed(&rng, (uint64_t)getpid());
    begin();
    for (int round = 0; round < rounds; round++) {
        long lost = crash(round, u, &rng);
        last = found;
        found = check();
        printf("round %d: %lld more, all whole; %ld pieces in doubt\n", round + 1, (long long)(found - last), lost);
    }
    if (found < rounds * THREADS)
        broken("hardly anything was written", found);
    char command[128];
    snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command) == 0 ? 0 : 1;
}

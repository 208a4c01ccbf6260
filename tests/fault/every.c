/*
 * Every conversation with the API while the system refuses something: for each request the first, the second, the third
 * … allocation, write or read fails, until the request comes through without meeting the failure.
 *
 *     every memory|memory-on|full|full-on|write|sync|read|open STRIDE FILE.case…
 *
 * What must hold: the answer is the right one, or a problem that says the server cannot (503; 507 where the disk
 * refuses; 500 where it does not give back what it was given); after such an answer nothing was changed, unless it was
 * long work, which is kept before its answer is made and may lose that; the next request is served as if nothing had
 * been; and at the end rows and log agree. With a STRIDE only some n are tried, others each time.
 */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "day.h"
#include "diag.h"
#include "failing.h"
#include "rebuild.h"
#include "rng.h"
#include "turn.h"

#define TURNS 512
#define MOST_PASSES 40
#define MOST_LATE 3 /* in a file: what ran in the background may have met the failure instead of a request before */

static const struct fault {
    const char *name;
    enum failing what;
    enum failing_for how;
    int status[3]; /* that say so, ended by 0 */
} faults[] = {
    {"memory", FAIL_MEMORY, FAIL_ONCE, {503}},  {"memory-on", FAIL_MEMORY, FAIL_ON, {503, 500}},
    {"full", FAIL_FULL, FAIL_ONCE, {507}},      {"full-on", FAIL_FULL, FAIL_ON, {507}},
    {"write", FAIL_WRITE, FAIL_ONCE, {507}},    {"sync", FAIL_SYNC, FAIL_ONCE, {507}},
    {"read", FAIL_READ, FAIL_ONCE, {500, 507}}, {"open", FAIL_OPEN, FAIL_ONCE, {503, 507}},
};

struct every {
    struct run run;
    const struct fault *fault;
    const char *file;
    long stride;
    struct rng rng;
    sqlite3 *db; /* looks whether anything was changed */
    uint64_t version, digest;
    long next[TURNS]; /* where a request is tried next; 0 when it is through */
    long tries, refusals;
    int failed, late;
};

static uint64_t digest_of(struct every *e, const char *sql, uint64_t sum)
{
    sqlite3_stmt *st = NULL;

    if (sqlite3_prepare_v2(e->db, sql, -1, &st, NULL) == SQLITE_OK)
        while (sqlite3_step(st) == SQLITE_ROW)
            for (int i = 0; i < sqlite3_column_count(st); i++) {
                const void *p = sqlite3_column_blob(st, i);
                struct str cell = {p ? p : "", (size_t)sqlite3_column_bytes(st, i)};
                sum = (sum ^ str_hash(cell)) * 0x100000001b3u + 1;
            }
    sqlite3_finalize(st);
    return sum;
}

/* Of everything that stands in the database but the claims of jobs, which move without anybody's request. */
static uint64_t digest(struct every *e)
{
    sqlite3_stmt *st = NULL;
    uint64_t version = digest_of(e, "PRAGMA data_version", 1), sum = 1;

    if (version == e->version)
        return e->digest;
    if (sqlite3_prepare_v2(e->db,
                           "SELECT 'SELECT * FROM \"' || name || '\"' FROM sqlite_master WHERE type = 'table' AND "
                           "name <> 'jobs' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY 1",
                           -1, &st, NULL) == SQLITE_OK)
        while (sqlite3_step(st) == SQLITE_ROW)
            sum = digest_of(e, (const char *)sqlite3_column_text(st, 0), sum);
    sqlite3_finalize(st);
    e->version = version;
    e->digest = sum;
    return sum;
}

static void complain(struct every *e, const struct turn *t, long n, const char *what)
{
    if (e->failed++ < 50)
        printf("%s:%d: " STR_FMT " " STR_FMT ", %s %ld: %s\n", e->file, t->line, STR_ARG(t->method), STR_ARG(t->target),
               e->fault->name, n, what);
}

static bool says_so(const struct fault *f, int status)
{
    for (int i = 0; i < 3; i++)
        if (f->status[i] && f->status[i] == status)
            return true;
    return false;
}

static long step(struct every *e)
{
    return e->stride < 2 ? 1 : 1 + (long)rng_below(&e->rng, 2 * (uint64_t)e->stride - 1);
}

enum outcome { REFUSED, ANSWERED, NEVER_MET };

/* One request while the n-th of what it asks of the system is refused. */
static enum outcome try_one(struct every *e, const struct turn *t, long n)
{
    uint64_t before = digest(e);
    struct turn filled = turn_fill(&e->run, t);

    failing_from(e->fault->what, n, e->fault->how);
    struct http_exchange *x = turn_ask(&e->run, &filled);
    bool met = failing_stop();
    e->tries++;
    if (!x)
        return REFUSED; /* there was not even memory for a request */
    bool refused = says_so(e->fault, x->status) && x->status != t->status;
    const char *why = refused ? NULL : turn_check(&e->run, t, x);
    if (why)
        complain(e, t, n, why);
    e->late += refused && !met;
    if (refused && !met && e->late > MOST_LATE)
        complain(
            e, t, n,
            arena_printf(e->run.arena, "refused without need: " STR_FMT, STR_ARG(str_upto(http_reply_body(x), 300))).p);
    const struct api_route *route = x->route ? x->route->data : NULL;
    bool kept = refused && digest(e) != before;
    if (kept && !(route && route->mode == API_SLOW))
        complain(e, t, n,
                 arena_printf(e->run.arena, "refused, and yet something was changed: " STR_FMT,
                              STR_ARG(str_upto(http_reply_body(x), 300)))
                     .p);
    struct str body = http_reply_body(x);
    if (refused && body.n && !str_starts(body, S("{\"type\":\"")))
        complain(e, t, n, "the refusal is no problem document");
    e->refusals += refused;
    http_exchange_free(x);
    return (refused && !kept) || (why && met) ? REFUSED : met ? ANSWERED : NEVER_MET;
}

/* A request in all its tries. What only reads is tried to the end; what writes is through when it was answered, and
 * goes on from there in the next pass over the conversation. */
static void try_turn(struct every *e, const struct turn *t, long *next)
{
    bool reads = str_is(t->method, "GET") || str_is(t->method, "HEAD");
    long n = *next;

    if (n == 0) {
        struct fault calm = {"calm", FAIL_NOTHING, FAIL_ONCE, {0}};
        const struct fault *fault = e->fault;
        e->fault = &calm;
        try_one(e, t, 0);
        e->fault = fault;
        return;
    }
    for (;; n += step(e)) {
        enum outcome o = try_one(e, t, n);
        if (o == NEVER_MET) {
            *next = 0;
            return;
        }
        if (o == ANSWERED && !reads) {
            *next = n + step(e);
            return;
        }
        if (e->failed > 200) {
            *next = 0;
            return;
        }
    }
}

static void tell(const char *line)
{
    printf("%s\n", line);
}

static bool try_file(struct every *e, const char *path)
{
    struct conversation c;
    struct str why = STR_NULL;
    struct turn t;
    int more = -1;
    size_t i = 0;
    bool again = false;

    e->run = (struct run){0};
    e->version = 0;
    e->late = 0;
    e->file = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    if (run_open(&e->run, path, &c, &why) == 0 &&
        sqlite3_open(arena_printf(e->run.arena, "%s/penstock.db", e->run.world.dir).p, &e->db) == SQLITE_OK)
        while ((more = conversation_next(&c, e->run.arena, &t, &why)) == 1 && i < TURNS) {
            try_turn(e, &t, &e->next[i]);
            again |= e->next[i++] > 0;
        }
    if (more < 0) {
        printf("%s: " STR_FMT "\n", path, STR_ARG(why));
        e->failed++;
    } else {
        struct rebuild_report report = {0};
        struct err err = {0};
        if (rebuild_compare(e->run.world.app, &report, tell, &err) < 0 || report.differences) {
            printf("%s: rows and log differ: %s\n", path, err.msg);
            e->failed++;
        }
    }
    sqlite3_close(e->db);
    e->db = NULL;
    run_close(&e->run);
    return again;
}

int main(int argc, char **argv)
{
    struct every e = {.stride = argc > 2 ? strtol(argv[2], NULL, 10) : 1};

    for (size_t i = 0; argc > 3 && i < sizeof(faults) / sizeof(faults[0]); i++)
        if (strcmp(argv[1], faults[i].name) == 0)
            e.fault = &faults[i];
    if (!e.fault) {
        fprintf(stderr, "usage: every FAULT STRIDE FILE.case...\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    failing_install();
    diag_set_level(getenv("VERBOSE") ? DIAG_DEBUG : (enum diag_level) - 1);
    rng_seed(&e.rng, (uint64_t)clock_now());
    for (int i = 3; i < argc; i++) {
        for (size_t k = 0; k < TURNS; k++)
            e.next[k] = e.stride < 2 ? 1 : step(&e);
        int passes = 1;
        while (try_file(&e, argv[i]) && passes < (e.stride < 2 ? MOST_PASSES : 1))
            passes++;
        printf("%s: %d passes, %ld tries so far, %ld of them refused\n", e.file, passes, e.tries, e.refusals);
    }
    printf("1 passed, %d failed\n", e.failed > 0);
    return e.failed > 0;
}

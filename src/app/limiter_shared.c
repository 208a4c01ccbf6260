/* Tries counted on the server that several nodes share. */
#include "limiter.h"

#include "diag.h"
#include "secret.h"
#include "sqlgen.h"

#define MEMORY (1u << 20)

void limiter_table(struct buf *b, enum dialect d)
{
    if (d == DIALECT_SQLITE)
        return;
    buf_z(b, "CREATE TABLE tries (key text PRIMARY KEY, start_at bigint NOT NULL, tries_now bigint NOT NULL, "
             "tries_before bigint NOT NULL, over_at bigint NOT NULL);\n"
             "CREATE INDEX tries_by_end ON tries (over_at);\n");
}

struct take {
    struct str key; /* its digest: keys hold addresses of people */
    unsigned most;
    msec window, now;
    int wait, result;
};

static int write_take(struct txn *t, void *arg, struct err *err)
{
    struct take *take = arg;
    struct tries tries = {0};
    struct value v[3], key = value_text(take->key), now = value_int(take->now);

    if (sql_run(t, "DELETE FROM tries WHERE over_at < $1", ARGS(now), NULL, err) < 0)
        return -1;
    int n = sql_row(t, "SELECT start_at, tries_now, tries_before FROM tries WHERE key = $1", ARGS(key), v, 3, err);
    if (n < 0)
        return -1;
    if (n == 1)
        tries = (struct tries){.start = v[0].i, .now = (unsigned)v[1].i, .before = (unsigned)v[2].i};
    take->result = tries_take(&tries, take->most, take->window, take->now, &take->wait);
    return sql_run(t,
                   "INSERT INTO tries (key, start_at, tries_now, tries_before, over_at) VALUES ($1, $2, $3, $4, $5) ON "
                   "CONFLICT (key) DO UPDATE SET start_at = excluded.start_at, tries_now = excluded.tries_now, "
                   "tries_before = excluded.tries_before, over_at = excluded.over_at",
                   ARGS(key, value_int(tries.start), value_int(tries.now), value_int(tries.before),
                        value_int(take->now + 2 * take->window)),
                   NULL, err);
}

static int write_give_back(struct txn *t, void *arg, struct err *err)
{
    const struct take *take = arg;

    return sql_run(t, "UPDATE tries SET tries_now = tries_now - 1 WHERE key = $1 AND tries_now > 0",
                   ARGS(value_text(take->key)), NULL, err);
}

static int write_forget(struct txn *t, void *arg, struct err *err)
{
    const struct take *take = arg;

    return sql_run(t, "DELETE FROM tries WHERE key = $1", ARGS(value_text(take->key)), NULL, err);
}

static void run(struct store *s, struct str key, write_fn *fn, struct take *take)
{
    struct arena *a = arena_new(MEMORY);
    struct err err = {0};

    if (!a)
        return;
    take->key = sha256_hex(a, key);
    if (store_write(s, a, fn, take, &err) < 0) {
        diag(DIAG_WARN, "tries could not be counted: %s", err.msg);
        take->result = 0;
    }
    arena_free(a);
}

int shared_take(struct store *s, struct str key, unsigned most, msec window, msec now, int *ret_wait)
{
    struct take take = {.most = most, .window = window, .now = now};

    run(s, key, write_take, &take);
    *ret_wait = take.wait;
    return take.result;
}

void shared_give_back(struct store *s, struct str key)
{
    run(s, key, write_give_back, &(struct take){0});
}

void shared_forget(struct store *s, struct str key)
{
    run(s, key, write_forget, &(struct take){0});
}

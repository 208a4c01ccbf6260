#include "auth.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "secret.h"
#include "sqlgen.h"

#define SETS 512u
#define WAYS 4u
#define DIGEST_LEN 64
#define PATIENCE (30 * SECOND)

struct known {
    char digest[DIGEST_LEN];
    bool is_token;
    struct proof proof;
    msec expires_at, last_seen_at; /* 0: never; not for tokens */
    int64_t epoch;
    uint64_t used; /* 0: free */
};

struct auth {
    msec (*now)(void);
    struct limiter *limiter;
    pthread_mutex_t listening; /* over the next two */
    void (*listener)(void *ctx);
    void *listener_ctx;

    _Atomic int64_t epoch, expected; /* the number of `revocations`: seen last, and on its way */
    _Atomic msec expected_until;     /* by the monotonic clock */
    pthread_mutex_t lock;            /* over what follows */
    uint64_t tick;
    struct known known[SETS][WAYS];
};

void auth_tables(struct buf *b, enum dialect d)
{
    const char *key = sqlgen_id(d), *big = sqlgen_big(d);

    buf_printf(
        b,
        "CREATE TABLE credentials (user_id %s PRIMARY KEY, hash TEXT NOT NULL);\n"
        "CREATE TABLE token_secrets (token_id %s PRIMARY KEY, digest TEXT NOT NULL UNIQUE);\n"
        "CREATE TABLE sessions (id %s, digest TEXT NOT NULL UNIQUE, user_id %s NOT NULL, created_at %s NOT NULL, "
        "last_seen_at %s NOT NULL, expires_at %s NOT NULL, ip TEXT NOT NULL, agent TEXT NOT NULL);\n"
        "CREATE INDEX sessions_by_user ON sessions (user_id);\n"
        "CREATE TABLE links (digest TEXT PRIMARY KEY, purpose TEXT NOT NULL, user_id %s, expires_at %s NOT NULL, "
        "used_at %s);\n"
        "CREATE INDEX links_by_user ON links (user_id);\n",
        big, big, key, big, big, big, big, big, big, big);
}

void revocations_table(struct buf *b, enum dialect d)
{
    buf_printf(b, "CREATE TABLE revocations (number %s NOT NULL);\nINSERT INTO revocations (number) VALUES (1);\n",
               sqlgen_big(d));
}

/* -- its life -------------------------------------------------------------------------------------- */

int auth_epoch_of(struct txn *t, int64_t *ret, struct err *err)
{
    struct value v = value_int(1);

    if (sql_row(t, "SELECT number FROM revocations", NO_ARGS, &v, 1, err) < 0)
        return -1;
    *ret = v.i;
    return 0;
}

void auth_epoch_seen(struct app *a, int64_t epoch)
{
    struct auth *auth = a->auth;

    if (!auth || atomic_exchange(&auth->epoch, epoch) == epoch)
        return;
    pthread_mutex_lock(&auth->listening);
    if (auth->listener)
        auth->listener(auth->listener_ctx);
    pthread_mutex_unlock(&auth->listening);
}

int auth_open(struct app *a, struct err *err)
{
    struct auth *auth = calloc(1, sizeof(*auth));
    struct limiter *limiter = limiter_new(store_dialect(a->store) == DIALECT_SQLITE ? NULL : a->store);

    if (!auth || !limiter) {
        free(auth);
        limiter_free(limiter);
        return err_set(err, ERR_BUSY, "There is no memory for this now.");
    }
    auth->now = clock_now;
    auth->limiter = limiter;
    pthread_mutex_init(&auth->lock, NULL);
    pthread_mutex_init(&auth->listening, NULL);
    atomic_store(&auth->epoch, a->epoch);
    a->auth = auth;
    return 0;
}

void auth_close(struct auth *auth)
{
    if (!auth)
        return;
    limiter_free(auth->limiter);
    pthread_mutex_destroy(&auth->lock);
    pthread_mutex_destroy(&auth->listening);
    free(auth);
}

/* The highest number that is on its way, and how long to wait for it: a write that was taken back never brings it. */
static void expect(struct auth *auth, int64_t number)
{
    int64_t known = atomic_load(&auth->expected);

    atomic_store(&auth->expected_until, clock_monotonic() + PATIENCE);
    while (known < number && !atomic_compare_exchange_weak(&auth->expected, &known, number))
        ;
}

int auth_revoked(struct app *a, struct txn *t, struct err *err)
{
    struct value number;

    if (a->auth)
        expect(a->auth, atomic_load(&a->auth->epoch) + 1); /* before anybody can see what this write does */
    if (sql_row(t, "UPDATE revocations SET number = number + 1 RETURNING number", NO_ARGS, &number, 1, err) < 0)
        return -1;
    if (a->auth)
        expect(a->auth, number.i);
    txn_tell_first(t);
    return 0;
}

int64_t auth_epoch(const struct app *a)
{
    const struct auth *auth = a->auth;

    if (!auth)
        return 0;
    int64_t epoch = atomic_load(&auth->epoch);
    return atomic_load(&auth->expected) > epoch && clock_monotonic() < atomic_load(&auth->expected_until) ? 0 : epoch;
}

void auth_on_revoked(struct app *a, void (*fn)(void *ctx), void *ctx)
{
    pthread_mutex_lock(&a->auth->listening);
    a->auth->listener_ctx = ctx;
    a->auth->listener = fn;
    pthread_mutex_unlock(&a->auth->listening);
}

msec auth_now(const struct app *a)
{
    return a->auth->now();
}

void auth_set_clock(struct app *a, msec (*now)(void))
{
    a->auth->now = now;
}

struct limiter *auth_limiter(const struct app *a)
{
    return a->auth->limiter;
}

struct str auth_network(struct arena *a, struct str ip)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    unsigned char b[16];

    if (inet_pton(AF_INET6, arena_cstr(a, ip), b) != 1)
        return ip.p ? ip : S("");
    if (memcmp(b, mapped, sizeof(mapped)) == 0)
        return arena_printf(a, "%d.%d.%d.%d", b[12], b[13], b[14], b[15]);
    return arena_printf(a, "%02x%02x:%02x%02x:%02x%02x:%02x%02x::/64", b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]);
}

/* -- what is known already --------------------------------------------------------------------------- */

static struct known *set_of(struct auth *auth, struct str digest)
{
    return auth->known[str_hash(digest) % SETS];
}

static bool recall(struct app *a, struct str digest, bool is_token, struct known *ret)
{
    struct auth *auth = a->auth;
    int64_t epoch = auth_epoch(a);
    bool found = false;

    if (!epoch)
        return false;
    pthread_mutex_lock(&auth->lock);
    struct known *set = set_of(auth, digest);
    for (unsigned i = 0; i < WAYS && !found; i++) {
        if (!set[i].used || set[i].is_token != is_token || memcmp(set[i].digest, digest.p, DIGEST_LEN) != 0)
            continue;
        if (set[i].epoch != epoch)
            break;
        set[i].used = ++auth->tick;
        *ret = set[i];
        found = true;
    }
    pthread_mutex_unlock(&auth->lock);
    return found;
}

/* Keeps what was read, unless it may have been taken back since. */
static void keep(struct app *a, const struct known *k)
{
    struct auth *auth = a->auth;

    pthread_mutex_lock(&auth->lock);
    if (k->epoch == auth_epoch(a)) {
        struct known *set = set_of(auth, (struct str){k->digest, DIGEST_LEN}), *to = set;
        for (unsigned i = 0; i < WAYS; i++) {
            if (memcmp(set[i].digest, k->digest, DIGEST_LEN) == 0) {
                to = &set[i];
                break;
            }
            if (set[i].used < to->used)
                to = &set[i];
        }
        *to = *k;
        to->used = ++auth->tick;
    }
    pthread_mutex_unlock(&auth->lock);
}

/* -- look-ups ------------------------------------------------------------------------------------------ */

static enum token_scope scope_of(struct str name)
{
    return str_is(name, "admin") ? SCOPE_ADMIN : str_is(name, "write") ? SCOPE_WRITE : SCOPE_READ;
}

static int read_session(struct txn *t, struct known *k, const char *where, struct value key, struct err *err)
{
    struct value v[5];
    const char *sql = arena_printf(txn_arena(t),
                                   "SELECT s.id, s.user_id, s.expires_at, s.last_seen_at, u.active FROM sessions s "
                                   "JOIN users u ON u.id = s.user_id WHERE %s",
                                   where)
                          .p;
    int n = sql_row(t, sql, ARGS(key), v, 5, err);

    if (n != 1 || v[4].i == 0)
        return n < 0 ? -1 : 0;
    k->proof = (struct proof){.session = v[0].i, .who = {.user = v[1].i, .scope = SCOPE_ADMIN}};
    k->expires_at = v[2].i;
    k->last_seen_at = v[3].i;
    return 1;
}

static int read_token(struct txn *t, struct known *k, const char *where, struct value key, struct err *err)
{
    struct value v[5];
    const char *sql = arena_printf(txn_arena(t),
                                   "SELECT t.id, t.user_id, t.expires_at, t.scope, u.active FROM token_secrets s "
                                   "JOIN tokens t ON t.id = s.token_id JOIN users u ON u.id = t.user_id WHERE %s",
                                   where)
                          .p;
    int n = sql_row(t, sql, ARGS(key), v, 5, err);

    if (n != 1 || v[4].i == 0)
        return n < 0 ? -1 : 0;
    k->is_token = true;
    k->proof = (struct proof){.token = v[0].i, .who = {.user = v[1].i, .scope = scope_of(v[3].s)}};
    k->expires_at = v[2].type == V_INT ? v[2].i : 0;
    return 1;
}

static bool expired(const struct known *k, msec now)
{
    return (k->expires_at && now >= k->expires_at) || (!k->is_token && now >= k->last_seen_at + SESSION_IDLE);
}

struct touch {
    struct write_job job;
    id session;
    msec now;
};

static int touch_write(struct txn *t, void *arg, struct err *err)
{
    struct touch *touch = arg;

    return sql_run(t, "UPDATE sessions SET last_seen_at = $1 WHERE id = $2 AND last_seen_at < $1",
                   ARGS(value_int(touch->now), value_int(touch->session)), NULL, err);
}

static void touch_done(struct write_job *job)
{
    arena_free(job->arena);
}

struct touching {
    struct app *app;
    struct arena *arena;
    id session;
    msec now;
};

static int touch_submit(void *arg)
{
    const struct touching *t = arg;
    struct touch *touch = NEW(t->arena, struct touch);
    struct err err = {0};

    *touch = (struct touch){.session = t->session, .now = t->now};
    touch->job = (struct write_job){.arena = t->arena, .fn = touch_write, .arg = touch, .done = touch_done};
    return store_submit(t->app->store, &touch->job, &err);
}

/* Notes that the session is in use; nobody waits for it. */
static void touch(struct app *a, id session, msec now)
{
    struct arena *arena = arena_new(1u << 20);

    if (!arena)
        return;
    struct touching touching = {a, arena, session, now};
    if (arena_try(touch_submit, &touching) < 0)
        arena_free(arena);
}

static int look_up(struct app *a, struct txn *t, struct str secret, bool is_token, struct proof *ret, struct err *err)
{
    struct str digest = sha256_hex(txn_arena(t), secret);
    struct known k;
    msec now = auth_now(a);

    if (!recall(a, digest, is_token, &k)) {
        k = (struct known){0};
        if (auth_epoch_of(t, &k.epoch, err) < 0)
            return -1;
        memcpy(k.digest, digest.p, DIGEST_LEN);
        int n = is_token ? read_token(t, &k, "s.digest = $1", value_text(digest), err)
                         : read_session(t, &k, "s.digest = $1", value_text(digest), err);
        if (n != 1)
            return n;
        keep(a, &k);
    }
    if (expired(&k, now))
        return 0;
    if (!is_token && now >= k.last_seen_at + SESSION_TOUCH) {
        k.last_seen_at = now;
        keep(a, &k);
        touch(a, k.proof.session, now);
    }
    *ret = k.proof;
    return 1;
}

int auth_by_session(struct app *a, struct txn *t, struct str secret, struct proof *ret, struct err *err)
{
    return look_up(a, t, secret, false, ret, err);
}

int auth_by_token(struct app *a, struct txn *t, struct str secret, struct proof *ret, struct err *err)
{
    return look_up(a, t, secret, true, ret, err);
}

int auth_still(struct app *a, struct txn *t, const struct proof *proof, struct err *err)
{
    struct known k = {0};
    int n = proof->token ? read_token(t, &k, "s.token_id = $1", value_int(proof->token), err)
                         : read_session(t, &k, "s.id = $1", value_int(proof->session), err);

    return n == 1 && (expired(&k, auth_now(a)) || k.proof.who.scope != proof->who.scope) ? 0 : n;
}

#include "session.h"

#include "password.h"
#include "secret.h"

#define WINDOW (15 * MINUTE)
#define TRIES_OF_ACCOUNT 10u  /* from one address */
#define TRIES_OF_ADDRESS 100u /* of any account: an office shares one */

int session_start(struct app *a, struct txn *t, id user, const struct client *client, struct str *ret_secret,
                  struct err *err)
{
    struct arena *arena = txn_arena(t);
    msec now = auth_now(a);
    struct str secret = token_new(arena, "");
    struct value who = value_int(user);

    /* Room is made first: of what is over, and of what was quiet longest. */
    if (sql_run(t, "DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2",
                ARGS(value_int(now), value_int(now - SESSION_IDLE)), NULL, err) < 0 ||
        sql_run(t,
                "DELETE FROM sessions WHERE user_id = $1 AND id NOT IN (SELECT id FROM sessions WHERE user_id = $1 "
                "ORDER BY last_seen_at DESC, id DESC LIMIT $2)",
                ARGS(who, value_int(SESSIONS_PER_USER - 1)), NULL, err) < 0 ||
        sql_run(t,
                "INSERT INTO sessions (digest, user_id, created_at, last_seen_at, expires_at, ip, agent) VALUES "
                "($1, $2, $3, $3, $4, $5, $6)",
                ARGS(value_text(sha256_hex(arena, secret)), who, value_int(now), value_int(now + SESSION_AGE),
                     value_text(client->ip.p ? client->ip : S("")),
                     value_text(client->agent.p ? str_upto(client->agent, 300) : S(""))),
                NULL, err) < 0)
        return -1;
    *ret_secret = secret;
    return auth_revoked(a, t, err);
}

int session_end(struct app *a, struct txn *t, id user, id session, struct err *err)
{
    int64_t n;

    if (auth_revoked(a, t, err) < 0 || sql_run(t, "DELETE FROM sessions WHERE id = $1 AND user_id = $2",
                                               ARGS(value_int(session), value_int(user)), &n, err) < 0)
        return -1;
    return n ? 0 : err_set(err, ERR_NOT_FOUND, "There is no such session.");
}

int session_end_all(struct app *a, struct txn *t, id user, id keep, struct err *err)
{
    if (auth_revoked(a, t, err) < 0)
        return -1;
    return sql_run(t, "DELETE FROM sessions WHERE user_id = $1 AND id <> $2", ARGS(value_int(user), value_int(keep)),
                   NULL, err);
}

int session_list(struct app *a, struct txn *t, id user, struct session **ret, size_t *ret_n, struct err *err)
{
    struct session *list = NEW_ARRAY(txn_arena(t), struct session, SESSIONS_PER_USER);
    msec now = auth_now(a);
    struct rows *r = sql_query(
        t,
        "SELECT id, created_at, last_seen_at, ip, agent FROM sessions WHERE user_id = $1 AND "
        "expires_at > $2 AND last_seen_at > $3 ORDER BY last_seen_at DESC, id DESC LIMIT $4",
        ARGS(value_int(user), value_int(now), value_int(now - SESSION_IDLE), value_int(SESSIONS_PER_USER)), err);
    size_t n = 0;
    int more = r ? 0 : -1;

    while (r && (more = rows_next(r, err)) == 1) {
        list[n++] = (struct session){.id = rows_col(r, 0).i,
                                     .created_at = rows_col(r, 1).i,
                                     .last_seen_at = rows_col(r, 2).i,
                                     .ip = rows_col(r, 3).s,
                                     .agent = rows_col(r, 4).s};
    }
    *ret = list;
    *ret_n = n;
    return more;
}

/* -- signing in ------------------------------------------------------------------------------------------ */

struct attempt {
    struct app *app;
    const struct client *client;
    id user;
    struct str hash, secret;
};

static int wrong(struct err *err)
{
    return err_set(err, ERR_AUTH, "The address or the password is not right.");
}

static int attempt_write(struct txn *t, void *arg, struct err *err)
{
    struct attempt *at = arg;
    struct value v[2];
    int n = sql_row(t, "SELECT c.hash, u.active FROM credentials c JOIN users u ON u.id = c.user_id WHERE u.id = $1",
                    ARGS(value_int(at->user)), v, 2, err);

    /* It may have been changed while it was being tried. */
    if (n < 0)
        return -1;
    if (n == 0 || v[1].i == 0 || !str_eq(v[0].s, at->hash))
        return wrong(err);
    return session_start(at->app, t, at->user, at->client, &at->secret, err);
}

/* The account behind an address and the hash to try: one that nothing fits when there is none. */
static int find_account(struct app *a, struct arena *arena, struct str email, struct attempt *at, struct err *err)
{
    struct txn *t = txn_read(a->store, arena, err);
    struct value v[2];
    int n;

    if (!t)
        return -1;
    n = sql_row(t, "SELECT id, active FROM users WHERE email = $1", ARGS(value_text(email)), v, 2, err);
    at->user = n == 1 && v[1].i != 0 ? v[0].i : 0;
    if (n >= 0)
        n = password_hash_of(t, at->user, &at->hash, err);
    txn_end(t);
    return n;
}

static int too_often(struct app *a, struct str key, unsigned most, struct err *err)
{
    int wait;

    if (limiter_take(auth_limiter(a), key, most, WINDOW, auth_now(a), &wait) == 0)
        return 0;
    err_set(err, ERR_RATE, "Too many tries to sign in; wait %d seconds.", wait);
    err->retry_after = wait;
    return -1;
}

int sign_in(struct app *a, struct arena *arena, const struct sign_in *in, id *ret_user, struct str *ret_secret,
            struct err *err)
{
    struct attempt at = {.app = a, .client = &in->client};
    struct str email = utf8_fold(arena, in->email), network = auth_network(arena, in->client.ip);
    struct str account_key = arena_printf(arena, "account " STR_FMT " " STR_FMT, STR_ARG(email), STR_ARG(network));
    struct str network_key = arena_printf(arena, "network " STR_FMT, STR_ARG(network));

    if (too_often(a, network_key, TRIES_OF_ADDRESS, err) < 0 || too_often(a, account_key, TRIES_OF_ACCOUNT, err) < 0)
        return -1;
    int found = find_account(a, arena, email, &at, err);
    if (found < 0)
        return -1;
    bool fits = password_fits(at.hash, in->password);
    if (!fits || !found || !at.user)
        return wrong(err);
    limiter_forget(auth_limiter(a), account_key);
    limiter_give_back(auth_limiter(a), network_key);
    if (store_write(a->store, arena, attempt_write, &at, err) < 0)
        return -1;
    *ret_user = at.user;
    *ret_secret = at.secret;
    return 0;
}

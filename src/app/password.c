#include "password.h"

#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "op.h"
#include "secret.h"
#include "session.h"
#include "user.h"

#define TRIES 10u
#define TRIES_WINDOW (15 * MINUTE)

/* Those of the passwords people use most that are long enough to pass otherwise, folded. */
static const char *const common[] = {
    "0123456789",    "0987654321",   "0987654321q",  "102030405060", "1111111111",   "11111111111",
    "1122334455",    "1212121212",   "123123123123", "1231231234",   "1234512345",   "1234554321",
    "12345678900",   "1234567890",   "12345678901",  "123456789012", "12345678910",  "1234567891",
    "1234567899",    "123456789a",   "123456789k",   "123456789q",   "123456789z",   "1234qwerasdf",
    "1234qwerty",    "123qweasdzxc", "1357924680",   "1470258369",   "1987654321",   "1a2b3c4d5e",
    "1q2w3e4r5t",    "1q2w3e4r5t6y", "1qaz2wsx3edc", "1qazxsw23edc", "5555555555",   "9876543210",
    "a123456789",    "aa12345678",   "aaaaaaaaaa",   "abc1234567",   "abcd123456",   "abcdefghij",
    "administrator", "admin12345",   "admin123456",  "alexander1",   "asdasdasd1",   "asdf123456",
    "asdfghjkl1",    "asdfghjkl;",   "basketball",   "basketball1",  "bismillah1",   "changeme123",
    "charlie123",    "chocolate1",   "christopher",  "computer123",  "cricket123",   "dragonball",
    "elizabeth1",    "football123",  "forever123",   "google1234",   "helloworld",   "iloveyou12",
    "iloveyou123",   "internet123",  "leicester1",   "letmein123",   "liverpool1",   "liverpoolfc",
    "manchester",    "manunited1",   "michael123",   "michelle123",  "millionaire",  "myspace123",
    "p@ssw0rd123",   "p@ssword123",  "pakistan123",  "passw0rd123",  "password00",   "password01",
    "password10",    "password11",   "password12",   "password123",  "password1234", "password12345",
    "password1!",    "password123!", "password2024", "password2025", "password2026", "passwordpassword",
    "penstock123",   "pokemon123",   "princess12",   "princess123",  "q1w2e3r4t5",   "q1w2e3r4t5y6",
    "qazwsxedc1",    "qazwsxedcrfv", "qwe123456",    "qweasdzxc1",   "qwer123456",   "qwerty1234",
    "qwerty12345",   "qwerty123456", "qwerty123!",   "qwertyuiop",   "qwertyuiop1",  "qwertyuiop123",
    "sunshine12",    "sunshine123",  "superman123",  "test123456",   "test1234567",  "tinkerbell",
    "underworld",    "unknown123",   "victoria123",  "welcome123",   "welcome1234",  "welcome2024",
    "welcome2025",   "welcome2026",  "whatever123",  "zaq12wsxcde3", "zxcvbnm123",   "zxcvbnm1234",
};

static bool is_common(struct str folded)
{
    for (size_t i = 0; i < COUNT(common); i++)
        if (str_is(folded, common[i]))
            return true;
    return false;
}

/* Fewer than four different characters is a pattern, however long. */
static bool is_plain(struct str s)
{
    int32_t seen[3];
    int n = 0;

    for (int32_t cp; (cp = utf8_take(&s)) >= 0;) {
        bool known = false;
        for (int i = 0; i < n; i++)
            known |= seen[i] == cp;
        if (!known && n == 3)
            return false;
        if (!known)
            seen[n++] = cp;
    }
    return true;
}

int password_check(struct arena *a, struct str password, struct str name, struct str email, struct err *err)
{
    struct str folded, local, domain;

    if (!utf8_valid(password) || str_find(password, '\0') >= 0)
        return err_field(err, "password", "encoding", "The password must be text.");
    if (utf8_count(password) < PASSWORD_MIN)
        return err_field(err, "password", "too_short", "Take at least %u characters.", PASSWORD_MIN);
    if (password.n > PASSWORD_MAX)
        return err_field(err, "password", "too_long", "Take at most %u bytes.", PASSWORD_MAX);
    folded = utf8_fold(a, password);
    str_cut(email, '@', &local, &domain);
    if ((name.n && str_eq(folded, utf8_fold(a, name))) || (email.n && str_eq(folded, utf8_fold(a, email))) ||
        (local.n && str_eq(folded, utf8_fold(a, local))))
        return err_field(err, "password", "own_name", "The password must not be your name or address.");
    if (is_common(folded) || is_plain(folded))
        return err_field(err, "password", "common", "This password is among the first that others would try.");
    return 0;
}

int password_make(struct arena *a, struct str password, struct str *ret_hash, struct err *err)
{
    if (!password_hash(a, password, ret_hash))
        return err_set(err, ERR_BUSY, "There is no memory for this now.");
    return 0;
}

int ctx_write_for(struct ctx *c, struct app *a, struct txn *t, id user, const char *origin, struct err *err)
{
    if (ctx_write(c, a, t, WHO_SYSTEM, origin, err) < 0)
        return -1;
    c->cs.actor = user;
    return 0;
}

int password_put(struct ctx *c, id user, struct str hash, id keep, struct err *err)
{
    struct row *old, *row;

    if (sql_run(c->t,
                "INSERT INTO credentials (user_id, hash) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET hash = "
                "excluded.hash",
                ARGS(value_int(user), value_text(hash)), NULL, err) < 0 ||
        sql_run(c->t, "DELETE FROM links WHERE user_id = $1", ARGS(value_int(user)), NULL, err) < 0 ||
        session_end_all(c->app, c->t, user, keep, err) < 0 || row_get(c->t, c->app->users, user, &old, err) < 0)
        return -1;
    row = row_copy(c->arena, old);
    row->v[USER_PASSWORD_SET_AT] = value_int(c->now);
    return op_change(c, old, row, NULL, err);
}

int password_hash_of(struct txn *t, id user, struct str *ret_hash, struct err *err)
{
    /* Of random bytes, with the same limits as password_hash's. */
    const struct str none = S("$argon2id$v=19$m=65536,t=2,p=1$Zk0nSf0dkN3hXq8aGm7R9w$"
                              "p1n6S8l2sWvFZkzv0bqk1m2g7uQd5Yc3tHjXoRrE9aA");
    struct value v;
    int n = sql_row(t, "SELECT hash FROM credentials WHERE user_id = $1", ARGS(value_int(user)), &v, 1, err);

    *ret_hash = n == 1 ? v.s : none;
    return n;
}

/* -- changing one's own -------------------------------------------------------------------------------- */

struct change {
    struct app *app;
    id user, session;
    struct str old_hash, hash;
};

static int change_write(struct txn *t, void *arg, struct err *err)
{
    struct change *ch = arg;
    struct ctx c;
    struct str hash;

    /* Somebody may have changed it while this one was being tried. */
    if (password_hash_of(t, ch->user, &hash, err) < 0)
        return -1;
    if (!str_eq(hash, ch->old_hash))
        return err_set(err, ERR_CONFLICT, "The password was changed meanwhile.");
    if (ctx_write_for(&c, ch->app, t, ch->user, "ui", err) < 0)
        return -1;
    c.cs.label = S("Password changed");
    return password_put(&c, ch->user, ch->hash, ch->session, err);
}

static int person_of(struct app *a, struct arena *arena, id user, struct str *ret_name, struct str *ret_email,
                     struct str *ret_hash, struct err *err)
{
    struct txn *t = txn_read(a->store, arena, err);
    struct row *row;
    int n = -1;

    if (t && row_get(t, a->users, user, &row, err) == 0) {
        *ret_name = row_str(row, USER_NAME);
        *ret_email = row_str(row, USER_EMAIL);
        n = password_hash_of(t, user, ret_hash, err);
    }
    txn_end(t);
    return n;
}

int password_change(struct app *a, struct arena *arena, id user, id session, struct str current, struct str fresh,
                    struct err *err)
{
    struct change ch = {.app = a, .user = user, .session = session};
    struct str key = arena_printf(arena, "password of %lld", (long long)user), name, email;
    int wait;

    if (limiter_take(auth_limiter(a), key, TRIES, TRIES_WINDOW, auth_now(a), &wait) < 0) {
        err_set(err, ERR_RATE, "Too many tries; wait %d seconds.", wait);
        err->retry_after = wait;
        return -1;
    }
    if (person_of(a, arena, user, &name, &email, &ch.old_hash, err) < 0)
        return -1;
    if (!password_fits(ch.old_hash, current))
        return err_field(err, "current", "wrong", "This is not your present password.");
    limiter_forget(auth_limiter(a), key);
    if (password_check(arena, fresh, name, email, err) < 0 || password_make(arena, fresh, &ch.hash, err) < 0)
        return -1;
    return store_write(a->store, arena, change_write, &ch, err);
}

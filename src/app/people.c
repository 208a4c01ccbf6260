/* Rules of users and tokens: who may change them, and what ends with them. */
#include "auth.h"
#include "rules.h"
#include "secret.h"
#include "user.h"

/* -- users ------------------------------------------------------------------------------------------------ */

static int only_admins(struct ctx *c, struct err *err)
{
    if (c->access && c->access->role != ROLE_ADMIN)
        return err_set(err, ERR_FORBIDDEN, "Only administrators add and change users.");
    return 0;
}

static int user_before(struct ctx *c, const struct row *old, struct row *row, const bool *given, struct err *err)
{
    (void)old, (void)given;
    if (only_admins(c, err) < 0)
        return -1;
    /* Addresses are kept folded, so that one person cannot have two accounts by upper and lower case. */
    if (row_has(row, USER_EMAIL)) {
        struct str email = utf8_fold(c->arena, row_str(row, USER_EMAIL));
        row->v[USER_EMAIL] = email.n ? value_text(email) : VALUE_NULL;
    }
    return 0;
}

static int user_may_delete(struct ctx *c, const struct row *row, struct err *err)
{
    (void)row;
    return only_admins(c, err);
}

/* A user who may not come in any more has no tokens either. */
static int user_after(struct ctx *c, const struct row *old, const struct row *row, struct err *err)
{
    struct value which;
    int n = 0;

    if (!old || !row || !row_int(old, USER_ACTIVE) || row_int(row, USER_ACTIVE))
        return 0;
    while ((n = sql_row(c->t, "SELECT id FROM tokens WHERE user_id = $1 ORDER BY id LIMIT 1", ARGS(old->v[SYS_ID]),
                        &which, 1, err)) == 1)
        if (op_delete(c, c->app->tokens, which.i, 0, err) < 0)
            return -1;
    return n;
}

static bool is_admin(const struct row *row)
{
    return row && row_int(row, USER_ACTIVE) && str_is(row_str(row, USER_ROLE), "admin");
}

/* Somebody must be left to let others in: an active administrator, and one with a password if this one had one. */
static int an_admin_is_left(struct txn *t, const struct row *old, struct err *err)
{
    struct value v[3];

    if (sql_row(t,
                "SELECT count(*), count(c.user_id), (SELECT count(*) FROM credentials WHERE user_id = $1) FROM users u "
                "LEFT JOIN credentials c ON c.user_id = u.id WHERE u.role = 'admin' AND u.active = $2 AND u.id <> $1",
                ARGS(old->v[SYS_ID], old->v[USER_ACTIVE]), v, 3, err) < 0)
        return -1;
    if (v[0].i == 0 || (v[2].i > 0 && v[1].i == 0))
        return err_set(err, ERR_CONFLICT, "This is the last administrator who can sign in; make another one first.");
    return 0;
}

static int user_derive(struct txn *t, struct app *a, const struct row *old, const struct row *row, struct err *err)
{
    static const char *const ends[] = {
        "DELETE FROM sessions WHERE user_id = $1", "DELETE FROM links WHERE user_id = $1",
        "DELETE FROM token_secrets WHERE token_id IN (SELECT id FROM tokens WHERE user_id = $1)",
        "DELETE FROM credentials WHERE user_id = $1", /* only when he is gone */
    };
    size_t n = !row ? COUNT(ends) : row_int(row, USER_ACTIVE) ? 0 : COUNT(ends) - 1;

    (void)a;
    if (is_admin(old) && !is_admin(row) && an_admin_is_left(t, old, err) < 0)
        return -1;
    for (size_t i = 0; i < n; i++)
        if (sql_run(t, ends[i], ARGS((row ? row : old)->v[SYS_ID]), NULL, err) < 0)
            return -1;
    return 0;
}

const struct rule rule_user = {
    .kind = "users",
    .before = user_before,
    .after = user_after,
    .may_delete = user_may_delete,
    .derive = user_derive,
};

/* -- tokens ------------------------------------------------------------------------------------------------ */

static int token_before(struct ctx *c, const struct row *old, struct row *row, const bool *given, struct err *err)
{
    struct value expires = row_value(row, "expires_at");
    id user = row_ref(row, "user_id");

    (void)given;
    if (!old && !c->new_token)
        return err_set(err, ERR_INVALID, "Tokens are made one at a time, because each is shown once.");
    if (c->access && c->access->role != ROLE_ADMIN && user && user != c->who.user)
        return err_field(err, "user_id", "own", "Only administrators make tokens for somebody else.");
    if (old && user != row_ref(old, "user_id"))
        return err_field(err, "user_id", "fixed", "A token stays with its user; make a new one.");
    if (expires.type == V_INT && expires.i <= c->now && (!old || !value_eq(expires, row_value(old, "expires_at"))))
        return err_field(err, "expires_at", "past", "This moment is over already.");
    return 0;
}

static int token_after(struct ctx *c, const struct row *old, const struct row *row, struct err *err)
{
    if (old || !row)
        return 0;
    *c->new_token = token_new(c->arena, "pst_");
    return sql_run(c->t, "INSERT INTO token_secrets (token_id, digest) VALUES ($1, $2)",
                   ARGS(row->v[SYS_ID], value_text(sha256_hex(c->arena, *c->new_token))), NULL, err);
}

static int token_derive(struct txn *t, struct app *a, const struct row *old, const struct row *row, struct err *err)
{
    (void)a;
    if (row)
        return 0;
    return sql_run(t, "DELETE FROM token_secrets WHERE token_id = $1", ARGS(old->v[SYS_ID]), NULL, err);
}

const struct rule rule_token = {
    .kind = "tokens",
    .before = token_before,
    .after = token_after,
    .derive = token_derive,
};

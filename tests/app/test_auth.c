#include "link.h"
#include "password.h"
#include "scratch.h"
#include "session.h"
#include "user.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct scratch s;
static msec skew;

static msec late_clock(void)
{
    return clock_now() + skew;
}

static int setup(void **state)
{
    (void)state;
    scratch_open(&s);
    auth_set_clock(s.app, late_clock);
    skew = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_close(&s);
    return 0;
}

static const struct client home = {{"10.0.0.7", 8}, {"Firefox", 7}};

/* -- shorthand --------------------------------------------------------------------------------------- */

static struct str make_link(enum link_purpose purpose, id user)
{
    struct str text;
    msec expires;

    if (link_text(s.app, s.arena, purpose, user, S("http://h/"), &text, &expires, &s.err) < 0)
        fail_msg("%s", s.err.msg);
    assert_true(str_starts(text, S("http://h/welcome/")));
    return str_from(text, strlen("http://h/welcome/"));
}

static int use(struct str secret, struct welcome w, id *ret_user, struct str *ret_session)
{
    w.client = home;
    err_clear(&s.err);
    return link_use(s.app, s.arena, secret, &w, ret_user, ret_session, &s.err);
}

static id set_up(void)
{
    struct str session;
    id user;
    struct welcome w = {.name = S("Ann Owner"),
                        .email = S("Ann@Example.com"),
                        .password = S("correct horse battery"),
                        .workspace_name = S("Acme"),
                        .base_currency = S("CHF"),
                        .time_zone = S("Europe/Zurich")};

    if (use(make_link(LINK_SETUP, 0), w, &user, &session) < 0)
        fail_msg("%s", s.err.msg);
    return user;
}

static int try(const char *email, const char *password, struct str *ret_secret)
{
    struct sign_in in = {.email = str_of(email), .password = str_of(password), .client = home};
    id user;

    err_clear(&s.err);
    return sign_in(s.app, s.arena, &in, &user, ret_secret, &s.err);
}

static int is_in(struct str secret, bool is_token, struct proof *ret)
{
    struct arena *a = arena_new(1u << 24);
    struct txn *t = txn_read(s.app->store, a, &s.err);
    int n = is_token ? auth_by_token(s.app, t, secret, ret, &s.err) : auth_by_session(s.app, t, secret, ret, &s.err);

    txn_end(t);
    arena_free(a);
    return n;
}

static int64_t count(const char *sql)
{
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);
    struct value v;

    assert_int_equal(sql_row(t, sql, NO_ARGS, &v, 1, &s.err), 1);
    txn_end(t);
    return v.i;
}

struct token_job {
    struct who who;
    const char *json;
    struct str text;
    id row;
};

static int token_write(struct txn *t, void *arg, struct err *err)
{
    struct token_job *job = arg;
    struct ctx c;
    struct row *row;
    json_t *body;

    if (ctx_write(&c, s.app, t, job->who, "test", err) < 0 ||
        json_read_object(c.arena, str_of(job->json), &body, err) < 0)
        return -1;
    c.new_token = &job->text;
    if (op_create(&c, s.app->tokens, body, &row, err) < 0)
        return -1;
    job->row = row_id(row);
    return 0;
}

static struct token_job make_token(id user, const char *json)
{
    struct token_job job = {.who = {.user = user, .scope = SCOPE_ADMIN}, .json = json};

    err_clear(&s.err);
    if (store_write(s.app->store, s.arena, token_write, &job, &s.err) < 0)
        job.row = 0;
    return job;
}

static id add_user(const char *json)
{
    struct row *row = scratch_create(&s, WHO_SYSTEM, "users", json);

    if (!row) {
        fail_msg("%s", s.err.msg);
        abort();
    }
    return row_id(row);
}

static struct row *must_get(const char *kind, id which)
{
    struct row *row = scratch_get(&s, WHO_SYSTEM, kind, which);

    if (!row) {
        fail_msg("%s", s.err.msg);
        abort();
    }
    return row;
}

/* -- setting up ---------------------------------------------------------------------------------------- */

static void the_setup_link_makes_the_owner(void **state)
{
    (void)state;
    id ann = set_up();
    struct row *user = must_get("users", ann), *workspace = must_get("workspaces", 1);

    assert_str(row_str(user, USER_ROLE), "admin");
    assert_str(row_str(user, USER_EMAIL), "ann@example.com");
    assert_true(row_has(user, USER_PASSWORD_SET_AT));
    assert_str(row_value(workspace, "base_currency").s, "CHF");
    assert_str(row_value(workspace, "name").s, "Acme");
    assert_str(row_value(workspace, "time_zone").s, "Europe/Zurich");
    assert_int_equal(count("SELECT count(DISTINCT changeset_id) FROM changes WHERE kind IN ('users') OR (kind = "
                           "'workspaces' AND op = 'update')"),
                     1);
}

static void a_link_works_once(void **state)
{
    (void)state;
    struct str first = make_link(LINK_SETUP, 0), second = make_link(LINK_SETUP, 0), session;
    struct welcome w = {.name = S("Ann"), .email = S("ann@example.com"), .password = S("correct horse battery")};
    id user;

    assert_int_equal(use(first, w, &user, &session), -1); /* a newer one was made */
    assert_int_equal(s.err.code, ERR_NOT_FOUND);
    w.password = S("short");
    assert_int_equal(use(second, w, &user, &session), -1);
    assert_int_equal(s.err.code, ERR_INVALID);
    w.password = S("correct horse battery");
    w.base_currency = S("XXQ"); /* what fails uses nothing up */
    assert_int_equal(use(second, w, &user, &session), -1);
    assert_int_equal(s.err.code, ERR_INVALID);
    assert_int_equal(count("SELECT count(*) FROM users"), 0);
    w.base_currency = STR_NULL;
    assert_int_equal(use(second, w, &user, &session), 0);
    assert_int_equal(use(second, w, &user, &session), -1);
    assert_int_equal(s.err.code, ERR_NOT_FOUND);
    /* With an owner there is nothing left to set up, whoever makes a link. */
    assert_int_equal(use(make_link(LINK_SETUP, 0), w, &user, &session), -1);
    assert_int_equal(s.err.code, ERR_NOT_FOUND);
}

static void invitations_expire_and_end_with_the_user(void **state)
{
    (void)state;
    set_up();
    id bob = add_user("{\"name\":\"Bob\",\"email\":\"bob@example.com\"}");
    struct welcome w = {.password = S("seventeen swallows")};
    struct str session, link = make_link(LINK_INVITE, bob);
    struct proof proof;
    id user;

    skew = 8 * DAY_MS;
    assert_int_equal(use(link, w, &user, &session), -1);
    assert_int_equal(s.err.code, ERR_NOT_FOUND);
    skew = 0;
    link = make_link(LINK_INVITE, bob);
    assert_int_equal(use(link, w, &user, &session), 0);
    assert_int_equal(user, bob);
    assert_int_equal(is_in(session, false, &proof), 1);
    assert_int_equal(proof.who.user, bob);
    link = make_link(LINK_SIGNIN, bob);
    assert_non_null(scratch_update(&s, WHO_SYSTEM, "users", bob, "{\"active\":false}"));
    assert_int_equal(use(link, w, &user, &session), -1);
    assert_int_equal(s.err.code, ERR_NOT_FOUND);
}

/* -- signing in ------------------------------------------------------------------------------------------ */

static void right_wrong_and_unknown(void **state)
{
    (void)state;
    struct str a, b;

    set_up();
    assert_int_equal(try(" ANN@example.com", "correct horse battery", &a), 0);
    assert_int_equal(try("ann@example.com", "correct horse batterY", &b), -1);
    assert_int_equal(s.err.code, ERR_AUTH);
    struct err wrong = s.err;
    assert_int_equal(try("nobody@example.com", "correct horse battery", &b), -1);
    assert_int_equal(s.err.code, ERR_AUTH);
    assert_string_equal(s.err.msg, wrong.msg);
    assert_int_equal(try("", "", &b), -1);
    assert_int_equal(count("SELECT count(*) FROM sessions WHERE length(digest) <> 64"), 0);
    assert_int_equal(count("SELECT count(*) FROM credentials WHERE hash NOT LIKE '$argon2id$%'"), 0);
    assert_int_equal(count("SELECT count(*) FROM changes WHERE fields LIKE '%argon2%' OR fields LIKE '%horse%'"), 0);
}

static msec time_of(const char *email)
{
    struct str secret;
    msec best = 0;

    for (int i = 0; i < 3; i++) {
        msec began = clock_monotonic();
        try(email, "some wrong password", &secret);
        msec took = clock_monotonic() - began;
        best = i == 0 || took < best ? took : best;
    }
    return best;
}

static void an_unknown_address_takes_as_long(void **state)
{
    (void)state;
    set_up();
    add_user("{\"name\":\"Carl\",\"email\":\"carl@example.com\"}");
    msec known = time_of("ann@example.com"), unknown = time_of("nobody@example.com"),
         invited = time_of("carl@example.com");

    assert_true(known > 5);
    assert_true(unknown * 3 > known);
    assert_true(invited * 3 > known);
}

static void too_many_tries_wait(void **state)
{
    (void)state;
    struct str secret;

    set_up();
    for (int i = 0; i < 10; i++)
        assert_int_equal(try("ann@example.com", "wrong wrong wrong", &secret), -1);
    assert_int_equal(s.err.code, ERR_AUTH);
    assert_int_equal(try("ANN@example.com", "correct horse battery", &secret), -1);
    assert_int_equal(s.err.code, ERR_RATE);
    assert_true(s.err.retry_after > 0 && s.err.retry_after <= 900);
    skew = 31 * MINUTE;
    assert_int_equal(try("ann@example.com", "correct horse battery", &secret), 0);
}

/* -- sessions ------------------------------------------------------------------------------------------- */

static void sessions_end_unused_or_old(void **state)
{
    (void)state;
    struct str secret;
    struct proof proof;

    set_up();
    assert_int_equal(try("ann@example.com", "correct horse battery", &secret), 0);
    for (int day = 0; day < 90; day += 10) {
        skew = day * DAY_MS;
        assert_int_equal(is_in(secret, false, &proof), 1);
        /* That it was used is written behind the request. */
        struct value v = {0};
        for (int i = 0; i < 5000 && (v.type != V_INT || v.i < late_clock() - MINUTE); i++) {
            usleep(2000);
            struct txn *t = txn_read(s.app->store, s.arena, &s.err);
            sql_row(t, "SELECT max(last_seen_at) FROM sessions", NO_ARGS, &v, 1, &s.err);
            txn_end(t);
        }
    }
    skew = 91 * DAY_MS;
    assert_int_equal(is_in(secret, false, &proof), 0);
    skew = 0;
    assert_int_equal(try("ann@example.com", "correct horse battery", &secret), 0);
    assert_int_equal(is_in(secret, false, &proof), 1);
    skew = 15 * DAY_MS;
    assert_int_equal(is_in(secret, false, &proof), 0);
    assert_int_equal(is_in(S("something else"), false, &proof), 0);
}

static int end_write(struct txn *t, void *arg, struct err *err)
{
    const struct proof *p = arg;

    return session_end(s.app, t, p->who.user, p->session, err);
}

static void revoking_holds_at_once(void **state)
{
    (void)state;
    struct str secret;
    struct proof proof, stranger;
    id ann = set_up();

    for (int i = 0; i < 10; i++) {
        assert_int_equal(try("ann@example.com", "correct horse battery", &secret), 0);
        assert_int_equal(is_in(secret, false, &proof), 1);
        assert_int_equal(is_in(secret, false, &proof), 1);
        assert_int_equal(store_write(s.app->store, s.arena, end_write, &proof, &s.err), 0);
        assert_int_equal(is_in(secret, false, &proof), 0);
    }
    assert_int_equal(try("ann@example.com", "correct horse battery", &secret), 0);
    assert_int_equal(is_in(secret, false, &proof), 1);
    stranger = proof;
    stranger.who.user = ann + 1;
    assert_int_equal(store_write(s.app->store, s.arena, end_write, &stranger, &s.err), -1);
    assert_int_equal(s.err.code, ERR_NOT_FOUND);
    assert_int_equal(is_in(secret, false, &proof), 1);
}

struct starting {
    id user;
    struct str secret;
};

static int start_write(struct txn *t, void *arg, struct err *err)
{
    struct starting *st = arg;

    return session_start(s.app, t, st->user, &home, &st->secret, err);
}

/* Each thread asks for the same secret again and again, so that look-ups are in flight whenever it is revoked. */
struct asking {
    atomic_bool stop;
    _Atomic(const char *) secret;
};

static void *ask_on(void *arg)
{
    struct asking *asking = arg;

    while (!atomic_load(&asking->stop)) {
        struct arena *a = arena_new(1u << 24);
        struct err err = {0};
        struct proof proof;
        struct txn *t = txn_read(s.app->store, a, &err);
        const char *secret = atomic_load(&asking->secret);
        if (t && secret)
            auth_by_session(s.app, t, str_of(secret), &proof, &err);
        txn_end(t);
        arena_free(a);
    }
    return NULL;
}

static void nobody_slips_through_while_it_happens(void **state)
{
    (void)state;
    static struct asking asking;
    pthread_t threads[3];
    struct proof proof;
    id ann = set_up();

    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_create(&threads[i], NULL, ask_on, &asking);
    for (int i = 0; i < 200; i++) {
        struct starting st = {.user = ann};
        assert_int_equal(store_write(s.app->store, s.arena, start_write, &st, &s.err), 0);
        atomic_store(&asking.secret, arena_cstr(s.arena, st.secret));
        assert_int_equal(is_in(st.secret, false, &proof), 1);
        assert_int_equal(store_write(s.app->store, s.arena, end_write, &proof, &s.err), 0);
        assert_int_equal(is_in(st.secret, false, &proof), 0);
    }
    atomic_store(&asking.stop, true);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
}

static void a_new_password_ends_other_sessions(void **state)
{
    (void)state;
    struct str here, there;
    struct proof proof;
    id ann = set_up();

    assert_int_equal(try("ann@example.com", "correct horse battery", &here), 0);
    assert_int_equal(try("ann@example.com", "correct horse battery", &there), 0);
    assert_int_equal(is_in(there, false, &proof), 1);
    assert_int_equal(is_in(here, false, &proof), 1);
    struct {
        const char *current, *fresh;
        int result;
    } tries[] = {
        {"correct horse", "a longer one still", -1},        {"correct horse battery", "password123", -1},
        {"correct horse battery", "Ann Owner ", -1},        {"correct horse battery", "ANN@example.com", -1},
        {"correct horse battery", "ababababab", -1},        {"correct horse battery", "short", -1},
        {"correct horse battery", "a longer one still", 0},
    };
    for (size_t i = 0; i < COUNT(tries); i++) {
        err_clear(&s.err);
        assert_int_equal(password_change(s.app, s.arena, ann, proof.session, str_of(tries[i].current),
                                         str_of(tries[i].fresh), &s.err),
                         tries[i].result);
        assert_int_equal(s.err.code, tries[i].result ? ERR_INVALID : ERR_NONE);
    }
    assert_int_equal(is_in(here, false, &proof), 1);
    assert_int_equal(is_in(there, false, &proof), 0);
    assert_int_equal(try("ann@example.com", "correct horse battery", &there), -1);
    assert_int_equal(try("ann@example.com", "a longer one still", &there), 0);
}

/* -- tokens ---------------------------------------------------------------------------------------------- */

static void tokens_are_keys_of_their_user(void **state)
{
    (void)state;
    struct proof proof;
    id ann = set_up(), bob = add_user("{\"name\":\"Bob\",\"email\":\"bob@example.com\",\"role\":\"rep\"}");
    struct token_job read = make_token(bob, "{\"name\":\"r\",\"scope\":\"read\"}");
    struct token_job soon = make_token(bob, "{\"name\":\"s\",\"expires_at\":\"2999-01-01T00:00:00Z\"}");

    assert_true(str_starts(read.text, S("pst_")) && read.text.n >= 36);
    assert_int_equal(is_in(read.text, true, &proof), 1);
    assert_int_equal(proof.who.user, bob);
    assert_int_equal(proof.who.scope, SCOPE_READ);
    assert_int_equal(is_in(read.text, false, &proof), 0); /* a token is no cookie */
    assert_null(scratch_create(&s, proof.who, "deals", "{\"title\":\"No\"}"));
    assert_int_equal(s.err.code, ERR_FORBIDDEN);
    assert_int_equal(is_in(soon.text, true, &proof), 1);
    assert_int_equal(proof.who.scope, SCOPE_WRITE);
    assert_non_null(scratch_create(&s, proof.who, "deals", "{\"title\":\"Yes\"}"));
    skew = 1000 * 366 * DAY_MS;
    assert_int_equal(is_in(soon.text, true, &proof), 0);
    skew = 0;
    assert_int_equal(make_token(bob, "{\"name\":\"x\",\"expires_at\":\"2001-01-01T00:00:00Z\"}").row, 0);
    assert_int_equal(make_token(bob, arena_printf(s.arena, "{\"name\":\"x\",\"user_id\":%lld}", (long long)ann).p).row,
                     0);
    assert_null(scratch_create(&s, (struct who){ann, SCOPE_ADMIN}, "tokens", "{\"name\":\"no secret\"}"));
    assert_int_equal(is_in(read.text, true, &proof), 1);
    assert_true(scratch_delete(&s, (struct who){bob, SCOPE_ADMIN}, "tokens", read.row));
    assert_int_equal(is_in(read.text, true, &proof), 0);
    assert_int_equal(count("SELECT count(*) FROM changes WHERE fields LIKE '%pst_%'"), 0);
}

static void a_write_token_changes_no_users(void **state)
{
    (void)state;
    id ann = set_up();
    struct token_job job = make_token(ann, "{\"name\":\"w\",\"scope\":\"write\"}");
    struct proof proof;

    assert_int_equal(is_in(job.text, true, &proof), 1);
    assert_null(scratch_create(&s, proof.who, "users", "{\"name\":\"Eve\",\"role\":\"admin\"}"));
    assert_int_equal(s.err.code, ERR_FORBIDDEN);
    assert_null(scratch_update(&s, proof.who, "tokens", job.row, "{\"scope\":\"admin\"}"));
    assert_int_equal(s.err.code, ERR_FORBIDDEN);
    job = make_token(ann, "{\"name\":\"a\",\"scope\":\"admin\"}");
    assert_int_equal(is_in(job.text, true, &proof), 1);
    assert_non_null(scratch_create(&s, proof.who, "users", "{\"name\":\"Dan\"}"));
}

/* -- users ----------------------------------------------------------------------------------------------- */

static void the_last_administrator_stays(void **state)
{
    (void)state;
    id ann = set_up();
    struct who admin = {ann, SCOPE_ADMIN};
    id bob = add_user("{\"name\":\"Bob\",\"email\":\"bob@example.com\",\"role\":\"admin\"}");
    struct str session;
    id user;

    /* Bob has no password yet, so he cannot let anybody in. */
    assert_null(scratch_update(&s, admin, "users", ann, "{\"role\":\"rep\"}"));
    assert_int_equal(s.err.code, ERR_CONFLICT);
    assert_null(scratch_update(&s, admin, "users", ann, "{\"active\":false}"));
    assert_int_equal(s.err.code, ERR_CONFLICT);
    assert_false(scratch_delete(&s, admin, "users", ann));
    assert_int_equal(s.err.code, ERR_CONFLICT);
    assert_int_equal(
        use(make_link(LINK_INVITE, bob), (struct welcome){.password = S("seventeen swallows")}, &user, &session), 0);
    assert_non_null(scratch_update(&s, admin, "users", ann, "{\"role\":\"rep\"}"));
    assert_null(scratch_update(&s, admin, "users", bob, "{\"role\":\"rep\"}")); /* and Ann is none any more */
    assert_int_equal(s.err.code, ERR_FORBIDDEN);
    assert_null(scratch_update(&s, admin, "users", ann, "{\"role\":\"admin\"}"));
    assert_int_equal(s.err.code, ERR_FORBIDDEN);
}

static void rights_do_not_make_administrators(void **state)
{
    (void)state;
    id ann = set_up(), mia = add_user("{\"name\":\"Mia\",\"email\":\"m@example.com\",\"role\":\"manager\"}");
    struct who admin = {ann, SCOPE_ADMIN}, manager = {mia, SCOPE_ADMIN};

    assert_null(scratch_create(&s, admin, "rights",
                               "{\"role\":\"manager\",\"kind\":\"users\",\"see\":\"all\",\"edit\":\"all\"}"));
    assert_null(scratch_create(&s, admin, "rights",
                               "{\"role\":\"manager\",\"kind\":\"tokens\",\"see\":\"all\",\"edit\":\"all\"}"));
    assert_null(scratch_update(&s, manager, "users", mia, "{\"role\":\"admin\"}"));
    assert_int_equal(s.err.code, ERR_FORBIDDEN);
    assert_null(scratch_create(&s, manager, "users", "{\"name\":\"Eve\",\"role\":\"admin\"}"));
    assert_int_equal(s.err.code, ERR_FORBIDDEN);
}

static void who_is_deactivated_is_out(void **state)
{
    (void)state;
    id ann = set_up(), bob = add_user("{\"name\":\"Bob\",\"email\":\"bob@example.com\"}"), user;
    struct who admin = {ann, SCOPE_ADMIN};
    struct str session;
    struct proof proof;
    struct token_job token;

    assert_int_equal(
        use(make_link(LINK_INVITE, bob), (struct welcome){.password = S("seventeen swallows")}, &user, &session), 0);
    token = make_token(bob, "{\"name\":\"t\"}");
    assert_int_equal(is_in(session, false, &proof), 1);
    assert_int_equal(is_in(token.text, true, &proof), 1);
    assert_non_null(scratch_update(&s, admin, "users", bob, "{\"active\":false}"));
    assert_int_equal(is_in(session, false, &proof), 0);
    assert_int_equal(is_in(token.text, true, &proof), 0);
    assert_int_equal(try("bob@example.com", "seventeen swallows", &session), -1);
    assert_int_equal(s.err.code, ERR_AUTH);
    assert_non_null(scratch_update(&s, admin, "users", bob, "{\"active\":true}"));
    assert_int_equal(is_in(token.text, true, &proof), 0); /* what ended does not come back */
    assert_int_equal(try("bob@example.com", "seventeen swallows", &session), 0);
    assert_true(scratch_delete(&s, admin, "users", bob));
    assert_int_equal(is_in(session, false, &proof), 0);
    assert_int_equal(count("SELECT count(*) FROM credentials"), 1);
}

static void one_address_is_one_account(void **state)
{
    (void)state;
    set_up();
    assert_null(scratch_create(&s, WHO_SYSTEM, "users", "{\"name\":\"Ann 2\",\"email\":\"ANN@EXAMPLE.COM\"}"));
    assert_int_equal(s.err.code, ERR_CONFLICT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        TEST(the_setup_link_makes_the_owner),
        TEST(a_link_works_once),
        TEST(invitations_expire_and_end_with_the_user),
        TEST(right_wrong_and_unknown),
        TEST(an_unknown_address_takes_as_long),
        TEST(too_many_tries_wait),
        TEST(sessions_end_unused_or_old),
        TEST(revoking_holds_at_once),
        TEST(nobody_slips_through_while_it_happens),
        TEST(a_new_password_ends_other_sessions),
        TEST(tokens_are_keys_of_their_user),
        TEST(a_write_token_changes_no_users),
        TEST(the_last_administrator_stays),
        TEST(rights_do_not_make_administrators),
        TEST(who_is_deactivated_is_out),
        TEST(one_address_is_one_account),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Signing in, cookies, tokens, links and files, as a browser and a script meet them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceilings.h"
#include "check.h"
#include "identity.h"
#include "link.h"
#include "world.h"

static struct world w;
static char cookie[256]; /* the browser's */

#define PASSWORD "correct horse battery"

static int setup(void **state)
{
    (void)state;
    w = (struct world){.dir = "/tmp/penstock-test-XXXXXX"};
    w.arena = arena_new(MAX_ARENA);
    assert_non_null(mkdtemp(w.dir));
    if (app_open(&w.app, &(struct app_config){.data_dir = w.dir}, &w.err) < 0 ||
        api_new(&w.api, &(struct api_config){.app = w.app, .identity = &identity_by_secret}, &w.err) < 0)
        fail_msg("%s", w.err.msg);
    w.config.owner = (struct http_owner){.ctx = w.api, .begin = api_begin, .handle = api_handle, .done = api_done};
    w.config.temp_dir = w.dir;
    cookie[0] = '\0';
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

/* -- shorthand --------------------------------------------------------------------------------------------- */

enum as { NOBODY, BROWSER, FORGED, SCRIPT }; /* FORGED: the browser on behalf of another site */

static const char *token;

static struct str text_of(struct http_exchange *x)
{
    return arena_str(w.arena, http_reply_body(x));
}

/* The status; the reply's text in *ret. */
static int ask(enum as as, const char *method, const char *target, const char *body, struct str *ret)
{
    struct http_exchange *x = http_exchange_new(&w.config, str_of(method), str_of(target));

    if (as == BROWSER || as == FORGED)
        http_exchange_header(x, S("Cookie"), str_of(cookie));
    if (as == BROWSER)
        http_exchange_header(x, S("X-Penstock"), S("1"));
    if (as == SCRIPT)
        http_exchange_header(x, S("Authorization"), arena_printf(w.arena, "Bearer %s", token));
    http_exchange_header(x, S("Host"), S("crm.example"));
    if (body)
        http_exchange_body(x, S("application/json"), str_of(body));
    int status = http_call(x);
    struct str set = http_reply_header_get(x, "Set-Cookie"), pair, rest;
    if (set.n) {
        assert_true(str_contains(set, S("HttpOnly")) && str_contains(set, S("SameSite=Lax")));
        str_cut(set, ';', &pair, &rest);
        snprintf(cookie, sizeof(cookie), STR_FMT, STR_ARG(pair));
    }
    if (ret)
        *ret = text_of(x);
    http_exchange_free(x);
    return status;
}

static struct str member(struct str text, const char *name)
{
    json_t *j;

    if (json_read_object(w.arena, text, &j, &w.err) < 0)
        fail_msg("%s", w.err.msg);
    return json_member_str(j, name);
}

static const char *link_path(enum link_purpose purpose, id user)
{
    struct str text;
    msec expires;

    if (link_text(w.app, w.arena, purpose, user, S(""), &text, &expires, &w.err) < 0)
        fail_msg("%s", w.err.msg);
    return arena_printf(w.arena, API "/links/" STR_FMT, STR_ARG(str_from(text, strlen("/welcome/")))).p;
}

static void set_up(void)
{
    assert_int_equal(ask(NOBODY, "POST", link_path(LINK_SETUP, 0),
                         "{\"name\":\"Ann\",\"email\":\"ann@example.com\",\"password\":\"" PASSWORD
                         "\",\"workspace_name\":\"Acme\",\"base_currency\":\"EUR\",\"time_zone\":\"Europe/Berlin\"}",
                         NULL),
                     200);
}

/* -- sessions ------------------------------------------------------------------------------------------------ */

static void the_first_run(void **state)
{
    (void)state;
    const char *path = link_path(LINK_SETUP, 0);
    struct str text;

    assert_int_equal(ask(NOBODY, "GET", API "/session", NULL, NULL), 401);
    assert_int_equal(ask(NOBODY, "GET", path, NULL, &text), 200);
    assert_str(text, "{\"purpose\":\"setup\"}");
    assert_int_equal(ask(NOBODY, "POST", path, "{\"name\":\"Ann\",\"email\":\"ann@example.com\"}", NULL), 422);
    assert_int_equal(ask(NOBODY, "POST", path,
                         "{\"name\":\"Ann\",\"email\":\"ann@example.com\",\"password\":\"" PASSWORD
                         "\",\"workspace_name\":\"Acme\",\"base_currency\":\"JPY\",\"time_zone\":\"Asia/Tokyo\"}",
                         &text),
                     200);
    assert_true(str_contains(text, S("\"role\":\"admin\"")) && str_contains(text, S("\"base_currency\":\"JPY\"")));
    assert_true(strncmp(cookie, "penstock=", 9) == 0);
    assert_int_equal(ask(BROWSER, "GET", API "/session", NULL, &text), 200);
    assert_true(str_contains(text, S("\"email\":\"ann@example.com\"")));
    assert_int_equal(ask(NOBODY, "GET", path, NULL, NULL), 404);
    assert_int_equal(ask(NOBODY, "POST", path, "{}", NULL), 404);
}

static void in_and_out(void **state)
{
    (void)state;
    struct str text;
    char before[sizeof(cookie)];

    set_up();
    assert_int_equal(ask(BROWSER, "GET", API "/sessions", NULL, &text), 200);
    assert_true(str_contains(text, S("\"current\":true")));
    memcpy(before, cookie, sizeof(before));
    assert_int_equal(ask(BROWSER, "DELETE", API "/session", NULL, NULL), 204);
    assert_string_equal(cookie, "penstock=");
    memcpy(cookie, before, sizeof(before));
    assert_int_equal(ask(BROWSER, "GET", API "/session", NULL, NULL), 401);
    assert_int_equal(ask(BROWSER, "GET", API "/deals", NULL, NULL), 401);
    assert_int_equal(
        ask(NOBODY, "POST", API "/session", "{\"email\":\"ann@example.com\",\"password\":\"no no no\"}", &text), 401);
    assert_false(str_contains(text, S("no no no")));
    assert_int_equal(ask(NOBODY, "POST", API "/session", "{\"email\":7}", NULL), 422);
    /* A worn-out cookie does not stand in the way of a new one. */
    assert_int_equal(
        ask(FORGED, "POST", API "/session", "{\"email\":\"ann@example.com\",\"password\":\"" PASSWORD "\"}", NULL),
        200);
    assert_int_equal(ask(BROWSER, "GET", API "/session", NULL, NULL), 200);
}

static void another_site_cannot_change_a_thing(void **state)
{
    (void)state;
    set_up();
    assert_int_equal(ask(FORGED, "GET", API "/deals", NULL, NULL), 200);
    assert_int_equal(ask(FORGED, "POST", API "/deals", "{\"title\":\"No\"}", NULL), 403);
    assert_int_equal(ask(FORGED, "DELETE", API "/session", NULL, NULL), 403);
    assert_int_equal(ask(BROWSER, "POST", API "/deals", "{\"title\":\"Yes\"}", NULL), 201);
    assert_int_equal(ask(FORGED, "PATCH", API "/deals/1", "{\"title\":\"No\"}", NULL), 403);
}

static void the_cookie_over_https(void **state)
{
    (void)state;
    w.app->public_url = "https://crm.example";
    set_up();
    assert_true(strncmp(cookie, "__Host-penstock=", 16) == 0);
    assert_int_equal(ask(BROWSER, "GET", API "/session", NULL, NULL), 200);
    memmove(cookie, cookie + 7, strlen(cookie + 7) + 1); /* one that another host could have set */
    assert_int_equal(ask(BROWSER, "GET", API "/session", NULL, NULL), 401);
}

static void ones_own_account(void **state)
{
    (void)state;
    struct str text;

    set_up();
    assert_int_equal(ask(BROWSER, "PATCH", API "/me", "{\"name\":\"Ann B\",\"locale\":\"de-DE\"}", &text), 200);
    assert_true(str_contains(text, S("\"name\":\"Ann B\"")));
    assert_int_equal(ask(BROWSER, "PATCH", API "/me", "{\"role\":\"rep\"}", NULL), 422);
    assert_int_equal(ask(BROWSER, "PATCH", API "/me", "{\"email\":null}", NULL), 422);
    assert_int_equal(
        ask(BROWSER, "POST", API "/me/password", "{\"current\":\"wrong\",\"password\":\"another good one\"}", NULL),
        422);
    assert_int_equal(ask(BROWSER, "POST", API "/me/password",
                         "{\"current\":\"" PASSWORD "\",\"password\":\"another good one\"}", NULL),
                     204);
    assert_int_equal(ask(BROWSER, "GET", API "/session", NULL, NULL), 200);
    assert_int_equal(ask(BROWSER, "GET", API "/changes", NULL, &text), 200);
    assert_false(str_contains(text, S("another good")) || str_contains(text, S("argon2")));
}

/* -- users and tokens ---------------------------------------------------------------------------------------- */

static void inviting(void **state)
{
    (void)state;
    struct str text, link;
    char admin[sizeof(cookie)];

    set_up();
    memcpy(admin, cookie, sizeof(admin));
    assert_int_equal(ask(BROWSER, "POST", API "/users", "{\"name\":\"Bob\",\"email\":\"bob@example.com\"}", NULL), 201);
    assert_int_equal(ask(BROWSER, "POST", API "/users/2/invite", NULL, &text), 201);
    link = member(text, "link");
    assert_true(str_starts(link, S("http://crm.example/welcome/")));
    const char *path = arena_printf(w.arena, API "/links/" STR_FMT, STR_ARG(str_from(link, 27))).p;
    assert_int_equal(ask(NOBODY, "GET", path, NULL, &text), 200);
    assert_str(text, "{\"purpose\":\"invite\",\"name\":\"Bob\",\"email\":\"bob@example.com\"}");
    assert_int_equal(ask(NOBODY, "POST", path, "{\"password\":\"seventeen swallows\"}", &text), 200);
    assert_true(str_contains(text, S("\"role\":\"rep\"")));
    assert_int_equal(ask(BROWSER, "POST", API "/users/1/invite", NULL, NULL), 403);
    assert_int_equal(ask(BROWSER, "PATCH", API "/users/2", "{\"role\":\"admin\"}", NULL), 403);
    assert_int_equal(ask(BROWSER, "DELETE", API "/users/1/sessions", NULL, NULL), 403);
    char bob[sizeof(cookie)];
    memcpy(bob, cookie, sizeof(bob));
    memcpy(cookie, admin, sizeof(admin));
    assert_int_equal(ask(BROWSER, "DELETE", API "/users/2/sessions", NULL, NULL), 204);
    assert_int_equal(ask(BROWSER, "PATCH", API "/users/1", "{\"role\":\"rep\"}", NULL), 409);
    memcpy(cookie, bob, sizeof(bob));
    assert_int_equal(ask(BROWSER, "GET", API "/session", NULL, NULL), 401);
}

static const char *make_token(const char *body)
{
    struct str text;

    assert_int_equal(ask(BROWSER, "POST", API "/tokens", body, &text), 201);
    assert_true(str_starts(member(text, "token"), S("pst_")));
    return arena_cstr(w.arena, member(text, "token"));
}

static void tokens_reach_as_far_as_their_scope(void **state)
{
    (void)state;
    struct str text;

    set_up();
    token = make_token("{\"name\":\"r\",\"scope\":\"read\"}");
    assert_int_equal(ask(SCRIPT, "GET", API "/deals", NULL, NULL), 200);
    assert_int_equal(ask(SCRIPT, "POST", API "/deals", "{\"title\":\"No\"}", NULL), 403);
    assert_int_equal(ask(SCRIPT, "POST", API "/tokens", "{\"name\":\"more\",\"scope\":\"admin\"}", NULL), 403);
    token = make_token("{\"name\":\"w\",\"scope\":\"write\"}");
    assert_int_equal(ask(SCRIPT, "POST", API "/deals", "{\"title\":\"Yes\"}", NULL), 201);
    assert_int_equal(ask(SCRIPT, "POST", API "/users", "{\"name\":\"Eve\",\"role\":\"admin\"}", NULL), 403);
    assert_int_equal(ask(SCRIPT, "POST", API "/users/1/invite", NULL, NULL), 403);
    assert_int_equal(ask(SCRIPT, "POST", API "/tokens", "{\"name\":\"more\",\"scope\":\"admin\"}", NULL), 403);
    assert_int_equal(ask(SCRIPT, "PATCH", API "/me", "{\"email\":\"eve@example.com\"}", NULL), 403);
    assert_int_equal(ask(SCRIPT, "GET", API "/sessions", NULL, NULL), 403);
    assert_int_equal(ask(BROWSER, "GET", API "/tokens", NULL, &text), 200);
    assert_false(str_contains(text, S("pst_")));
    assert_int_equal(ask(BROWSER, "DELETE", API "/tokens/2", NULL, NULL), 204);
    assert_int_equal(ask(SCRIPT, "GET", API "/deals", NULL, NULL), 401);
    token = "pst_nonsense";
    assert_int_equal(ask(SCRIPT, "GET", API "/deals", NULL, NULL), 401);
    assert_int_equal(ask(BROWSER, "POST", API "/tokens/batch",
                         "{\"operations\":[{\"op\":\"create\",\"fields\":{\"name\":\"x\"}}]}", NULL),
                     422);
}

/* -- files ------------------------------------------------------------------------------------------------------ */

static int upload(const char *name, const char *bytes, const char *more, struct str *ret)
{
    struct http_exchange *x = http_exchange_new(&w.config, S("POST"), S(API "/files"));
    struct str body = arena_printf(w.arena,
                                   "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
                                   "Content-Type: image/png\r\n\r\n%s\r\n%s--x--\r\n",
                                   name, bytes, more);

    http_exchange_header(x, S("Cookie"), str_of(cookie));
    http_exchange_header(x, S("X-Penstock"), S("1"));
    http_exchange_body(x, S("multipart/form-data; boundary=x"), body);
    int status = http_call(x);
    *ret = text_of(x);
    http_exchange_free(x);
    return status;
}

static struct str fetch(const char *target, const char *header)
{
    struct http_exchange *x = http_exchange_new(&w.config, S("GET"), str_of(target));

    http_exchange_header(x, S("Cookie"), str_of(cookie));
    assert_int_equal(http_call(x), 200);
    assert_str(http_reply_header_get(x, "X-Content-Type-Options"), "nosniff");
    assert_true(str_contains(http_reply_header_get(x, "Content-Security-Policy"), S("default-src 'none'")));
    struct str value = arena_str(w.arena, http_reply_header_get(x, header));
    http_exchange_free(x);
    return value;
}

static void files_are_never_active(void **state)
{
    (void)state;
    struct str text;

    set_up();
    assert_int_equal(ask(BROWSER, "POST", API "/deals", "{\"title\":\"Pumps\"}", NULL), 201);
    assert_int_equal(upload("../../logo.png", "<!DOCTYPE html><script>alert(1)</script>",
                            "--x\r\nContent-Disposition: form-data; name=\"deal_id\"\r\n\r\n1\r\n", &text),
                     201);
    assert_str(member(text, "mime"), "text/html");
    assert_str(member(text, "name"), "logo.png");
    assert_true(str_starts(fetch(API "/files/1/content?inline=1", "Content-Disposition"), S("attachment;")));
    assert_int_equal(upload("notes.txt", "nothing but words", "", &text), 201);
    assert_true(str_starts(fetch(API "/files/2/content", "Content-Disposition"), S("attachment;")));
    assert_true(str_starts(fetch(API "/files/2/content?inline=1", "Content-Disposition"), S("inline;")));
    assert_true(str_contains(fetch(API "/files/2/content?inline=1", "Content-Security-Policy"), S("sandbox")));
    assert_int_equal(upload("x", "y", "--x\r\nContent-Disposition: form-data; name=\"deal_id\"\r\n\r\n99\r\n", &text),
                     422);
    assert_int_equal(upload("x", "y", "--x\r\nContent-Disposition: form-data; name=\"sha256\"\r\n\r\n00\r\n", &text),
                     422);
    assert_int_equal(ask(BROWSER, "POST", API "/files", "{\"name\":\"x\"}", NULL), 415);
    assert_int_equal(ask(NOBODY, "GET", API "/files/2/content", NULL, NULL), 401);
    assert_int_equal(ask(BROWSER, "GET", API "/files/9/content", NULL, NULL), 404);
}

static void secrets_are_masked(void **state)
{
    (void)state;
    assert_str(identity_masked(w.arena, S("/api/v1/links/abc")), "/api/v1/links/…");
    assert_str(identity_masked(w.arena, S("/welcome/abc?x=1")), "/welcome/…");
    assert_str(identity_masked(w.arena, S("/api/v1/deals?q=1")), "/api/v1/deals?q=1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        TEST(the_first_run),
        TEST(in_and_out),
        TEST(another_site_cannot_change_a_thing),
        TEST(the_cookie_over_https),
        TEST(ones_own_account),
        TEST(inviting),
        TEST(tokens_reach_as_far_as_their_scope),
        TEST(files_are_never_active),
        TEST(secrets_are_masked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A generator that cannot tell a wrong answer from a right one measures nothing. */
#include "check.h"
#include "plan.h"

#define HEAD "HTTP/1.1 200 OK\r\nETag: \"3\"\r\nContent-Length: "

static const char two[] = "penstock-bench-plan 1\n"
                          "GET /api/v1/deals/7 200 0 10 8 0 0\nETag: \"3\"\n{\"id\":7}\n"
                          "GET /api/v1/board 200 0 0 29 9 4\n{\"as_of\":1234,\"stages\":[1,2]}\n";

static struct response reply(int status, const char *body)
{
    return (struct response){status, S("HTTP/1.1 200 OK"), str_of(body)};
}

static void reads_one_response(void **state)
{
    struct response r;

    (void)state;
    assert_int_equal(response_read(S(HEAD "2\r\n\r\n{}rest"), &r), sizeof(HEAD "2\r\n\r\n{}") - 1);
    assert_int_equal(r.status, 200);
    assert_str(r.body, "{}");
    assert_str(response_header(&r, "etag"), "\"3\"");
    assert_null(response_header(&r, "Location").p);
}

static void waits_for_the_rest(void **state)
{
    const struct str whole = S(HEAD "8\r\n\r\n{\"id\":7}");
    struct response r;

    (void)state;
    for (size_t n = 0; n < whole.n; n++)
        assert_int_equal(response_read(str_upto(whole, n), &r), 0);
    assert_int_equal(response_read(whole, &r), whole.n);
}

static void refuses_what_is_no_response(void **state)
{
    struct response r;

    (void)state;
    assert_int_equal(response_read(S("HTTP/1.1 200 OK\r\n\r\n"), &r), -1);
    assert_int_equal(response_read(S("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), &r), -1);
    assert_int_equal(response_read(S("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"), &r), -1);
    assert_int_equal(response_read(S("SSH-2.0-OpenSSH_9.2\r\n\r\n"), &r), -1);
}

static void reads_a_plan(void **state)
{
    struct arena *a = arena_new(1u << 20);
    struct plan plan;

    (void)state;
    assert_int_equal(plan_parse(a, str_of(two), "secret", &plan), 0);
    assert_int_equal(plan.n, 2);
    assert_str(plan.entries[0].target, "/api/v1/deals/7");
    assert_str(plan.entries[0].reply, "{\"id\":7}");
    assert_str(plan.entries[0].request,
               "GET /api/v1/deals/7 HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer secret\r\n\r\n");
    arena_free(a);
}

static void refuses_a_broken_plan(void **state)
{
    struct arena *a = arena_new(1u << 20);
    struct plan plan;

    (void)state;
    for (size_t n = 0; n < sizeof(two) - 1; n++)
        if (n != sizeof("penstock-bench-plan 1\nGET /api/v1/deals/7 200 0 10 8 0 0\nETag: \"3\"\n{\"id\":7}\n") - 1)
            assert_int_equal(plan_parse(a, str_upto(str_of(two), n), "", &plan), -1);
    arena_free(a);
}

static void notices_every_wrong_byte(void **state)
{
    struct arena *a = arena_new(1u << 20);
    struct plan plan;

    (void)state;
    assert_int_equal(plan_parse(a, str_of(two), "", &plan), 0);
    const struct plan_entry *e = &plan.entries[0];
    struct response r = reply(200, "{\"id\":7}");
    assert_true(plan_fits(e, &r, false));
    for (size_t i = 0; i < e->reply.n; i++) {
        char wrong[] = "{\"id\":7}";
        wrong[i] ^= 1;
        r = reply(200, wrong);
        assert_false(plan_fits(e, &r, false));
    }
    r = reply(500, "{\"id\":7}");
    assert_false(plan_fits(e, &r, false));
    r = reply(200, "{\"id\":7} ");
    assert_false(plan_fits(e, &r, false));
    r = reply(200, "");
    assert_false(plan_fits(e, &r, false));
    arena_free(a);
}

/* Only the moment may differ, not what stands around it. */
static void lets_the_moment_pass(void **state)
{
    struct arena *a = arena_new(1u << 20);
    struct plan plan;

    (void)state;
    assert_int_equal(plan_parse(a, str_of(two), "", &plan), 0);
    const struct plan_entry *e = &plan.entries[1];
    struct response r = reply(200, "{\"as_of\":9876,\"stages\":[1,2]}");
    assert_true(plan_fits(e, &r, false));
    r = reply(200, "{\"as_of\":9876,\"stages\":[1,3]}");
    assert_false(plan_fits(e, &r, false));
    r = reply(200, "{\"as_og\":9876,\"stages\":[1,2]}");
    assert_false(plan_fits(e, &r, false));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_one_response),          cmocka_unit_test(waits_for_the_rest),
        cmocka_unit_test(refuses_what_is_no_response), cmocka_unit_test(reads_a_plan),
        cmocka_unit_test(refuses_a_broken_plan),       cmocka_unit_test(notices_every_wrong_byte),
        cmocka_unit_test(lets_the_moment_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

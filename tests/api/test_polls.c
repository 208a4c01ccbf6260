/* Who asks again while nothing has changed is told just that; whatever may change an answer changes its tag. */
#include <unistd.h>

#include "auth.h"
#include "check.h"
#include "world.h"

static struct world w;

static const char *const targets[] = {API "/deals?sort=-value&total=true", API "/deals/summary?status=open",
                                      API "/board?pipeline=1&limit=5", API "/organisations?q=acme",
                                      API "/activities?owner_id=me&expand=deal"};

static int set_up(void **state)
{
    (void)state;
    if (world_open(&w) < 0)
        return -1;
    for (int i = 0; i < 3; i++)
        http_exchange_free(world_say(&w, "ann", "POST", API "/deals", "{\"title\":\"Pumps\",\"value\":7}"));
    http_exchange_free(world_say(&w, "ann", "POST", API "/organisations", "{\"name\":\"Acme\"}"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

/* Settings that were just written are asked for anew until the commit's end. */
static void settle(void)
{
    for (int i = 0; i < 2000 && auth_epoch(w.app) == 0; i++)
        usleep(5000);
}

/* The status, and the tag of the answer in the test's arena. */
static int poll(const char *as, const char *target, struct str tag, struct str *ret_tag)
{
    struct header header = {S("If-None-Match"), tag};
    struct http_exchange *x = world_ask(&w, as, S("GET"), str_of(target), &header, tag.n ? 1 : 0, S(""));
    int status = x->status;
    struct str got = http_reply_header_get(x, "ETag");

    if (ret_tag)
        *ret_tag = got.p ? arena_str(w.arena, got) : STR_NULL;
    if (status == 304)
        assert_int_equal(http_reply_body(x).n, 0);
    http_exchange_free(x);
    return status;
}

/* Asks until the answer is that nothing has changed: between two questions a minute may pass, but not every time. */
static struct str steady(const char *as, const char *target)
{
    struct str tag = STR_NULL;

    settle();
    for (int i = 0; i < 5; i++)
        if (poll(as, target, tag, &tag) == 304)
            return tag;
    fail_msg("%s changes all the time", target);
    return STR_NULL;
}

static void nothing_changed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(targets); i++)
        assert_true(str_starts(steady("ann", targets[i]), S("W/\"")));
}

static void a_change_is_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(targets); i++) {
        struct str tag = steady("ann", targets[i]);
        http_exchange_free(world_say(&w, "ben", "PATCH", API "/deals/1", i % 2 ? "{\"value\":8}" : "{\"value\":9}"));
        assert_int_equal(poll("ann", targets[i], tag, NULL), 200);
    }
}

static void each_has_a_tag_of_his_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(targets); i++)
        assert_int_equal(poll("ben", targets[i], steady("ann", targets[i]), NULL), 200);
}

static void rights_change_the_answer(void **state)
{
    struct str tag = steady("ann", targets[0]);

    (void)state;
    http_exchange_free(world_say(&w, "ada", "POST", API "/rights",
                                 "{\"role\":\"rep\",\"kind\":\"deals\",\"see\":\"none\",\"edit\":\"none\"}"));
    assert_int_equal(poll("ann", targets[0], tag, NULL), 200);
    settle();
    assert_int_equal(poll("ann", targets[0], tag, NULL), 200);
}

static void mistakes_have_no_tag(void **state)
{
    struct str tag;

    (void)state;
    assert_int_equal(poll("ann", API "/deals?sort=nonsense", STR_NULL, &tag), 422);
    assert_null(tag.p);
    assert_int_equal(poll(NULL, targets[0], S("*"), NULL), 401);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_changed),           cmocka_unit_test(a_change_is_seen),
        cmocka_unit_test(each_has_a_tag_of_his_own), cmocka_unit_test(mistakes_have_no_tag),
        cmocka_unit_test(rights_change_the_answer),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

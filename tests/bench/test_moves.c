/* What a reply to a move must be, and each way in which it can be wrong. */
#include "check.h"
#include "moves.h"

#include <stdio.h>

#define ASKED 1767225600000 /* 2026-01-01T00:00:00Z */
#define NOW (ASKED + 20)

static const char before[] = "{\"id\":7,\"version\":3,\"updated_at\":\"2025-01-01T00:00:00.000Z\",\"title\":\"Lathe\","
                             "\"stage_id\":1,\"probability\":5,\"value\":12.50,\"tags\":null,"
                             "\"stage_since\":\"2025-01-01T00:00:00.000Z\"}";
#define AFTER(version, title, stage, probability, updated, since, more)                                                \
    "{\"id\":7,\"version\":" version ",\"updated_at\":\"" updated "\",\"title\":\"" title "\",\"stage_id\":" stage     \
    ",\"probability\":" probability ",\"value\":12.50,\"tags\":null,\"stage_since\":\"" since "\"" more "}"
#define THEN "2026-01-01T00:00:00.010Z"
#define RIGHT AFTER("4", "Lathe", "2", "15", THEN, THEN, "")
#define HEAD "HTTP/1.1 200 OK\r\nETag: \"4\"\r\nPenstock-Changeset: 99\r\n"

static const struct move_stage to = {2, 15};

static const char *wrong_with(int status, const char *head, const char *body, struct move *ret)
{
    json_t *deal = json_loads(before, 0, NULL);
    struct response r = {status, str_of(head), str_of(body)};
    static char words[64];
    const char *wrong;

    int result = move_check(deal, &to, &r, ASKED, NOW, ret, &wrong);
    assert_int_equal(result, wrong ? -1 : 0);
    /* A wrong reply leaves the deal as it was known. */
    assert_int_equal(json_integer_value(json_object_get(deal, "version")), wrong ? 3 : 4);
    snprintf(words, sizeof(words), "%s", wrong ? wrong : "");
    json_decref(deal);
    return wrong ? words : NULL;
}

static void takes_the_right_one(void **state)
{
    struct move m;

    (void)state;
    assert_null(wrong_with(200, HEAD, RIGHT, &m));
    assert_int_equal(m.deal, 7);
    assert_int_equal(m.version, 4);
    assert_int_equal(m.from, 1);
    assert_int_equal(m.to, 2);
    assert_int_equal(m.changeset, 99);
}

static void names_what_is_wrong(void **state)
{
    static const struct {
        const char *wrong, *body;
    } cases[] = {
        {"body", ""},
        {"body", "[]"},
        {"body", "{\"id\":7"},
        {"version", AFTER("3", "Lathe", "2", "15", THEN, THEN, "")},
        {"version", AFTER("5", "Lathe", "2", "15", THEN, THEN, "")},
        {"stage_id", AFTER("4", "Lathe", "1", "15", THEN, THEN, "")},
        {"probability", AFTER("4", "Lathe", "2", "5", THEN, THEN, "")},
        {"updated_at", AFTER("4", "Lathe", "2", "15", "2025-01-01T00:00:00.000Z", THEN, "")},
        {"stage_since", AFTER("4", "Lathe", "2", "15", THEN, "2026-01-01T00:01:00.000Z", "")},
        {"title", AFTER("4", "Mill", "2", "15", THEN, THEN, "")},
        {"number of fields", AFTER("4", "Lathe", "2", "15", THEN, THEN, ",\"more\":1")},
    };
    struct move m;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        assert_string_equal(wrong_with(200, HEAD, cases[i].body, &m), cases[i].wrong);
    assert_string_equal(wrong_with(409, HEAD, RIGHT, &m), "status");
    assert_string_equal(wrong_with(200, "HTTP/1.1 200 OK\r\nETag: \"3\"\r\nPenstock-Changeset: 9\r\n", RIGHT, &m),
                        "ETag");
    assert_string_equal(wrong_with(200, "HTTP/1.1 200 OK\r\nETag: \"4\"\r\n", RIGHT, &m), "Penstock-Changeset");
}

static void reads_stages(void **state)
{
    struct move_stage s[3];

    (void)state;
    assert_int_equal(move_stages("1:5,2:15", s, 3), 2);
    assert_int_equal(s[1].id, 2);
    assert_int_equal(s[1].probability, 15);
    assert_int_equal(move_stages("1:5", s, 3), -1);
    assert_int_equal(move_stages("1:5,2", s, 3), -1);
    assert_int_equal(move_stages("1:5,2:15,3:30,4:50", s, 3), -1);
    assert_int_equal(move_stages(NULL, s, 3), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_right_one),
        cmocka_unit_test(names_what_is_wrong),
        cmocka_unit_test(reads_stages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "arena.h"
#include "check.h"

static void cuts_and_pieces(void **state)
{
    (void)state;
    struct str head, tail, rest = S("a,,b"), piece;

    assert_true(str_cut(S("deal.value"), '.', &head, &tail));
    assert_str(head, "deal");
    assert_str(tail, "value");
    assert_false(str_cut(S("deal"), '.', &head, &tail));
    assert_str(head, "deal");
    assert_true(str_next(&rest, ',', &piece));
    assert_str(piece, "a");
    assert_true(str_next(&rest, ',', &piece));
    assert_str(piece, "");
    assert_true(str_next(&rest, ',', &piece));
    assert_str(piece, "b");
    assert_false(str_next(&rest, ',', &piece));
}

static void whole_numbers(void **state)
{
    (void)state;
    int64_t v = 7;

    assert_true(str_int(S("-9223372036854775808"), &v));
    assert_true(v == INT64_MIN);
    assert_true(str_int(S("9223372036854775807"), &v));
    assert_true(v == INT64_MAX);
    assert_false(str_int(S("9223372036854775808"), &v));
    assert_false(str_int(S(""), &v));
    assert_false(str_int(S("-"), &v));
    assert_false(str_int(S("1 "), &v));
}

static void utf8_rules(void **state)
{
    (void)state;
    assert_true(utf8_valid(S("Zo\xc3\xab \xf0\x9f\x98\x80")));
    assert_false(utf8_valid(S("\xc0\x80")));     /* overlong */
    assert_false(utf8_valid(S("\xed\xa0\x80"))); /* surrogate */
    assert_false(utf8_valid(S("\xf4\x90\x80\x80")));
    assert_false(utf8_valid(S("\xe2\x82")));
    assert_int_equal(utf8_count(S("Zo\xc3\xab")), 3);
}

static void folding(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);

    assert_str(utf8_fold(a, S("  Stra\xc3\x9f"
                              "E \t M\xc3\x9cLLER ")),
               "stra\xc3\x9f"
               "e m\xc3\xbcller");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_and_pieces),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(utf8_rules),
        cmocka_unit_test(folding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "day.h"

#include "check.h"

static void every_day_of_ten_thousand_years(void **state)
{
    (void)state;
    struct day first = day_of(1, 1, 1), last = day_of(9999, 12, 31);

    for (int32_t n = first.n; n <= last.n; n++) {
        struct date d = day_date((struct day){n});
        char text[DAY_LEN + 1];
        struct day back;
        assert_true(date_exists(d.year, d.month, d.mday));
        day_format((struct day){n}, text);
        assert_true(day_parse(str_of(text), &back));
        assert_int_equal(back.n, n);
    }
    assert_int_equal(day_of(1970, 1, 1).n, 0);
    assert_int_equal(day_weekday(day_of(2026, 11, 23)), 0);
}

static void days_that_do_not_exist(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "2025-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "2026-01-01 ", "0000-01-01", ""};
    struct day d;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(day_parse(str_of(bad[i]), &d));
    assert_true(day_parse(S("2024-02-29"), &d));
}

static void instants(void **state)
{
    (void)state;
    char text[MSEC_LEN + 1];
    msec t;

    assert_true(msec_parse(S("2026-03-01T09:30:00.125Z"), &t));
    msec_format(t, text);
    assert_string_equal(text, "2026-03-01T09:30:00.125Z");
    assert_true(msec_parse(S("2026-03-01T09:30:00+02:00"), &t));
    msec_format(t, text);
    assert_string_equal(text, "2026-03-01T07:30:00.000Z");
    assert_true(msec_parse(S("1969-12-31T23:59:59.999Z"), &t));
    assert_true(t == -1);
    msec_format(t, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
    assert_false(msec_parse(S("2026-03-01T09:30:00"), &t));
    assert_false(msec_parse(S("2026-03-01T24:30:00Z"), &t));
    assert_false(msec_parse(S("2026-03-01T09:30:00.Z"), &t));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_ten_thousand_years),
        cmocka_unit_test(days_that_do_not_exist),
        cmocka_unit_test(instants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

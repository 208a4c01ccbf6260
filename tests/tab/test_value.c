/* What cells say: days, moments, amounts, yes and no, and why not. */
#include "check.h"
#include "tab_value.h"

#include <stdio.h>
#include <string.h>

static struct tab_why why;

static void day(const char *cell, enum tab_order order, const char *want)
{
    struct day d = {0};
    char text[DAY_LEN + 1] = "";
    enum tab_got got = tab_day(str_of(cell), order, &d, &why);

    if (got == TAB_OK)
        day_format(d, text);
    const char *found = got == TAB_OK ? text : got == TAB_EMPTY ? "" : why.msg;
    if (strcmp(found, want) != 0)
        fail_msg("\"%s\": got \"%s\", want \"%s\"", cell, found, want);
}

static void days(void **state)
{
    (void)state;
    day("2016-10-20", TAB_ORDER_UNKNOWN, "2016-10-20");
    day("2016-10-20", TAB_DMY, "2016-10-20");
    day("2016/1/2", TAB_MDY, "2016-01-02");
    day("11/12/16", TAB_MDY, "2016-11-12");
    day("11/12/16", TAB_DMY, "2016-12-11");
    day("11/12/16", TAB_YMD, "2011-12-16");
    day("3/1/17", TAB_MDY, "2017-03-01");
    day("1.2.2026", TAB_DMY, "2026-02-01");
    day("1. 2. 2026", TAB_DMY, "2026-02-01");
    day("31-12-69", TAB_DMY, "2069-12-31");
    day("31-12-70", TAB_DMY, "1970-12-31");
    day("25/03/2026", TAB_ORDER_UNKNOWN, "2026-03-25");
    day("03/25/2026", TAB_ORDER_UNKNOWN, "2026-03-25");
    day("03/03/2026", TAB_ORDER_UNKNOWN, "2026-03-03");
    day("12 Mar 2025", TAB_ORDER_UNKNOWN, "2025-03-12");
    day("12-Mar-25", TAB_MDY, "2025-03-12");
    day("Mar 12, 2025", TAB_DMY, "2025-03-12");
    day("March 3rd, 2025", TAB_DMY, "2025-03-03");
    day("Sept. 3 2025", TAB_ORDER_UNKNOWN, "2025-09-03");
    day("Wed, 12 March 2025", TAB_ORDER_UNKNOWN, "2025-03-12");
    day("2026-01-30 15:55:37", TAB_ORDER_UNKNOWN, "2026-01-30");
    day("30.01.2026, 15:55", TAB_DMY, "2026-01-30");
    day("45631.0", TAB_ORDER_UNKNOWN, "2024-12-05");
    day("20260325", TAB_ORDER_UNKNOWN, "2026-03-25");
    day(" ", TAB_DMY, "");
    day("00/00/0000", TAB_MDY, "");
    day("0000-00-00", TAB_ORDER_UNKNOWN, "");
    day("00.00.00", TAB_ORDER_UNKNOWN, "");
    day("31/02/2026", TAB_DMY, "31/02/2026 is not a date");
    day("31/02/2026", TAB_ORDER_UNKNOWN, "31/02/2026 is not a date");
    day("2026-02-30", TAB_DMY, "2026-02-30 is not a date");
    day("25/03/2026", TAB_MDY, "25/03/2026 is not a date with the month first");
    day("03/25/2026", TAB_DMY, "03/25/2026 is not a date with the day first");
    day("03/04/2026", TAB_ORDER_UNKNOWN,
        "03/04/2026 could be day/month or month/day: say in which order the dates are");
    static const char *const none[] = {"tomorrow",         "1.2.3",   "1/2",     "12-34-5678",  "2025-03", "1/2-2025",
                                       "Mayor 1 2025",     "1/2/123", "1//2/20", "2025-03-12x", "12345",   "99999999",
                                       "2025-03-12 25:00", "10.0.0.1"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        char want[100];
        snprintf(want, sizeof(want), "%s is not a date", none[i]);
        day(none[i], TAB_DMY, want);
    }
    day("A text that goes on for a long while äöüäöü", TAB_DMY,
        "A text that goes on for a long while ä… is not a date");
}

static void moment(const char *cell, enum tab_order order, const char *zone, const char *want)
{
    msec t = 0;
    char text[MSEC_LEN + 1] = "";
    enum tab_got got = tab_instant(str_of(cell), order, zone_find(zone), &t, &why);

    if (got == TAB_OK)
        msec_format(t, text);
    const char *found = got == TAB_OK ? text : got == TAB_EMPTY ? "" : why.msg;
    if (strcmp(found, want) != 0)
        fail_msg("\"%s\": got \"%s\", want \"%s\"", cell, found, want);
}

static void moments(void **state)
{
    (void)state;
    moment("2026-01-30T15:55:37Z", TAB_ORDER_UNKNOWN, "Europe/Berlin", "2026-01-30T15:55:37.000Z");
    moment("2026-01-30T15:55:37.250+0100", TAB_ORDER_UNKNOWN, "UTC", "2026-01-30T14:55:37.250Z");
    moment("2026-01-30 15:55:37 -05:30", TAB_ORDER_UNKNOWN, "UTC", "2026-01-30T21:25:37.000Z");
    moment("2026-01-30 15:55 UTC", TAB_ORDER_UNKNOWN, "Europe/Berlin", "2026-01-30T15:55:00.000Z");
    moment("2026-01-30 15:55", TAB_ORDER_UNKNOWN, "Europe/Berlin", "2026-01-30T14:55:00.000Z");
    moment("30/07/2026 15:55", TAB_DMY, "Europe/Berlin", "2026-07-30T13:55:00.000Z");
    moment("7/30/2026 3:55 PM", TAB_MDY, "UTC", "2026-07-30T15:55:00.000Z");
    moment("7/30/26, 12:05am", TAB_MDY, "UTC", "2026-07-30T00:05:00.000Z");
    moment("30 Jul 2026 at 09:00", TAB_ORDER_UNKNOWN, "UTC", "2026-07-30T09:00:00.000Z");
    moment("30.07.2026", TAB_DMY, "Europe/Berlin", "2026-07-29T22:00:00.000Z");
    moment("45631.75", TAB_DMY, "UTC", "2024-12-05T18:00:00.000Z");
    moment("0000-00-00 00:00:00", TAB_DMY, "UTC", "");
    moment("2026-01-30 13:00 PM", TAB_DMY, "UTC", "2026-01-30 13:00 PM is not a date");
    moment("2026-01-30 15:55 +99:00", TAB_DMY, "UTC", "2026-01-30 15:55 +99:00 is not a date");

    msec t;
    assert_int_equal(tab_time(S("3:55 PM"), &t, &why), TAB_OK);
    assert_int_equal(t, 15 * HOUR + 55 * MINUTE);
    assert_int_equal(tab_time(S(""), &t, &why), TAB_EMPTY);
    assert_int_equal(tab_time(S("24:00"), &t, &why), TAB_BAD);
}

static void amount(const char *cell, enum tab_decimal style, const char *want)
{
    struct tab_amount a = {0};
    char text[200];
    enum tab_got got = tab_amount(str_of(cell), style, &a, &why);

    if (got == TAB_OK)
        snprintf(text, sizeof(text), "%lld/%d%s%s%s", (long long)a.mantissa, a.digits, a.currency[0] ? " " : "",
                 a.currency, a.percent ? " %" : "");
    const char *found = got == TAB_OK ? text : got == TAB_EMPTY ? "" : why.msg;
    if (strcmp(found, want) != 0)
        fail_msg("\"%s\": got \"%s\", want \"%s\"", cell, found, want);
}

static void amounts(void **state)
{
    (void)state;
    amount("1054", TAB_DECIMAL_UNKNOWN, "1054/0");
    amount("1,234.56", TAB_DECIMAL_UNKNOWN, "123456/2");
    amount("1.234,56", TAB_DECIMAL_UNKNOWN, "123456/2");
    amount("1'234.56", TAB_POINT, "123456/2");
    amount("1’234’567,5", TAB_COMMA, "12345675/1");
    amount("1 234,56", TAB_COMMA, "123456/2");
    amount("1\xc2\xa0"
           "234\xe2\x80\xaf"
           "567.00",
           TAB_POINT, "123456700/2");
    amount("12,34,567.89", TAB_POINT, "123456789/2");
    amount("1,234", TAB_POINT, "1234/0");
    amount("1,234", TAB_COMMA, "1234/3");
    amount("0,5", TAB_DECIMAL_UNKNOWN, "5/1");
    amount(".5", TAB_POINT, "5/1");
    amount("0,123", TAB_DECIMAL_UNKNOWN, "123/3");
    amount("$1,250.00", TAB_POINT, "125000/2");
    amount("€ 12,50", TAB_COMMA, "1250/2 EUR");
    amount("12,50 €", TAB_COMMA, "1250/2 EUR");
    amount("EUR 12,50", TAB_COMMA, "1250/2 EUR");
    amount("12.50 CHF", TAB_POINT, "1250/2 CHF");
    amount("CHF 12.-", TAB_POINT, "12/0 CHF");
    amount("-US$5", TAB_POINT, "-5/0 USD");
    amount("US$-5", TAB_POINT, "-5/0 USD");
    amount("(1,234.50)", TAB_POINT, "-123450/2");
    amount("($12)", TAB_POINT, "-12/0");
    amount("€ (12,00)", TAB_COMMA, "-1200/2 EUR");
    amount("12-", TAB_POINT, "-12/0");
    amount("−12", TAB_POINT, "-12/0");
    amount("+12", TAB_POINT, "12/0");
    amount("25 %", TAB_POINT, "25/0 %");
    amount("1.5e3", TAB_POINT, "1500/0");
    amount("1.5E-3", TAB_POINT, "15/4");
    amount("¥1,250", TAB_POINT, "1250/0");
    amount("1 250 zł", TAB_COMMA, "1250/0 PLN");
    amount("", TAB_POINT, "");
    amount("1,234", TAB_DECIMAL_UNKNOWN,
           "1,234 could be two numbers: say whether decimals stand behind a point or a comma");
    amount("1.234,56", TAB_POINT, "1.234,56 is not a number with a decimal point");
    amount("12.5", TAB_COMMA, "12.5 is not a number with a decimal comma");
    static const char *const none[] = {
        "abc",  "1.2.3",  "--5", "1,23,4", "12,3456.7", "€",   "-",  "5 apples", "1e400", "99999999999999999999",
        "0x10", "1,,234", "€€5", ".",      "()",        "1 2", "NaN"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        char want[100];
        snprintf(want, sizeof(want), "%s is not a number", none[i]);
        amount(none[i], TAB_DECIMAL_UNKNOWN, want);
    }

    struct tab_amount a = {.mantissa = 1250, .digits = 2};
    int64_t v;
    assert_int_equal(tab_amount_minor(&a, 2, &v, &why), TAB_OK);
    assert_int_equal(v, 1250);
    assert_int_equal(tab_amount_minor(&a, 3, &v, &why), TAB_OK);
    assert_int_equal(v, 12500);
    assert_int_equal(tab_amount_minor(&a, 1, &v, &why), TAB_OK);
    assert_int_equal(v, 125);
    assert_int_equal(tab_amount_minor(&a, 0, &v, &why), TAB_BAD);
    assert_string_equal(why.msg, "The amount has 1 decimal, 0 can be kept");
    a.mantissa = INT64_MAX;
    assert_int_equal(tab_amount_minor(&a, 3, &v, &why), TAB_BAD);
}

static void booleans(void **state)
{
    (void)state;
    bool b = false;

    assert_int_equal(tab_boolean(S(" Yes "), &b, &why), TAB_OK);
    assert_true(b);
    assert_int_equal(tab_boolean(S("X"), &b, &why), TAB_OK);
    assert_true(b);
    assert_int_equal(tab_boolean(S("FALSE"), &b, &why), TAB_OK);
    assert_false(b);
    assert_int_equal(tab_boolean(S("0"), &b, &why), TAB_OK);
    assert_false(b);
    assert_int_equal(tab_boolean(S("NOT_STARTED"), &b, &why), TAB_OK);
    assert_false(b);
    assert_int_equal(tab_boolean(S(""), &b, &why), TAB_EMPTY);
    assert_int_equal(tab_boolean(S("maybe"), &b, &why), TAB_BAD);
    assert_string_equal(why.msg, "maybe is neither yes nor no");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days),
        cmocka_unit_test(moments),
        cmocka_unit_test(amounts),
        cmocka_unit_test(booleans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

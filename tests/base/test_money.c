#include "money.h"

#include "buf.h"
#include "check.h"
#include "rng.h"

static void currencies_are_sorted(void **state)
{
    (void)state;
    for (int i = 0; currency_at(i); i++) {
        assert_ptr_equal(currency_find(str_of(currency_at(i)->code)), currency_at(i));
        if (i > 0)
            assert_true(str_cmp(str_of(currency_at(i - 1)->code), str_of(currency_at(i)->code)) < 0);
    }
    assert_null(currency_find(S("eur")));
    assert_null(currency_find(S("XXX")));
    assert_int_equal(currency_find(S("JPY"))->digits, 0);
    assert_int_equal(currency_find(S("KWD"))->digits, 3);
}

static void parsing(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int digits;
        bool ok;
        int64_t want;
    } cases[] = {
        {"12.5", 2, true, 1250},
        {"-12.50", 2, true, -1250},
        {"0.1", 2, true, 10},
        {"12.505", 2, false, 0},
        {"12.500", 2, true, 1250},
        {"1e3", 2, true, 100000},
        {"1.25e1", 2, true, 1250},
        {"125e-1", 2, true, 1250},
        {"125e-4", 2, false, 0},
        {"0e400", 2, true, 0},
        {"1e400", 2, false, 0},
        {"1e30", 2, false, 0},
        {"", 2, false, 0},
        {".5", 2, false, 0},
        {"5.", 2, false, 0},
        {"1,000", 2, false, 0},
        {"1 ", 2, false, 0},
        {"1250", 0, true, 1250},
        {"92233720368547758.07", 2, true, INT64_MAX},
        {"92233720368547758.08", 2, false, 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t v = 0;
        bool ok = decimal_parse(str_of(cases[i].text), cases[i].digits, &v);
        if (ok != cases[i].ok || (ok && v != cases[i].want))
            fail_msg("%s with %d digits", cases[i].text, cases[i].digits);
    }
}

static void writing_and_reading_back(void **state)
{
    (void)state;
    struct rng r;
    struct buf b;

    rng_seed(&r, 1);
    buf_init(&b, 100);
    for (int i = 0; i < 100000; i++) {
        int digits = (int)rng_below(&r, 5), digits_back;
        int64_t v = (int64_t)rng_next(&r) >> rng_below(&r, 63), back;
        buf_reset(&b);
        decimal_write(&b, v, digits);
        assert_true(decimal_parse(buf_view(&b), digits, &back) || v == INT64_MIN);
        assert_true(back == v || v == INT64_MIN);
        assert_true(decimal_scan(buf_view(&b), &back, &digits_back) || v == INT64_MIN);
        assert_int_equal(digits_back, digits);
    }
    buf_reset(&b);
    decimal_write(&b, 5, 2);
    assert_str(buf_view(&b), "0.05");
    buf_clear(&b);
}

static void products(void **state)
{
    (void)state;
    int64_t v;

    assert_true(muldiv(5, 1, 2, &v) && v == 3);
    assert_true(muldiv(-5, 1, 2, &v) && v == -3);
    assert_true(muldiv(INT64_MAX, 3, 3, &v) && v == INT64_MAX);
    assert_false(muldiv(INT64_MAX, 3, 2, &v));
    assert_false(muldiv(1, 1, 0, &v));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(currencies_are_sorted),
        cmocka_unit_test(parsing),
        cmocka_unit_test(writing_and_reading_back),
        cmocka_unit_test(products),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

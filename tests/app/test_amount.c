/* Sums that stay exact, and conversions that are rounded once. */
#include "amount.h"

#include "scratch.h"

static struct scratch s;

static int set_up(void **state)
{
    (void)state;
    scratch_open(&s);
    assert_non_null(
        scratch_create(&s, WHO_SYSTEM, "exchange_rates", "{\"currency\":\"USD\",\"day\":\"2026-01-10\",\"rate\":0.9}"));
    assert_non_null(
        scratch_create(&s, WHO_SYSTEM, "exchange_rates", "{\"currency\":\"USD\",\"day\":\"2026-02-10\",\"rate\":0.8}"));
    assert_non_null(scratch_create(&s, WHO_SYSTEM, "exchange_rates",
                                   "{\"currency\":\"JPY\",\"day\":\"2026-01-01\",\"rate\":0.00625}"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_close(&s);
    return 0;
}

static void assert_written(wide minor, int digits, const char *want)
{
    struct buf b;
    struct json_out o;

    buf_init(&b, 1000);
    out_init(&o, &b);
    wide_write(&o, minor, digits);
    assert_str(buf_view(&b), want);
    buf_clear(&b);
}

static void written_with_all_digits(void **state)
{
    (void)state;
    assert_written(0, 2, "0.00");
    assert_written(5, 2, "0.05");
    assert_written(-1250, 2, "-12.50");
    assert_written(1250, 0, "1250");
    assert_written((wide)INT64_MAX * 1000, 2, "92233720368547758070.00");
}

static void halves_join(void **state)
{
    static const int64_t values[] = {0, 1, -1, 5000000000, -5000000000, 10000000000000, -10000000000000};

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++)
        assert_true(wide_join(value_int(values[i] >> 32), value_int(values[i] & 4294967295)) == values[i]);
    assert_true(wide_join(VALUE_NULL, VALUE_NULL) == 0);
}

static void add(struct fx *fx, struct amount *sum, const char *currency, wide minor, int month, int mday)
{
    assert_int_equal(amount_add(fx, sum, str_of(currency), minor, 1, day_of(2026, month, mday), &s.err), 0);
}

static void converted_at_the_day(void **state)
{
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);
    struct amount sum = {0}, third = {0};
    struct ctx c;

    (void)state;
    assert_int_equal(ctx_read(&c, s.app, t, WHO_SYSTEM, &s.err), 0);
    struct fx *fx = fx_new(&c);
    add(fx, &sum, "EUR", 1000, 1, 1);
    add(fx, &sum, "USD", 1000, 1, 10); /* 9.00 */
    add(fx, &sum, "USD", 1000, 2, 9);  /* 9.00, the rate holds on */
    add(fx, &sum, "USD", 1000, 2, 10); /* 8.00 */
    add(fx, &sum, "JPY", 1600, 3, 1);  /* 10.00 */
    add(fx, &sum, "USD", 1000, 1, 9);  /* no rate yet */
    add(fx, &sum, "CHF", 1000, 1, 9);
    assert_true(amount_base(fx, &sum, 1) == 4600);
    /* Three times 0.625 of a cent are two cents: each part is rounded once, not each deal. */
    for (int i = 0; i < 3; i++)
        add(fx, &third, "JPY", 1, 1, 2);
    assert_true(amount_base(fx, &third, 1) == 2);
    assert_true(amount_base(fx, &sum, 100) == 46);
    txn_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_with_all_digits),
        cmocka_unit_test(halves_join),
        cmocka_unit_test(converted_at_the_day),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

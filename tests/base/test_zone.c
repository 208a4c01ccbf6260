#include "zone.h"

#include "check.h"

static void summer_and_winter(void **state)
{
    (void)state;
    const struct zone *berlin = zone_find("Europe/Berlin");
    msec winter = 0, summer = 0;

    assert_non_null(berlin);
    assert_null(zone_find("Europe/Nowhere"));
    assert_true(msec_parse(S("2026-01-15T12:00:00Z"), &winter) && msec_parse(S("2026-07-15T12:00:00Z"), &summer));
    assert_true(zone_offset(berlin, winter) == 1 * HOUR);
    assert_true(zone_offset(berlin, summer) == 2 * HOUR);
    assert_true(zone_offset(zone_find("UTC"), summer) == 0);
    assert_int_equal(zone_day(berlin, zone_midnight(berlin, day_of(2026, 7, 15))).n, day_of(2026, 7, 15).n);
}

static void midnights(void **state)
{
    (void)state;
    static const char *const names[] = {"Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Sao_Paulo"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct zone *z = zone_find(names[i]);
        assert_non_null(z);
        for (int32_t n = day_of(2016, 1, 1).n; n < day_of(2027, 1, 1).n; n++) {
            msec t = zone_midnight(z, (struct day){n});
            assert_int_equal(zone_day(z, t).n, n);
            assert_int_equal(zone_day(z, t - 1).n, n - 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(summer_and_winter), cmocka_unit_test(midnights)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

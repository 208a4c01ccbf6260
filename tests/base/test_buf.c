#include "buf.h"

#include "check.h"

static void stops_at_its_ceiling(void **state)
{
    (void)state;
    struct buf b;

    buf_init(&b, 10);
    buf_z(&b, "12345");
    buf_z(&b, "67890");
    assert_true(buf_ok(&b));
    buf_char(&b, 'x');
    assert_false(buf_ok(&b));
    assert_str(buf_view(&b), "1234567890");
    buf_clear(&b);
}

static void numbers(void **state)
{
    (void)state;
    struct buf b;

    buf_init(&b, 1000);
    buf_int(&b, INT64_MIN);
    buf_char(&b, ' ');
    buf_int(&b, 0);
    buf_printf(&b, " %s", "ok");
    assert_str(buf_view(&b), "-9223372036854775808 0 ok");
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_at_its_ceiling),
        cmocka_unit_test(numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

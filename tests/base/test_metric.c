#include <string.h>

#include "check.h"
#include "metric.h"

#define SHOP_METRICS(X)                                                                                                \
    X(COUNTER, sold, "shop_sold_total", "Things sold")                                                                 \
    X(GAUGE, small, "shop_things{size=\"small\"}", "Things there are")                                                 \
    X(GAUGE, large, "shop_things{size=\"large\"}", "")                                                                 \
    X(MICROS, open, "shop_open_seconds_total", "Time the shop was open")                                               \
    X(TIMES, wait, "shop_wait_seconds", "How long a customer waits")                                                   \
    X(SIZES, basket, "shop_basket_things", "Things in one basket")

struct shop {
    SHOP_METRICS(METRIC_MEMBER)
};
#define ROW(type, member, name, help) METRIC_ROW(struct shop, type, member, name, help)
static const struct metric rows[] = {SHOP_METRICS(ROW)};

static bool says(const struct buf *b, const char *line)
{
    return str_contains(buf_view(b), str_of(line));
}

static void count_people(void *ctx)
{
    struct shop *shop = ctx;

    metric_set(&shop->large, 7);
}

static void test_text(void **state)
{
    struct metrics *m = metrics_new();
    struct shop shop = {0};
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 20);
    metrics_add(m, rows, sizeof(rows) / sizeof(rows[0]), &shop, count_people, &shop);
    metric_add(&shop.sold, 3);
    metric_set(&shop.small, 2);
    metric_add(&shop.open, 1500000);
    metric_observe(&shop.wait, METRIC_TIMES, 100); /* a bound belongs to its bucket */
    metric_observe(&shop.wait, METRIC_TIMES, 101);
    metric_observe(&shop.wait, METRIC_TIMES, 60000000); /* above all bounds */
    metric_observe(&shop.wait, METRIC_TIMES, -5);       /* a clock that went back */
    metric_observe(&shop.basket, METRIC_SIZES, 3);
    metrics_write(m, &b);
    assert_true(says(&b, "# HELP shop_sold_total Things sold\n# TYPE shop_sold_total counter\nshop_sold_total 3\n"));
    assert_true(says(&b, "# TYPE shop_things gauge\nshop_things{size=\"small\"} 2\nshop_things{size=\"large\"} 7\n"));
    assert_true(says(&b, "shop_open_seconds_total 1.5\n"));
    assert_true(says(&b, "# TYPE shop_wait_seconds histogram\nshop_wait_seconds_bucket{le=\"0.0001\"} 2\n"
                         "shop_wait_seconds_bucket{le=\"0.00025\"} 3\n"));
    assert_true(says(&b, "shop_wait_seconds_bucket{le=\"5\"} 3\nshop_wait_seconds_bucket{le=\"+Inf\"} 4\n"
                         "shop_wait_seconds_sum 60.000201\nshop_wait_seconds_count 4\n"));
    assert_true(says(&b, "shop_basket_things_bucket{le=\"2\"} 0\nshop_basket_things_bucket{le=\"4\"} 1\n"));
    assert_true(says(&b, "shop_basket_things_sum 3\n"));
    buf_clear(&b);
    metrics_free(m);
}

static void test_process(void **state)
{
    struct metrics *m = metrics_new();
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 20);
    metrics_add_process(m);
    metrics_write(m, &b);
    assert_true(says(&b, "# TYPE process_cpu_seconds_total counter\n"));
    assert_false(says(&b, "process_resident_memory_bytes 0\n"));
    assert_false(says(&b, "process_open_fds 0\n"));
    assert_true(says(&b, "process_threads 1\n"));
    buf_clear(&b);
    metrics_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_text), cmocka_unit_test(test_process)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

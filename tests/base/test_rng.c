#include "rng.h"

#include <math.h>

#include "check.h"

/* Reference values: the generators' authors' C code at prng.di.unimi.it. */
static void known_answers(void **state)
{
    (void)state;
    static const uint64_t split[] = {6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                     4593380528125082431u, 16408922859458223821u};
    static const uint64_t xo[] = {11520u,
                                  0u,
                                  1509978240u,
                                  1215971899390074240u,
                                  1216172134540287360u,
                                  607988272756665600u,
                                  16172922978634559625u};
    uint64_t seed = 1234567;
    struct rng r = {{1, 2, 3, 4}};

    for (size_t i = 0; i < 5; i++)
        assert_true(splitmix64(&seed) == split[i]);
    for (size_t i = 0; i < 7; i++)
        assert_true(rng_next(&r) == xo[i]);
    rng_seed(&r, 42);
    assert_true(rng_next(&r) == 1546998764402558742u);
    rng_seed(&r, 42);
    assert_true(fabs(rng_unit(&r) - .083862971059882163) < 1e-17);
}

static void moments(void **state)
{
    (void)state;
    struct rng r;
    double normal = 0, square = 0, gamma = 0, poisson = 0, exponential = 0;
    int n = 200000;

    rng_seed(&r, 7);
    for (int i = 0; i < n; i++) {
        double x = rng_normal(&r);
        normal += x;
        square += x * x;
        gamma += rng_gamma(&r, 0.7, 2);
        poisson += (double)rng_poisson(&r, 41.5);
        exponential += rng_exponential(&r, 3);
    }
    assert_true(fabs(normal / n) < 0.01);
    assert_true(fabs(square / n - 1) < 0.02);
    assert_true(fabs(gamma / n - 1.4) < 0.03);
    assert_true(fabs(poisson / n - 41.5) < 0.1);
    assert_true(fabs(exponential / n - 3) < 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_answers), cmocka_unit_test(moments)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

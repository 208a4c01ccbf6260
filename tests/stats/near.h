/* Comparing what was computed with what is known. */
#ifndef TESTS_STATS_NEAR_H
#define TESTS_STATS_NEAR_H

#include <math.h>

#include "check.h"

static inline void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("got %.12f, want %.12f", got, want);
}

#endif

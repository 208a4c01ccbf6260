/* What every cmocka test includes. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "str.h"

#define assert_str(got, want)                                                                                          \
    do {                                                                                                               \
        struct str got_ = (got), want_ = str_of(want);                                                                 \
        if (!str_eq(got_, want_))                                                                                      \
            fail_msg("got \"" STR_FMT "\", want \"" STR_FMT "\"", STR_ARG(got_), STR_ARG(want_));                      \
    } while (0)

#endif

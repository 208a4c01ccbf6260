/*
 * What the system grants, refused on purpose. Memory: linked with --wrap, the program's allocations, those that jansson
 * makes through it, and SQLite's are counted, and the n-th from now on fails. The disk: calls that touch regular files
 * are counted and fail with what the system would say; the linker finds these functions before the C library's, for the
 * program and for its libraries.
 *
 *     failing_install();                              first of all
 *     failing_from(FAIL_MEMORY, 17, FAIL_ONCE);
 *     ...
 *     if (failing_stop()) it has happened
 */
#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

#include <stdbool.h>

enum failing {
    FAIL_NOTHING,
    FAIL_MEMORY, /* malloc and its kind give NULL */
    FAIL_FULL,   /* writing, growing and making files: ENOSPC */
    FAIL_WRITE,  /* writing and making durable: EIO */
    FAIL_SYNC,   /* making durable: EIO, and what was to be made durable is nowhere */
    FAIL_READ,   /* reading: EIO */
    FAIL_OPEN,   /* opening and making files: EMFILE */
};

enum failing_for { FAIL_ONCE, FAIL_ON }; /* that one, or it and all that follow */

void failing_install(void);
void failing_from(enum failing what, long n, enum failing_for how);
bool failing_stop(void);    /* did it happen since failing_from? */
long failing_counted(void); /* how many such calls there were since failing_from */

#endif

/* Data of others, beside the project: tests that need it say so and are skipped where it is absent. */
#ifndef TESTS_SHARED_H
#define TESTS_SHARED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The path of a file or folder of the shared data, NULL (and a printed word) when it is not there. */
static inline const char *shared(const char *name)
{
    static char path[2][1024];
    static int turn;
    const char *root = getenv("PENSTOCK_SHARED");

    turn = !turn;
    snprintf(path[turn], sizeof(path[turn]), "%s/data/%s", root ? root : "../shared", name);
    if (access(path[turn], R_OK) == 0)
        return path[turn];
    printf("skipped: no %s\n", path[turn]);
    return NULL;
}

#endif

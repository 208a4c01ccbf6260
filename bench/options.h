/*
 * The command lines of the bench's programs: --name VALUE, all of them known, the required ones there.
 *
 *     struct option_row rows[] = {
 *         {"plan", .text = &plan, .required = true},
 *         {"clients", .number = &clients},
 *         {"seconds", .real = &seconds},
 *         {0}};
 *     options_read("bench-load", argc, argv, rows);
 */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct option_row {
    const char *name;
    const char **text;
    int64_t *number; /* at least 0 */
    double *real;    /* at least 0 */
    bool required;
};

/* Ends the program with status 2 and a word when the line is wrong. */
void options_read(const char *program, int argc, char **argv, const struct option_row *rows);

#endif

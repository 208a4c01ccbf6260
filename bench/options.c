#include "options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "str.h"

static const struct option_row *find(const struct option_row *rows, const char *word)
{
    for (; rows->name; rows++)
        if (strncmp(word, "--", 2) == 0 && strcmp(word + 2, rows->name) == 0)
            return rows;
    return NULL;
}

static bool take(const struct option_row *row, const char *value)
{
    char *end;

    if (row->text) {
        *row->text = value;
        return true;
    }
    if (row->number)
        return str_int(str_of(value), row->number) && *row->number >= 0;
    *row->real = strtod(value, &end);
    return end != value && !*end && isfinite(*row->real) && *row->real >= 0;
}

static _Noreturn void refuse(const char *program, const char *what, const char *word)
{
    fprintf(stderr, "%s: %s %s\n", program, what, word);
    exit(2);
}

void options_read(const char *program, int argc, char **argv, const struct option_row *rows)
{
    uint64_t seen = 0;

    for (int i = 1; i < argc; i += 2) {
        const struct option_row *row = find(rows, argv[i]);
        if (!row || i + 1 == argc)
            refuse(program, row ? "a value is missing after" : "there is no option", argv[i]);
        if (!take(row, argv[i + 1]))
            refuse(program, "that is no value of", argv[i]);
        seen |= (uint64_t)1 << (row - rows);
    }
    for (const struct option_row *row = rows; row->name; row++)
        if (row->required && !(seen >> (row - rows) & 1))
            refuse(program, "it needs --", row->name);
}

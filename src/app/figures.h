/*
 * What a database holds, in figures: rows of every table with a digest of them, and the digest of the log. Taken before
 * and after an upgrade they tell whether anything was lost on the way; the tables and columns looked at are those that
 * were there before.
 *
 *     figures_take(&before, t, NULL, err);
 *     … migrate …
 *     figures_take(&after, t, &before, err);
 *     n = figures_compare(&before, &after, "jobs", arena, tell, err);
 *
 * Tables of more than FIGURES_SAMPLE rows that have an id are digested by every n-th of it; the log always whole.
 */
#ifndef APP_FIGURES_H
#define APP_FIGURES_H

#include "store.h"

#define FIGURES_SAMPLE 20000

struct figure {
    const char *table;
    const char *columns; /* with commas between, in the order of their names */
    bool has_id;
    bool gone; /* or one of its columns */
    int64_t count, every, sampled;
    uint64_t digest; /* of the rows looked at, in whatever order */
};

struct figures {
    struct figure *tables;
    size_t n;
    int64_t rows, changes;
    char log[65]; /* digest of the log in its order */
};

/* In the transaction's arena. */
int figures_take(struct figures *ret, struct txn *t, const struct figures *like, struct err *err);

/* How many tables differ, each told in a line; those named in `let_be` (spaces between, may be NULL) may. */
int figures_compare(const struct figures *before, const struct figures *after, const char *let_be,
                    void (*tell)(void *ctx, const char *line), void *ctx);

/* Blake2b of every line of the log in its order, as hexadecimal digits, and how many there are. */
int log_digest(struct txn *t, char ret[65], int64_t *ret_changes, struct err *err);

#endif

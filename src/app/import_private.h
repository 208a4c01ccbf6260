/*
 * What the parts of an import share: import.c goes through the file in steps, and hands each record to `write`, which
 * makes a record of the kind of it, or takes it as an event in the life of a deal.
 */
#ifndef APP_IMPORT_PRIVATE_H
#define APP_IMPORT_PRIVATE_H

#include "import.h"
#include "import_row.h"

struct history;

struct import {
    struct app *app;
    struct arena *arena;
    struct import_request req;
    struct tab_source source;
    struct tab_report *file;
    struct import_map map;
    struct import_names names;
    struct history *history;
    struct tab_reader *reader;
    struct tab_mark at; /* behind the last row that is kept */
    struct import_report report;
    bool finished;
    bool bulk; /* the kind's indexes are let go for a while */

    /* The step at hand, and what it goes back to when it is taken back. */
    unsigned rows; /* at most */
    struct import_start {
        struct tab_mark at;
        struct import_report report;
        int64_t *changed;
    } start;
    bool touched;     /* it has begun */
    bool spoilt;      /* a row failed after it had changed something */
    unsigned careful; /* rows to come that get a savepoint of their own */
    unsigned caution; /* how many more after the next one that fails so */

    /* Takes one record; on -1 *ret_column may name the column at fault. */
    int (*write)(struct import *im, struct ctx *c, const struct tab_row *in, size_t *ret_column, struct err *err);
};

/* In the first step; and when there is no next one. */
int import_bulk_begin(struct import *im, struct txn *t, struct err *err);
void import_bulk_end(struct import *im);

/* Counts what a row would change, and keeps the first ones as samples. */
void import_note(struct import *im, struct ctx *c, const struct tab_row *in, const struct row *old,
                 const struct row *row);

/* The names of a history's stages in the order in which deals mostly go through them; in the import's arena. */
int history_stages(struct import *im, size_t deal_at, size_t stage_at, struct str **ret, size_t *ret_n,
                   struct err *err);

int history_open(struct import *im, struct err *err);
void history_forget(struct import *im); /* what rows had found or made was taken back; it is found again */
int history_row(struct import *im, struct ctx *c, const struct tab_row *in, size_t *ret_column, struct err *err);

#endif

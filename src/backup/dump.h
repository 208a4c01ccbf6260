/*
 * Writing a backup: all tables and contents as they were at one moment, while others go on writing. One read
 * transaction gives the moment; memory does not grow with what is written.
 */
#ifndef BACKUP_DUMP_H
#define BACKUP_DUMP_H

#include "app.h"
#include "frame.h"

struct head;

struct dump_counts {
    int64_t rows, changes, contents, missing; /* missing: contents that a record names and nobody has */
    int64_t last_seq;
    uint64_t content_bytes;
};

struct dump_options {
    const struct head *base;       /* of a whole backup: write what has come since; NULL: everything */
    bool (*stop)(void *ctx);       /* asked now and then; true ends it with ERR_BUSY; may be NULL */
    void (*tell)(const char *now); /* progress for people; may be NULL */
    void *ctx;
};

/* `t` is a read transaction that nothing has been read from. */
int dump_write(struct app *app, struct txn *t, struct frame_writer *w, const struct dump_options *o,
               struct dump_counts *ret, struct err *err);

#endif

/*
 * Reading a backup into an empty database that is being put together, and an increment on top of it. Tables are made as
 * the program that wrote the backup had them: the steps of its age, and its columns of the kinds. What has been added
 * since comes when the database is opened, as in any upgrade (migrate.h).
 *
 *     load_begin(&l, reader, err);
 *     do store_write(side, work, load_step, &l, err) while (!l.done);
 *     for each table: load_verify(&l, t, i, err)
 *
 * Nothing in the file is believed: tables and columns must be those of the schema, counts must be right, content must
 * have the digest it is called by.
 */
#ifndef BACKUP_LOAD_H
#define BACKUP_LOAD_H

#include "app.h"
#include "catalog.h"
#include "frame.h"
#include "head.h"

struct load {
    struct app *app;     /* bare, on the database in the making; contents go under its data_dir */
    struct arena *arena; /* keeps what the load finds out */
    struct frame_reader *reader;
    struct head head; /* of the file that is read */
    struct end end;   /* of the file that was read last */
    struct catalog tables;
    bool done;
    int64_t rows, contents;

    /* The load's own. */
    struct inserting *now;
    struct receiving *content;
    struct map seen; /* tables of the file that is read */
};

/* Reads what the backup says of itself. For an increment the whole backup must have been loaded just before. */
int load_begin(struct load *l, struct frame_reader *reader, struct err *err);
int load_step(struct txn *t, void *load, struct err *err); /* a write_fn: some of it; l->done after the last */
void load_end(struct load *l);                             /* lets go of what a load that failed has open */

/* The database gives for the table what the backup says: the same number of rows with the same digest. */
int load_verify(struct load *l, struct txn *t, const struct end_table *table, struct err *err);

#endif

/*
 * What a backup says of itself in its first frame, and what stands in its last. Both are JSON, so that other programs
 * can read them too.
 */
#ifndef BACKUP_HEAD_H
#define BACKUP_HEAD_H

#include "arena.h"
#include "day.h"
#include "err.h"
#include "rowcode.h"

struct head {
    struct str id;   /* of this backup: random */
    struct str base; /* id of the whole backup that an increment goes on from; STR_NULL: this is a whole one */
    struct str program, workspace, engine;
    int64_t schema; /* the last migration */
    int64_t last_seq, last_changeset;
    int64_t from_seq; /* of an increment: the log begins here */
    int64_t mark;     /* where an increment that goes on from this one begins, as the engine counts */
    msec made_at;
};

int head_read(struct arena *a, struct str text, struct head *ret, struct err *err);

struct end_table {
    struct str name, digest;
    int64_t rows;
};

struct end {
    struct end_table *tables;
    int n;
    int64_t contents, missing;
};

int end_read(struct arena *a, struct str text, struct end *ret, struct err *err);

/* A table's first and last frame. */
struct table_head {
    struct str name;
    struct column *columns;
    int n;
};

int table_head_read(struct arena *a, struct str text, struct table_head *ret, struct err *err);
int table_end_read(struct arena *a, struct str text, int64_t *ret_rows, int64_t *ret_last_key, struct err *err);
int content_head_read(struct arena *a, struct str text, struct str *ret_sha256, uint64_t *ret_size, struct err *err);

#endif

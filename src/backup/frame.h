/*
 * The file of a backup: a preamble, then frames, each compressed, summed and, with a key, encrypted. docs/BACKUP.md has
 * it byte by byte. Frames are written and read one at a time, so memory stays small however large the file is; they
 * may come through a pipe.
 *
 *     frame_writer_new(&w, fd, key, err);
 *     frame_write(w, FRAME_HEAD, text, err); …
 *     frame_write(w, FRAME_END, text, err);       nothing after it
 *
 *     frame_reader_new(&r, fd, key, err);
 *     while ((n = frame_read(r, &frame, err)) > 0) …
 *
 * The reader believes nothing: a frame that is cut short, changed, repeated, missing or out of its place is refused, as
 * are lengths beyond FRAME_MOST, and bytes behind the last frame.
 */
#ifndef BACKUP_FRAME_H
#define BACKUP_FRAME_H

#include "buf.h"
#include "err.h"
#include "key.h"

enum frame_type {
    FRAME_HEAD = 1, /* what this is a backup of */
    FRAME_TABLE,    /* a table begins: its name and columns */
    FRAME_ROWS,     /* whole rows of it */
    FRAME_ROWS_END, /* how many there were, and their digest */
    FRAME_CONTENT,  /* the content of a file begins: digest and size */
    FRAME_BYTES,    /* a piece of it */
    FRAME_END,      /* the table of contents; the last frame */
    FRAME__N
};

#define FRAME_FULL (256u << 10) /* payload that is worth a frame */
#define FRAME_MOST (80u << 20)  /* the longest payload: one row with the longest values */

struct frame {
    enum frame_type type;
    struct str payload; /* until the next is read */
};

struct frame_writer;
struct frame_reader;

/* `key` NULL: not encrypted. The descriptor stays the caller's. */
int frame_writer_new(struct frame_writer **ret, int fd, const struct backup_key *key, struct err *err);
int frame_write(struct frame_writer *w, enum frame_type type, struct str payload, struct err *err);
uint64_t frame_written(const struct frame_writer *w); /* bytes of the file so far */
void frame_writer_free(struct frame_writer *w);

int frame_reader_new(struct frame_reader **ret, int fd, const struct backup_key *key, struct err *err);
int frame_read(struct frame_reader *r, struct frame *ret, struct err *err); /* 1 a frame, 0 after the last, -1 error */
uint64_t frame_taken(const struct frame_reader *r);                         /* bytes of the file so far */
void frame_reader_free(struct frame_reader *r);

#endif

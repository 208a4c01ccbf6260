/*
 * What tab_writer.c and the formats share: a format is one row of functions. Formats add to `out`; the writer sees to
 * it that the buffer reaches the sink.
 */
#ifndef TAB_OUTPUT_H
#define TAB_OUTPUT_H

#include "tab_writer.h"

struct tab_writer {
    struct arena *arena;
    struct tab_writer_options o;
    struct tab_sink sink;
    struct buf out;
    bool begun;
    int64_t rows, cut;
    void *own; /* of the format */
};

struct tab_output {
    const char *name, *type;
    int (*begin)(struct tab_writer *w, struct err *err);
    int (*row)(struct tab_writer *w, const struct tab_cell *cells, struct err *err);
    int (*end)(struct tab_writer *w, struct err *err);
};

extern const struct tab_output tab_output_csv, tab_output_json, tab_output_xlsx;

/* Hands `out` to the sink and empties it. */
int tab_flush(struct tab_writer *w, struct err *err);

#endif

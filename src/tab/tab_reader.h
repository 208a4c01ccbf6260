/*
 * Records of a CSV or TSV file, one at a time, in constant memory: RFC 4180 quoting with line ends inside quotes, any
 * line end, any of the encodings of tab_text.h, cells handed out as valid UTF-8.
 *
 *     struct tab_reader *r = tab_reader_new(arena, &src, &format);
 *     struct tab_row row;
 *     int got;
 *     while ((got = tab_next(r, &row, err)) > 0)
 *         if (row.fault) report(row.line, row.fault_column, row.why);
 *         else use(row.cells, row.n);
 *
 * A faulty record is reported, not fatal, and never mended in silence. With `columns` given, cells[0 .. columns - 1]
 * can always be read, missing ones being empty. Bytes that are not text stand as U+FFFD in the cells of a row whose
 * fault is TAB_BYTES; row.start and row.next.offset say where its own bytes are in the file. A quote that is never
 * closed costs the line it opened on, not the file.
 *
 * Records without any content are skipped. Spaces around an unquoted cell are dropped; quoted cells are exact.
 *
 * Give row.next to tab_seek, in this reader or another one on the same file, and reading goes on behind that record.
 * The reader lives in the arena and is let go with it; cells live until the next call.
 */
#ifndef TAB_READER_H
#define TAB_READER_H

#include "arena.h"
#include "tab_source.h"
#include "tab_text.h"

struct tab_mark {
    int64_t offset; /* in bytes */
    int64_t line;   /* 1 is the first */
};

struct tab_format {
    enum tab_encoding encoding;
    char delimiter;        /* ',' ';' '\t' '|' */
    struct tab_mark start; /* the first record to read: behind byte order mark and the like */
    size_t columns;        /* cells of a record; 0: any number */
};

enum tab_fault {
    TAB_GOOD,
    TAB_FEW,   /* fewer cells than columns; the missing ones are empty */
    TAB_MANY,  /* more cells than columns, and not empty; those past MAX_CSV_COLUMNS are left out */
    TAB_BYTES, /* bytes that are no text in the encoding */
    TAB_LONG,  /* a cell or record beyond the limits; no cells */
    TAB_QUOTE, /* a quote is opened and never closed; no cells */
};

struct tab_row {
    int64_t line;         /* where it begins */
    int64_t start;        /* offset of its first byte */
    struct tab_mark next; /* behind it */
    size_t n;
    const struct str *cells;
    enum tab_fault fault; /* the gravest */
    size_t fault_column;  /* 1 is the first; 0: the whole record */
    char why[160];        /* for people */
};

struct tab_reader;

struct tab_reader *tab_reader_new(struct arena *a, const struct tab_source *src, const struct tab_format *f);

/* 1: *ret_row is filled; 0: the end; -1: the file cannot be read, or has hundreds of unclosed quotes. */
int tab_next(struct tab_reader *r, struct tab_row *ret_row, struct err *err);

void tab_seek(struct tab_reader *r, struct tab_mark to);

#endif

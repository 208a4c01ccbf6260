/*
 * Rows going out as CSV, JSON or an Excel workbook, one interface for the three, in constant memory.
 *
 *     struct str columns[] = {S("id"), S("title"), S("value")};
 *     struct tab_writer_options o = {.format = TAB_CSV, .columns = columns, .n = 3};
 *     struct tab_writer *w = tab_writer_new(arena, &o, tab_sink_file(stdout));
 *     struct tab_cell cells[] = {tab_int(7), tab_text(S("Pumps")), tab_decimal(1250, 2)};
 *     if (tab_writer_row(w, cells, err) < 0 || ... || tab_writer_end(w, err) < 0) ...
 *
 * The writer lives in the arena and is let go with it; without tab_writer_end the output is incomplete.
 *
 * CSV (RFC 4180): UTF-8, CRLF, a header, cells quoted where needed and read back exactly by tab_reader. Text that
 * begins with = + - @ is a formula to a spreadsheet that opens the file. Turning it into something else would change
 * people's data, so that is an option for files made to be opened in a spreadsheet: `guard_formulas` puts an
 * apostrophe before such text (OWASP, CSV Injection), and what is read back has it too.
 *
 * JSON: an array of objects with the columns as names; decimals with all their digits, null for nothing.
 *
 * XLSX: numbers, days and moments as such, text always as text and never as a formula, a frozen bold header with a
 * filter, and as many sheets as the rows need (1,048,575 each). Moments are in the time of `zone`. What a workbook
 * cannot hold is written as text: numbers of more than 15 digits, days before March 1900. Its cells end at 32,767
 * characters; longer text is cut there, and tab_writer_cut says how often. The workbook is made in a temporary
 * folder (TMPDIR) and reaches the sink in tab_writer_end.
 */
#ifndef TAB_WRITER_H
#define TAB_WRITER_H

#include <stdio.h>

#include "arena.h"
#include "buf.h"
#include "day.h"
#include "err.h"
#include "zone.h"

enum tab_file { TAB_CSV, TAB_JSON, TAB_XLSX, TAB_FILE__N };

/* "csv" "json" "xlsx", and their media types. */
const char *tab_file_name(enum tab_file f);
const char *tab_file_type(enum tab_file f);
bool tab_file_find(struct str name, enum tab_file *ret);

/* Where bytes go. write takes all n or answers -1 (and the export ends with an error). */
struct tab_sink {
    int (*write)(void *arg, const void *p, size_t n);
    void *arg;
};
struct tab_sink tab_sink_file(FILE *f);
struct tab_sink tab_sink_fd(int fd);
struct tab_sink tab_sink_buf(struct buf *b);

enum tab_cell_type {
    TAB_CELL_NULL,
    TAB_CELL_TEXT,
    TAB_CELL_INT,
    TAB_CELL_DECIMAL,
    TAB_CELL_DAY,
    TAB_CELL_AT,
    TAB_CELL_BOOL
};

struct tab_cell {
    enum tab_cell_type type;
    int digits; /* of a decimal */
    union {
        struct str text;
        int64_t whole; /* the number, or the decimal without its point */
        struct day day;
        msec at;
        bool yes;
    };
};

static inline struct tab_cell tab_null(void)
{
    return (struct tab_cell){0};
}
static inline struct tab_cell tab_text(struct str s)
{
    return (struct tab_cell){.type = TAB_CELL_TEXT, .text = s};
}
static inline struct tab_cell tab_int(int64_t v)
{
    return (struct tab_cell){.type = TAB_CELL_INT, .whole = v};
}
static inline struct tab_cell tab_decimal(int64_t minor, int digits)
{
    return (struct tab_cell){.type = TAB_CELL_DECIMAL, .digits = digits, .whole = minor};
}
static inline struct tab_cell tab_day_cell(struct day d)
{
    return (struct tab_cell){.type = TAB_CELL_DAY, .day = d};
}
static inline struct tab_cell tab_at(msec t)
{
    return (struct tab_cell){.type = TAB_CELL_AT, .at = t};
}
static inline struct tab_cell tab_bool(bool yes)
{
    return (struct tab_cell){.type = TAB_CELL_BOOL, .yes = yes};
}

struct tab_writer_options {
    enum tab_file format;
    const struct str *columns; /* n names; they must live as long as the writer */
    size_t n;
    const char *title;       /* xlsx: name of the sheet; NULL: "Sheet" */
    const struct zone *zone; /* xlsx: NULL is UTC */
    bool bom;                /* csv: a byte order mark, by which Excel knows UTF-8 */
    bool guard_formulas;     /* csv */
};

struct tab_writer;

struct tab_writer *tab_writer_new(struct arena *a, const struct tab_writer_options *o, struct tab_sink sink);
int tab_writer_row(struct tab_writer *w, const struct tab_cell *cells, struct err *err); /* n of them */
int tab_writer_end(struct tab_writer *w, struct err *err);
int64_t tab_writer_rows(const struct tab_writer *w);
int64_t tab_writer_cut(const struct tab_writer *w);

#endif

#include "tab_reader.h"

#include <assert.h>
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceilings.h"

#define RAW (64u << 10)
#define CELL_STEP (64u << 10)
#define MOST_BROKEN 100 /* each costs a re-read of up to MAX_CSV_CELL */

struct tab_reader {
    const struct tab_source *src;
    struct tab_format format;
    struct csv_parser csv;
    char *raw; /* RAW bytes; [at, n) are yet to be read */
    size_t at, n;
    bool end;             /* nothing follows raw[n] */
    struct tab_mark here; /* of raw[at] */
    struct buf text;      /* what is being parsed, decoded */
    struct buf bytes;     /* the cells of the record, one behind the other */
    size_t ends[MAX_CSV_COLUMNS];
    struct str cells[MAX_CSV_COLUMNS];
    size_t ncells;                 /* may pass MAX_CSV_COLUMNS, what is past it is not kept */
    bool begun, ended, extra_text; /* extra_text: a cell past `columns` has content */
    struct tab_mark first, resync; /* of the record, and of the line behind its first line when known */
    int broken;
    enum tab_fault fault;
    size_t fault_column;
    char why[160];
};

static int is_space(unsigned char c)
{
    return c == ' ';
}

static void *cell_room(void *p, size_t n)
{
    return n > MAX_CSV_CELL + CELL_STEP ? NULL : realloc(p, n);
}

static void parser_reset(struct tab_reader *r)
{
    csv_free(&r->csv);
    csv_init(&r->csv, 0);
    csv_set_delim(&r->csv, (unsigned char)r->format.delimiter);
    csv_set_space_func(&r->csv, is_space);
    csv_set_realloc_func(&r->csv, cell_room);
    csv_set_blk_size(&r->csv, CELL_STEP);
}

static void reader_close(void *ptr)
{
    struct tab_reader *r = ptr;

    csv_free(&r->csv);
    buf_clear(&r->text);
    buf_clear(&r->bytes);
}

struct tab_reader *tab_reader_new(struct arena *a, const struct tab_source *src, const struct tab_format *f)
{
    struct tab_reader *r = NEW(a, struct tab_reader);

    r->src = src;
    r->format = *f;
    assert(f->columns <= MAX_CSV_COLUMNS);
    r->raw = arena_alloc(a, RAW);
    buf_init(&r->text, RAW * 4);
    buf_init(&r->bytes, MAX_CSV_ROW);
    csv_init(&r->csv, 0);
    arena_defer(a, reader_close, r);
    tab_seek(r, f->start);
    return r;
}

static void record_reset(struct tab_reader *r)
{
    buf_reset(&r->bytes);
    r->ncells = 0;
    r->begun = r->ended = r->extra_text = false;
    r->fault = TAB_GOOD;
    r->fault_column = 0;
    r->why[0] = 0;
}

void tab_seek(struct tab_reader *r, struct tab_mark to)
{
    r->at = r->n = 0;
    r->end = false;
    r->here = to;
    parser_reset(r);
    record_reset(r);
}

__attribute__((format(printf, 4, 5))) static void fault(struct tab_reader *r, enum tab_fault f, size_t column,
                                                        const char *fmt, ...)
{
    va_list ap;

    if (f <= r->fault)
        return;
    r->fault = f;
    r->fault_column = column;
    va_start(ap, fmt);
    vsnprintf(r->why, sizeof(r->why), fmt, ap);
    va_end(ap);
}

static void on_cell(void *cell, size_t n, void *arg)
{
    struct tab_reader *r = arg;

    if (r->format.columns && r->ncells >= r->format.columns && n)
        r->extra_text = true;
    if (n > MAX_CSV_CELL)
        fault(r, TAB_LONG, r->ncells + 1, "The cell is longer than %u bytes", MAX_CSV_CELL);
    else if (r->ncells < MAX_CSV_COLUMNS)
        buf_add(&r->bytes, cell, n);
    if (r->ncells < MAX_CSV_COLUMNS)
        r->ends[r->ncells] = r->bytes.n;
    r->ncells++;
}

static void on_record(int end, void *arg)
{
    struct tab_reader *r = arg;

    (void)end;
    r->ended = true;
}

/* Moves what is left to the front and reads on behind it. */
static int refill(struct tab_reader *r, struct err *err)
{
    r->n -= r->at;
    memmove(r->raw, r->raw + r->at, r->n);
    r->at = 0;
    ssize_t got = tab_source_read(r->src, r->here.offset + (int64_t)r->n, r->raw + r->n, RAW - r->n, err);
    if (got < 0)
        return -1;
    r->end = (size_t)got < RAW - r->n;
    r->n += (size_t)got;
    return 0;
}

/* The next line, or as much of a long one as fits. Empty at the end of the file. */
static int take_piece(struct tab_reader *r, struct str *ret, bool *ret_line, struct err *err)
{
    struct str rest = {r->raw + r->at, r->n - r->at};
    size_t n = tab_line_end(r->format.encoding, rest, r->end);

    if (n == 0 && !r->end) {
        if (refill(r, err) < 0)
            return -1;
        rest = (struct str){r->raw, r->n};
        n = tab_line_end(r->format.encoding, rest, r->end);
    }
    *ret_line = n > 0;
    if (n == 0)
        n = tab_whole(r->format.encoding, rest, r->end);
    *ret = str_upto(rest, n);
    r->at += n;
    r->here.offset += (int64_t)n;
    r->here.line += *ret_line;
    return 0;
}

/* False when the parser gives up: a cell beyond all bounds. */
static bool parse(struct tab_reader *r, struct str s)
{
    return csv_parse(&r->csv, s.p, s.n, on_cell, on_record, r) == s.n && buf_ok(&r->bytes) && buf_ok(&r->text);
}

static bool parse_piece(struct tab_reader *r, struct str piece, int64_t line)
{
    if (r->format.encoding == TAB_UTF8 && tab_utf8_head(piece) == piece.n)
        return parse(r, piece);
    for (;;) {
        buf_reset(&r->text);
        size_t bad = tab_decode(r->format.encoding, &piece, &r->text);
        if (!parse(r, buf_view(&r->text)))
            return false;
        if (!bad)
            return true;
        fault(r, TAB_BYTES, r->ncells + 1, "Line %lld has a byte (0x%02X) that is not %s text", (long long)line,
              (unsigned)(unsigned char)piece.p[0], tab_encoding_name(r->format.encoding));
        if (!parse(r, S("\xEF\xBF\xBD")))
            return false;
        piece = str_from(piece, bad);
    }
}

/* Goes on at the line behind the one on which the record began. */
static int resync(struct tab_reader *r, struct err *err)
{
    enum tab_fault f = r->fault;
    size_t column = r->fault_column;
    char why[sizeof(r->why)];

    memcpy(why, r->why, sizeof(why));
    if (++r->broken > MOST_BROKEN)
        return err_set(err, ERR_INVALID,
                       "More than %d records have quotes that are never closed: is this a CSV file, and with this "
                       "delimiter?",
                       MOST_BROKEN);
    struct str piece;
    bool line = r->resync.line > 0;
    if (line)
        tab_seek(r, r->resync);
    while (!line) {
        if (take_piece(r, &piece, &line, err) < 0)
            return -1;
        if (piece.n == 0)
            break;
    }
    parser_reset(r);
    record_reset(r);
    fault(r, f, column, "%s", why);
    return 0;
}

/* Reads pieces until a record has ended. 1 a record, 0 the end of the file. */
static int read_record(struct tab_reader *r, struct err *err)
{
    struct str piece;
    bool line;

    record_reset(r);
    while (!r->ended) {
        struct tab_mark before = r->here;
        if (take_piece(r, &piece, &line, err) < 0)
            return -1;
        if (!r->begun && !tab_blank(r->format.encoding, piece)) {
            r->begun = true;
            r->first = before;
            r->resync = (struct tab_mark){0};
        }
        if (r->begun && line && r->resync.line == 0)
            r->resync = r->here;
        if (piece.n && !parse_piece(r, piece, before.line)) {
            fault(r, TAB_LONG, r->ncells + 1,
                  "The row is too long, more than %u bytes in a cell or %u in all; perhaps a quote opened on line %lld "
                  "is never closed",
                  MAX_CSV_CELL, MAX_CSV_ROW, (long long)r->first.line);
            return resync(r, err) < 0 ? -1 : 1;
        }
        if (piece.n)
            continue;
        if (!r->begun)
            return 0;
        parse(r, S("\n")); /* the last record may lack its line end */
        if (!r->ended) {
            fault(r, TAB_QUOTE, r->ncells + 1, "A quote opened on line %lld is never closed", (long long)r->first.line);
            return resync(r, err) < 0 ? -1 : 1;
        }
    }
    return 1;
}

static bool has_content(struct tab_reader *r)
{
    struct str all = buf_view(&r->bytes);

    return r->fault || r->extra_text || str_trim(all).n > 0;
}

static void check_width(struct tab_reader *r)
{
    size_t want = r->format.columns, most = want ? want : MAX_CSV_COLUMNS;

    if (r->fault > TAB_MANY)
        return;
    if (r->ncells > MAX_CSV_COLUMNS && (!want || r->extra_text))
        fault(r, TAB_MANY, 0, "The row has %zu cells, more than the %u a row may have", r->ncells, MAX_CSV_COLUMNS);
    else if (r->ncells > most && r->extra_text)
        fault(r, TAB_MANY, want + 1, "The row has %zu cells, the file has %zu columns", r->ncells, want);
    else if (r->ncells < want)
        fault(r, TAB_FEW, 0, "The row has %zu %s, the file has %zu columns", r->ncells,
              r->ncells == 1 ? "cell" : "cells", want);
}

int tab_next(struct tab_reader *r, struct tab_row *ret_row, struct err *err)
{
    do {
        int got = read_record(r, err);
        if (got <= 0)
            return got;
    } while (!has_content(r));
    check_width(r);

    size_t n = r->fault >= TAB_LONG ? 0 : r->ncells < MAX_CSV_COLUMNS ? r->ncells : MAX_CSV_COLUMNS, from = 0;
    if (r->format.columns && n > r->format.columns && !r->extra_text)
        n = r->format.columns;
    for (size_t i = 0; i < n; i++) {
        r->cells[i] = (struct str){r->bytes.p ? r->bytes.p + from : "", r->ends[i] - from};
        from = r->ends[i];
    }
    for (; n < r->format.columns; n++)
        r->cells[n] = S("");
    *ret_row = (struct tab_row){.line = r->first.line,
                                .start = r->first.offset,
                                .next = r->here,
                                .n = n,
                                .cells = r->cells,
                                .fault = r->fault,
                                .fault_column = r->fault_column};
    memcpy(ret_row->why, r->why, sizeof(r->why));
    return 1;
}

#include "tab_probe.h"

#include <math.h>
#include <string.h>

#include "ceilings.h"

#define CHUNK (64u << 10)
#define ROWS 200            /* that tell a delimiter */
#define BYTES (512ll << 10) /* the most that is read for it */

static const struct {
    struct str mark;
    enum tab_encoding encoding;
} marks[] = {
    {{"\xef\xbb\xbf", 3}, TAB_UTF8},
    {{"\xff\xfe", 2}, TAB_UTF16LE},
    {{"\xfe\xff", 2}, TAB_UTF16BE},
};

/* What people drop here that is no text, by its first bytes. */
static const struct {
    struct str magic;
    const char *what;
} others[] = {
    {{"PK\x03\x04", 4}, "an Excel workbook or a zip archive: save the sheet as CSV first"},
    {{"\xd0\xcf\x11\xe0", 4}, "an old Excel workbook: save the sheet as CSV first"},
    {{"%PDF", 4}, "a PDF"},
    {{"\x1f\x8b", 2}, "compressed: unpack it first"},
};

/* Western text in UTF-16 has a NUL in every second byte. */
static bool looks_utf16(struct str s, enum tab_encoding *ret)
{
    size_t nuls[2] = {0};

    for (size_t i = 0; i < s.n; i++)
        nuls[i % 2] += s.p[i] == 0;
    if ((nuls[0] + nuls[1]) * 20 < s.n || s.n % 2)
        return false;
    *ret = nuls[1] > nuls[0] ? TAB_UTF16LE : TAB_UTF16BE;
    return nuls[*ret == TAB_UTF16LE] > 4 * nuls[*ret == TAB_UTF16BE];
}

/* UTF-8 unless the bytes beyond ASCII are rather something else. */
static int eight_bit(const struct tab_source *src, char *chunk, enum tab_encoding *ret, struct err *err)
{
    struct tab_utf8_count c = {0};
    size_t carry = 0;
    ssize_t got;

    for (int64_t at = 0; at < src->size; at += got - (ssize_t)carry) {
        got = tab_source_read(src, at, chunk, CHUNK, err);
        if (got <= 0)
            return (int)got;
        tab_utf8_count((struct str){chunk, (size_t)got}, at + got >= src->size, &c, &carry);
    }
    *ret = c.bad > 0 && c.multibyte < c.bad * 4 ? TAB_WINDOWS_1252 : TAB_UTF8;
    return 0;
}

static int find_encoding(const struct tab_source *src, char *chunk, struct tab_report *rep, struct err *err)
{
    ssize_t got = tab_source_read(src, 0, chunk, CHUNK, err);
    struct str head = {chunk, got > 0 ? (size_t)got : 0};

    if (got < 0)
        return -1;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (str_starts(head, others[i].magic))
            return err_set(err, ERR_MEDIA, "This is not a text file but %s.", others[i].what);
    rep->format.start.line = 1;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (str_starts(head, marks[i].mark)) {
            rep->bom = true;
            rep->format.encoding = marks[i].encoding;
            rep->format.start.offset = (int64_t)marks[i].mark.n;
            return 0;
        }
    if (looks_utf16(head, &rep->format.encoding))
        return 0;
    return eight_bit(src, chunk, &rep->format.encoding, err);
}

/* Line ends, and the "sep=;" that Excel writes and reads as a first line. */
static int first_line(const struct tab_source *src, char *chunk, struct tab_report *rep, struct err *err)
{
    struct tab_format *f = &rep->format;
    ssize_t got = tab_source_read(src, f->start.offset, chunk, CHUNK, err);
    struct buf text;

    if (got < 0)
        return -1;
    size_t n = tab_line_end(f->encoding, (struct str){chunk, (size_t)got}, true);
    struct str line = {chunk, n ? n : (size_t)got};
    buf_init(&text, CHUNK * 4);
    tab_decode(f->encoding, &line, &text);
    struct str s = buf_view(&text);
    rep->eol = str_ends(s, S("\r\n")) ? TAB_EOL_CRLF
               : str_ends(s, S("\n")) ? TAB_EOL_LF
               : str_ends(s, S("\r")) ? TAB_EOL_CR
                                      : TAB_EOL_NONE;
    while (s.n && strchr("\r\n", s.p[s.n - 1])) /* a tab is a delimiter here, not white space */
        s.n--;
    if (s.n > 1 && s.p[0] == '"' && s.p[s.n - 1] == '"')
        s = str_upto(str_from(s, 1), s.n - 2);
    if (n && s.n == 5 && str_eq_nocase(str_upto(s, 4), S("sep="))) {
        f->delimiter = s.p[4];
        f->start.offset += (int64_t)n;
        f->start.line++;
    }
    buf_clear(&text);
    return 0;
}

struct shape {
    char delimiter;
    size_t rows, modal, common; /* rows read, their most frequent width, how many have it */
    struct tab_mark start;      /* the first record of about that width: what stands before is no part of the table */
    size_t columns;             /* up to the last with content */
    bool header;
    double score;
};

static bool is_value(struct str cell)
{
    struct date_parts p;
    unsigned styles;
    bool separated;

    return date_scan(cell, &p) || number_scan(cell, &styles, &separated) ||
           (str_find(cell, '@') > 0 && str_find(cell, '.') > 0 && str_find(cell, ' ') < 0);
}

static size_t content_width(const struct tab_row *row)
{
    size_t n = row->n;

    while (n > 0 && str_trim(row->cells[n - 1]).n == 0)
        n--;
    return n;
}

static bool is_header(const struct tab_row *row)
{
    size_t filled = 0, values = 0;

    for (size_t i = 0; i < row->n; i++) {
        struct str cell = str_trim(row->cells[i]);
        filled += cell.n > 0;
        values += cell.n > 0 && is_value(cell);
    }
    return filled > 0 && values * 4 <= filled && (values == 0 || filled > 4);
}

static int measure(struct arena *a, const struct tab_source *src, struct tab_format f, struct shape *sh,
                   struct err *err)
{
    struct tab_reader *r = tab_reader_new(a, src, &f);
    struct tab_row row;
    size_t *widths = NEW_ARRAY(a, size_t, ROWS), *count = NEW_ARRAY(a, size_t, MAX_CSV_COLUMNS + 1);
    int got = 1;

    *sh = (struct shape){.delimiter = f.delimiter, .start = f.start};
    while (sh->rows < ROWS && (got = tab_next(r, &row, err)) > 0 && row.start < f.start.offset + BYTES) {
        widths[sh->rows++] = row.n;
        if (++count[row.n] > sh->common && row.n > 0) {
            sh->common = count[row.n];
            sh->modal = row.n;
        }
    }
    if (got < 0 || sh->rows == 0)
        return got;
    tab_seek(r, f.start);
    bool found = false;
    for (size_t i = 0; i < sh->rows && tab_next(r, &row, err) > 0; i++) {
        if (!found && widths[i] * 2 > sh->modal) {
            found = true;
            sh->start = (struct tab_mark){row.start, row.line};
            sh->header = is_header(&row);
            sh->columns = content_width(&row);
        } else if (found && row.n == sh->modal && content_width(&row) > sh->columns) {
            sh->columns = content_width(&row);
        }
    }
    double share = (double)sh->common / (double)sh->rows;
    sh->score = share * share * log2((double)sh->modal);
    return 0;
}

int tab_probe(struct arena *a, const struct tab_source *src, struct tab_report *rep, struct err *err)
{
    struct tab_format *f = &rep->format;
    struct arena *scratch = arena_inside(a, MAX_ARENA);
    char *chunk = arena_alloc(a, CHUNK);
    struct shape best = {0}, one;

    if (src->size == 0)
        return err_set(err, ERR_INVALID, "The file is empty.");
    if (find_encoding(src, chunk, rep, err) < 0 || first_line(src, chunk, rep, err) < 0)
        return -1;
    for (const char *d = f->delimiter ? (char[]){f->delimiter, 0} : ",;\t|"; *d; d++) {
        struct tab_format tried = *f;
        struct err unused = {0};
        tried.delimiter = *d;
        int got = measure(scratch, src, tried, &one, &unused);
        arena_reset(scratch);
        if (got == 0 && one.rows > 0 && (best.rows == 0 || one.score > best.score))
            best = one;
        else if (got < 0 && unused.code)
            *err = unused;
    }
    if (best.rows == 0)
        return err->code ? -1 : err_set(err, ERR_INVALID, "The file holds no rows.");
    err_clear(err);
    f->delimiter = best.delimiter;
    f->start = best.start;
    f->columns = rep->n = best.columns ? best.columns : 1;
    rep->has_header = best.header;
    return 0;
}

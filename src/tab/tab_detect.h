/*
 * What a file of rows is, told from its bytes before anything is taken from it: encoding, delimiter, header, line
 * ends, and for each column what it holds, in which order its dates and in which style its numbers are.
 *
 *     struct tab_report *rep;
 *     if (tab_detect(arena, &src, &rep, err) < 0) ...
 *     if (rep->dates_ambiguous) ask();
 *     struct tab_format f = rep->format;
 *     f.start = rep->data;                          the first record behind the header
 *     struct tab_reader *r = tab_reader_new(arena, &src, &f);
 *
 * The whole of a file of up to 16 MB testifies about dates and numbers, of a larger one its first 8 MB and places
 * spread over the rest; every byte testifies about the encoding. The report lives in the arena.
 */
#ifndef TAB_DETECT_H
#define TAB_DETECT_H

#include "tab_evidence.h"
#include "tab_reader.h"

#define TAB_SAMPLE 10

enum tab_eol { TAB_EOL_NONE, TAB_EOL_LF, TAB_EOL_CRLF, TAB_EOL_CR };

struct tab_column {
    struct str name; /* never empty, never twice: "Column 4", "Status (2)" */
    enum tab_looks looks;
    int64_t filled; /* cells with content among those looked at */
    /* The column's own evidence, or else the file's; unknown: ask. */
    enum tab_order order;
    enum tab_decimal decimal;
    bool order_matters, decimal_matters; /* false: reads the same in any order or style */
};

struct tab_report {
    struct tab_format format; /* .start is the header when there is one */
    struct tab_mark data;     /* the first record behind the header */
    bool bom, has_header;
    enum tab_eol eol;
    int64_t bytes, rows; /* records without the header */
    bool rows_exact;     /* false: an estimate */
    size_t n;
    struct tab_column *columns;
    size_t nsample;
    const struct str *sample[TAB_SAMPLE]; /* the first rows, n cells each */

    enum tab_order order;     /* what columns of dates agree on; unknown when they do not or nothing decides */
    bool dates_ambiguous;     /* some column's order matters and is unknown */
    enum tab_decimal decimal; /* the same for numbers */
    bool decimals_ambiguous;
    enum tab_order likely_order;     /* a first answer to offer when asking, from delimiter and dots */
    enum tab_decimal likely_decimal; /* the same */
};

/* -1: the file cannot be read, or holds no text. */
int tab_detect(struct arena *a, const struct tab_source *src, struct tab_report **ret, struct err *err);

/* "dmy" "mdy" "ymd" "unknown"; "lf" "crlf" "cr" "none". */
const char *tab_order_name(enum tab_order o);
bool tab_order_find(struct str name, enum tab_order *ret);
const char *tab_eol_name(enum tab_eol e);

#endif

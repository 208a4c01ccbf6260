#include <string.h>

#include "money.h"
#include "tab_output.h"

/* RFC 4180, 2. Spaces at the ends are quoted too: many readers drop them otherwise. */
static void add_text(struct tab_writer *w, struct str s)
{
    bool guard = w->o.guard_formulas && s.n && strchr("=+-@\t\r\n", s.p[0]);
    bool quote = guard || (s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' ')) || (s.n == 0 && w->o.n == 1);

    for (size_t i = 0; i < s.n && !quote; i++)
        quote = s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r';
    if (!quote) {
        buf_str(&w->out, s);
        return;
    }
    buf_char(&w->out, '"');
    if (guard)
        buf_char(&w->out, '\'');
    for (struct str rest = s, piece; str_next(&rest, '"', &piece);) {
        buf_str(&w->out, piece);
        if (rest.p)
            buf_add(&w->out, "\"\"", 2);
    }
    buf_char(&w->out, '"');
}

static int begin(struct tab_writer *w, struct err *err)
{
    (void)err;
    if (w->o.bom)
        buf_str(&w->out, S("\xef\xbb\xbf"));
    for (size_t i = 0; i < w->o.n; i++) {
        if (i)
            buf_char(&w->out, ',');
        add_text(w, w->o.columns[i]);
    }
    buf_str(&w->out, S("\r\n"));
    return 0;
}

static void add_cell(struct tab_writer *w, const struct tab_cell *c)
{
    char text[MSEC_LEN + 1];

    switch (c->type) {
    case TAB_CELL_NULL:
        add_text(w, S(""));
        break;
    case TAB_CELL_TEXT:
        add_text(w, c->text);
        break;
    case TAB_CELL_INT:
        buf_int(&w->out, c->whole);
        break;
    case TAB_CELL_DECIMAL:
        decimal_write(&w->out, c->whole, c->digits);
        break;
    case TAB_CELL_DAY:
        day_format(c->day, text);
        buf_z(&w->out, text);
        break;
    case TAB_CELL_AT:
        msec_format(c->at, text);
        buf_z(&w->out, text);
        break;
    case TAB_CELL_BOOL:
        buf_z(&w->out, c->yes ? "true" : "false");
        break;
    }
}

static int row(struct tab_writer *w, const struct tab_cell *cells, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < w->o.n; i++) {
        if (i)
            buf_char(&w->out, ',');
        add_cell(w, &cells[i]);
    }
    buf_str(&w->out, S("\r\n"));
    return 0;
}

static int end(struct tab_writer *w, struct err *err)
{
    (void)w;
    (void)err;
    return 0;
}

const struct tab_output tab_output_csv = {"csv", "text/csv; charset=utf-8", begin, row, end};

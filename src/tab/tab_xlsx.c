#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "ceilings.h"
#include "money.h"
#include "tab_output.h"

#define SHEET_ROWS 1048576 /* with the header */
#define CELL_CHARS 32767
#define FIRST_SERIAL 61                /* 1 March 1900: before it, the workbook's calendar is wrong */
#define EXACT INT64_C(999999999999999) /* what a workbook shows of a number: 15 digits */
#define DIGITS 9

struct book {
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *bold, *day, *at, *decimal[DIGITS];
    char dir[256], path[280];
    int sheets;
    lxw_row_t row;
    struct buf text;
};

static void let_go(void *ptr)
{
    struct book *b = ptr;

    if (b->book)
        lxw_workbook_free(b->book);
    unlink(b->path);
    rmdir(b->dir);
    buf_clear(&b->text);
}

static bool is_escape(struct str s)
{
    return s.n >= 7 && s.p[0] == '_' && s.p[1] == 'x' && s.p[6] == '_' &&
           strspn(s.p + 2, "0123456789abcdefABCDEF") >= 4;
}

/* Text as a cell holds it: what XML cannot say is _xHHHH_ (ECMA-376, 22.9.2.19), and text that looks like that is
 * escaped itself. NUL at the end. */
static const char *cell_text(struct tab_writer *w, struct str s)
{
    struct book *b = w->own;
    size_t units = 0;

    buf_reset(&b->text);
    while (s.n) {
        struct str at = s;
        int32_t cp = utf8_take(&s);
        units += cp > 0xffff ? 2 : 1;
        if (units >= CELL_CHARS && s.n) {
            buf_str(&b->text, S("…"));
            w->cut++;
            break;
        }
        if ((cp < 0x20 && cp != '\n' && cp != '\t') || cp == 0xfffe || cp == 0xffff)
            buf_printf(&b->text, "_x%04X_", (unsigned)cp);
        else if (cp == '_' && is_escape(at))
            buf_str(&b->text, S("_x005F_"));
        else
            buf_add(&b->text, at.p, at.n - s.n);
    }
    buf_char(&b->text, 0);
    return buf_ok(&b->text) ? buf_view(&b->text).p : "";
}

static void close_sheet(struct tab_writer *w)
{
    struct book *b = w->own;

    if (b->sheet && w->o.n)
        worksheet_autofilter(b->sheet, 0, 0, b->row ? b->row - 1 : 0, (lxw_col_t)(w->o.n - 1));
}

static int open_sheet(struct tab_writer *w, struct err *err)
{
    struct book *b = w->own;
    char name[32] = "";
    size_t n = 0;

    close_sheet(w);
    for (const char *p = w->o.title ? w->o.title : "Sheet"; *p && n < 24; p++)
        if (!strchr("[]:*?/\\'", *p) && (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x7f)
            name[n++] = *p;
    if (b->sheets++)
        snprintf(name + n, sizeof(name) - n, " %d", b->sheets);
    b->sheet = workbook_add_worksheet(b->book, n ? name : NULL);
    b->row = 0;
    if (!b->sheet)
        return err_set(err, ERR_INTERNAL, "The workbook cannot be made.");
    worksheet_freeze_panes(b->sheet, 1, 0);
    for (size_t i = 0; i < w->o.n; i++) {
        size_t width = utf8_count(w->o.columns[i]) + 4;
        worksheet_set_column(b->sheet, (lxw_col_t)i, (lxw_col_t)i,
                             width < 12   ? 12
                             : width > 40 ? 40
                                          : (double)width,
                             NULL);
    }
    for (size_t i = 0; i < w->o.n; i++)
        worksheet_write_string(b->sheet, 0, (lxw_col_t)i, cell_text(w, w->o.columns[i]), b->bold);
    b->row = 1;
    return 0;
}

static lxw_format *number_format(lxw_workbook *book, const char *pattern)
{
    lxw_format *f = workbook_add_format(book);

    format_set_num_format(f, pattern);
    return f;
}

static int begin(struct tab_writer *w, struct err *err)
{
    struct book *b = NEW(w->arena, struct book);
    const char *tmp = getenv("TMPDIR");
    char pattern[32] = "#,##0";

    snprintf(b->dir, sizeof(b->dir), "%s/penstock-xlsx-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(b->dir))
        return err_set(err, ERR_INTERNAL, "No temporary folder can be made for the workbook.");
    snprintf(b->path, sizeof(b->path), "%s/book.xlsx", b->dir);
    buf_init(&b->text, MAX_REPLY);
    w->own = b;
    arena_defer(w->arena, let_go, b);

    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = b->dir, .use_zip64 = LXW_TRUE};
    b->book = workbook_new_opt(b->path, &options);
    if (!b->book)
        return err_set(err, ERR_INTERNAL, "The workbook cannot be made.");
    b->bold = workbook_add_format(b->book);
    format_set_bold(b->bold);
    b->day = number_format(b->book, "yyyy-mm-dd");
    b->at = number_format(b->book, "yyyy-mm-dd hh:mm:ss");
    for (int i = 0; i < DIGITS; i++) {
        if (i)
            strcat(pattern, i == 1 ? ".0" : "0");
        b->decimal[i] = number_format(b->book, pattern);
    }
    return open_sheet(w, err);
}

static lxw_error add_cell(struct tab_writer *w, lxw_col_t col, const struct tab_cell *c)
{
    struct book *b = w->own;
    double days;
    char text[MSEC_LEN + 1];
    struct buf digits;

    switch (c->type) {
    case TAB_CELL_NULL:
        return LXW_NO_ERROR;
    case TAB_CELL_TEXT:
        return c->text.n ? worksheet_write_string(b->sheet, b->row, col, cell_text(w, c->text), NULL) : LXW_NO_ERROR;
    case TAB_CELL_INT:
    case TAB_CELL_DECIMAL:
        if (c->whole >= -EXACT && c->whole <= EXACT && c->digits < DIGITS)
            return worksheet_write_number(b->sheet, b->row, col, (double)c->whole / (double)decimal_pow10(c->digits),
                                          c->type == TAB_CELL_INT ? NULL : b->decimal[c->digits]);
        buf_init(&digits, 64);
        decimal_write(&digits, c->whole, c->digits);
        lxw_error e = worksheet_write_string(b->sheet, b->row, col, cell_text(w, buf_view(&digits)), NULL);
        buf_clear(&digits);
        return e;
    case TAB_CELL_DAY:
        days = c->day.n - day_of(1899, 12, 30).n;
        if (days >= FIRST_SERIAL)
            return worksheet_write_number(b->sheet, b->row, col, days, b->day);
        day_format(c->day, text);
        return worksheet_write_string(b->sheet, b->row, col, text, NULL);
    case TAB_CELL_AT:
        days =
            (double)(c->at + (w->o.zone ? zone_offset(w->o.zone, c->at) : 0)) / (double)DAY_MS - day_of(1899, 12, 30).n;
        if (days >= FIRST_SERIAL)
            return worksheet_write_number(b->sheet, b->row, col, days, b->at);
        msec_format(c->at, text);
        return worksheet_write_string(b->sheet, b->row, col, text, NULL);
    case TAB_CELL_BOOL:
        return worksheet_write_boolean(b->sheet, b->row, col, c->yes, NULL);
    }
    return LXW_NO_ERROR;
}

static int row(struct tab_writer *w, const struct tab_cell *cells, struct err *err)
{
    struct book *b = w->own;

    if (b->row >= SHEET_ROWS && open_sheet(w, err) < 0)
        return -1;
    for (size_t i = 0; i < w->o.n; i++) {
        lxw_error e = add_cell(w, (lxw_col_t)i, &cells[i]);
        if (e != LXW_NO_ERROR)
            return err_set(err, ERR_INTERNAL, "The workbook cannot take a cell: %s.", lxw_strerror(e));
    }
    b->row++;
    return 0;
}

static int end(struct tab_writer *w, struct err *err)
{
    struct book *b = w->own;

    close_sheet(w);
    lxw_error e = workbook_close(b->book);
    b->book = NULL;
    if (e != LXW_NO_ERROR)
        return err_set(err, ERR_INTERNAL, "The workbook cannot be written: %s.", lxw_strerror(e));
    FILE *f = fopen(b->path, "rb");
    if (!f)
        return err_set(err, ERR_INTERNAL, "The workbook cannot be read back.");
    for (bool more = true; more;) {
        char *to = buf_reserve(&w->out, 64u << 10);
        size_t n = to ? fread(to, 1, 64u << 10, f) : 0;
        buf_advance(&w->out, n);
        more = n > 0;
        if (tab_flush(w, err) < 0) {
            fclose(f);
            return -1;
        }
    }
    fclose(f);
    return 0;
}

const struct tab_output tab_output_xlsx = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                                           begin, row, end};

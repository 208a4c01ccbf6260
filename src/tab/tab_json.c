#include "json_out.h"
#include "tab_output.h"

static int begin(struct tab_writer *w, struct err *err)
{
    struct json_out *o = NEW(w->arena, struct json_out);

    (void)err;
    out_init(o, &w->out);
    out_open(o, '[');
    w->own = o;
    return 0;
}

static void add_cell(struct json_out *o, const struct tab_cell *c)
{
    switch (c->type) {
    case TAB_CELL_NULL:
        out_null(o);
        break;
    case TAB_CELL_TEXT:
        out_str(o, c->text.p ? c->text : S(""));
        break;
    case TAB_CELL_INT:
        out_int(o, c->whole);
        break;
    case TAB_CELL_DECIMAL:
        out_decimal(o, c->whole, c->digits);
        break;
    case TAB_CELL_DAY:
        out_day(o, c->day);
        break;
    case TAB_CELL_AT:
        out_msec(o, c->at);
        break;
    case TAB_CELL_BOOL:
        out_bool(o, c->yes);
        break;
    }
}

static int row(struct tab_writer *w, const struct tab_cell *cells, struct err *err)
{
    struct json_out *o = w->own;

    (void)err;
    out_open(o, '{');
    for (size_t i = 0; i < w->o.n; i++) {
        out_key(o, w->o.columns[i]);
        add_cell(o, &cells[i]);
    }
    out_close(o, '}');
    buf_char(&w->out, '\n');
    return 0;
}

static int end(struct tab_writer *w, struct err *err)
{
    (void)err;
    out_close(w->own, ']');
    buf_char(&w->out, '\n');
    return 0;
}

const struct tab_output tab_output_json = {"json", "application/json", begin, row, end};

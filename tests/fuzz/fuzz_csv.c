/* Any bytes as a table: what comes out is text, lies where the row says, and is read again from any mark. */
#include "fuzz.h"

#include <stdlib.h>

#include "ceilings.h"
#include "tab_detect.h"
#include "tab_layout.h"

#define MUST(x)                                                                                                        \
    do {                                                                                                               \
        if (!(x))                                                                                                      \
            abort();                                                                                                   \
    } while (0)

static void read_values(struct str cell)
{
    struct tab_why why;
    struct day d;
    msec t;
    struct tab_amount amount;
    bool flag;
    int64_t minor;

    for (enum tab_order order = TAB_ORDER_UNKNOWN; order <= TAB_YMD; order++)
        if (tab_day(cell, order, &d, &why) == TAB_OK) {
            char text[DAY_LEN + 1];
            struct day again;
            day_format(d, text);
            MUST(day_parse(str_of(text), &again) && again.n == d.n);
        } else {
            MUST(tab_day(cell, order, &d, &why) == TAB_EMPTY || why.msg[0]);
        }
    (void)tab_instant(cell, TAB_DMY, zone_find("UTC"), &t, &why);
    (void)tab_boolean(cell, &flag, &why);
    for (enum tab_decimal style = TAB_DECIMAL_UNKNOWN; style <= TAB_COMMA; style++)
        if (tab_amount(cell, style, &amount, &why) == TAB_OK) {
            MUST(amount.digits >= 0 && amount.digits <= 18);
            (void)tab_amount_minor(&amount, 2, &minor, &why);
        }
}

static void same(const struct tab_row *a, const struct tab_row *b)
{
    MUST(a->line == b->line && a->start == b->start && a->n == b->n && a->fault == b->fault);
    MUST(a->next.offset == b->next.offset && a->next.line == b->next.line);
    for (size_t i = 0; i < a->n; i++)
        MUST(str_eq(a->cells[i], b->cells[i]));
}

static void read_all(struct arena *a, const struct tab_source *src, const struct tab_format *f)
{
    struct tab_reader *r = tab_reader_new(a, src, f), *other = tab_reader_new(a, src, f);
    struct tab_row row, again;
    struct tab_mark mark = f->start;
    struct err err = {0};

    for (int i = 0; i < 2000 && tab_next(r, &row, &err) > 0; i++) {
        MUST(row.n >= f->columns);
        MUST(row.start >= mark.offset && row.line >= mark.line && row.next.offset > row.start);
        MUST(row.next.offset <= src->size && row.next.line >= row.line);
        MUST(!row.fault || row.why[0]);
        for (size_t c = 0; c < row.n; c++) {
            MUST(utf8_valid(row.cells[c]));
            if (i < 50)
                read_values(row.cells[c]);
        }
        if (i % 7 == 0) {
            tab_seek(other, mark);
            MUST(tab_next(other, &again, &err) == 1);
            same(&row, &again);
        }
        mark = row.next;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(MAX_ARENA);
    struct tab_source src;
    struct tab_report *rep;
    struct err err = {0};

    MUST(a != NULL);
    tab_source_memory(&src, (struct str){(const char *)data, size});
    if (tab_detect(a, &src, &rep, &err) == 0) {
        struct tab_layout layout;
        struct str *names = NEW_ARRAY(a, struct str, rep->n);
        for (size_t i = 0; i < rep->n; i++) {
            MUST(rep->columns[i].name.n > 0 && utf8_valid(rep->columns[i].name));
            names[i] = rep->columns[i].name;
        }
        tab_layout(a, names, rep->n, NULL, &layout);
        rep->format.start = rep->data;
        read_all(a, &src, &rep->format);
    } else {
        MUST(err.code != ERR_NONE && err.msg[0]);
    }
    if (size > 2) {
        struct tab_format f = {.encoding = (enum tab_encoding)(data[size - 1] % TAB_ENCODING__N),
                               .delimiter = ",;\t|"[data[size - 1] / TAB_ENCODING__N % 4],
                               .columns = data[size - 2] % 5,
                               .start = {0, 1}};
        read_all(a, &src, &f);
    }
    arena_free(a);
    return 0;
}

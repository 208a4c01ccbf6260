/* What is told from the bytes of a file alone. */
#include "ceilings.h"
#include "check.h"
#include "shared.h"
#include "tab_detect.h"

static struct arena *a;

static struct tab_report *detect(struct str bytes)
{
    struct tab_source src;
    struct tab_report *rep = NULL;
    struct err err = {0};

    arena_free(a);
    a = arena_new(MAX_ARENA);
    tab_source_memory(&src, bytes);
    if (tab_detect(a, &src, &rep, &err) < 0)
        fail_msg("%s", err.msg);
    return rep;
}

static void refused(struct str bytes, enum err_code code)
{
    struct tab_source src;
    struct tab_report *rep;
    struct err err = {0};

    arena_free(a);
    a = arena_new(MAX_ARENA);
    tab_source_memory(&src, bytes);
    assert_int_equal(tab_detect(a, &src, &rep, &err), -1);
    assert_int_equal(err.code, code);
}

static void encodings(void **state)
{
    (void)state;
    assert_int_equal(detect(S("a,b\n1,2\n"))->format.encoding, TAB_UTF8);
    assert_int_equal(detect(S("name,b\nJos\xc3\xa9,2\n"))->format.encoding, TAB_UTF8);
    assert_int_equal(detect(S("name,b\nJos\xe9,2\n"))->format.encoding, TAB_WINDOWS_1252);
    assert_int_equal(detect(S("name,b\nJos\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9,\xe9\n"))->format.encoding, TAB_UTF8);

    struct tab_report *rep = detect(S("\xef\xbb\xbfname,b\n1,2\n"));
    assert_true(rep->bom);
    assert_str(rep->columns[0].name, "name");
    rep = detect(S("\xff\xfen\0a\0,\0b\0\r\0\n\0\xe4\0,\0002\0\r\0\n\0"));
    assert_int_equal(rep->format.encoding, TAB_UTF16LE);
    assert_int_equal(rep->eol, TAB_EOL_CRLF);
    assert_str(rep->sample[0][0], "ä");
    rep = detect(S("\xfe\xff\0n\0a\0;\0b\0\n\0\xe4\0;\0002\0\n"));
    assert_int_equal(rep->format.encoding, TAB_UTF16BE);
    assert_int_equal(rep->format.delimiter, ';');
    rep = detect(S("n\0a\0\t\0b\0\n\0\x3f\x04\t\0002\0\n\0"));
    assert_false(rep->bom);
    assert_int_equal(rep->format.encoding, TAB_UTF16LE);
    assert_int_equal(rep->format.delimiter, '\t');
    assert_str(rep->sample[0][0], "п");
    rep = detect(S("\0n\0a\0|\0b\0\n\0x\0|\0002\0\n"));
    assert_int_equal(rep->format.encoding, TAB_UTF16BE);
    assert_int_equal(rep->format.delimiter, '|');

    refused(S(""), ERR_INVALID);
    refused(S("\n\n  \n"), ERR_INVALID);
    refused(S("\xef\xbb\xbf"), ERR_INVALID);
    refused(S("PK\x03\x04rest"), ERR_MEDIA);
    refused(S("%PDF-1.7"), ERR_MEDIA);
}

static void shapes(void **state)
{
    (void)state;
    struct tab_report *rep = detect(S("name;price;qty\r\nA, B and C;1,50;2\r\nD, E;2,75;3\r\n"));
    assert_int_equal(rep->format.delimiter, ';');
    assert_int_equal(rep->n, 3);
    assert_int_equal(rep->rows, 2);
    assert_true(rep->rows_exact);
    assert_true(rep->has_header);
    assert_int_equal(rep->eol, TAB_EOL_CRLF);
    assert_int_equal(rep->columns[1].decimal, TAB_COMMA);
    assert_int_equal(rep->decimal, TAB_COMMA);

    rep = detect(S("sep=|\r\na|b\r\n1|2\r\n"));
    assert_int_equal(rep->format.delimiter, '|');
    assert_int_equal(rep->format.start.line, 2);
    assert_str(rep->columns[0].name, "a");
    assert_str(rep->sample[0][1], "2");
    rep = detect(S("sep=\t\na\tb\n1\t2\n"));
    assert_int_equal(rep->format.delimiter, '\t');
    assert_int_equal(rep->n, 2);

    rep = detect(S("Notes:\n\"When exporting, some, things, are so\"\n\nFirst Name,Last Name,URL,Connected On\n"
                   "Jo,Doe,https://x,12 Mar 2025\nAnn,Roe,https://y,01 Apr 2025\n"));
    assert_int_equal(rep->n, 4);
    assert_int_equal(rep->format.start.line, 4);
    assert_str(rep->columns[3].name, "Connected On");
    assert_int_equal(rep->columns[3].looks, TAB_LOOKS_DAY);
    assert_false(rep->columns[3].order_matters);
    assert_false(rep->dates_ambiguous);
    assert_int_equal(rep->data.line, 5);

    rep = detect(S("1,Ann,2026-01-02\n2,Bob,2026-01-03\n"));
    assert_false(rep->has_header);
    assert_int_equal(rep->rows, 2);
    assert_str(rep->columns[1].name, "Column 2");

    rep = detect(S("a,a, ,b,\n1,2,3,4,\n"));
    assert_int_equal(rep->n, 4);
    assert_str(rep->columns[1].name, "a (2)");
    assert_str(rep->columns[2].name, "Column 3");

    rep = detect(S("name\nAnn\nBob\n"));
    assert_int_equal(rep->n, 1);
    assert_int_equal(rep->rows, 2);
    rep = detect(S("First Name,Last Name"));
    assert_int_equal(rep->n, 2);
    assert_int_equal(rep->rows, 0);
    assert_int_equal(rep->eol, TAB_EOL_NONE);

    rep = detect(S("a,b,c,d,e\nu,y,z,1,true\nw,,z,2.5,FALSE\n"));
    assert_int_equal(rep->columns[0].looks, TAB_LOOKS_TEXT);
    assert_int_equal(rep->columns[1].filled, 1);
    assert_int_equal(rep->columns[3].looks, TAB_LOOKS_NUMBER);
    assert_int_equal(rep->columns[3].decimal, TAB_POINT);
    assert_int_equal(rep->columns[4].looks, TAB_LOOKS_BOOLEAN);
}

static void orders(void **state)
{
    (void)state;
    struct tab_report *rep = detect(S("a,b\n1/2/2026,x\n13/2/2026,y\n00/00/0000,z\n"));
    assert_int_equal(rep->order, TAB_DMY);
    assert_false(rep->dates_ambiguous);
    assert_int_equal(rep->columns[0].filled, 2);

    rep = detect(S("a,b\n1/2/2026,x\n2/13/2026,y\n"));
    assert_int_equal(rep->order, TAB_MDY);
    rep = detect(S("a,b\n1/2/26,x\n2/3/26,y\n"));
    assert_int_equal(rep->order, TAB_ORDER_UNKNOWN);
    assert_true(rep->dates_ambiguous);
    assert_true(rep->columns[0].order_matters);
    rep = detect(S("a,b\n1.2.26,x\n,y\n"));
    assert_true(rep->dates_ambiguous);
    rep = detect(S("a,b\n2026-01-02,2026/3/4\n,\n"));
    assert_false(rep->dates_ambiguous);
    assert_false(rep->columns[0].order_matters);

    /* One column decides for another; two that differ decide for none. */
    rep = detect(S("a,b,c\n1/2/2026,25/2/2026,x\n3/4/2026,01/02/2026,y\n"));
    assert_int_equal(rep->order, TAB_DMY);
    assert_int_equal(rep->columns[0].order, TAB_DMY);
    rep = detect(S("a,b,c\n1/2/2026,25/2/2026,1/25/2026\n"));
    assert_int_equal(rep->order, TAB_ORDER_UNKNOWN);
    assert_int_equal(rep->columns[1].order, TAB_DMY);
    assert_int_equal(rep->columns[2].order, TAB_MDY);
    assert_true(rep->dates_ambiguous);

    /* Proofs of both in one column. */
    rep = detect(S("a,b,c\n25/2/2026,25/2/2026,x\n2/25/2026,1/2/2026,y\n"));
    assert_int_equal(rep->columns[0].order, TAB_ORDER_UNKNOWN);
    assert_true(rep->dates_ambiguous);

    /* One mistake among many does not shake them. */
    struct buf b;
    buf_init(&b, 1u << 20);
    buf_z(&b, "a,b\n2/25/2026,y\n");
    for (int i = 0; i < 60; i++)
        buf_z(&b, "25/2/2026,x\n");
    rep = detect(buf_view(&b));
    assert_int_equal(rep->order, TAB_DMY);
    buf_clear(&b);

    rep = detect(S("a,b\n95/02/13,x\n96/03/01,y\n"));
    assert_int_equal(rep->order, TAB_YMD);
    rep = detect(S("a,b\n17-03-01,x\n17-03-12,y\n17-03-14,x\n17-04-02,y\n17-04-20,x\n17-04-21,y\n17-05-30,z\n"));
    assert_true(rep->dates_ambiguous);
    rep = detect(S("a,b\n2026-01-30 15:55,x\n2026-01-31 08:00,y\n"));
    assert_int_equal(rep->columns[0].looks, TAB_LOOKS_INSTANT);
}

static void styles(void **state)
{
    (void)state;
    struct tab_report *rep = detect(S("a,b\n\"1,234\",\"$1,234.50\"\n\"12,345\",7\n"));
    assert_int_equal(rep->columns[0].decimal, TAB_POINT);
    assert_false(rep->decimals_ambiguous);
    rep = detect(S("a,b\n\"1,234\",x\n\"12,345\",y\n"));
    assert_true(rep->decimals_ambiguous);
    assert_int_equal(rep->likely_decimal, TAB_POINT);
    rep = detect(S("a;b\n1.234;x\n12.345;y\n"));
    assert_true(rep->decimals_ambiguous);
    assert_int_equal(rep->likely_decimal, TAB_COMMA);
    assert_int_equal(rep->likely_order, TAB_DMY);
    rep = detect(S("a;b\n1'234.50;x\n12'345;y\n"));
    assert_int_equal(rep->decimal, TAB_POINT);
    rep = detect(S("a;b\n1;x\n12;y\n"));
    assert_false(rep->columns[0].decimal_matters);
}

/* A day beyond the twelfth only far down in a long file still decides. */
static void far_evidence(void **state)
{
    (void)state;
    struct buf b;

    buf_init(&b, 64u << 20);
    buf_z(&b, "id,when,text\n");
    for (int i = 0; i < 1200000; i++)
        buf_printf(&b, "%d,%s/02/2026,\"some, text\"\n", i, i > 900000 ? "17" : "03");
    struct tab_report *rep = detect(buf_view(&b));
    assert_int_equal(rep->order, TAB_DMY);
    assert_false(rep->rows_exact);
    assert_true(rep->rows > 1100000 && rep->rows < 1300000);
    assert_int_equal(rep->nsample, TAB_SAMPLE);

    struct buf wide;
    buf_init(&wide, 128u << 20);
    for (size_t i = 0; i < b.n; i++)
        buf_add(&wide, (char[]){0, b.p[i]}, 2);
    rep = detect(buf_view(&wide));
    assert_int_equal(rep->format.encoding, TAB_UTF16BE);
    assert_int_equal(rep->order, TAB_DMY);
    buf_clear(&wide);

    /* Places read from within long quoted notes mislead nobody. */
    buf_reset(&b);
    buf_z(&b, "id,when,text\n");
    for (int i = 0; b.n < 40u << 20; i++) {
        buf_printf(&b, "%d,01/02/2026,\"", i);
        for (int line = 0; line < 300; line++)
            buf_z(&b, line % 7 ? "a, 25/12/2026, \"\"b\"\"\n" : "9,25/12/2026,z\n");
        buf_z(&b, "\"\n");
    }
    rep = detect(buf_view(&b));
    assert_true(rep->dates_ambiguous);
    assert_int_equal(rep->n, 3);
    buf_clear(&b);
}

/* -- the same pipeline four times ---------------------------------------------------------------- */

struct figures {
    int64_t rows, won, lost, engaging, prospecting, value, days;
    uint64_t sum; /* of the hashes of all rows in one form, in any order */
};

static void count_row(const struct tab_report *rep, const struct tab_row *row, struct figures *f)
{
    struct tab_why why;
    struct day opened = {0}, closed = {0};
    struct tab_amount value = {0};
    char form[400], from[DAY_LEN + 1] = "", to[DAY_LEN + 1] = "";
    enum tab_got has_open = tab_day(row->cells[5], rep->columns[5].order, &opened, &why);
    enum tab_got has_close = tab_day(row->cells[6], rep->columns[6].order, &closed, &why);

    assert_int_not_equal(has_open, TAB_BAD);
    assert_int_not_equal(has_close, TAB_BAD);
    assert_int_not_equal(tab_amount(row->cells[7], rep->columns[7].decimal, &value, &why), TAB_BAD);
    assert_int_equal(value.digits, 0);
    if (has_open == TAB_OK)
        day_format(opened, from);
    if (has_close == TAB_OK)
        day_format(closed, to);
    int n = snprintf(form, sizeof(form), STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT "|%s|%s|%lld",
                     STR_ARG(row->cells[0]), STR_ARG(row->cells[1]), STR_ARG(row->cells[2]), STR_ARG(row->cells[3]),
                     STR_ARG(row->cells[4]), from, to, (long long)value.mantissa);
    f->sum += str_hash((struct str){form, (size_t)n});
    f->rows++;
    bool won = str_is(row->cells[4], "Won");
    f->won += won;
    f->lost += str_is(row->cells[4], "Lost");
    f->engaging += str_is(row->cells[4], "Engaging");
    f->prospecting += str_is(row->cells[4], "Prospecting");
    f->value += won ? value.mantissa : 0;
    f->days += won ? closed.n - opened.n : 0;
}

static void pipelines(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum tab_order order;
        bool matters;
        enum tab_eol eol;
    } files[] = {
        {"maven-crm/sales_pipeline.csv", TAB_ORDER_UNKNOWN, false, TAB_EOL_CRLF},
        {"maven-crm/variants/sales_pipeline.lf-iso-dates.csv", TAB_ORDER_UNKNOWN, false, TAB_EOL_LF},
        {"maven-crm/variants/sales_pipeline.us-dates-m-d-yyyy.csv", TAB_MDY, true, TAB_EOL_LF},
        {"maven-crm/variants/sales_pipeline.us-dates-m-d-yy.csv", TAB_MDY, true, TAB_EOL_CRLF},
    };
    struct figures first = {0};

    for (size_t i = 0; i < 4; i++) {
        const char *path = shared(files[i].name);
        if (!path)
            return;
        struct tab_source src;
        struct tab_report *rep;
        struct tab_row row;
        struct err err = {0};
        struct figures f = {0};
        arena_free(a);
        a = arena_new(MAX_ARENA);
        assert_int_equal(tab_source_open(&src, path, &err), 0);
        assert_int_equal(tab_detect(a, &src, &rep, &err), 0);
        assert_int_equal(rep->format.encoding, TAB_UTF8);
        assert_int_equal(rep->format.delimiter, ',');
        assert_int_equal(rep->n, 8);
        assert_int_equal(rep->order, files[i].order);
        assert_int_equal(rep->columns[5].order_matters, files[i].matters);
        assert_int_equal(rep->columns[6].order_matters, files[i].matters);
        assert_false(rep->dates_ambiguous || rep->decimals_ambiguous);
        assert_int_equal(rep->eol, files[i].eol);
        assert_true(rep->has_header && rep->rows_exact);
        assert_str(rep->columns[7].name, "close_value");
        assert_int_equal(rep->columns[6].looks, TAB_LOOKS_DAY);

        struct tab_format format = rep->format;
        format.start = rep->data;
        struct tab_reader *r = tab_reader_new(a, &src, &format);
        while (tab_next(r, &row, &err) > 0) {
            assert_int_equal(row.fault, TAB_GOOD);
            if (row.cells[0].n) /* one variant holds a row without an id */
                count_row(rep, &row, &f);
        }
        assert_int_equal(f.rows, 8800);
        assert_int_equal(f.won, 4238);
        assert_int_equal(f.lost, 2473);
        assert_int_equal(f.engaging, 1589);
        assert_int_equal(f.prospecting, 500);
        assert_int_equal(f.value, 10005534);
        assert_int_equal((f.days * 1000 + f.won / 2) / f.won, 51782);
        if (i == 0)
            first = f;
        assert_memory_equal(&f, &first, sizeof(f));
        tab_source_close(&src);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings), cmocka_unit_test(shapes),       cmocka_unit_test(orders),
        cmocka_unit_test(styles),    cmocka_unit_test(far_evidence), cmocka_unit_test(pipelines),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}

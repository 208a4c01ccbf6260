/* Records as they come out of bytes: quoting, line ends, encodings, faults, resuming. */
#include "buf.h"
#include "ceilings.h"
#include "check.h"
#include "tab_reader.h"

#include <stdio.h>
#include <string.h>

#define A MAX_ARENA

/* All records as "line:[cell][cell]" with "!fault@column" behind faulty ones, one per line. */
static struct str render(struct arena *a, struct str bytes, struct tab_format f)
{
    struct tab_source src;
    struct tab_row row;
    struct err err = {0};
    struct buf b;
    int got;

    if (!f.start.line)
        f.start.line = 1;
    buf_init(&b, 1u << 20);
    tab_source_memory(&src, bytes);
    struct tab_reader *r = tab_reader_new(a, &src, &f);
    while ((got = tab_next(r, &row, &err)) > 0) {
        buf_printf(&b, "%d:", (int)row.line);
        for (size_t i = 0; i < row.n; i++) {
            assert_true(utf8_valid(row.cells[i]));
            buf_char(&b, '[');
            buf_str(&b, row.cells[i]);
            buf_char(&b, ']');
        }
        if (row.fault)
            buf_printf(&b, "!%d@%d", row.fault, (int)row.fault_column);
        buf_char(&b, '\n');
    }
    if (got < 0)
        buf_z(&b, "error");
    assert_true(buf_ok(&b));
    struct str s = arena_str(a, buf_view(&b));
    buf_clear(&b);
    return s;
}

#define COMMA ((struct tab_format){.delimiter = ','})

static void check(struct str bytes, struct tab_format f, const char *want)
{
    struct arena *a = arena_new(A);

    assert_str(render(a, bytes, f), want);
    arena_free(a);
}

static void quotes_and_lines(void **state)
{
    (void)state;
    check(S("a,b\n1,\"x\"\"y\"\n\"one\ntwo\",3\nz,"), COMMA, "1:[a][b]\n2:[1][x\"y]\n3:[one\ntwo][3]\n5:[z][]\n");
    check(S("a,b\r\n\"one\r\ntwo\",3\r\n\r\nz,1"), COMMA, "1:[a][b]\n2:[one\r\ntwo][3]\n5:[z][1]\n");
    check(S("a,b\rc,d\r\re,f"), COMMA, "1:[a][b]\n2:[c][d]\n4:[e][f]\n");
    check(S("a;b,c\n"), (struct tab_format){.delimiter = ';'}, "1:[a][b,c]\n");
    check(S("a\t\tb\n"), (struct tab_format){.delimiter = '\t'}, "1:[a][][b]\n");
    check(S(" a , \" b \" ,5'2\"\n"), COMMA, "1:[a][ b ][5'2\"]\n");
    check(S(""), COMMA, "");
    check(S("\n \n\n"), COMMA, "");
    check(S("   "), COMMA, "");
    check(S("a\n   \n,,\n\"\",\" \"\nb"), COMMA, "1:[a]\n5:[b]\n");
}

static void widths(void **state)
{
    (void)state;
    struct tab_format f = {.delimiter = ',', .columns = 2};

    check(S("a,b\n1\n1,2,3\n1,2,,\n"), f, "1:[a][b]\n2:[1][]!1@0\n3:[1][2][3]!2@3\n4:[1][2]\n");

    struct buf b;
    buf_init(&b, 1u << 20);
    for (unsigned i = 0; i < MAX_CSV_COLUMNS + 5; i++)
        buf_z(&b, "x,");
    struct arena *a = arena_new(A);
    struct str all = render(a, buf_view(&b), COMMA);
    assert_true(str_ends(all, S("[x]!2@0\n")));
    assert_int_equal(all.n, 2 + MAX_CSV_COLUMNS * 3 + 5);
    arena_free(a);
    buf_clear(&b);
}

static void encodings(void **state)
{
    (void)state;
    check(S("\x80\xe4,\x93q\x94\n"), (struct tab_format){.encoding = TAB_WINDOWS_1252, .delimiter = ','},
          "1:[€ä][“q”]\n");
    check(S("a,\x81\n"), (struct tab_format){.encoding = TAB_WINDOWS_1252, .delimiter = ','},
          "1:[a][\xEF\xBF\xBD]!3@2\n");
    check(S("a\0,\0=\xd8\x00\xde\n\0\"\0x\0\n\0\"\0"), (struct tab_format){.encoding = TAB_UTF16LE, .delimiter = ','},
          "1:[a][😀]\n2:[x\n]\n");
    check(S("\0a\0,\xd8=\xde\x00\0\r\0\n\0b"), (struct tab_format){.encoding = TAB_UTF16BE, .delimiter = ','},
          "1:[a][😀]\n2:[b]\n");
    check(S("a\0\0\xd8\n\0b\0c"), (struct tab_format){.encoding = TAB_UTF16LE, .delimiter = ','},
          "1:[a\xEF\xBF\xBD]!3@1\n2:[b\xEF\xBF\xBD]!3@1\n");
    check(S("a,caf\xe9,x\nok,1\nz\0z,2\n\xe2\x82,3\n"), COMMA,
          "1:[a][caf\xEF\xBF\xBD][x]!3@2\n2:[ok][1]\n3:[z\xEF\xBF\xBDz][2]!3@1\n4:[\xEF\xBF\xBD][3]!3@1\n");
}

static void unclosed_quotes(void **state)
{
    (void)state;
    check(S("a,b\n1,\"x\n2,y\n3,z"), COMMA, "1:[a][b]\n2:!5@2\n3:[2][y]\n4:[3][z]\n");
    check(S("a,b\n1,\"x"), COMMA, "1:[a][b]\n2:!5@2\n");

    struct buf b;
    buf_init(&b, 64u << 20);
    buf_z(&b, "a,b\n1,\"x\n");
    for (unsigned i = 0; i < MAX_CSV_CELL; i++)
        buf_z(&b, "2,y\n");
    struct arena *a = arena_new(A);
    struct tab_source src;
    struct tab_row row;
    struct err err = {0};
    struct tab_format f = {.delimiter = ',', .start = {0, 1}, .columns = 2};
    tab_source_memory(&src, buf_view(&b));
    struct tab_reader *r = tab_reader_new(a, &src, &f);
    int64_t rows = 0, faults = 0;
    while (tab_next(r, &row, &err) > 0) {
        rows++;
        if (!row.fault)
            continue;
        faults++;
        assert_int_equal(row.fault, TAB_LONG);
        assert_int_equal(row.line, 2);
    }
    assert_int_equal(err.code, ERR_NONE);
    assert_int_equal(rows, 2 + MAX_CSV_CELL);
    assert_int_equal(faults, 1);

    /* No end of them: given up, not read for ever. */
    buf_reset(&b);
    for (unsigned i = 0; i < MAX_CSV_CELL; i++)
        buf_z(&b, "\"a\"\"\n");
    tab_source_memory(&src, buf_view(&b));
    r = tab_reader_new(a, &src, &f);
    int got;
    while ((got = tab_next(r, &row, &err)) > 0)
        ;
    assert_int_equal(got, -1);
    assert_int_equal(err.code, ERR_INVALID);
    arena_free(a);
    buf_clear(&b);
}

static void long_cells(void **state)
{
    (void)state;
    struct arena *a = arena_new(A);
    struct buf b;

    buf_init(&b, 64u << 20);
    for (int extra = 0; extra < 2; extra++) { /* the longest that is allowed, and one more */
        buf_reset(&b);
        buf_z(&b, "a,\"");
        for (unsigned i = 0; i < MAX_CSV_CELL + (unsigned)extra; i++)
            buf_char(&b, i % 70 ? 'x' : '\n');
        buf_z(&b, "\"\nb,c\n");
        struct tab_source src;
        struct tab_row row;
        struct err err = {0};
        struct tab_format f = {.delimiter = ',', .start = {0, 1}};
        tab_source_memory(&src, buf_view(&b));
        struct tab_reader *r = tab_reader_new(a, &src, &f);
        assert_int_equal(tab_next(r, &row, &err), 1);
        assert_int_equal(row.fault, extra ? TAB_LONG : TAB_GOOD);
        assert_int_equal(row.n, extra ? 0 : 2);
        assert_int_equal(tab_next(r, &row, &err), 1);
        assert_str(row.cells[1], "c");
        assert_int_equal(tab_next(r, &row, &err), 0);
    }
    arena_free(a);
    buf_clear(&b);
}

/* Reading on from any mark gives what reading on without a stop gives, in all encodings, past buffer ends. */
static void resuming(void **state)
{
    (void)state;
    static const char *const pieces[] = {"plain", "\"quo\"\"ted\"", "\"line\r\nend\"", "\xc3\xa4\xe2\x82\xac"};
    struct arena *a = arena_new(A);

    for (enum tab_encoding e = 0; e < TAB_ENCODING__N; e++) {
        struct buf b;
        buf_init(&b, 8u << 20);
        for (int i = 0; i < 9000; i++) {
            char line[200];
            snprintf(line, sizeof(line), "%d,%s,%s\r\n", i, pieces[i % 4], pieces[i / 7 % 4]);
            for (struct str s = str_of(line); s.n;) {
                uint32_t cp = (uint32_t)utf8_take(&s);
                char out[4];
                if (e == TAB_UTF8)
                    buf_add(&b, out, utf8_put(out, cp));
                else if (e == TAB_WINDOWS_1252)
                    buf_char(&b, (char)(cp == 0x20ac ? 0x80 : cp));
                else
                    buf_add(&b,
                            e == TAB_UTF16LE ? (char[]){(char)cp, (char)(cp >> 8)}
                                             : (char[]){(char)(cp >> 8), (char)cp},
                            2);
            }
        }
        struct tab_source src;
        struct tab_format f = {.encoding = e, .delimiter = ',', .start = {0, 1}, .columns = 3};
        struct tab_row one, two;
        struct err err = {0};
        tab_source_memory(&src, buf_view(&b));
        struct tab_reader *r = tab_reader_new(a, &src, &f), *again = tab_reader_new(a, &src, &f);
        struct tab_mark mark = f.start;
        int64_t n = 0, last = 0;
        while (tab_next(r, &one, &err) > 0) {
            assert_int_equal(one.fault, TAB_GOOD);
            if (n % 97 == 0) {
                tab_seek(again, mark);
                assert_int_equal(tab_next(again, &two, &err), 1);
                assert_int_equal(two.line, one.line);
                assert_int_equal(two.start, mark.offset);
                assert_int_equal(two.next.offset, one.next.offset);
                for (size_t i = 0; i < 3; i++)
                    assert_true(str_eq(one.cells[i], two.cells[i]));
            }
            int64_t number;
            assert_true(str_int(one.cells[0], &number));
            assert_int_equal(number, n);
            assert_true(one.line > last);
            last = one.line;
            mark = one.next;
            n++;
        }
        assert_int_equal(n, 9000);
        assert_int_equal(mark.offset, src.size);
        buf_clear(&b);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_and_lines), cmocka_unit_test(widths),     cmocka_unit_test(encodings),
        cmocka_unit_test(unclosed_quotes),  cmocka_unit_test(long_cells), cmocka_unit_test(resuming),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

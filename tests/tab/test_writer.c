/* Rows out and in again; the forms of typed cells; workbooks; a million rows in little memory. */
#include "ceilings.h"
#include "check.h"
#include "json_in.h"
#include "rng.h"
#include "tab_reader.h"
#include "tab_writer.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct str write_rows(struct arena *a, struct buf *out, struct tab_writer_options o,
                             const struct tab_cell *cells, size_t rows)
{
    struct err err = {0};

    buf_reset(out);
    struct tab_writer *w = tab_writer_new(a, &o, tab_sink_buf(out));
    for (size_t i = 0; i < rows; i++)
        if (tab_writer_row(w, cells + i * o.n, &err) < 0)
            fail_msg("%s", err.msg);
    if (tab_writer_end(w, &err) < 0)
        fail_msg("%s", err.msg);
    assert_int_equal(tab_writer_rows(w), rows);
    return buf_view(out);
}

static const struct str columns[] = {{"id", 2}, {"a title", 7}, {"value", 5}, {"day", 3}, {"at", 2}, {"yes", 3}};

static void forms(void **state)
{
    (void)state;
    struct arena *a = arena_new(MAX_ARENA);
    struct buf out;
    struct tab_cell cells[] = {
        tab_int(7),
        tab_text(S("Pumps, \"big\"")),
        tab_decimal(-1250, 2),
        tab_day_cell(day_of(2026, 3, 25)),
        tab_at(1774429200000),
        tab_bool(true),
        tab_int(INT64_MIN),
        tab_text(S("=1+1")),
        tab_null(),
        tab_null(),
        tab_null(),
        tab_bool(false),
    };
    struct tab_writer_options o = {.format = TAB_CSV, .columns = columns, .n = 6};

    buf_init(&out, MAX_REPLY);
    assert_str(write_rows(a, &out, o, cells, 2),
               "id,a title,value,day,at,yes\r\n"
               "7,\"Pumps, \"\"big\"\"\",-12.50,2026-03-25,2026-03-25T09:00:00.000Z,true\r\n"
               "-9223372036854775808,=1+1,,,,false\r\n");
    o.guard_formulas = o.bom = true;
    assert_str(write_rows(a, &out, o, cells, 2),
               "\xef\xbb\xbfid,a title,value,day,at,yes\r\n"
               "7,\"Pumps, \"\"big\"\"\",-12.50,2026-03-25,2026-03-25T09:00:00.000Z,true\r\n"
               "-9223372036854775808,\"'=1+1\",,,,false\r\n");
    o.format = TAB_JSON;
    struct str json = write_rows(a, &out, o, cells, 2);
    assert_str(json, "[{\"id\":7,\"a title\":\"Pumps, \\\"big\\\"\",\"value\":-12.50,\"day\":\"2026-03-25\","
                     "\"at\":\"2026-03-25T09:00:00.000Z\",\"yes\":true}\n"
                     ",{\"id\":-9223372036854775808,\"a title\":\"=1+1\",\"value\":null,\"day\":null,\"at\":null,"
                     "\"yes\":false}\n]\n");
    assert_str(write_rows(a, &out, o, cells, 0), "[]\n");
    enum tab_file f;
    assert_true(tab_file_find(S("xlsx"), &f) && f == TAB_XLSX);
    assert_false(tab_file_find(S("doc"), &f));
    buf_clear(&out);
    arena_free(a);
}

/* -- what is written is read ---------------------------------------------------------------------- */

static struct str random_text(struct arena *a, struct rng *r)
{
    static const char *const bits[] = {",", "\"", "\n", "\r\n", "\r", ";", "\t",   " ",
                                       "a", "Ä",  "€",  "😀",    "''", "=", "sep=;"};
    struct buf b;

    buf_init(&b, 1u << 20);
    for (uint64_t n = rng_below(r, 8); n; n--)
        buf_z(&b, bits[rng_below(r, sizeof(bits) / sizeof(bits[0]))]);
    struct str s = arena_str(a, buf_view(&b));
    buf_clear(&b);
    return s;
}

static void round_trip(void **state)
{
    (void)state;
    struct rng rng;
    struct buf out;

    rng_seed(&rng, 20260325);
    buf_init(&out, MAX_REPLY);
    for (int turn = 0; turn < 400; turn++) {
        struct arena *a = arena_new(MAX_ARENA);
        size_t n = 1 + rng_below(&rng, 6), rows = rng_below(&rng, 20);
        struct str names[6];
        struct tab_cell cells[6 * 20];
        for (size_t i = 0; i < n; i++)
            names[i] = arena_printf(a, "column %zu", i);
        for (size_t i = 0; i < n * rows; i++) {
            cells[i] = tab_text(random_text(a, &rng));
            if (i % n == 0)
                cells[i].text = arena_printf(a, STR_FMT "#", STR_ARG(cells[i].text)); /* a row with something in it */
        }
        struct tab_writer_options o = {.format = TAB_CSV, .columns = names, .n = n, .bom = turn % 2};
        struct str text = write_rows(a, &out, o, cells, rows);

        struct tab_source src;
        struct tab_row row;
        struct err err = {0};
        struct tab_format f = {.delimiter = ',', .start = {turn % 2 ? 3 : 0, 1}, .columns = n};
        tab_source_memory(&src, text);
        struct tab_reader *r = tab_reader_new(a, &src, &f);
        assert_int_equal(tab_next(r, &row, &err), 1);
        assert_str(row.cells[0], "column 0");
        for (size_t i = 0; i < rows; i++) {
            assert_int_equal(tab_next(r, &row, &err), 1);
            assert_int_equal(row.fault, TAB_GOOD);
            assert_int_equal(row.n, n);
            for (size_t j = 0; j < n; j++)
                if (!str_eq(row.cells[j], cells[i * n + j].text))
                    fail_msg("got \"" STR_FMT "\", want \"" STR_FMT "\"", STR_ARG(row.cells[j]),
                             STR_ARG(cells[i * n + j].text));
        }
        assert_int_equal(tab_next(r, &row, &err), 0);

        /* The same as JSON. */
        json_t *array;
        o.format = TAB_JSON;
        assert_int_equal(json_read(a, write_rows(a, &out, o, cells, rows), &array, &err), 0);
        assert_int_equal(json_array_size(array), rows);
        for (size_t i = 0; i < rows * n; i++)
            assert_true(
                str_eq(json_text(json_object_get(json_array_get(array, i / n), names[i % n].p)), cells[i].text));
        arena_free(a);
    }
    buf_clear(&out);
}

/* -- workbooks ------------------------------------------------------------------------------------ */

static struct str unzipped(struct arena *a, const char *zip, const char *member)
{
    char command[400];
    struct buf b;

    snprintf(command, sizeof(command), "unzip -p %s %s", zip, member);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    buf_init(&b, 64u << 20);
    for (size_t got = 1; got;) {
        char *to = buf_reserve(&b, 65536);
        assert_non_null(to);
        got = fread(to, 1, 65536, f);
        buf_advance(&b, got);
    }
    pclose(f);
    struct str s = arena_str(a, buf_view(&b));
    buf_clear(&b);
    return s;
}

static void has(struct str xml, const char *piece)
{
    if (!str_contains(xml, str_of(piece)))
        fail_msg("no %s in " STR_FMT, piece, STR_ARG(str_upto(xml, 4000)));
}

static void workbooks(void **state)
{
    (void)state;
    struct arena *a = arena_new(MAX_ARENA);
    struct buf lengthy;
    char folder[] = "/tmp/penstock-test-XXXXXX", path[64];
    struct err err = {0};

    if (system("unzip -v > /dev/null 2>&1") != 0) {
        printf("skipped: no unzip\n");
        arena_free(a);
        return;
    }
    buf_init(&lengthy, 1u << 20);
    for (int i = 0; i < 40000; i++)
        buf_char(&lengthy, 'x');
    struct tab_cell cells[] = {
        tab_int(7),
        tab_text(S("=1+1 <&> \x01 _x0041_ \xef\xbf\xbf")),
        tab_decimal(-125050, 2),
        tab_day_cell(day_of(2026, 3, 25)),
        tab_at(1774429200000),
        tab_bool(true),
        tab_int(1234567890123456789),
        tab_text(buf_view(&lengthy)),
        tab_decimal(1, 12),
        tab_day_cell(day_of(1850, 1, 1)),
        tab_null(),
        tab_bool(false),
    };
    struct tab_writer_options o = {
        .format = TAB_XLSX, .columns = columns, .n = 6, .title = "deals", .zone = zone_find("Europe/Berlin")};
    assert_non_null(mkdtemp(folder));
    setenv("TMPDIR", folder, 1);
    snprintf(path, sizeof(path), "%s/it.xlsx", folder);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    struct tab_writer *w = tab_writer_new(a, &o, tab_sink_fd(fd));
    for (int i = 0; i < 2; i++)
        assert_int_equal(tab_writer_row(w, cells + 6 * i, &err), 0);
    assert_int_equal(tab_writer_end(w, &err), 0);
    assert_int_equal(tab_writer_cut(w), 1);
    close(fd);

    struct str sheet = unzipped(a, path, "xl/worksheets/sheet1.xml");
    assert_true(utf8_valid(sheet));
    has(sheet, "state=\"frozen\"");
    has(sheet, "<autoFilter ref=\"A1:F3\"/>");
    has(sheet, "=1+1 &lt;&amp;&gt; _x0001_ _x005F_x0041_ _xFFFF_");
    has(sheet, "<v>-1250.5</v>");
    has(sheet, "<v>46106</v>");
    has(sheet, "<v>46106.41666");
    has(sheet, "1234567890123456789");
    has(sheet, "0.000000000001");
    has(sheet, "1850-01-01");
    has(sheet, "xxx…</t>");
    has(sheet, "t=\"b\"");
    assert_false(str_contains(sheet, S("<f>")));
    has(unzipped(a, path, "xl/workbook.xml"), "name=\"deals\"");
    unlink(path);
    buf_clear(&lengthy);

    /* One that is never ended leaves nothing behind. */
    w = tab_writer_new(a, &o, tab_sink_file(stderr));
    assert_int_equal(tab_writer_row(w, cells, &err), 0);
    arena_free(a);
    assert_int_equal(rmdir(folder), 0);
    unsetenv("TMPDIR");
}

/* -- a million rows ------------------------------------------------------------------------------- */

static long peak_kb(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

#define MILLION 1000000

static void write_million(const struct tab_writer_options *o, FILE *f)
{
    struct arena *a = arena_new(MAX_ARENA);
    struct err err = {0};
    struct tab_writer *w = tab_writer_new(a, o, tab_sink_file(f));

    for (int64_t i = 0; i < MILLION; i++) {
        struct tab_cell cells[] = {tab_int(i),
                                   tab_text(i % 3 ? S("Pumps") : S("Pumps, \"large\"\nand loud")),
                                   tab_decimal(i * 7, 2),
                                   tab_day_cell((struct day){(int32_t)(i % 20000)}),
                                   tab_null(),
                                   tab_bool(i % 2)};
        assert_int_equal(tab_writer_row(w, cells, &err), 0);
    }
    assert_int_equal(tab_writer_end(w, &err), 0);
    assert_true(arena_used(a) < 1u << 20);
    arena_free(a);
    fflush(f);
}

static void million_rows(void **state)
{
    (void)state;
    char path[] = "/tmp/penstock-million-XXXXXX";
    struct tab_writer_options o = {.format = TAB_CSV, .columns = columns, .n = 6};
    FILE *f = fdopen(mkstemp(path), "w");
    long before = peak_kb();

    write_million(&o, f);
    fclose(f);

    struct arena *a = arena_new(MAX_ARENA);
    struct tab_source src;
    struct tab_row row;
    struct err err = {0};
    struct tab_format format = {.delimiter = ',', .start = {0, 1}, .columns = 6};
    assert_int_equal(tab_source_open(&src, path, &err), 0);
    struct tab_reader *r = tab_reader_new(a, &src, &format);
    size_t used = arena_used(a);
    int64_t rows = -1; /* the header */
    while (tab_next(r, &row, &err) > 0) {
        assert_int_equal(row.fault, TAB_GOOD);
        rows++;
    }
    assert_int_equal(rows, MILLION);
    assert_int_equal(arena_used(a), used);
    assert_int_equal(row.line, MILLION + 1 + (MILLION - 1) / 3);
    tab_source_close(&src);
    arena_free(a);
    unlink(path);
    printf("peak memory grew by %ld kB\n", peak_kb() - before);
    assert_true(peak_kb() - before < 32 << 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(million_rows), /* first: before others raise the peak */
        cmocka_unit_test(forms),
        cmocka_unit_test(round_trip),
        cmocka_unit_test(workbooks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* csv-spectrum: every file says what its JSON twin says. */
#include "ceilings.h"
#include "check.h"
#include "json_in.h"
#include "shared.h"
#include "tab_detect.h"

static struct str slurp(struct arena *a, const char *path)
{
    struct tab_source src;
    struct err err = {0};

    if (tab_source_open(&src, path, &err) < 0)
        fail_msg("%s", err.msg);
    char *p = arena_alloc(a, (size_t)src.size);
    assert_int_equal(tab_source_read(&src, 0, p, (size_t)src.size, &err), src.size);
    struct str bytes = {p, (size_t)src.size};
    tab_source_close(&src);
    return bytes;
}

static void compare(const char *name)
{
    char path[200];
    struct arena *a = arena_new(MAX_ARENA);
    struct tab_source src;
    struct tab_report *rep;
    struct tab_row row;
    struct err err = {0};
    json_t *want;

    snprintf(path, sizeof(path), "csv/csv-spectrum/json/%s.json", name);
    if (json_read(a, slurp(a, shared(path)), &want, &err) < 0)
        fail_msg("%s: %s", name, err.msg);
    if (json_is_object(want)) { /* one of them is not in an array */
        json_t *array = json_array();
        json_array_append(array, want);
        want = array;
    } else {
        json_incref(want);
    }
    snprintf(path, sizeof(path), "csv/csv-spectrum/csvs/%s.csv", name);
    assert_int_equal(tab_source_open(&src, shared(path), &err), 0);
    assert_int_equal(tab_detect(a, &src, &rep, &err), 0);
    assert_true(rep->has_header);

    struct tab_format f = rep->format;
    f.start = rep->data;
    struct tab_reader *r = tab_reader_new(a, &src, &f);
    size_t rows = 0;
    while (tab_next(r, &row, &err) > 0) {
        json_t *object = json_array_get(want, rows++);
        assert_int_equal(row.fault, TAB_GOOD);
        assert_int_equal(json_object_size(object), rep->n);
        for (size_t i = 0; i < rep->n; i++) {
            struct str cell = json_member_str(object, arena_cstr(a, rep->columns[i].name));
            /* The two files have different numbers in them. */
            if (str_is(cell, "1234567890") && str_is(row.cells[i], "2095257564"))
                continue;
            if (!str_eq(cell, row.cells[i]))
                fail_msg("%s, row %d: got \"" STR_FMT "\", want \"" STR_FMT "\"", name, (int)rows,
                         STR_ARG(row.cells[i]), STR_ARG(cell));
        }
    }
    assert_int_equal(rows, json_array_size(want));
    json_decref(want);
    tab_source_close(&src);
    arena_free(a);
}

static void spectrum(void **state)
{
    (void)state;
    static const char *const files[] = {"comma_in_quotes",
                                        "empty",
                                        "empty_crlf",
                                        "escaped_quotes",
                                        "json",
                                        "newlines",
                                        "simple",
                                        "location_coordinates",
                                        "newlines_crlf",
                                        "utf8",
                                        "simple_crlf",
                                        "quotes_and_newlines"};

    if (!shared("csv/csv-spectrum/csvs"))
        return;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        compare(files[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(spectrum)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

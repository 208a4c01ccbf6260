/* The embedded files are all there, unpack to what they say, and nothing else is found. */
#include "check.h"

#include <string.h>

#include "arena.h"
#include "ui.h"
#include "ui_files.h"

static void the_page_is_there(void **state)
{
    (void)state;
    const struct ui_file *page = ui_page();

    assert_string_equal(page->path, "/index.html");
    assert_string_equal(page->type, "text/html; charset=utf-8");
    assert_false(page->immutable);
    assert_null(ui_find(S("/")));
    assert_null(ui_find(S("index.html")));
    assert_null(ui_find(S("/../etc/passwd")));
    assert_null(ui_find(STR_NULL));
}

static void every_file_unpacks(void **state)
{
    (void)state;
    for (size_t i = 0; i < ui_nfiles; i++) {
        const struct ui_file *f = &ui_files[i];
        struct arena *a = arena_new(64u << 20);

        assert_ptr_equal(ui_find(str_of(f->path)), f);
        assert_int_equal(f->path[0], '/');
        assert_int_equal(strlen(f->etag), 20);
        assert_int_equal(ui_plain(a, f).n, f->size);
        arena_free(a);
    }
}

/* What the page names is embedded, so that a browser never asks for what is not there. */
static void the_page_names_only_what_is_there(void **state)
{
    (void)state;
    struct arena *a = arena_new(64u << 20);
    struct str rest = ui_plain(a, ui_page()), piece;

    while (str_next(&rest, '"', &piece))
        if (str_starts(piece, S("/assets/")))
            assert_non_null(ui_find(piece));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_is_there),
        cmocka_unit_test(every_file_unpacks),
        cmocka_unit_test(the_page_names_only_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

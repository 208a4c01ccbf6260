/* Notes as HTML: what people write is shown, what would hurt whoever looks is not. */
#include <string.h>

#include "ceilings.h"
#include "check.h"
#include "markdown.h"

static struct str repeat(struct arena *a, const char *head, const char *line, size_t lines)
{
    struct str h = str_of(head), l = str_of(line);
    char *text = arena_alloc(a, h.n + l.n * lines);

    memcpy(text, h.p, h.n);
    for (size_t i = 0; i < lines; i++)
        memcpy(text + h.n + i * l.n, l.p, l.n);
    return (struct str){text, h.n + l.n * lines};
}

static void shows(void **state)
{
    struct arena *a = arena_new(MAX_ARENA);

    (void)state;
    assert_true(str_contains(markdown_html(a, S("|a|b|\n|-|-|\n|1|2|\n")), S("<td>2</td>")));
    assert_true(str_contains(markdown_html(a, S("~~a~~ www.example.com")), S("<del>a</del>")));
    assert_true(str_contains(markdown_html(a, repeat(a, "|a|b|\n|-|-|\n", "|1|2|\n", 5000)), S("<td>2</td>")));
    arena_free(a);
}

static void keeps_out(void **state)
{
    struct arena *a = arena_new(MAX_ARENA);
    struct str html =
        markdown_html(a, S("<script>x</script> [a](javascript:x) ![b](data:image/svg+xml,x) <i onclick=x>c</i>"));

    (void)state;
    assert_false(str_contains(html, S("<script")));
    assert_false(str_contains(html, S("javascript:")));
    assert_false(str_contains(html, S("data:")));
    assert_false(str_contains(html, S("onclick")));
    arena_free(a);
}

/* Columns by rows, 100 million cells from 100 kB: stays the text it was. */
static void bounds_tables(void **state)
{
    struct arena *a = arena_new(MAX_ARENA);
    struct str head = repeat(a, "", "|a", 5000), rule = repeat(a, "\n", "|-", 5000);
    const char *top = arena_printf(a, STR_FMT STR_FMT "\n", STR_ARG(head), STR_ARG(rule)).p;

    (void)state;
    struct str html = markdown_html(a, repeat(a, top, "|\n", 20000));
    assert_false(str_contains(html, S("<td>")));
    assert_true(html.n < MAX_LONG_TEXT);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows),
        cmocka_unit_test(keeps_out),
        cmocka_unit_test(bounds_tables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

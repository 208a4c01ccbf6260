#include "markdown.h"

#include <cmark-gfm-core-extensions.h>
#include <pthread.h>
#include <stdlib.h>

static void free_text(void *p)
{
    free(p);
}

/* The parser fills short rows of a table up to the width of its head, and goes over a paragraph anew for each line that
 * may be one: a text of 100 kB could ask for gigabytes. Tables larger than this stay text. */
#define MAX_CELLS 50000u

static bool tables_fit(struct str text)
{
    size_t lines = 1, bars = 0, widest = 0;

    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\n' || text.p[i] == '\r') {
            lines++;
            bars = 0;
        } else if (text.p[i] == '|' && ++bars > widest) {
            widest = bars;
        }
    }
    return (widest + 1) * lines <= MAX_CELLS;
}

struct str markdown_html(struct arena *a, struct str text)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    static const char *const extensions[] = {"strikethrough", "autolink", "tagfilter", "tasklist"};

    pthread_once(&once, cmark_gfm_core_extensions_ensure_registered);
    cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    if (tables_fit(text))
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension("table"));
    for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(extensions[i]));
    cmark_parser_feed(parser, text.p ? text.p : "", text.n);
    cmark_node *document = cmark_parser_finish(parser);
    char *html = cmark_render_html(document, CMARK_OPT_DEFAULT, cmark_parser_get_syntax_extensions(parser));
    cmark_node_free(document);
    cmark_parser_free(parser);
    arena_defer(a, free_text, html);
    return str_of(html);
}

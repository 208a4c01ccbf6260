#include "markdown.h"

#include <cmark-gfm-core-extensions.h>
#include <pthread.h>
#include <string.h>

#include "ceilings.h"

/* The parser would end the program when it finds no memory, so it gets it from an arena of its own, which jumps. Each
 * piece knows its size, for growing. */
static _Thread_local struct arena *memory;

#define HEAD 16u /* keeps pieces aligned */

static void *give(size_t n, size_t size)
{
    if (size && n > (MAX_ARENA - HEAD) / size)
        out_of_memory();
    char *p = arena_alloc(memory, HEAD + n * size);

    memcpy(p, &(size_t){n * size}, sizeof(size_t));
    return p + HEAD;
}

static void *grow(void *old, size_t size)
{
    size_t had;
    char *p = give(1, size);

    if (old) {
        memcpy(&had, (char *)old - HEAD, sizeof(had));
        memcpy(p, old, had < size ? had : size);
    }
    return p;
}

static void let_go(void *p)
{
    (void)p;
}

static cmark_mem arena_memory = {give, grow, let_go};

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

struct page {
    struct arena *keep;
    struct str text, html;
};

static int render(void *arg)
{
    static const char *const extensions[] = {"strikethrough", "autolink", "tagfilter", "tasklist"};
    struct page *p = arg;

    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, &arena_memory);
    if (tables_fit(p->text))
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension("table"));
    for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(extensions[i]));
    cmark_parser_feed(parser, p->text.p ? p->text.p : "", p->text.n);
    cmark_node *document = cmark_parser_finish(parser);
    const char *html = cmark_render_html_with_mem(document, CMARK_OPT_DEFAULT,
                                                  cmark_parser_get_syntax_extensions(parser), &arena_memory);
    p->html = arena_str(p->keep, str_of(html));
    return 0;
}

struct str markdown_html(struct arena *a, struct str text)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct page p = {.keep = a, .text = text};

    pthread_once(&once, cmark_gfm_core_extensions_ensure_registered);
    struct arena *work = arena_new(MAX_ARENA);
    if (!work)
        out_of_memory();
    memory = work;
    int r = arena_try(render, &p);
    memory = NULL;
    arena_free(work);
    if (r < 0)
        out_of_memory();
    return p.html;
}

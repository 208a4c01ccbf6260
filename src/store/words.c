#include "words.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

#include "buf.h"

#define MAX_WORDS_BYTES 900000u /* a tsvector holds less than 1 MB */
#define MAX_WORD 2000u          /* … and words of less than 2 KB */
#define BODY_FROM 20            /* places between title and body, so that no row of words spans both */
#define MAX_PLACE 16383

/* -- SQLite's tokenizer ---------------------------------------------------------------------------- */

static struct {
    fts5_tokenizer make;
    void *ctx;
    bool found;
} unicode;

static void find_tokenizer(void)
{
    static sqlite3 *db; /* lives as long as the program: the tokenizer belongs to it */
    sqlite3_stmt *st = NULL;
    fts5_api *api = NULL;

    if (sqlite3_open(":memory:", &db) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &st, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(st, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(st);
    }
    sqlite3_finalize(st);
    unicode.found = api && api->xFindTokenizer(api, "unicode61", &unicode.ctx, &unicode.make) == SQLITE_OK;
}

typedef int word_fn(void *ctx, int flags, const char *word, int n, int from, int to);

static bool each_word(struct str text, word_fn *fn, void *ctx)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const char *options[] = {"remove_diacritics", "2"};
    Fts5Tokenizer *t = NULL;

    pthread_once(&once, find_tokenizer);
    if (!unicode.found || unicode.make.xCreate(unicode.ctx, options, 2, &t) != SQLITE_OK)
        return false;
    int rc = unicode.make.xTokenize(t, ctx, FTS5_TOKENIZE_DOCUMENT, text.p ? text.p : "", (int)text.n, fn);
    unicode.make.xDelete(t);
    return rc == SQLITE_OK;
}

/* -- as PostgreSQL reads them ----------------------------------------------------------------------- */

struct writing {
    struct buf out;
    int place; /* of the last word */
    const char *between;
};

/* Quoted, cut where a character ends. */
static void put_word(struct buf *b, const char *word, int n)
{
    struct str w = {word, (size_t)n};

    if (w.n > MAX_WORD)
        for (w.n = MAX_WORD; w.n && (w.p[w.n] & 0xc0) == 0x80;)
            w.n--;
    buf_char(b, '\'');
    for (size_t i = 0; i < w.n; i++) {
        if (w.p[i] == '\'' || w.p[i] == '\\')
            buf_char(b, w.p[i]);
        buf_char(b, w.p[i]);
    }
    buf_char(b, '\'');
}

static int to_vector(void *ctx, int flags, const char *word, int n, int from, int to)
{
    struct writing *w = ctx;

    (void)flags, (void)from, (void)to;
    if (w->out.n + (size_t)n + 16 > MAX_WORDS_BYTES)
        return SQLITE_OK;
    w->place += w->place < MAX_PLACE;
    put_word(&w->out, word, n);
    buf_printf(&w->out, ":%d ", w->place);
    return SQLITE_OK;
}

static struct str finish(struct arena *a, struct writing *w, bool fine)
{
    struct str text = fine && buf_ok(&w->out) ? arena_str(a, buf_view(&w->out)) : STR_NULL;

    buf_clear(&w->out);
    return text;
}

struct str words_vector(struct arena *a, struct str title, struct str body)
{
    struct writing w = {.place = 0};

    buf_init(&w.out, MAX_WORDS_BYTES);
    bool fine = each_word(title, to_vector, &w);
    w.place += BODY_FROM;
    fine = fine && each_word(body, to_vector, &w);
    return finish(a, &w, fine);
}

static int to_query(void *ctx, int flags, const char *word, int n, int from, int to)
{
    struct writing *w = ctx;

    (void)flags, (void)from, (void)to;
    buf_z(&w->out, w->between);
    put_word(&w->out, word, n);
    w->between = " <-> ";
    return SQLITE_OK;
}

struct str words_query(struct arena *a, const struct str *pieces, size_t n)
{
    struct writing w = {.between = ""};
    bool fine = true;

    buf_init(&w.out, MAX_WORDS_BYTES);
    for (size_t i = 0; i < n && fine; i++) {
        size_t before = w.out.n;
        w.between = before ? " & " : "";
        fine = each_word(pieces[i], to_query, &w);
        if (w.out.n > before)
            buf_z(&w.out, ":*");
    }
    return finish(a, &w, fine);
}

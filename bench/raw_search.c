/* search WORDS: of every kind that can be searched, the newest 25 rows that have the words. */
#include <stdio.h>

#include "raw.h"

#define MAX_KINDS 32
#define PER_KIND 25
#define TITLE_AT 4 /* the first column behind the system's own */

struct searches {
    struct {
        struct str name;
        sqlite3_stmt *find, *row;
    } kinds[MAX_KINDS];
    size_t n;
};

static void prepare(struct raw_conn *c)
{
    struct searches *s = NEW(c->arena, struct searches);
    sqlite3_stmt *tables = raw_prepare(c, "SELECT substr(name, 1, length(name) - 7) FROM sqlite_master "
                                          "WHERE sql LIKE 'CREATE VIRTUAL TABLE %%_search USING fts5%%'");

    while (raw_step(tables) && s->n < MAX_KINDS) {
        const char *kind = arena_cstr(c->arena, raw_text(tables, 0));
        s->kinds[s->n].name = str_of(kind);
        s->kinds[s->n].find =
            raw_prepare(c, "SELECT rowid FROM %s_search WHERE %s_search MATCH ?1 ORDER BY rowid DESC LIMIT %d", kind,
                        kind, PER_KIND);
        s->kinds[s->n++].row = raw_prepare(c, "SELECT * FROM %s WHERE id = ?1", kind);
    }
    c->own = s;
}

static void answer(struct raw_conn *c, const struct raw_query *q)
{
    const struct searches *s = c->own;
    struct str rest = q->args[0], word;
    char match[1024];
    int n = 0;

    while (str_next(&rest, ' ', &word))
        n += snprintf(match + n, sizeof(match) - (size_t)n, "%s\"" STR_FMT "\"*", n ? " " : "",
                      STR_ARG(str_upto(word, 64)));
    out_open(&c->json, '{');
    out_kv_open(&c->json, "data", '[');
    for (size_t i = 0; i < s->n; i++) {
        sqlite3_stmt *find = s->kinds[i].find, *row = s->kinds[i].row;
        sqlite3_bind_text(find, 1, match, n, SQLITE_STATIC);
        while (raw_step(find)) {
            sqlite3_bind_int64(row, 1, sqlite3_column_int64(find, 0));
            if (!raw_step(row))
                continue;
            out_open(&c->json, '{');
            out_kv_str(&c->json, "kind", s->kinds[i].name);
            out_kv_int(&c->json, "id", sqlite3_column_int64(row, 0));
            out_kv_str(&c->json, "title", raw_text(row, TITLE_AT));
            out_close(&c->json, '}');
            sqlite3_reset(row);
        }
    }
    out_close(&c->json, ']');
    out_close(&c->json, '}');
}

const struct raw_work raw_search = {"search", prepare, answer};

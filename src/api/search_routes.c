/* GET /search: the records of all kinds that have the words, best first. */
#include "api.h"
#include "ceilings.h"
#include "list.h"
#include "refs.h"
#include "sqlgen.h"

#define MAX_HITS 50u
#define PER_KIND 25u /* looked at, newest first, for each way of fitting */

/* How well a title fits, best first. */
enum fit { FIT_EXACT, FIT_PREFIX, FIT_WORD, FIT_ELSEWHERE };

struct hit {
    enum fit fit;
    int order; /* of the kind */
    struct row *row;
};

struct hits {
    struct hit v[MAX_HITS * 8];
    size_t n;
};

/* Kinds in the order people look for them; what is not named comes behind. */
static int kind_order(const struct app *app, const struct kind *k)
{
    const struct kind *order[] = {app->deals, app->organisations, app->people, app->activities, app->notes, app->files};

    for (size_t i = 0; i < COUNT(order); i++)
        if (order[i] == k)
            return (int)i;
    return COUNT(order);
}

static enum fit fit_of(struct arena *a, struct str title, struct str words)
{
    struct str folded = utf8_fold(a, title);

    if (str_eq(folded, words))
        return FIT_EXACT;
    if (str_starts(folded, words))
        return FIT_PREFIX;
    return str_contains(folded, arena_printf(a, " " STR_FMT, STR_ARG(words))) ? FIT_WORD : FIT_ELSEWHERE;
}

static void add_hit(struct hits *hits, struct hit hit)
{
    for (size_t i = 0; i < hits->n; i++)
        if (hits->v[i].row->kind == hit.row->kind && row_id(hits->v[i].row) == row_id(hit.row))
            return;
    if (hits->n < COUNT(hits->v))
        hits->v[hits->n++] = hit;
}

static int take(struct api_call *c, struct list_query *q, struct str words, struct hits *hits, struct err *err)
{
    struct page page;

    q->sort[0] = (struct sort_key){.field = &q->kind->fields[SYS_ID], .down = true};
    q->nsort = 1;
    q->limit = PER_KIND;
    if (list_run(c->ctx.t, q, &page, err) < 0)
        return -1;
    for (size_t i = 0; i < page.n; i++) {
        struct row *row = page.rows[i];
        add_hit(hits, (struct hit){fit_of(c->arena, row_title(row), words), kind_order(c->app, q->kind), row});
    }
    return 0;
}

/* Titles that begin with what was typed are looked up by themselves: among a common word's thousands they would be
 * lost. */
static int search_kind(struct api_call *c, const struct kind *k, struct str typed, struct str words, struct hits *hits,
                       struct err *err)
{
    struct list_query starts = {.kind = k, .access = c->ctx.access}, has = starts;
    const struct field *title = &k->fields[k->title_at];

    if (!kind_searchable(k) || access_see(c->ctx.access, k) == LEVEL_NONE)
        return 0;
    has.q = typed;
    if (field_ftype(title)->is_text && str_find(typed, '%') < 0 && str_find(typed, '_') < 0 &&
        str_find(typed, '\\') < 0) {
        struct str pattern = arena_printf(c->arena, STR_FMT "%%", STR_ARG(typed));
        if (list_filter(&starts, c->arena, arena_printf(c->arena, "%s.like", title->name), pattern, NULL, err) < 0 ||
            take(c, &starts, words, hits, err) < 0)
            return -1;
    }
    return take(c, &has, words, hits, err);
}

static bool before(const struct hit *a, const struct hit *b)
{
    if (a->fit != b->fit)
        return a->fit < b->fit;
    if (a->order != b->order)
        return a->order < b->order;
    return row_id(a->row) > row_id(b->row);
}

static void sort(struct hits *hits)
{
    for (size_t i = 1; i < hits->n; i++) {
        struct hit hit = hits->v[i];
        size_t at = i;
        for (; at > 0 && before(&hit, &hits->v[at - 1]); at--)
            hits->v[at] = hits->v[at - 1];
        hits->v[at] = hit;
    }
}

/* The first reference that is neither owner nor hidden says where the record belongs. */
static const struct field *subtitle_field(const struct row *row)
{
    for (int i = SYS__N; i < row->kind->nfields; i++) {
        const struct field *f = &row->kind->fields[i];
        bool where = f->type == FT_REF && f->ref_kind->def.class == CLASS_RECORD && !(f->flags & DERIVED);
        if (where && row_has(row, i))
            return f;
    }
    return NULL;
}

static struct str subtitle(const struct refs *refs, const struct row *row)
{
    const struct field *f = subtitle_field(row);
    const struct row *to = f ? refs_find(refs, f->ref_kind, row_int(row, f->at)) : NULL;

    if (to)
        return row_title(to);
    for (int i = SYS__N; i < row->kind->nfields; i++)
        if ((row->kind->fields[i].flags & LIST) && i != row->kind->title_at &&
            field_ftype(&row->kind->fields[i])->is_text && row_has(row, i) && row->kind->fields[i].type != FT_CHOICE)
            return row_str(row, i);
    return STR_NULL;
}

/* Some text around the first of the words, when the title does not have it. */
static struct str snippet(struct arena *a, const struct row *row, struct str words)
{
    struct str first, rest;

    str_cut(words, ' ', &first, &rest);
    for (int i = SYS__N; i < row->kind->nfields; i++) {
        if (!(row->kind->fields[i].flags & SEARCH) || i == row->kind->title_at || !row_has(row, i))
            continue;
        struct str text = utf8_fold(a, row_str(row, i)), from = text;
        while (from.n >= first.n && !str_starts(from, first))
            from = str_from(from, 1);
        if (first.n == 0 || from.n < first.n)
            continue;
        /* Whole letters on both sides. */
        size_t at = (size_t)(from.p - text.p), begin = at > 60 ? at - 60 : 0,
               end = at + 100 < text.n ? at + 100 : text.n;
        while (begin > 0 && ((unsigned char)text.p[begin] & 0xc0) == 0x80)
            begin--;
        while (end < text.n && ((unsigned char)text.p[end] & 0xc0) == 0x80)
            end++;
        return arena_printf(a, "%s" STR_FMT "%s", begin ? "…" : "",
                            STR_ARG(str_upto(str_from(text, begin), end - begin)), end < text.n ? "…" : "");
    }
    return STR_NULL;
}

static int search(struct api_call *c, struct err *err)
{
    struct str typed = str_trim(api_query(c, "q")), words = utf8_fold(c->arena, typed);
    struct hits *hits = NEW(c->arena, struct hits);
    struct refs refs = {0};
    int64_t limit = 20;

    if (api_query_int(c, "limit", 1, MAX_HITS, &limit, err) < 0)
        return -1;
    if (typed.n > 200)
        return err_field(err, "q", "length", "At most 200 bytes can be searched for.");
    for (int i = 0; typed.n && i < c->app->schema->n; i++)
        if (search_kind(c, &c->app->schema->kinds[i], typed, words, hits, err) < 0)
            return -1;
    sort(hits);
    if (hits->n > (size_t)limit)
        hits->n = (size_t)limit;
    for (size_t i = 0; i < hits->n; i++) {
        const struct field *f = subtitle_field(hits->v[i].row);
        if (f)
            refs_want(&refs, c->arena, f->ref_kind, row_int(hits->v[i].row, f->at));
    }
    if (refs_load(&c->ctx, &refs, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    out_kv_open(o, "data", '[');
    for (size_t i = 0; i < hits->n; i++) {
        const struct row *row = hits->v[i].row;
        out_open(o, '{');
        out_kv_z(o, "kind", row->kind->name);
        out_kv_int(o, "id", row_id(row));
        out_kv_str(o, "title", row_title(row));
        out_kv_str(o, "subtitle", subtitle(&refs, row));
        out_kv_str(o, "snippet", hits->v[i].fit == FIT_ELSEWHERE ? snippet(c->arena, row, words) : STR_NULL);
        out_close(o, '}');
    }
    out_close(o, ']');
    out_close(o, '}');
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/search", API_READ, search, .query = "q limit", .answer = "SearchPage",
     .doc = "Records of all kinds that have the words, titles first"},
};

static const struct api_schema schemas[] = {
    {"SearchPage",
     "{\"type\":\"object\",\"required\":[\"data\"],\"additionalProperties\":false,\"properties\":{\"data\":{\"type\":"
     "\"array\",\"items\":{\"type\":\"object\",\"required\":[\"kind\",\"id\",\"title\",\"subtitle\",\"snippet\"],"
     "\"additionalProperties\":false,\"properties\":{\"kind\":{\"type\":\"string\"},\"id\":{\"type\":\"integer\"},"
     "\"title\":{\"type\":[\"string\",\"null\"]},\"subtitle\":{\"type\":[\"string\",\"null\"]},"
     "\"snippet\":{\"type\":[\"string\",\"null\"]}}}}}}"},
};

const struct api_table search_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};

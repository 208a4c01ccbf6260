/* GET /search: the records of all kinds that have the words, best first. */
#include "api.h"
#include "ceilings.h"
#include "list.h"
#include "refs.h"
#include "search.h"
#include "sqlgen.h"

#define MAX_HITS 50u
#define PER_KIND 25u /* looked at, newest first, for each way of fitting */

/* How well a title fits, best first. */
enum fit { FIT_EXACT, FIT_PREFIX, FIT_WORD, FIT_ELSEWHERE };

struct hit {
    enum fit fit;
    int order; /* of the kind */
    const struct kind *kind;
    struct search_hit found;
    struct row *row; /* of those that are told */
};

struct hits {
    struct hit *v;
    size_t n, room;
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
        if (hits->v[i].kind == hit.kind && hits->v[i].found.id == hit.found.id)
            return;
    if (hits->n < hits->room)
        hits->v[hits->n++] = hit;
}

static void take(struct api_call *c, const struct kind *k, struct str words, const struct search_hits *found,
                 struct hits *hits)
{
    for (size_t i = 0; i < found->n; i++)
        add_hit(hits, (struct hit){.fit = fit_of(c->arena, found->v[i].title, words),
                                   .order = kind_order(c->app, k),
                                   .kind = k,
                                   .found = found->v[i]});
}

/* Titles that begin with what was typed are looked up by themselves: among a common word's thousands they would be
 * lost. */
static int search_kind(struct api_call *c, const struct kind *k, struct str typed, struct str words, struct hits *hits,
                       struct err *err)
{
    struct search_hits found;

    if (!kind_searchable(k) || access_see(c->ctx.access, k) == LEVEL_NONE)
        return 0;
    if (search_titles(c->ctx.t, k, c->ctx.access, typed, PER_KIND, &found, err) < 0)
        return -1;
    take(c, k, words, &found, hits);
    if (search_words(c->ctx.t, k, c->ctx.access, typed, PER_KIND, &found, err) < 0)
        return -1;
    take(c, k, words, &found, hits);
    return 0;
}

static bool before(const struct hit *a, const struct hit *b)
{
    if (a->fit != b->fit)
        return a->fit < b->fit;
    if (a->order != b->order)
        return a->order < b->order;
    return a->found.id > b->found.id;
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

/* The records of one kind among the hits, read at once. */
static int load_rows(struct api_call *c, struct hits *hits, const struct kind *k, struct err *err)
{
    struct value *ids = NEW_ARRAY(c->arena, struct value, hits->n + 1);
    struct list_query q = {.kind = k, .access = c->ctx.access, .limit = MAX_HITS};
    struct page page;
    size_t n = 0;

    for (size_t i = 0; i < hits->n; i++)
        if (hits->v[i].kind == k)
            ids[n++] = value_int(hits->v[i].found.id);
    if (n == 0)
        return 0;
    q.filters[q.nfilters++] = (struct filter){.field = &k->fields[SYS_ID], .op = OP_IN, .values = ids, .n = n};
    if (list_run(c->ctx.t, &q, &page, err) < 0)
        return -1;
    for (size_t i = 0; i < hits->n; i++)
        for (size_t j = 0; j < page.n && hits->v[i].kind == k; j++)
            if (hits->v[i].found.id == row_id(page.rows[j]))
                hits->v[i].row = page.rows[j];
    return 0;
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
    hits->room = (size_t)c->app->schema->n * PER_KIND * 2;
    hits->v = NEW_ARRAY(c->arena, struct hit, hits->room);
    for (int i = 0; typed.n && i < c->app->schema->n; i++)
        if (search_kind(c, &c->app->schema->kinds[i], typed, words, hits, err) < 0)
            return -1;
    sort(hits);
    if (hits->n > (size_t)limit)
        hits->n = (size_t)limit;
    for (int i = 0; i < c->app->schema->n; i++)
        if (load_rows(c, hits, &c->app->schema->kinds[i], err) < 0)
            return -1;
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

#include "page.h"

#include "ceilings.h"
#include "markdown.h"

/* -- what is asked ----------------------------------------------------------------------------------- */

static int read_fields(struct api_call *c, const struct kind *k, struct show *s, struct err *err)
{
    struct str rest = api_query(c, "fields"), name;

    if (!rest.p)
        return 0;
    bool *only = NEW_ARRAY(c->arena, bool, (size_t)k->nfields);
    while (str_next(&rest, ',', &name)) {
        const struct field *f = kind_field(k, str_trim(name));
        if (!f)
            return err_field(err, "fields", "unknown", "%s have no field \"" STR_FMT "\".", k->def.labels,
                             STR_ARG(str_upto(name, 60)));
        only[f->flags & CUSTOM ? k->custom_at : f->at] = true;
    }
    s->only = only;
    return 0;
}

static const struct field *expandable(struct arena *a, const struct kind *k, struct str word)
{
    const struct field *f = kind_field(k, arena_printf(a, STR_FMT "_id", STR_ARG(word)));

    return f && f->type == FT_REF && !(f->flags & CUSTOM) ? f : NULL;
}

static int read_expand(struct api_call *c, const struct kind *k, struct show *s, struct err *err)
{
    struct str rest = api_query(c, "expand"), word;

    while (rest.n && str_next(&rest, ',', &word)) {
        word = str_trim(word);
        if (str_is(word, "html")) {
            s->html = true;
            continue;
        }
        const struct field *f = expandable(c->arena, k, word);
        if (!f)
            return err_field(err, "expand", "unknown", "%s have nothing called \"" STR_FMT "\" to expand.",
                             k->def.labels, STR_ARG(str_upto(word, 60)));
        if (s->nexpand == MAX_EXPAND)
            return err_field(err, "expand", "too_many", "At most %d references expand at once.", MAX_EXPAND);
        s->expand[s->nexpand++] = f;
    }
    return 0;
}

int show_read(struct api_call *c, const struct kind *k, struct show *ret, struct err *err)
{
    *ret = (struct show){.c = c, .kind = k};
    return read_fields(c, k, ret, err) < 0 ? -1 : read_expand(c, k, ret, err);
}

static bool has_word(const char *words, struct str word)
{
    struct str rest = str_of(words), piece;

    while (rest.n && str_next(&rest, ' ', &piece))
        if (str_eq(piece, word))
            return true;
    return false;
}

/* "me" in a field that refers to users is the caller. */
static struct str resolve_me(struct api_call *c, const struct kind *k, struct str name, struct str text)
{
    const struct field *f = kind_field(k, name);
    struct str head, op;

    if (!f && str_cut(name, '.', &head, &op))
        f = kind_field(k, head);
    if (!f || f->ref_kind != c->app->users || !str_is(text, "me"))
        return text;
    return arena_printf(c->arena, "%lld", (long long)c->who.user);
}

int page_filters_read(struct api_call *c, const char *besides, struct list_query *q, struct err *err)
{
    for (size_t i = 0; i < c->x->query.n; i++) {
        const struct http_pair *p = &c->x->query.v[i];
        if (has_word(PAGE_QUERY, p->name) || has_word(besides, p->name))
            continue;
        struct str text = resolve_me(c, q->kind, p->name, p->value);
        if (list_filter(q, c->arena, p->name, text, c->ctx.workspace.zone, err) < 0)
            return -1;
    }
    return 0;
}

int page_args_read(struct api_call *c, const struct kind *k, const char *besides, struct page_args *ret,
                   struct err *err)
{
    int64_t limit = 50;

    *ret = (struct page_args){.list = {.kind = k, .access = c->ctx.access}};
    ret->list.q = str_trim(api_query(c, "q"));
    ret->list.cursor = api_query(c, "cursor");
    if (api_query_int(c, "limit", 1, MAX_PAGE, &limit, err) < 0 || api_query_bool(c, "total", &ret->total, err) < 0 ||
        api_query_past(c, &ret->past, &ret->at, &ret->clock, err) < 0 || show_read(c, k, &ret->show, err) < 0 ||
        list_sort(&ret->list, api_query(c, "sort"), err) < 0 || page_filters_read(c, besides, &ret->list, err) < 0)
        return -1;
    ret->list.limit = (unsigned)limit;
    if (!ret->past)
        return 0;
    if (ret->list.q.n)
        return err_field(err, "q", "past", "Words can be searched in the present only.");
    return log_table_at(c->ctx.t, k, ret->at, ret->clock, &ret->list.table, err);
}

/* -- what is given ----------------------------------------------------------------------------------- */

int show_load(struct show *s, struct row *const *rows, size_t n, struct err *err)
{
    for (size_t e = 0; e < s->nexpand; e++)
        for (size_t i = 0; i < n; i++)
            refs_want(&s->refs, s->c->arena, s->expand[e]->ref_kind, row_int(rows[i], s->expand[e]->at));
    return refs_load(&s->c->ctx, &s->refs, err);
}

static void write_ref(struct json_out *o, const struct show *s, const struct field *f, const struct row *row)
{
    const struct row *to = refs_find(&s->refs, f->ref_kind, row_int(row, f->at));
    struct str word = str_upto(str_of(f->name), str_of(f->name).n - 3); /* without _id */

    out_key(o, word);
    if (!to) {
        out_null(o);
        return;
    }
    out_open(o, '{');
    row_write_members(o, to, NULL);
    if (!kind_field(to->kind, S("title")))
        out_kv_str(o, "title", row_title(to));
    out_close(o, '}');
}

static void write_html(struct json_out *o, const struct show *s, const struct row *row)
{
    for (int i = 0; i < s->kind->nfields; i++) {
        const struct field *f = &s->kind->fields[i];
        if (f->type != FT_MARKDOWN || (s->only && !s->only[i]))
            continue;
        out_key(o, arena_printf(s->c->arena, "%s_html", f->name));
        if (row_has(row, i) && buf_ok(o->b)) /* not for an answer that is too large already */
            out_str(o, markdown_html(s->c->arena, row_str(row, i)));
        else
            out_null(o);
    }
}

void show_members(struct json_out *o, const struct show *s, const struct row *row)
{
    row_write_members(o, row, s->only);
    for (size_t i = 0; i < s->nexpand; i++)
        write_ref(o, s, s->expand[i], row);
    if (s->html)
        write_html(o, s, row);
}

void show_row(struct json_out *o, const struct show *s, const struct row *row)
{
    out_open(o, '{');
    show_members(o, s, row);
    out_close(o, '}');
}

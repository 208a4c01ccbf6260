#include "routes.h"

#include <stdatomic.h>
#include <string.h>

#include "ceilings.h"
#include "fields.h"
#include "problem.h"
#include "traffic.h"

#define MAX_PARAMS 8u

/* A row as it hangs at the node where its pattern ends. */
struct entry {
    struct entry *next; /* at the same node */
    const struct http_route *route;
    struct str names[MAX_PARAMS];
    size_t nnames;
    atomic_uint_fast64_t hits;
    struct http_traffic traffic;
};

struct label {
    struct label *next;
    const char *text;
    struct http_traffic traffic;
};

struct node {
    struct str literal; /* the segment that leads here */
    struct node *next;  /* sibling */
    struct node *literals, *param, *rest;
    struct entry *entries;
};

struct http_routes {
    struct arena *arena;
    struct node root;
    struct entry **all;
    size_t n, room;
    struct label *labels;
};

struct http_routes *http_routes_new(void)
{
    struct arena *a = arena_new(MAX_ARENA);

    if (!a)
        return NULL;
    struct http_routes *set = NEW(a, struct http_routes);
    set->arena = a;
    return set;
}

void http_routes_free(struct http_routes *set)
{
    if (set)
        arena_free(set->arena);
}

static struct node *descend(struct http_routes *set, struct node **where, struct str literal)
{
    for (struct node *n = *where; n; n = n->next)
        if (str_eq(n->literal, literal))
            return n;
    struct node *n = NEW(set->arena, struct node);
    n->literal = literal;
    n->next = *where;
    *where = n;
    return n;
}

static int add_one(struct http_routes *set, const struct http_route *row, struct err *err)
{
    struct str rest = str_of(row->pattern), piece;
    struct entry *e = NEW(set->arena, struct entry);
    struct node *n = &set->root;
    bool ended = false;

    e->route = row;
    if (!str_starts(rest, S("/")))
        return err_set(err, ERR_INTERNAL, "Route %s does not begin with a slash.", row->pattern);
    rest = rest.n > 1 ? str_from(rest, 1) : STR_NULL;
    while (str_next(&rest, '/', &piece)) {
        bool param = str_starts(piece, S("{")), many = str_ends(piece, S("*}"));
        if (ended || param != str_ends(piece, S("}")) || (param && (piece.n < 3 || e->nnames == MAX_PARAMS)))
            return err_set(err, ERR_INTERNAL, "Route %s is malformed.", row->pattern);
        if (!param) {
            n = descend(set, &n->literals, piece);
            continue;
        }
        e->names[e->nnames++] = str_upto(str_from(piece, 1), piece.n - (many ? 3 : 2));
        n = descend(set, many ? &n->rest : &n->param, STR_NULL);
        ended = many;
    }
    for (struct entry *o = n->entries; o; o = o->next)
        if (o->route->method == row->method)
            return err_set(err, ERR_INTERNAL, "Route %s %s is there twice: %s.", http_method_name(row->method),
                           row->pattern, o->route->pattern);
    e->next = n->entries;
    n->entries = e;
    if (set->n == set->room) {
        size_t room = set->room ? set->room * 2 : 64;
        set->all = arena_grow(set->arena, set->all, set->n * sizeof(struct entry *), room * sizeof(struct entry *));
        set->room = room;
    }
    set->all[set->n++] = e;
    return 0;
}

int http_routes_add(struct http_routes *set, const struct http_route *rows, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++)
        if (add_one(set, &rows[i], err) < 0)
            return -1;
    return 0;
}

const struct http_route *http_routes_at(const struct http_routes *set, size_t i, uint64_t *ret_hits)
{
    if (i >= set->n)
        return NULL;
    if (ret_hits)
        *ret_hits = atomic_load(&set->all[i]->hits);
    return set->all[i]->route;
}

struct new_label {
    struct http_routes *set;
    struct label *l;
};

static int make_label(void *arg)
{
    struct new_label *n = arg;

    n->l = NEW(n->set->arena, struct label);
    return 0;
}

struct http_traffic *http_routes_traffic(struct http_routes *set, const char *label)
{
    struct new_label n = {.set = set};

    if (arena_try(make_label, &n) < 0)
        return NULL;
    n.l->text = label;
    n.l->next = set->labels;
    set->labels = n.l;
    return &n.l->traffic;
}

struct http_traffic *http_routes_traffic_at(struct http_routes *set, size_t i, const char **ret_pattern,
                                            const char **ret_method)
{
    if (i < set->n) {
        *ret_pattern = set->all[i]->route->pattern;
        *ret_method = http_method_name(set->all[i]->route->method);
        return &set->all[i]->traffic;
    }
    struct label *l = set->labels;
    for (i -= set->n; l && i; i--)
        l = l->next;
    *ret_pattern = l ? l->text : NULL;
    *ret_method = "any";
    return l ? &l->traffic : NULL;
}

/* -- finding ------------------------------------------------------------------------------------ */

struct search {
    struct http_exchange *x;
    struct str values[MAX_PARAMS];
    size_t nvalues;
    unsigned allowed; /* a bit for every method that some row of this path has */
};

static struct entry *choose(struct search *s, const struct node *n)
{
    struct entry *get = NULL;

    for (struct entry *e = n->entries; e; e = e->next) {
        s->allowed |= 1u << e->route->method;
        if (e->route->method == s->x->method)
            return e;
        if (e->route->method == HTTP_GET)
            get = e;
    }
    return s->x->method == HTTP_HEAD ? get : NULL;
}

/* The rest of the path as it was sent, decoded piece by piece. */
static struct str join_rest(struct http_exchange *x, size_t from)
{
    size_t n = 0;
    for (size_t i = from; i < x->nsegments; i++)
        n += x->segments[i].n + 1;
    char *p = arena_alloc(x->arena, n + 1), *at = p;
    for (size_t i = from; i < x->nsegments; i++) {
        if (i > from)
            *at++ = '/';
        if (x->segments[i].n)
            at = (char *)memcpy(at, x->segments[i].p, x->segments[i].n) + x->segments[i].n;
    }
    return (struct str){p, (size_t)(at - p)};
}

static struct entry *walk(struct search *s, const struct node *n, size_t at)
{
    struct http_exchange *x = s->x;
    struct entry *e = NULL;

    if (at == x->nsegments)
        return choose(s, n);
    for (const struct node *l = n->literals; l; l = l->next)
        if (str_eq(l->literal, x->segments[at])) {
            e = walk(s, l, at + 1);
            break;
        }
    if (!e && n->param && x->segments[at].n) {
        s->values[s->nvalues++] = x->segments[at];
        e = walk(s, n->param, at + 1);
        if (!e)
            s->nvalues--;
    }
    if (!e && n->rest && (e = choose(s, n->rest)) != NULL)
        s->values[s->nvalues++] = join_rest(x, at);
    return e;
}

static struct str allow_list(struct http_exchange *x, unsigned allowed)
{
    struct str list = S("OPTIONS");

    if (allowed & 1u << HTTP_GET)
        allowed |= 1u << HTTP_HEAD;
    for (int m = 0; m < HTTP_OTHER; m++)
        if (m != HTTP_OPTIONS && allowed & 1u << m)
            list = arena_printf(x->arena, STR_FMT ", %s", STR_ARG(list), http_method_name((enum http_method)m));
    return list;
}

const struct http_route *http_routes_find(struct http_routes *set, struct http_exchange *x)
{
    struct search s = {.x = x};
    struct entry *e = walk(&s, &set->root, 0);

    if (!e && !s.allowed) {
        problem_set(x, ERR_NOT_FOUND, "There is nothing at this address.");
        return NULL;
    }
    if (!e && x->method == HTTP_OPTIONS)
        http_reply(x, 204, NULL);
    else if (!e)
        problem_set(x, ERR_METHOD, "This address does not take %.20s.", x->method_name.p ? x->method_name.p : "this");
    if (!e) {
        http_reply_header(x, "Allow", allow_list(x, s.allowed));
        return NULL;
    }
    atomic_fetch_add(&e->hits, 1);
    x->route = e->route;
    x->traffic = &e->traffic;
    x->params = (struct http_pairs){0};
    for (size_t i = 0; i < e->nnames; i++)
        http_pairs_add(&x->params, x->arena, e->names[i], s.values[i]);
    return e->route;
}

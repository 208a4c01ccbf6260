/*
 * How records are read and written over the API, whichever route gives them: the arguments of a list, fields=, expand=,
 * and the JSON of a record with what it refers to.
 *
 *     struct page_args args;
 *     page_args_read(c, c->kind, &args, err);
 *     list_run(c->ctx.t, &args.list, &page, err);
 *     page_load_refs(c, &args.show, page.rows, page.n, err);
 *     show_row(&c->out, &args.show, page.rows[0]);
 */
#ifndef API_PAGE_H
#define API_PAGE_H

#include "api.h"
#include "list.h"
#include "refs.h"

#define MAX_EXPAND 12

/* What to show of each record. */
struct show {
    struct api_call *c;
    const struct kind *kind;
    const bool *only;                       /* NULL: every field */
    const struct field *expand[MAX_EXPAND]; /* reference fields */
    size_t nexpand;
    bool html;
    struct refs refs;
};

struct page_args {
    struct list_query list;
    struct show show;
    bool total, past;
    msec at;
    enum clock clock;
};

/* The arguments of every list, for .query of a route. */
#define PAGE_QUERY "q sort limit cursor fields expand total as_of clock *"
#define SHOW_QUERY "fields expand"

/* fields= and expand= */
int show_read(struct api_call *c, const struct kind *k, struct show *ret, struct err *err);

/* All of a list's arguments; names in `besides` (blank separated, may be NULL) are the route's own. */
int page_args_read(struct api_call *c, const struct kind *k, const char *besides, struct page_args *ret,
                   struct err *err);

/* Conditions only: every argument that is none of `besides` or of the list's own must be one. */
int page_filters_read(struct api_call *c, const char *besides, struct list_query *q, struct err *err);

int show_load(struct show *s, struct row *const *rows, size_t n, struct err *err);
void show_row(struct json_out *o, const struct show *s, const struct row *row);
void show_members(struct json_out *o, const struct show *s, const struct row *row);

#endif

/*
 * The records that a page of rows refers to, read with one query per kind and with the caller's rights: what he may not
 * see is not found.
 *
 *     struct refs refs = {0};
 *     refs_want(&refs, c->arena, users, 7);
 *     refs_load(c, &refs, err);
 *     struct row *owner = refs_find(&refs, users, 7);
 */
#ifndef APP_REFS_H
#define APP_REFS_H

#include "app.h"

struct ref_set {
    const struct kind *kind;
    const char *table; /* of the past, or NULL */
    const bool *only;  /* the fields wanted, NULL: all */
    id *wanted;
    size_t nwanted, room;
    struct row **rows; /* by id */
    size_t nrows;
};

#define MAX_REF_SETS 24

struct refs {
    struct ref_set sets[MAX_REF_SETS];
    size_t n;
};

void refs_from(struct refs *refs, const struct kind *k, const char *table); /* as it was: log_table_at */
/* Of a kind only these fields, blank separated, and the id; the others are null. */
void refs_only(struct refs *refs, struct arena *a, const struct kind *k, const char *fields);
void refs_want(struct refs *refs, struct arena *a, const struct kind *k, id which); /* 0 is nothing */
int refs_load(struct ctx *c, struct refs *refs, struct err *err);
struct row *refs_find(const struct refs *refs, const struct kind *k, id which); /* NULL: none, or hidden */

#endif

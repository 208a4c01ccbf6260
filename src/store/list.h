/*
 * Lists: filters, order, paging by keyset, full-text words and the caller's rights put into one statement. The same
 * query gives a page, a count or sums.
 *
 *     struct list_query q = {.kind = deals, .access = access, .limit = 50};
 *     list_filter(&q, arena, S("value.gte"), S("1000"), zone, err);
 *     list_sort(&q, S("-value,title"), err);
 *     list_run(t, &q, &page, err);
 */
#ifndef STORE_LIST_H
#define STORE_LIST_H

#include "access.h"
#include "ceilings.h"
#include "rows.h"
#include "sql.h"
#include "zone.h"

enum filter_op { OP_EQ, OP_NE, OP_LT, OP_LTE, OP_GT, OP_GTE, OP_IN, OP_NULL, OP_LIKE, OP_HAS };

struct filter {
    const struct field *field;
    enum filter_op op;
    struct value *values;
    size_t n;
};

struct sort_key {
    const struct field *field;
    bool down;
};

struct list_query {
    const struct kind *kind;
    const struct access *access; /* NULL: all rows */
    const char *table;           /* instead of the kind's own, with the same columns; NULL for that */
    struct filter filters[MAX_FILTERS];
    size_t nfilters;
    struct sort_key sort[MAX_SORT_KEYS];
    size_t nsort;
    struct str q;      /* words to search, or empty */
    struct str cursor; /* where the page before ended, or empty */
    unsigned limit;
    const bool *only; /* the columns wanted, a flag per field; the others are null in the rows. NULL: all */
};

struct page {
    struct row **rows;
    size_t n;
    struct str next_cursor; /* STR_NULL at the end */
};

/* One condition as in a query string: name "value.gte", text "1000". ERR_INVALID names the field. Day texts for
 * instants mean local midnight in the zone. */
int list_filter(struct list_query *q, struct arena *a, struct str name, struct str text, const struct zone *zone,
                struct err *err);
int list_sort(struct list_query *q, struct str text, struct err *err);

int list_run(struct txn *t, struct list_query *q, struct page *ret, struct err *err);
int list_statement(struct txn *t, const struct list_query *q, struct sql **ret, struct err *err); /* that it runs */
int list_count(struct txn *t, const struct list_query *q, int64_t *ret, struct err *err);

/* " FROM … WHERE …" of the query with its filters, words and rights, for statements with columns of their own. The
 * table's alias is t. */
void list_where(struct sql *s, const struct list_query *q);

/* The rows of a kind that the caller sees (or changes, with `edit`), as a condition on the table alias: "1=1" for all.
 *
 * A record that belongs to others (the `via` fields of its kind) goes with them: nobody sees the lines of a deal that
 * is hidden from him, whatever his level for lines; and whoever sees the deal sees its notes, whoever wrote them. */
void scope_where(struct sql *s, const struct access *access, const struct kind *k, const char *alias, bool edit);

/* The same for a table of the past whose rows go by `alias`: who sees a record now sees it as it was; the rights to one
 * that is gone are those to what it was. */
void scope_where_past(struct sql *s, const struct access *access, const struct kind *k, const char *alias);

/* Does the condition hold for every row? */
bool scope_is_all(const struct access *access, const struct kind *k, bool edit);

/* The level the caller has for seeing or changing a kind. */
enum level access_see(const struct access *access, const struct kind *k);
enum level access_edit(const struct access *access, const struct kind *k);

/* Does the caller see (edit = false) or change (true) this one row? 1, 0 or -1 on error. */
int scope_reaches(struct txn *t, const struct access *access, const struct kind *k, id which, bool edit,
                  struct err *err);

#endif

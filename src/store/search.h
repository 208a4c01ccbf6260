/*
 * Finding records of one kind by words: those whose title begins with what was typed, and those that have all the
 * words, the newest first. What a search costs goes by how many are wanted, not by how many there are: titles come from
 * their index, words from the full-text table in the order of ids, which is read no further than need be.
 *
 *     search_titles(t, k, access, typed, 25, &hits, err);
 *     search_words(t, k, access, typed, 25, &hits, err);
 *
 * With less than all records to see, the newest matches are looked through for visible ones, up to a bound; where that
 * is not enough, all matches are gone through after all.
 *
 * A single ASCII letter or digit would match much of everything: alone it finds titles only, beside longer words it is
 * looked for in the newest of what those find.
 */
#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include "access.h"
#include "rows.h"

struct search_hit {
    id id;
    struct str title; /* STR_NULL: none */
};

struct search_hits {
    struct search_hit *v;
    size_t n;
};

/* The very title first, newest first, then titles that begin so, in their order. Nothing for kinds whose titles have
 * no index. */
int search_titles(struct txn *t, const struct kind *k, const struct access *access, struct str typed, unsigned limit,
                  struct search_hits *ret, struct err *err);

/* Records with all the words: each begins some word of the text. Where enough have them as whole words, those. */
int search_words(struct txn *t, const struct kind *k, const struct access *access, struct str typed, unsigned limit,
                 struct search_hits *ret, struct err *err);

#endif

/*
 * The words of a text as SQLite's full-text index takes them apart, for a database that would do it otherwise: letters
 * and digits of any script, case and accents folded. So a search finds the same on both.
 */
#ifndef STORE_WORDS_H
#define STORE_WORDS_H

#include "arena.h"

/* The words of a title and a body as PostgreSQL reads a tsvector: 'word':1,7 …; what passes MAX_WORDS_BYTES is left
 * out. STR_NULL when there is no memory. */
struct str words_vector(struct arena *a, struct str title, struct str body);

/* What a person typed as PostgreSQL reads a tsquery: each piece begins a word of the text; a piece that is several
 * words stands for them in a row. Empty when it holds none. */
struct str words_query(struct arena *a, const struct str *pieces, size_t n);

#endif

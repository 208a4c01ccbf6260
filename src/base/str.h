/*
 * Text is a pointer and a length. A `str` never owns its bytes and need not end in NUL; who made the
 * bytes says how long they live (mostly an arena). Bytes are UTF-8 unless a comment says otherwise.
 *
 *     struct str head, tail;
 *     if (str_cut(S("deal.value"), '.', &head, &tail))  -> "deal", "value"
 *     printf(STR_FMT "\n", STR_ARG(head));
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct str {
    const char *p;
    size_t n;
};

#define S(literal) ((struct str){"" literal, sizeof("" literal) - 1})
#define STR_NULL ((struct str){NULL, 0})
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).n, ((s).p ? (s).p : "")

struct str str_of(const char *z); /* NULL gives STR_NULL */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *z);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
int str_cmp(struct str a, struct str b); /* by bytes; a prefix sorts first */
struct str str_trim(struct str s);       /* without ASCII white space at both ends */
struct str str_from(struct str s, size_t at);
struct str str_upto(struct str s, size_t n);

/* First place of `c`, or -1. */
ptrdiff_t str_find(struct str s, char c);
bool str_contains(struct str s, struct str needle);

/* Splits at the first `c`. Without one: head is all of s, tail is empty, and the answer is false. */
bool str_cut(struct str s, char c, struct str *ret_head, struct str *ret_tail);

/* The next piece of `*rest` up to `c`; false when nothing is left. "a,,b" gives "a", "", "b". */
bool str_next(struct str *rest, char c, struct str *ret_piece);

/* A whole decimal number, sign allowed, nothing around it; false if it is not one or does not fit. */
bool str_int(struct str s, int64_t *ret);

uint64_t str_hash(struct str s); /* FNV-1a, for maps in memory only */

/* -- UTF-8 ------------------------------------------------------------------------------------- */

bool utf8_valid(struct str s);   /* RFC 3629, 4: no overlong forms, no surrogates */
size_t utf8_count(struct str s); /* code points of valid text */

/* Takes one code point from valid text. -1 at the end. */
int32_t utf8_take(struct str *s);
size_t utf8_put(char out[4], uint32_t cp);

/* Lower case by simple mapping of every code point, white space at the ends dropped and runs of it inside
 * folded to one space: the form in which names are compared. In the arena. */
struct str utf8_fold(struct arena *a, struct str s);

#endif

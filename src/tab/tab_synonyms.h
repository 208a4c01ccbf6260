/*
 * The words of other people's headers. A word is a column's name in lower case with letters and digits only, what
 * stands in parentheses left out; a prefix that names a kind ("Deal - Title", "Contact: Email") is kept before a full
 * stop.
 */
#ifndef TAB_SYNONYMS_H
#define TAB_SYNONYMS_H

#include "tab_layout.h"

struct synonyms {
    const char *kind, *field;
    const char *match;
    int part;
    const char *words; /* the surest first */
};

/* An export is known by these columns; all must be there. The row with the most wins. */
struct known_export {
    const char *key, *label, *kind, *words;
    const char *closes; /* the word of a column that is the expected date, and the actual one once closed */
};

extern const struct synonyms synonyms[]; /* ends with a NULL kind */
extern const struct known_export known_exports[];

#endif

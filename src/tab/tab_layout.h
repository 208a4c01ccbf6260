/*
 * What a header row says: which program exported the file, what kind of thing its rows are, and which column goes to
 * which field.
 *
 *     struct tab_layout l;
 *     tab_layout(arena, names, n, NULL, &l);
 *     l.label        "HubSpot deals", NULL for a file of unknown origin
 *     l.kind         "deals"
 *     l.columns[3]   {.field = "organisation_id", .match = "name", .create = true}
 *
 * It knows names of columns, not the fields of this installation: what it suggests is for people to look at, and
 * for the caller to check against the kind. To teach it a name, add a word to tab_synonyms.c; to have it greet another
 * program's export, add a row there.
 */
#ifndef TAB_LAYOUT_H
#define TAB_LAYOUT_H

#include "arena.h"

struct tab_suggestion {
    const char *field; /* NULL: nothing known takes this column */
    const char *match; /* of references: the field by which the other record is found */
    bool create;       /* of references: make the other record when it is missing */
    int part;          /* 0: the whole value; 1, 2, …: joined by spaces with the other parts of the field */
    const char *also;  /* the field it is too once the deal is closed, for exports with one date for both */
};

struct tab_layout {
    const char *key, *label; /* "hubspot-deals", "HubSpot deals"; NULL: unknown */
    const char *kind;        /* NULL: nothing in the header is known */
    const char *id;          /* a mapped field by which a second import finds its records again; NULL: none */
    size_t mapped;           /* columns with a field */
    const struct tab_suggestion *columns; /* n */
};

/* With `kind` given, the mapping is for that kind whatever the header looks like. */
void tab_layout(struct arena *a, const struct str *names, size_t n, const char *kind, struct tab_layout *ret);

#endif

#include "tab_value.h"

#include <stdio.h>

enum tab_got tab_bad(struct tab_why *why, struct str cell, const char *what)
{
    struct str shown = str_upto(cell, 40);

    while (shown.n < cell.n && shown.n && ((unsigned char)cell.p[shown.n] & 0xc0) == 0x80)
        shown.n--;
    snprintf(why->msg, sizeof(why->msg), STR_FMT "%s %s", STR_ARG(shown), shown.n < cell.n ? "…" : "", what);
    return TAB_BAD;
}

enum tab_got tab_boolean(struct str cell, bool *ret, struct tab_why *why)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {
        {"1", true},
        {"0", false},
        {"true", true},
        {"false", false},
        {"yes", true},
        {"no", false},
        {"x", true},
        {"y", true},
        {"n", false},
        {"t", true},
        {"f", false},
        {"on", true},
        {"off", false},
        {"done", true},
        {"undone", false},
        {"completed", true},
        {"open", false},
        {"not started", false},
        {"not_started", false},
        {"in progress", false},
        {"in_progress", false},
    };

    cell = str_trim(cell);
    if (cell.n == 0)
        return TAB_EMPTY;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (str_eq_nocase(cell, str_of(words[i].word))) {
            *ret = words[i].value;
            return TAB_OK;
        }
    return tab_bad(why, cell, "is neither yes nor no");
}

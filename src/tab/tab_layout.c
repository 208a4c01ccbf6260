#include "tab_layout.h"

#include <string.h>

#include "tab_synonyms.h"

static const char *const kinds[] = {"deals", "organisations", "people", "activities", "notes", "products"};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* The field without which a row of the kind is none, in the order of `kinds`. */
static const char *const titles[KINDS] = {"title", "name", "name", "subject", "body", "name"};
static const char *const ids[KINDS] = {NULL, "name", "email", NULL, NULL, "name"};

/* Prefixes of columns and the kinds they speak of. */
static const struct {
    const char *prefix, *kind;
} prefixes[] = {
    {"deal", "deals"},
    {"opportunity", "deals"},
    {"lead", "deals"},
    {"organization", "organisations"},
    {"account", "organisations"},
    {"company", "organisations"},
    {"person", "people"},
    {"contact", "people"},
    {"activity", "activities"},
    {"task", "activities"},
    {"note", "notes"},
    {"product", "products"},
};

struct word {
    struct str whole, tail; /* "deal.title" and "title"; the same without a prefix */
    const char *kind;       /* of which the prefix speaks; NULL: no prefix */
};

static struct str letters(struct arena *a, struct str name)
{
    struct str folded = utf8_fold(a, name);
    char *out = arena_alloc(a, folded.n + 1);
    size_t n = 0;
    int depth = 0;

    for (size_t i = 0; i < folded.n; i++) {
        char c = folded.p[i];
        depth += c == '(' ? 1 : c == ')' && depth > 0 ? -1 : 0;
        if (depth == 0 && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80)))
            out[n++] = c;
    }
    return (struct str){out, n};
}

static struct word word_of(struct arena *a, struct str name)
{
    struct word w = {0};

    for (size_t i = 1; i + 2 < name.n && i < 16 && !w.kind; i++) {
        bool dash = str_starts(str_from(name, i), S(" - ")), colon = str_starts(str_from(name, i), S(": "));
        struct str head = str_upto(name, i);
        for (size_t p = 0; (dash || colon) && p < sizeof(prefixes) / sizeof(prefixes[0]); p++)
            if (str_eq_nocase(head, str_of(prefixes[p].prefix))) {
                w.kind = prefixes[p].kind;
                w.tail = letters(a, str_from(name, i + 2));
                w.whole = arena_printf(a, "%s." STR_FMT, prefixes[p].prefix, STR_ARG(w.tail));
            }
    }
    if (w.kind)
        return w;
    w.whole = w.tail = letters(a, name);
    /* "Email (Work)" loses what says which; where nothing else would be left, it is kept. */
    if (w.whole.n == 0)
        w.whole = w.tail = letters(a, str_from(name, name.n && name.p[0] == '('));
    return w;
}

/* The place of the word in a list of words; 0 is the first, -1 none. */
static int place(const char *words, struct str word)
{
    struct str rest = str_of(words), one;

    for (int i = 0; word.n && str_next(&rest, ' ', &one); i++)
        if (str_eq(one, word))
            return i;
    return -1;
}

/* How well a column fits a row of synonyms: the lower the better, -1 not at all. */
static int fits(const struct synonyms *s, const struct word *w)
{
    int at = place(s->words, w->whole);

    if (at < 0 && (!w->kind || strcmp(w->kind, s->kind) == 0))
        at = place(s->words, w->tail);
    return at;
}

/* A word that many kinds know says little about which of them it is. */
static double weight(const struct word *w)
{
    size_t knowing = 0;

    for (size_t k = 0; k < KINDS; k++) {
        bool knows = false;
        for (const struct synonyms *s = synonyms; s->kind && !knows; s++)
            knows = !strcmp(s->kind, kinds[k]) && fits(s, w) >= 0;
        knowing += knows;
    }
    return knowing ? 1.0 / (double)knowing : 0;
}

static double kind_score(size_t k, const struct word *words, size_t n)
{
    double score = 0;
    bool titled = false;

    for (size_t i = 0; i < n; i++) {
        bool known = false;
        for (const struct synonyms *s = synonyms; s->kind; s++)
            if (!strcmp(s->kind, kinds[k]) && fits(s, &words[i]) >= 0) {
                known = true;
                titled |= !strcmp(s->field, titles[k]);
            }
        if (known)
            score += weight(&words[i]);
        if (words[i].kind && !strcmp(words[i].kind, kinds[k]))
            score += 1;
    }
    return score > 0 && titled ? score + 1 : score;
}

static const struct known_export *recognise(const struct word *words, size_t n)
{
    const struct known_export *best = NULL;
    int most = 0;

    for (const struct known_export *e = known_exports; e->key; e++) {
        struct str rest = str_of(e->words), one;
        int there = 0, wanted = 0;
        while (str_next(&rest, ' ', &one)) {
            bool found = false;
            for (size_t i = 0; i < n && !found; i++)
                found = str_eq(words[i].whole, one);
            there += found;
            wanted++;
        }
        if (there == wanted && there > most) {
            most = there;
            best = e;
        }
    }
    return best;
}

static bool makes(const char *field)
{
    static const char *const made[] = {"organisation_id", "person_id", "owner_id", "source_id", "lost_reason_id"};

    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
        if (!strcmp(field, made[i]))
            return true;
    return false;
}

static bool taken(const struct tab_suggestion *c, size_t n, const char *field)
{
    for (size_t i = 0; i < n; i++)
        if (c[i].field && !strcmp(c[i].field, field) && c[i].part == 0)
            return true;
    return false;
}

/* Whole values come before parts, and earlier rows of a field before later ones, as the table has them. */
static void map_columns(struct tab_suggestion *c, const char *kind, const struct word *words, size_t n)
{
    for (const struct synonyms *s = synonyms; s->kind; s++) {
        int best = -1;
        size_t at = 0;
        if (strcmp(s->kind, kind) != 0 || taken(c, n, s->field))
            continue;
        for (size_t i = 0; i < n; i++) {
            int fit = c[i].field ? -1 : fits(s, &words[i]);
            if (fit >= 0 && (best < 0 || fit < best)) {
                best = fit;
                at = i;
            }
        }
        if (best >= 0)
            c[at] =
                (struct tab_suggestion){.field = s->field,
                                        .match = s->match,
                                        .part = s->part,
                                        .create = s->match && strcmp(s->match, "external_id") != 0 && makes(s->field)};
    }
}

void tab_layout(struct arena *a, const struct str *names, size_t n, const char *kind, struct tab_layout *ret)
{
    struct word *words = NEW_ARRAY(a, struct word, n ? n : 1);
    struct tab_suggestion *c = NEW_ARRAY(a, struct tab_suggestion, n ? n : 1);
    struct tab_layout l = {.kind = kind, .columns = c};
    double best = 0;

    for (size_t i = 0; i < n; i++)
        words[i] = word_of(a, names[i]);
    const struct known_export *e = recognise(words, n);
    if (e) {
        l.key = e->key;
        l.label = e->label;
        l.kind = kind ? kind : e->kind;
    }
    for (size_t k = 0; k < KINDS && !l.kind; k++) {
        double score = kind_score(k, words, n);
        if (score > best) {
            best = score;
            kind = kinds[k];
        }
    }
    if (!l.kind)
        l.kind = kind;
    for (size_t i = 0; e && e->closes && l.kind && !strcmp(l.kind, "deals") && i < n; i++)
        if (str_is(words[i].tail, e->closes))
            c[i] = (struct tab_suggestion){.field = "expected_close_date", .also = "closed_at"};
    if (l.kind)
        map_columns(c, l.kind, words, n);
    for (size_t i = 0; i < n; i++)
        l.mapped += c[i].field != NULL;
    for (size_t k = 0; k < KINDS && l.kind; k++)
        if (!strcmp(kinds[k], l.kind))
            l.id = taken(c, n, "external_id") ? "external_id" : ids[k] && taken(c, n, ids[k]) ? ids[k] : NULL;
    *ret = l;
}

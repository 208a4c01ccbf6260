#include "search.h"

#include "list.h"
#include "operand.h"
#include "sqlgen.h"

#define TITLES_LOOKED_AT 5000u /* for visible ones */
#define WORDS_LOOKED_AT 20000u
#define SINGLE_LOOKED_AT 2000u /* for single letters */
#define COMMON_LOOKED_AT 200u
#define MOST_IDS 500u

static int take(struct txn *t, struct sql *s, unsigned limit, struct search_hits *ret, struct err *err)
{
    struct arena *a = txn_arena(t);
    struct rows *r = sql_query(t, sql_text(s), sql_args(s), err);
    int n = r ? 0 : -1;

    if (!ret->v)
        ret->v = NEW_ARRAY(a, struct search_hit, limit);
    while (r && ret->n < limit && (n = rows_next(r, err)) == 1) {
        struct value title = rows_col(r, 1);
        ret->v[ret->n++] = (struct search_hit){rows_col_peek(r, 0).i, title.type == V_TEXT ? title.s : STR_NULL};
    }
    rows_close(r);
    return n < 0 ? -1 : 0;
}

/* -- titles ------------------------------------------------------------------------------------------------ */

static bool title_indexed(const struct kind *k)
{
    const char *name = k->fields[k->title_at].name;

    for (const char *const *list = k->def.indexes; list && *list; list++)
        if (str_is(str_of(*list), name))
            return field_folds(&k->fields[k->title_at]);
    return false;
}

static void begins_with(struct sql *s, const struct field *title, struct str typed)
{
    /* The last character there is ends the range. */
    struct str end = arena_printf(s->arena, STR_FMT "\xf4\x8f\xbf\xbf", STR_ARG(typed));

    sql_ordered(s, title);
    sql_z(s, " > ");
    sql_ordered_arg(s, title, value_text(typed));
    sql_z(s, " AND ");
    sql_ordered(s, title);
    sql_z(s, " < ");
    sql_ordered_arg(s, title, value_text(end));
}

static void order_by_title(struct sql *s, const struct field *title)
{
    sql_z(s, " ORDER BY ");
    sql_ordered(s, title);
    sql_z(s, s->dialect == DIALECT_POSTGRES ? " NULLS FIRST, t.id" : ", t.id");
}

/* The title itself, or those that begin with it. */
static struct sql *titles_sql(struct txn *t, const struct kind *k, const struct access *access, struct str typed,
                              bool exact, unsigned limit)
{
    const struct field *title = &k->fields[k->title_at];
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));
    bool all = scope_is_all(access, k, false);

    sql_f(s, all ? "SELECT t.id, t.%s FROM %s t WHERE " : "SELECT t.id, t.%s AS title FROM %s t WHERE ", title->name,
          k->name);
    if (exact) {
        sql_ordered(s, title);
        sql_z(s, " = ");
        sql_ordered_arg(s, title, value_text(typed));
        sql_z(s, " ORDER BY t.id DESC");
    } else {
        begins_with(s, title, typed);
        order_by_title(s, title);
    }
    sql_f(s, " LIMIT %u", all ? limit : TITLES_LOOKED_AT);
    if (all)
        return s;
    struct sql *outer = sql_new(txn_arena(t), txn_dialect(t));
    /* The inner statement comes first, so its parameters keep their numbers. */
    sql_f(outer, "SELECT x.id, x.title FROM (%s) x CROSS JOIN %s t WHERE t.id = x.id AND ", sql_text(s), k->name);
    for (size_t i = 0; i < s->n; i++)
        sql_take_arg(outer, s->args[i]);
    scope_where(outer, access, k, "t", false);
    sql_f(outer, " LIMIT %u", limit);
    return outer;
}

int search_titles(struct txn *t, const struct kind *k, const struct access *access, struct str typed, unsigned limit,
                  struct search_hits *ret, struct err *err)
{
    *ret = (struct search_hits){0};
    if (!typed.n || !title_indexed(k))
        return 0;
    for (int exact = 1; exact >= 0 && ret->n < limit; exact--)
        if (take(t, titles_sql(t, k, access, typed, exact, limit), limit, ret, err) < 0)
            return -1;
    return 0;
}

/* -- words --------------------------------------------------------------------------------------------------- */

/* The full-text table has an index of beginnings of up to so many letters. A longer beginning is put together from all
 * words that begin so, which takes long when they are common; whole words and short beginnings are read in order. */
#define SHORT_BEGINNING 3

/* How the words of a query are meant, the quickest first. */
enum how {
    WHOLE,     /* longer words as they are */
    BEGINNING, /* their first letters: finds too much */
    ALL,       /* each begins a word: what is wanted */
};

struct words {
    struct str v[MAX_SEARCH_WORDS];
    size_t n, nlong;
    struct str single[MAX_SEARCH_WORDS];
    size_t nsingle;
};

static bool is_long(struct str word)
{
    return utf8_count(word) > SHORT_BEGINNING;
}

static struct words split(struct str typed)
{
    struct words w = {0};
    struct str rest = typed, word;

    for (int n = 0; n < MAX_SEARCH_WORDS && search_next_word(&rest, &word); n++) {
        if (word.n == 1) {
            w.single[w.nsingle++] = word;
            continue;
        }
        w.nlong += is_long(word);
        w.v[w.n++] = word;
    }
    return w;
}

static struct str shorten(struct str word)
{
    struct str rest = word;

    for (int i = 0; i < SHORT_BEGINNING; i++)
        utf8_take(&rest);
    return str_upto(word, word.n - rest.n);
}

static struct value query_of(struct arena *a, const struct words *w, enum how how)
{
    struct str query = S("");

    for (size_t i = 0; i < w->n; i++) {
        bool cut = is_long(w->v[i]) && how == BEGINNING, whole = is_long(w->v[i]) && how == WHOLE;
        struct str word = cut ? shorten(w->v[i]) : w->v[i];
        query = arena_printf(a, STR_FMT "%s\"" STR_FMT "\"%s", STR_ARG(query), i ? " " : "", STR_ARG(word),
                             whole ? "" : "*");
    }
    return value_text(query);
}

static bool has_beginning(struct str text, struct str beginning)
{
    struct str word;

    while (search_next_word(&text, &word))
        if (str_eq_nocase(str_upto(word, beginning.n), beginning))
            return true;
    return false;
}

static bool either_has(struct value title, struct value body, struct str beginning)
{
    return (title.type == V_TEXT && has_beginning(title.s, beginning)) ||
           (body.type == V_TEXT && has_beginning(body.s, beginning));
}

static void from_words(struct sql *s, const struct kind *k, struct value query, const char *columns)
{
    sql_f(s, "SELECT %s FROM %s_search WHERE %s_search MATCH ", columns, k->name, k->name);
    sql_arg(s, query);
    sql_z(s, " ORDER BY rowid DESC");
}

/* The newest that a query finds which have the single letters too and, with `all`, all words; at most `most` of those
 * looked at. Accents are left to the full-text table: what is found here has the words to the letter. */
static int look_through(struct txn *t, const struct kind *k, const struct words *w, enum how how, unsigned most,
                        id **ret, size_t *ret_n, struct err *err)
{
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));
    int n = 0;

    from_words(s, k, query_of(s->arena, w, how), "rowid, title, body");
    sql_f(s, " LIMIT %u", most);
    struct rows *r = sql_query(t, sql_text(s), sql_args(s), err);
    *ret = NEW_ARRAY(txn_arena(t), id, most);
    *ret_n = 0;
    while (r && (n = rows_next(r, err)) == 1) {
        struct value title = rows_col_peek(r, 1), body = rows_col_peek(r, 2);
        bool has = true;
        for (size_t i = 0; i < w->nsingle && has; i++)
            has = either_has(title, body, w->single[i]);
        for (size_t i = 0; i < w->n && has && how == BEGINNING; i++)
            has = either_has(title, body, w->v[i]);
        if (has)
            (*ret)[(*ret_n)++] = rows_col_peek(r, 0).i;
    }
    return r && n == 0 ? 0 : -1;
}

/* Rows of the kind by a list of ids that an inner statement makes, in that order, as far as they are visible. */
static int visible(struct txn *t, const struct kind *k, const struct access *access, const struct sql *inner,
                   unsigned limit, struct search_hits *ret, struct err *err)
{
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));

    sql_f(s, "SELECT t.id, t.%s FROM (", k->fields[k->title_at].name);
    sql_z(s, sql_text((struct sql *)(uintptr_t)inner));
    sql_f(s, ") x CROSS JOIN %s t WHERE t.id = x.rowid AND ", k->name);
    for (size_t i = 0; i < inner->n; i++)
        sql_take_arg(s, inner->args[i]);
    scope_where(s, access, k, "t", false);
    if (s->dialect == DIALECT_POSTGRES)
        sql_z(s, " ORDER BY t.id DESC");
    sql_f(s, " LIMIT %u", limit);
    return take(t, s, limit, ret, err);
}

/* Are there more matches than were looked at? */
static int more_than_looked_at(struct txn *t, const struct kind *k, struct value query, struct err *err)
{
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));
    struct value ignored;

    from_words(s, k, query, "rowid");
    sql_f(s, " LIMIT 1 OFFSET %u", WORDS_LOOKED_AT);
    return sql_row(t, sql_text(s), sql_args(s), &ignored, 1, err);
}

static int all_of_them(struct txn *t, const struct kind *k, const struct access *access, struct value query,
                       unsigned limit, struct search_hits *ret, struct err *err)
{
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));

    sql_f(s, "SELECT t.id, t.%s FROM %s t WHERE ", k->fields[k->title_at].name, k->name);
    scope_where(s, access, k, "t", false);
    sql_z(s, " AND t.id IN (");
    sql_f(s, "SELECT rowid FROM %s_search WHERE ", k->name);
    if (s->dialect == DIALECT_SQLITE) {
        sql_f(s, "%s_search MATCH ", k->name);
        sql_arg(s, query);
        sql_z(s, ")");
    } else {
        sql_z(s, "words @@ (");
        sql_arg(s, query);
        sql_z(s, "::tsquery))");
    }
    sql_f(s, " ORDER BY t.id DESC LIMIT %u", limit);
    *ret = (struct search_hits){0};
    return take(t, s, limit, ret, err);
}

/* Those among the ids that the caller sees, the highest first. */
static int visible_ids(struct txn *t, const struct kind *k, const struct access *access, const id *ids, size_t n,
                       unsigned limit, struct search_hits *ret, struct err *err)
{
    struct sql *inner = sql_new(txn_arena(t), txn_dialect(t));

    sql_f(inner, "SELECT id AS rowid FROM %s WHERE id IN ", k->name);
    sql_ids(inner, ids, n < MOST_IDS ? n : MOST_IDS);
    sql_z(inner, " ORDER BY id DESC");
    *ret = (struct search_hits){0};
    return visible(t, k, access, inner, limit, ret, err);
}

/* With the query as it stands: 0 and as many as there are. */
static int straight(struct txn *t, const struct kind *k, const struct access *access, const struct words *w,
                    enum how how, unsigned limit, struct search_hits *ret, struct err *err)
{
    struct sql *inner = sql_new(txn_arena(t), txn_dialect(t));
    struct value query = query_of(inner->arena, w, how);
    bool all = scope_is_all(access, k, false);
    size_t n;
    id *ids;

    *ret = (struct search_hits){0};
    if (w->nsingle)
        return look_through(t, k, w, how, SINGLE_LOOKED_AT, &ids, &n, err) < 0
                   ? -1
                   : visible_ids(t, k, access, ids, n, limit, ret, err);
    from_words(inner, k, query, "rowid");
    sql_f(inner, " LIMIT %u", all ? limit : WORDS_LOOKED_AT);
    if (visible(t, k, access, inner, limit, ret, err) < 0)
        return -1;
    if (all || ret->n == limit || how != ALL)
        return 0;
    int more = more_than_looked_at(t, k, query, err);
    return more <= 0 ? more : all_of_them(t, k, access, query, limit, ret, err);
}

int search_words(struct txn *t, const struct kind *k, const struct access *access, struct str typed, unsigned limit,
                 struct search_hits *ret, struct err *err)
{
    struct words w = split(typed);
    size_t n;
    id *ids;

    *ret = (struct search_hits){0};
    if (w.n == 0)
        return 0;
    /* Its index of words has no order of rows, and no beginning is too long for it. */
    if (txn_dialect(t) == DIALECT_POSTGRES)
        return all_of_them(t, k, access, search_query(txn_arena(t), typed, DIALECT_POSTGRES), limit, ret, err);
    if (w.nlong) {
        if (straight(t, k, access, &w, WHOLE, limit, ret, err) < 0)
            return -1;
        if (ret->n == limit)
            return 0;
    }
    /* One word that is being typed: if it is common, it is among the newest with its first letters. */
    if (w.nlong == 1 && w.n == 1 && scope_is_all(access, k, false)) {
        if (look_through(t, k, &w, BEGINNING, COMMON_LOOKED_AT, &ids, &n, err) < 0 ||
            (n >= limit && visible_ids(t, k, access, ids, n, limit, ret, err) < 0))
            return -1;
        if (ret->n == limit)
            return 0;
    }
    return straight(t, k, access, &w, ALL, limit, ret, err);
}

/* Searching by words: whatever shortcut is taken, what is found is what has the words and may be seen. */
#include "rng.h"
#include "scratch.h"
#include "search.h"

static struct scratch s;
static struct rng r;
static struct who rep;
static int rows;

static const char *const vocabulary[] = {"service", "servant", "contract", "mill",   "milling",   "Ser",   "CNC",
                                         "router",  "a",       "o",        "élodie", "Zürich",    "工作",  "CR-1530",
                                         "second",  "unit",    "se",       "x1",     "Serviette", "сервис"};

static const char *words(int most)
{
    struct str text = S("");

    for (uint64_t n = 1 + rng_below(&r, (uint64_t)most); n > 0; n--)
        text = arena_printf(s.arena, STR_FMT "%s%s", STR_ARG(text), text.n ? " " : "",
                            vocabulary[rng_below(&r, COUNT(vocabulary))]);
    return text.p;
}

static int setup(void **state)
{
    (void)state;
    rng_seed(&r, 5);
    scratch_open(&s);
    struct row *user = scratch_create(&s, WHO_SYSTEM, "users", "{\"name\":\"Rea\",\"role\":\"rep\"}");
    assert_non_null(user);
    rep = (struct who){row_id(user), SCOPE_ADMIN};
    assert_non_null(scratch_create(&s, WHO_SYSTEM, "rights",
                                   "{\"role\":\"rep\",\"kind\":\"deals\",\"see\":\"own\",\"edit\":\"own\"}"));
    for (rows = 0; rows < 400; rows++) {
        const char *json =
            arena_printf(s.arena, "{\"title\":\"%s\",\"description\":\"%s\",\"stage_id\":1,\"currency\":\"EUR\"%s}",
                         words(3), words(4),
                         rng_below(&r, 4) ? "" : arena_printf(s.arena, ",\"owner_id\":%lld", (long long)rep.user).p)
                .p;
        assert_non_null(scratch_create(&s, WHO_SYSTEM, "deals", json));
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_close(&s);
    return 0;
}

static void ask(struct who who, struct str typed, unsigned limit, struct ctx *c, struct search_hits *ret)
{
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);

    assert_int_equal(ctx_read(c, s.app, t, who, &s.err), 0);
    if (search_words(t, s.app->deals, c->access, typed, limit, ret, &s.err) < 0)
        fail_msg("\"" STR_FMT "\": %s", STR_ARG(typed), s.err.msg);
}

/* All matches by the full-text table alone, joined with what may be seen. */
static size_t plainly(struct ctx *c, struct str typed, id *ids)
{
    struct sql *q = sql_new(c->arena, DIALECT_SQLITE);
    struct value query = search_query(c->arena, typed, DIALECT_SQLITE);
    size_t n = 0;

    if (value_is_null(query))
        return 0;
    sql_z(q, "SELECT t.id FROM deals t WHERE t.id IN (SELECT rowid FROM deals_search WHERE deals_search MATCH ");
    sql_arg(q, query);
    sql_z(q, ") AND ");
    scope_where(q, c->access, s.app->deals, "t", false);
    sql_z(q, " ORDER BY t.id DESC");
    struct rows *found = sql_query(c->t, sql_text(q), sql_args(q), &s.err);
    while (rows_next(found, &s.err) == 1)
        ids[n++] = rows_col(found, 0).i;
    return n;
}

static bool among(const id *ids, size_t n, id which)
{
    while (n > 0)
        if (ids[--n] == which)
            return true;
    return false;
}

static void finds_what_has_the_words(void **state)
{
    id *want = NEW_ARRAY(s.arena, id, 1000);
    size_t found = 0;

    (void)state;
    for (int i = 0; i < 400; i++) {
        struct str typed = str_of(words(3));
        struct who who = rng_below(&r, 2) ? rep : WHO_SYSTEM;
        struct search_hits hits;
        struct ctx c;
        if (rng_below(&r, 2)) /* as it is being typed */
            for (size_t cut = rng_below(&r, 4); cut > 0 && typed.n > 1 && (typed.p[typed.n - 1] & 0x80) == 0; cut--)
                typed.n--;
        unsigned limit = rng_below(&r, 2) ? 1000 : 1 + (unsigned)rng_below(&r, 30);
        ask(who, typed, limit, &c, &hits);
        size_t n = plainly(&c, typed, want);
        bool only_singles = true;
        for (struct str rest = typed, word; search_next_word(&rest, &word);)
            only_singles &= word.n == 1;
        if (only_singles)
            assert_int_equal(hits.n, 0);
        else if (hits.n > limit || hits.n > n || (hits.n < limit && hits.n < n))
            fail_msg("\"" STR_FMT "\": %zu of %zu, limit %u", STR_ARG(typed), hits.n, n, limit);
        for (size_t h = 0; h < hits.n; h++) {
            assert_true(among(want, n, hits.v[h].id));
            for (size_t other = 0; other < h; other++)
                assert_int_not_equal(hits.v[h].id, hits.v[other].id);
        }
        found += hits.n;
        txn_end(c.t);
    }
    assert_true(found > 1000);
}

static void titles_begin_as_typed(void **state)
{
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);
    struct search_hits hits;
    struct ctx c;
    struct value n;

    (void)state;
    assert_int_equal(ctx_read(&c, s.app, t, rep, &s.err), 0);
    assert_int_equal(search_titles(t, s.app->deals, NULL, S("SERVICE"), 1000, &hits, &s.err), 0);
    assert_int_equal(sql_row(t, "SELECT count(*) FROM deals WHERE title LIKE 'service%'", NO_ARGS, &n, 1, &s.err), 1);
    assert_int_equal(hits.n, n.i);
    for (size_t i = 0; i < hits.n; i++)
        assert_true(str_eq_nocase(str_upto(hits.v[i].title, 7), S("service")));
    assert_int_equal(sql_row(t, "SELECT count(*) FROM deals WHERE title LIKE 'service%' AND owner_id = $1",
                             ARGS(value_int(rep.user)), &n, 1, &s.err),
                     1);
    assert_int_equal(search_titles(t, s.app->deals, c.access, S("service"), 1000, &hits, &s.err), 0);
    assert_int_equal(hits.n, n.i);
    txn_end(t);
}

/* What is typed is words, whatever it looks like. */
static void nothing_typed_is_syntax(void **state)
{
    static const char *const hostile[] = {
        "",
        " ",
        "\"",
        "\"\"",
        "'",
        "*",
        "a*",
        "*a",
        "NOT",
        "AND",
        "OR",
        "NEAR",
        "NEAR(a b, 3)",
        "service NOT mill",
        "title:service",
        "{title body}:x",
        "^service",
        "service^",
        "-service",
        "+",
        "a+b",
        "(((((",
        ")",
        "service OR",
        "\\",
        "%",
        "_",
        "service%",
        "$1",
        "?1",
        ":a",
        "@a",
        ";",
        "--",
        "/*",
        "\xc3\xa9",
        "\xe2\x80\xa6",
        "…",
        "– –",
        "\xf0\x9f\x98\x80",
        "service \xe2\x80\xa6",
        "\xcc\x81",
        "e\xcc\x81lodie",
        "\xef\xbf\xbf",
        "\xf4\x8f\xbf\xbf",
        "a b c d e f g h i j k l m n o p q r s t u v w x y z",
        "se se se se se se se se se se se se se se se se se se",
        "service service service service service service service service service service service service service x",
    };
    struct search_hits hits;

    (void)state;
    for (size_t i = 0; i < COUNT(hostile); i++)
        for (int as_rep = 0; as_rep < 2; as_rep++) {
            struct ctx c;
            ask(as_rep ? rep : WHO_SYSTEM, str_of(hostile[i]), 25, &c, &hits);
            if (search_titles(c.t, s.app->deals, c.access, str_of(hostile[i]), 25, &hits, &s.err) < 0)
                fail_msg("\"%s\": %s", hostile[i], s.err.msg);
            txn_end(c.t);
        }
    for (int i = 0; i < 3000; i++) {
        static const char alphabet[] = "abserv \"'*()^:-+{}%_\\\0\xc3\xa9\xe2\x80\xa6";
        char typed[40];
        struct ctx c;
        size_t n = rng_below(&r, sizeof(typed));
        for (size_t j = 0; j < n; j++)
            typed[j] = alphabet[rng_below(&r, 20)];
        ask(WHO_SYSTEM, (struct str){typed, n}, 25, &c, &hits);
        txn_end(c.t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_has_the_words),
        cmocka_unit_test(titles_begin_as_typed),
        cmocka_unit_test(nothing_typed_is_syntax),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}

/*
 * Text that breaks programs. What is no JSON gets a 400 and what is JSON does not; strings come back byte for byte and
 * can be searched and filtered by, whatever is in them.
 */
#include <dirent.h>
#include <sys/stat.h>

#include "check.h"

#include "ceilings.h"
#include "shared.h"
#include "target.h"
#include "world.h"

static struct world w;

static int set_up(void **state)
{
    (void)state;
    return world_open(&w);
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static struct str slurp(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct stat st = {0};

    if (!f || fstat(fileno(f), &st) < 0)
        fail_msg("%s cannot be read", path);
    char *p = arena_alloc(w.arena, (size_t)st.st_size + 1);
    size_t n = fread(p, 1, (size_t)st.st_size, f);
    fclose(f);
    return (struct str){p, n};
}

static int post(const char *path, struct str body)
{
    struct http_exchange *x = world_ask(&w, "ann", S("POST"), str_of(path), NULL, 0, body);
    int status = x->status;

    http_exchange_free(x);
    return status;
}

static void json_suite(void **state)
{
    const char *folder = shared("strings/json-test-suite/test_parsing");
    DIR *d = folder ? opendir(folder) : NULL;
    struct dirent *e;
    int seen = 0;

    (void)state;
    if (!d)
        skip();
    while ((e = readdir(d)) != NULL) {
        if (!strstr(e->d_name, ".json"))
            continue;
        int status = post(API "/deals", slurp(arena_printf(w.arena, "%s/%s", folder, e->d_name).p));
        bool refused = status == 400;
        if (status >= 500 || (e->d_name[0] == 'n' && !refused) || (e->d_name[0] == 'y' && refused))
            fail_msg("%s: %d", e->d_name, status);
        seen++;
    }
    closedir(d);
    assert_true(seen > 300);
}

static void comes_back(struct str text)
{
    struct err err = {0};
    json_t *deal = json_pack("{s:s, s:o}", "title", "Naughty", "description", json_stringn(text.p, text.n)), *got;
    struct http_exchange *x = world_ask(&w, "ann", S("POST"), S(API "/deals"), NULL, 0, json_dump(w.arena, deal));

    json_decref(deal);
    if (x->status != 201 || json_read(w.arena, http_reply_body(x), &got, &err) < 0)
        fail_msg(STR_FMT ": " STR_FMT, STR_ARG(text), STR_ARG(http_reply_body(x)));
    struct str made = json_dump(w.arena, json_object_get(got, "id"));
    http_exchange_free(x);
    x = world_ask(&w, "ann", S("GET"), arena_printf(w.arena, API "/deals/" STR_FMT, STR_ARG(made)), NULL, 0, STR_NULL);
    if (json_read(w.arena, http_reply_body(x), &got, &err) < 0 || !str_eq(json_member_str(got, "description"), text))
        fail_msg("sent " STR_FMT ", got " STR_FMT, STR_ARG(text), STR_ARG(json_member_str(got, "description")));
    http_exchange_free(x);
}

static void is_looked_for(struct str text)
{
    static const char *const targets[] = {
        API "/search?q=", API "/deals?q=", API "/deals?title.like=", API "/deals?description=", API "/board?q="};

    text = percent_encode(w.arena, str_upto(text, 150));
    for (size_t i = 0; i < COUNT(targets); i++) {
        struct str target = arena_printf(w.arena, "%s" STR_FMT, targets[i], STR_ARG(text));
        struct http_exchange *x = world_ask(&w, "ann", S("GET"), target, NULL, 0, STR_NULL);
        /* A cut through the middle of a letter is no UTF-8. */
        if (x->status != 200 && x->status != 400)
            fail_msg(STR_FMT ": %d", STR_ARG(target), x->status);
        http_exchange_free(x);
    }
}

static void naughty_strings(void **state)
{
    const char *path = shared("strings/naughty/blns.json");
    json_t *list, *one;
    size_t i;

    (void)state;
    if (!path)
        skip();
    assert_int_equal(json_read(w.arena, slurp(path), &list, &w.err), 0);
    json_array_foreach(list, i, one) {
        struct str text = json_text(one);
        if (text.n == 0)
            continue;
        comes_back(text);
        is_looked_for(text);
    }
    assert_true(i > 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_suite),
        cmocka_unit_test(naughty_strings),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/*
 * Every route as every role. What a role may do with a kind follows from the presets; here each answer is held against
 * them, with one record of every kind that belongs to the administrator. No request may make the server fail.
 */
#include "ceilings.h"
#include "check.h"
#include "world.h"

static struct world w;

/* One record of each kind that a new installation has none of, in an order in which they can be made. */
static const char *const records[][2] = {
    {"organisations", "{\"name\":\"Acme\"}"},
    {"people", "{\"name\":\"Paul\"}"},
    {"products", "{\"name\":\"Pump\",\"price\":10}"},
    {"deals", "{\"title\":\"Pumps\"}"},
    {"deal_lines", "{\"deal_id\":1,\"name\":\"Pump\",\"unit_price\":10}"},
    {"deal_contacts", "{\"deal_id\":1,\"person_id\":1}"},
    {"activities", "{\"subject\":\"Call\"}"},
    {"notes", "{\"body\":\"Hello\",\"deal_id\":1}"},
    {"tags", "{\"name\":\"hot\"}"},
    {"views", "{\"name\":\"Mine\",\"kind\":\"deals\",\"query\":{}}"},
    {"fields", "{\"kind\":\"deals\",\"key\":\"size\",\"label\":\"Size\",\"type\":\"text\"}"},
    {"exchange_rates", "{\"currency\":\"USD\",\"day\":\"2026-01-01\",\"rate\":0.9}"},
    {"targets", "{\"user_id\":3,\"period_start\":\"2026-01-01\",\"period_end\":\"2026-03-31\",\"amount\":1000}"},
    {"backup_plans", "{\"time_of_day\":\"02:30\",\"active\":false}"},
    {"rights", "{\"role\":\"viewer\",\"kind\":\"tags\",\"see\":\"all\",\"edit\":\"none\"}"},
};

static const enum role roles[] = {ROLE_ADMIN, ROLE_MANAGER, ROLE_REP, ROLE_REP, ROLE_VIEWER};

static int ask(const char *as, const char *method, const char *target, const char *body)
{
    struct http_exchange *x = world_say(&w, as, method, target, body);
    int status = x->status;

    if (status >= 500)
        fail_msg("%s %s as %s: " STR_FMT, method, target, as ? as : "nobody", STR_ARG(http_reply_body(x)));
    http_exchange_free(x);
    return status;
}

static int set_up(void **state)
{
    (void)state;
    if (world_open(&w) < 0)
        return -1;
    for (size_t i = 0; i < COUNT(records); i++) {
        const char *target = arena_printf(w.arena, API "/%s", records[i][0]).p;
        struct http_exchange *x = world_say(&w, "ada", "POST", target, records[i][1]);
        if (x->status != 201)
            fail_msg("%s: " STR_FMT, target, STR_ARG(http_reply_body(x)));
        http_exchange_free(x);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static void expect(int got, int want, const char *what, const char *as, const struct kind *k)
{
    if (got != want)
        fail_msg("%s %s as %s: got %d, want %d", what, k->name, as, got, want);
}

/* The administrator's record is nobody else's own, and he is in no team. */
static int to_see(enum role role, const struct kind *k)
{
    return role == ROLE_ADMIN || preset_see(role, k) == LEVEL_ALL ? 200 : 404;
}

static void one_kind(const struct kind *k, bool there)
{
    const char *list = arena_printf(w.arena, API "/%s", k->name).p, *one = arena_printf(w.arena, "%s/1", list).p,
               *none = arena_printf(w.arena, "%s/999999", list).p;

    for (int i = 0; world_people[i]; i++) {
        const char *as = world_people[i];
        int sees = to_see(roles[i], k);
        expect(ask(as, "GET", list, NULL), 200, "list", as, k);
        expect(ask(as, "GET", none, NULL), 404, "missing", as, k);
        expect(ask(as, "DELETE", none, NULL), 404, "delete missing", as, k);
        expect(ask(as, "PATCH", none, "{}"), 404, "change missing", as, k);
        if (there) {
            expect(ask(as, "GET", one, NULL), sees, "show", as, k);
            expect(ask(as, "GET", arena_printf(w.arena, "%s/history", one).p, NULL), sees, "history", as, k);
            bool may = roles[i] == ROLE_ADMIN || preset_edit(roles[i], k) == LEVEL_ALL;
            expect(ask(as, "PATCH", one, "{}"), sees != 200 ? sees : may ? 200 : 403, "change", as, k);
        }
        bool may_create = roles[i] == ROLE_ADMIN || preset_create(roles[i], k);
        int made = ask(as, "POST", list, "{\"there is no such field\":1}");
        if (k != w.app->files) /* come by a form of their own */
            expect(made == 403, !may_create, "add", as, k);
    }
}

static void kinds_by_role(void **state)
{
    (void)state;
    for (int i = 0; i < w.app->schema->n; i++) {
        const struct kind *k = &w.app->schema->kinds[i];
        one_kind(k, k != w.app->files && k != w.app->tokens);
    }
}

/* {id} and {kind} filled in. */
static const char *target_of(const struct api_route *r)
{
    struct str rest = str_of(r->path), head, tail, target = S("");

    while (rest.n) {
        bool param = str_cut(rest, '{', &head, &rest);
        target = arena_printf(w.arena, STR_FMT STR_FMT, STR_ARG(target), STR_ARG(head));
        if (!param)
            break;
        str_cut(rest, '}', &head, &tail);
        target = arena_printf(w.arena, STR_FMT "%s", STR_ARG(target), str_is(head, "kind") ? "deals" : "999999");
        rest = tail;
    }
    return arena_cstr(w.arena, target);
}

static void one_route(const struct api_route *r)
{
    const char *target = target_of(r), *method = http_method_name(r->method), *body = r->body ? "{}" : NULL;
    int nobody = ask(NULL, method, target, body);

    if (r->mode == API_STREAM) /* a stream that opens stays open */
        return;
    if (r->auth != AUTH_OPEN && nobody != 401)
        fail_msg("%s %s as nobody: %d", method, target, nobody);
    for (int i = 0; world_people[i]; i++) {
        int status = ask(world_people[i], method, target, body);
        if (r->auth == AUTH_ADMIN && roles[i] != ROLE_ADMIN && status != 403)
            fail_msg("%s %s as %s: %d, want 403", method, target, world_people[i], status);
        if (status == 401 && r->auth != AUTH_OPEN)
            fail_msg("%s %s as %s: 401", method, target, world_people[i]);
    }
}

static void routes_by_role(void **state)
{
    (void)state;
    for (const struct api_table *const *t = api_tables; *t; t++)
        for (size_t i = 0; i < (*t)->nroutes; i++)
            one_route(&(*t)->routes[i]);
}

/* A token that only reads changes nothing, whoever's it is. */
static void reading_tokens(void **state)
{
    struct header scope = {S("Test-Scope"), S("read")};

    (void)state;
    for (const struct api_table *const *t = api_tables; *t; t++)
        for (size_t i = 0; i < (*t)->nroutes; i++) {
            const struct api_route *r = &(*t)->routes[i];
            if (http_method_safe(r->method) || r->auth == AUTH_OPEN)
                continue;
            struct http_exchange *x = world_ask(&w, "ada", str_of(http_method_name(r->method)), str_of(target_of(r)),
                                                &scope, 1, r->body ? S("{}") : STR_NULL);
            if (x->status != 403)
                fail_msg("%s %s with a token that reads: %d", http_method_name(r->method), r->path, x->status);
            http_exchange_free(x);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_by_role),
        cmocka_unit_test(routes_by_role),
        cmocka_unit_test(reading_tokens),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

#include "random.h"

#include <string.h>

const char *const random_kinds[RANDOM_KINDS] = {"deals", "organisations", "people", "activities", "deal_lines",
                                                "notes", "tags",          "stages", "products",   "deal_contacts"};

static id any(struct scratch *s, struct rng *r, const char *kind)
{
    struct txn *t = txn_read(s->app->store, s->arena, &s->err);
    struct value v[2] = {VALUE_NULL, VALUE_NULL};
    const char *sql = arena_printf(s->arena, "SELECT count(*) FROM %s", kind).p;
    id found = 0;

    assert_int_equal(sql_row(t, sql, NO_ARGS, v, 1, &s->err), 1);
    if (v[0].i > 0) {
        sql = arena_printf(s->arena, "SELECT id FROM %s ORDER BY id LIMIT 1 OFFSET $1", kind).p;
        assert_int_equal(sql_row(t, sql, ARGS(value_int((int64_t)rng_below(r, (uint64_t)v[0].i))), v, 1, &s->err), 1);
        found = v[0].i;
    }
    txn_end(t);
    return found;
}

static const char *ref(struct scratch *s, struct rng *r, const char *kind)
{
    id which = rng_below(r, 4) ? any(s, r, kind) : 0;

    return which ? arena_printf(s->arena, "%lld", (long long)which).p : "null";
}

static const char *tags(struct scratch *s, struct rng *r)
{
    id x = any(s, r, "tags"), y = any(s, r, "tags");

    return x && rng_below(r, 2) ? arena_printf(s->arena, "[%lld,%lld]", (long long)x, (long long)y).p : "null";
}

static const char *random_body(struct scratch *s, struct rng *r, const char *kind)
{
    static const char *const words[] = {"Pump", "Z\xc3\xbcrich", "\\u0022quoted\\u0022", "line\\nbreak",
                                        "\xf0\x9f\x98\x80"};
    static const char *const statuses[] = {"open", "won", "lost"};
    static const char *const currencies[] = {"EUR", "JPY", "KWD", "USD"};
    const char *word = words[rng_below(r, COUNT(words))];
    long long n = (long long)rng_below(r, 100000);
    struct arena *a = s->arena;

    if (strcmp(kind, "deals") == 0)
        return arena_printf(a,
                            "{\"title\":\"%s %lld\",\"status\":\"%s\",\"stage_id\":%s,\"currency\":\"%s\",%s"
                            "\"organisation_id\":%s,\"person_id\":%s,\"tags\":%s}",
                            word, n, statuses[rng_below(r, 3)], ref(s, r, "stages"), currencies[rng_below(r, 4)],
                            rng_below(r, 2) ? arena_printf(a, "\"value\":%lld,", n).p : "", ref(s, r, "organisations"),
                            ref(s, r, "people"), tags(s, r))
            .p;
    if (strcmp(kind, "organisations") == 0)
        return arena_printf(a, "{\"name\":\"%s %lld\",\"parent_id\":%s}", word, n, ref(s, r, "organisations")).p;
    if (strcmp(kind, "people") == 0)
        return arena_printf(a, "{\"name\":\"%s %lld\",\"organisation_id\":%s}", word, n, ref(s, r, "organisations")).p;
    if (strcmp(kind, "activities") == 0)
        return arena_printf(a, "{\"subject\":\"%s\",\"done\":%s,\"deal_id\":%s,\"due_at\":\"2026-0%d-01T00:00:00Z\"}",
                            word, rng_below(r, 2) ? "true" : "false", ref(s, r, "deals"), (int)rng_below(r, 9) + 1)
            .p;
    if (strcmp(kind, "deal_lines") == 0)
        return arena_printf(a, "{\"name\":\"%s\",\"quantity\":%lld.5,\"unit_price\":%lld,\"deal_id\":%s}", word,
                            n % 100, n, ref(s, r, "deals"))
            .p;
    if (strcmp(kind, "notes") == 0)
        return arena_printf(a, "{\"body\":\"%s\",\"deal_id\":%s,\"organisation_id\":%s}", word, ref(s, r, "deals"),
                            ref(s, r, "organisations"))
            .p;
    if (strcmp(kind, "tags") == 0)
        return arena_printf(a, "{\"name\":\"%s %lld\"}", word, n).p;
    if (strcmp(kind, "stages") == 0)
        return arena_printf(a, "{\"name\":\"%s %lld\",\"pipeline_id\":%d,\"position\":%lld,\"probability\":%lld}", word,
                            n, (int)rng_below(r, 2) + 1, n, n % 100)
            .p;
    if (strcmp(kind, "products") == 0)
        return arena_printf(a, "{\"name\":\"%s %lld\",\"price\":%lld,\"currency\":\"EUR\"}", word, n, n).p;
    return arena_printf(a, "{\"deal_id\":%s,\"person_id\":%s,\"role\":\"decides\"}", ref(s, r, "deals"),
                        ref(s, r, "people"))
        .p;
}

bool random_step(struct scratch *s, struct rng *r)
{
    const char *kind = random_kinds[rng_below(r, (uint64_t)RANDOM_KINDS)];
    uint64_t dice = rng_below(r, 10);
    id which = any(s, r, kind);

    if (dice < 5 || !which)
        return scratch_create(s, WHO_SYSTEM, kind, random_body(s, r, kind)) != NULL;
    if (dice < 8)
        return scratch_update(s, WHO_SYSTEM, kind, which, random_body(s, r, kind)) != NULL;
    return scratch_delete(s, WHO_SYSTEM, kind, which);
}

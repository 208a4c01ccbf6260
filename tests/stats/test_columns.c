/* Views of the past of deals: whatever way changes come in, the view is the same, and says what the log says. */
#include "columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "rng.h"

#define CHANGES 900u
#define DEALS 200u

static struct arena *arena;
static char folder[] = "/tmp/penstock-columns-XXXXXX";

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new(64u << 20);
    return arena && mkdtemp(folder) ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return rmdir(folder);
}

static struct deal_change random_change(struct rng *r, int64_t seq, msec now)
{
    static const char *const fields[] = {
        "{\"status\":[\"open\",\"won\"],\"value\":[null,12.50]}", "{\"stage_id\":[1,2]}",
        "{\"stage_id\":[2,3],\"expected_close_date\":[null,\"2026-05-01\"],\"title\":[\"a\",\"b\"]}",
        "{\"owner_id\":[1,null],\"currency\":[\"EUR\",\"JPY\"]}",
        "{\"status\":[\"won\",\"lost\"],\"lost_reason_id\":[null,4]}"};
    static const char *const ops[] = {"create", "update", "update", "update", "update", "update", "delete"};
    struct log_item item = {.seq = seq,
                            .recorded_at = now,
                            .occurred_at = rng_below(r, 4) ? now : now - (msec)rng_below(r, 50),
                            .op = str_of(ops[rng_below(r, COUNT(ops))]),
                            .fields = str_of(fields[rng_below(r, COUNT(fields))])};

    return (struct deal_change){1 + (id)rng_below(r, DEALS) * 7, deal_state_read(&item)};
}

static struct deal_change *random_changes(uint64_t seed)
{
    struct deal_change *c = NEW_ARRAY(arena, struct deal_change, CHANGES);
    struct rng r;

    rng_seed(&r, seed);
    for (unsigned i = 0; i < CHANGES; i++)
        c[i] = random_change(&r, (int64_t)i + 1, 1000 + (msec)i / 3);
    return c;
}

/* In pieces of random size, with some changes of before coming again. */
static struct view *in_pieces(const struct deal_change *all, uint64_t seed)
{
    struct deal_change *piece = NEW_ARRAY(arena, struct deal_change, CHANGES * 2);
    struct view *v = view_new();
    struct rng r;

    rng_seed(&r, seed);
    for (size_t from = 0, n; from < CHANGES; from += n) {
        size_t again = from ? (size_t)rng_below(&r, from) % 20 : 0;
        n = 1 + (size_t)rng_below(&r, 200);
        n = from + n > CHANGES ? CHANGES - from : n;
        memcpy(piece, all + from - again, (n + again) * sizeof(*piece));
        v = view_apply(v, piece, n + again, (int64_t)(from + n));
        assert_non_null(v);
    }
    return v;
}

static const char *in_folder(const char *name)
{
    return arena_printf(arena, "%s/%s", folder, name).p;
}

static struct str file_of(const struct view *v, const char *name)
{
    const char *path = in_folder(name);
    struct err err = {0};

    assert_int_equal(view_save(v, path, 5, &err), 0);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    char *bytes = arena_alloc(arena, 4u << 20);
    size_t n = fread(bytes, 1, 4u << 20, f);
    fclose(f);
    return (struct str){bytes, n};
}

static void however_they_come(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 12; seed++) {
        struct deal_change *all = random_changes(seed), *copy = NEW_ARRAY(arena, struct deal_change, CHANGES);
        memcpy(copy, all, CHANGES * sizeof(*all));
        struct view *once = view_apply(view_new(), copy, CHANGES, CHANGES), *pieces = in_pieces(all, seed + 100);
        struct str a = file_of(once, "a"), b = file_of(pieces, "b");
        assert_int_equal(a.n, b.n);
        assert_memory_equal(a.p, b.p, a.n);
        assert_int_equal(view_bytes(once), view_bytes(pieces));
        assert_int_equal(view_deals(once), view_deals(pieces));
        view_unref(once);
        view_unref(pieces);
        arena_reset(arena);
    }
    unlink(in_folder("a"));
    unlink(in_folder("b"));
}

struct held {
    const struct deal_change *all;
    msec at;
    size_t told;
};

/* The same by hand: the deal's changes picked out, settled and cut. */
static int as_by_hand(void *ctx, const struct deal_past *past, struct err *err)
{
    struct deal_state states[CHANGES];
    struct held *h = ctx;
    struct deal_past want = {.clock = past->clock, .states = states};

    (void)err;
    for (size_t i = 0; i < CHANGES; i++)
        if (h->all[i].deal == past->deal)
            states[want.n++] = h->all[i].state;
    deal_states_settle(states, want.n, past->clock);
    assert_true(deal_cut(&want, h->at));
    assert_int_equal(past->n, want.n);
    assert_memory_equal(past->states, states, want.n * sizeof(states[0]));
    h->told++;
    return 0;
}

static void at_any_moment(void **state)
{
    struct deal_change *all = random_changes(3);
    struct view *v = in_pieces(all, 4);
    struct err err = {0};

    (void)state;
    for (msec at = 990; at < 1310; at += 17)
        for (int clock = CLOCK_OCCURRED; clock <= CLOCK_RECORDED; clock++) {
            struct held h = {.all = all, .at = at};
            assert_int_equal(view_pasts(v, 0, at, (enum clock)clock, as_by_hand, &h, &err), 0);
            size_t all_told = h.told, one_by_one = h.told = 0;
            for (id deal = 1; deal <= 7 * (id)DEALS; deal++)
                assert_int_equal(view_pasts(v, deal, at, (enum clock)clock, as_by_hand, &h, &err), 0);
            one_by_one = h.told;
            assert_int_equal(one_by_one, all_told);
        }
    view_unref(v);
}

/* Who reads keeps what he reads, whatever comes in meanwhile. */
static void readers_keep_theirs(void **state)
{
    struct deal_change *all = random_changes(8), *copy = NEW_ARRAY(arena, struct deal_change, CHANGES);
    struct view *v = view_new();

    (void)state;
    memcpy(copy, all, CHANGES * sizeof(*all));
    v = view_apply(v, copy, CHANGES / 2, CHANGES / 2);
    struct view *held = view_ref(v);
    struct str before = file_of(held, "a");
    for (size_t i = CHANGES / 2; i < CHANGES; i += 10)
        v = view_apply(v, copy + i, CHANGES - i < 10 ? CHANGES - i : 10, (int64_t)i + 10);
    struct str after = file_of(held, "a");
    assert_int_equal(before.n, after.n);
    assert_memory_equal(before.p, after.p, before.n);
    view_unref(v);
    view_unref(held);
    unlink(in_folder("a"));
}

static uint64_t five(void *ctx, int64_t seq)
{
    (void)ctx, (void)seq;
    return 5;
}

static uint64_t six(void *ctx, int64_t seq)
{
    (void)ctx, (void)seq;
    return 6;
}

static void put_file(const char *path, struct str bytes)
{
    FILE *f = fopen(path, "we");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
    fclose(f);
}

/* A file comes back as it was; one cut short, changed anywhere or of another log does not come back. */
static void from_the_file(void **state)
{
    struct view *v = in_pieces(random_changes(5), 6), *back;
    const char *path = in_folder("b");
    struct str bytes = file_of(v, "b");
    struct rng r;

    (void)state;
    assert_non_null(back = view_load(path, five, NULL));
    struct str again = file_of(back, "b");
    assert_int_equal(again.n, bytes.n);
    assert_memory_equal(again.p, bytes.p, bytes.n);
    view_unref(back);
    assert_null(view_load(path, six, NULL));
    assert_null(view_load(in_folder("nothing"), five, NULL));
    rng_seed(&r, 1);
    for (int i = 0; i < 300; i++) {
        struct str bad = arena_str(arena, bytes);
        size_t at = (size_t)rng_below(&r, bytes.n);
        if (i % 2)
            ((char *)(uintptr_t)bad.p)[at] ^= (char)(1 + rng_below(&r, 255));
        else
            bad.n = at;
        put_file(path, bad);
        assert_null(view_load(path, five, NULL));
        if (i % 50 == 0)
            put_file(path, bytes);
    }
    view_unref(v);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(however_they_come),
        cmocka_unit_test(at_any_moment),
        cmocka_unit_test(readers_keep_theirs),
        cmocka_unit_test(from_the_file),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}

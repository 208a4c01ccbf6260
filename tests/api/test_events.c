/* The event stream: nothing is missed and nothing comes twice, however often the line breaks; nobody hears of what he
 * may not see; who may not stay hears nothing more. */
#include <unistd.h>

#include "ceilings.h"
#include "check.h"
#include "events.h"
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

static void ask(const char *as, const char *method, const char *target, struct str body, int want)
{
    struct http_exchange *x = world_ask(&w, as, str_of(method), str_of(target), NULL, 0, body);

    if (x->status != want)
        fail_msg("%s %s: " STR_FMT, method, target, STR_ARG(http_reply_body(x)));
    http_exchange_free(x);
}

static struct http_exchange *listen_from(const char *as, int64_t last)
{
    struct header h = {S("Last-Event-ID"), arena_printf(w.arena, "%lld", (long long)last)};

    return world_ask(&w, as, S("GET"), S(API "/events"), &h, last >= 0, STR_NULL);
}

/* The numbers of the whole log, in their order. */
struct numbers {
    int64_t *v;
    size_t n;
};

static struct numbers read_numbers(void)
{
    struct numbers all = {NEW_ARRAY(w.arena, int64_t, 20000), 0};
    struct txn *t = txn_read(w.app->store, w.arena, &w.err);
    struct rows *r = sql_query(t, "SELECT seq FROM changes ORDER BY seq", NO_ARGS, &w.err);

    while (rows_next(r, &w.err) == 1)
        all.v[all.n++] = rows_col(r, 0).i;
    txn_end(t);
    return all;
}

/* Reads what comes until it is quiet; every id must be the one behind the one before. The place of the last one. */
static size_t follow(struct http_exchange *x, const struct numbers *all, size_t at)
{
    struct str line, taken;
    bool data = false;
    int64_t seq = 0;

    for (int quiet = 0; quiet < 40; quiet++) {
        usleep(5000);
        taken = http_events_taken(x);
        if (taken.n)
            quiet = 0;
        while (str_next(&taken, '\n', &line)) {
            if (str_starts(line, S("id: ")))
                assert_true(str_int(str_from(line, 4), &seq));
            data = str_starts(line, S("data: "));
            if (data) {
                assert_true(at < all->n);
                assert_int_equal(seq, all->v[at++]);
            }
        }
    }
    return at;
}

static struct str many_tags(int from)
{
    struct buf b;

    buf_init(&b, MAX_JSON_BODY);
    buf_z(&b, "{\"operations\":[");
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "%s{\"op\":\"create\",\"fields\":{\"name\":\"tag %d\"}}", i ? "," : "", from + i);
    buf_z(&b, "]}");
    struct str body = arena_str(w.arena, buf_view(&b));
    buf_clear(&b);
    return body;
}

/* More than the feed keeps in memory and more than a stream buffers, so that both the log and many new beginnings are
 * needed. */
static void resumes_without_a_gap(void **state)
{
    size_t at = 0, before = SIZE_MAX;

    (void)state;
    for (int i = 0; i < 9; i++)
        ask("ada", "POST", API "/tags/batch", many_tags(i * 1000), 200);
    struct numbers all = read_numbers();
    assert_true(all.n > MAX_FEED_ITEMS);
    while (at < all.n && at != before) {
        struct http_exchange *x = listen_from("ada", at ? all.v[at - 1] : 0);
        before = at;
        at = follow(x, &all, at);
        http_exchange_free(x);
    }
    assert_int_equal(at, all.n);
}

/* How many events about deals come until it is quiet. */
static int hears(struct http_exchange *x)
{
    int n = 0;

    for (int quiet = 0; quiet < 40; quiet++) {
        usleep(5000);
        struct str taken = http_events_taken(x), line;
        while (str_next(&taken, '\n', &line))
            n += str_starts(line, S("data: ")) && str_contains(line, S("\"kind\":\"deals\""));
    }
    return n;
}

static void tells_what_may_be_seen(void **state)
{
    struct http_exchange *ann, *ben;

    (void)state;
    ask("ada", "POST", API "/rights", S("{\"role\":\"rep\",\"kind\":\"deals\",\"see\":\"own\",\"edit\":\"own\"}"), 201);
    ann = listen_from("ann", -1);
    ben = listen_from("ben", -1);
    ask("ann", "POST", API "/deals", S("{\"title\":\"Hers\"}"), 201);
    ask("ben", "POST", API "/deals", S("{\"title\":\"His\"}"), 201);
    ask("ben", "PATCH", API "/deals/2", S("{\"value\":5}"), 200);
    ask("ben", "DELETE", API "/deals/2", STR_NULL, 204);
    assert_int_equal(hears(ann), 1);
    assert_int_equal(hears(ben), 3);
    /* The account is closed, and the stream with it. */
    ask("ada", "PATCH", API "/users/4", S("{\"active\":false}"), 200);
    ask("ada", "POST", API "/deals", S("{\"title\":\"Later\",\"owner_id\":4}"), 201);
    assert_int_equal(hears(ben), 0);
    http_exchange_free(ann);
    http_exchange_free(ben);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_may_be_seen),
        cmocka_unit_test(resumes_without_a_gap),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/*
 * The reports over a history whose answers were worked out by hand: ten deals, thirty-seven events, among them skips,
 * steps back, a deal opened again, one in dollars and one worth nothing.
 */
#include "check.h"

#include "import.h"
#include "match.h"
#include "shared.h"
#include "world.h"

static struct world world;

static void put(const char *path, const char *body)
{
    struct http_exchange *x = world_say(&world, "ada", "POST", path, body);

    if (x->status != 201)
        fail_msg("%s: " STR_FMT, path, STR_ARG(http_reply_body(x)));
    http_exchange_free(x);
}

static void bring_in(const char *path)
{
    struct import_request req = {.path = path,
                                 .filename = S("events.csv"),
                                 .kind = world.app->deals,
                                 .history = true,
                                 .create = true,
                                 .pipeline = S("Golden"),
                                 .who = WHO_SYSTEM,
                                 .origin = "import"};
    struct import *im;
    int n = import_open(&im, world.app, world.arena, &req, &world.err);

    while (n == 0 && (n = import_step(im, 500, &world.err)) == 1)
        n = 0;
    if (n < 0)
        fail_msg("%s", world.err.msg);
    assert_int_equal(import_report(im)->bad, 0);
}

static void expect(const char *target, const char *want_text)
{
    struct http_exchange *x = world_say(&world, "ada", "GET", target, NULL);
    struct str why = STR_NULL;
    json_t *got, *want = match_read(world.arena, str_of(want_text), &why);
    struct map names;

    map_init(&names, world.arena);
    if (!want || x->status != 200 || json_read(world.arena, http_reply_body(x), &got, &world.err) < 0)
        fail_msg("%s: " STR_FMT " " STR_FMT, target, STR_ARG(why), STR_ARG(http_reply_body(x)));
    const char *misfit = match(world.arena, want, got, &names);
    if (misfit)
        fail_msg("%s%s", target, misfit);
    http_exchange_free(x);
}

static int set_up(void **state)
{
    (void)state;
    if (world_open(&world) < 0)
        return -1;
    put(API "/pipelines", "{\"name\":\"Golden\"}");
    put(API "/stages", "{\"pipeline_id\":3,\"name\":\"S1\",\"position\":1,\"probability\":10}");
    put(API "/stages", "{\"pipeline_id\":3,\"name\":\"S2\",\"position\":2,\"probability\":25}");
    put(API "/stages", "{\"pipeline_id\":3,\"name\":\"S3\",\"position\":3,\"probability\":50}");
    put(API "/stages", "{\"pipeline_id\":3,\"name\":\"S4\",\"position\":4,\"probability\":75}");
    put(API "/exchange_rates", "{\"currency\":\"USD\",\"day\":\"2025-01-01\",\"rate\":0.9}");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static void golden_answers(void **state)
{
    const char *path = shared("../analytics/golden_events.csv");

    (void)state;
    if (!path)
        skip();
    bring_in(path);
    expect(API "/reports/snapshot?pipeline=3&as_of=2026-03-01",
           "{\"stages\":[{\"count\":1,\"value\":10800,\"weighted\":1080,...},{\"count\":4,\"value\":65000,\"weighted\":"
           "16250,...},{\"count\":1,\"value\":10000,\"weighted\":5000,...},{\"count\":0,...}],"
           "\"total\":{\"count\":6,\"value\":85800,\"weighted\":22330},...}");
    expect(API "/reports/snapshot?pipeline=3&as_of=2026-03-15",
           "{\"total\":{\"count\":7,\"value\":76800,\"weighted\":25930},...}");
    expect(API "/reports/snapshot?pipeline=3&as_of=2026-04-01",
           "{\"stages\":[{\"count\":3,\"value\":23800,\"weighted\":2380,...},{\"count\":0,...},{\"count\":1,\"value\":"
           "20000,\"weighted\":10000,...},{\"count\":1,\"value\":15000,\"weighted\":11250,...}],"
           "\"total\":{\"count\":5,\"value\":58800,\"weighted\":23630},...}");
    expect(
        API "/reports/funnel?pipeline=3&as_of=2026-04-01",
        "{\"stages\":[{\"count\":10,\"advanced\":7,\"lost\":0,\"open\":3,...},{\"count\":7,\"advanced\":5,\"lost\":2,"
        "\"open\":0,...},{\"count\":5,\"advanced\":4,\"lost\":0,\"open\":1,...},{\"count\":4,\"advanced\":3,\"lost\":"
        "0,\"open\":1,...}],\"won\":3,...}");
    expect(API "/reports/funnel?pipeline=3&as_of=2026-04-01&definition=touched",
           "{\"stages\":[{\"count\":8,...},{\"count\":6,...},{\"count\":5,...},{\"count\":3,...}],...}");
    expect(API "/reports/funnel?pipeline=3&as_of=2026-04-01&definition=strict",
           "{\"stages\":[{\"count\":8,...},{\"count\":5,...},{\"count\":3,...},{\"count\":2,...}],\"won\":1,...}");
    expect(API "/reports/win-rate?pipeline=3&as_of=2026-04-01",
           "{\"count\":{\"x\":3,\"n\":5,\"rate\":0.6,...},\"value\":{\"rate\":0.8979591836734694,...},...}");
    expect(API "/reports/cycle?pipeline=3&as_of=2026-04-01",
           "{\"closed_only\":{\"mean_days\":47.666666666666664,\"median_days\":38,\"n\":3},\"reopened\":1,...}");
    expect(API "/reports/deal-size?pipeline=3&as_of=2026-04-01",
           "{\"n\":3,\"ignored\":0,\"mean\":14666.666666666666,\"median\":10000,...}");
    /* S1: 10f 13f 14f 20c 21f 22f 27c 50c; S4: 7c 10won 19won. R: survfit. */
    expect(
        API "/reports/dwell?pipeline=3&as_of=2026-04-01",
        "{\"stages\":[{\"visits\":8,\"open\":3,\"median\":21,\"p75\":null,\"p90\":null,\"exits\":{\"still_there\":3,"
        "\"forward\":5,\"back\":0,\"won\":0,\"lost\":0},...},{\"visits\":6,\"open\":0,\"median\":22,...},"
        "{\"visits\":7,\"open\":1,\"exits\":{\"back\":1,\"won\":1,...},...},{\"visits\":3,\"open\":1,\"median\":14.5,."
        "..}],"
        "...}");
}

/* What changed from 1 March to 1 April, in both ways of looking. */
static void golden_waterfall(void **state)
{
#define MARCH API "/reports/waterfall?pipeline=3&from=2026-03-01&to=2026-04-01"
    (void)state;
    if (!shared("../analytics/golden_events.csv"))
        skip();
    expect(MARCH,
           "{\"start\":85800,\"created\":11000,\"reopened\":0,\"moved_in\":0,\"up\":2000,\"down\":-5000,\"won\":-35000,"
           "\"lost\":0,\"moved_out\":0,\"fx\":0,\"end\":58800,...}");
    expect(MARCH "&mode=gross",
           "{\"start\":85800,\"created\":11000,\"reopened\":15000,\"up\":2000,\"down\":-5000,\"won\":-35000,"
           "\"lost\":-15000,\"end\":58800,...}");
    expect(MARCH "&expected_close=2026-04-01..2026-06-30",
           "{\"start\":25800,\"created\":11000,\"moved_in\":20000,\"up\":2000,\"end\":58800,...}");
    expect(MARCH "&expected_close=2026-04-01..2026-06-30&mode=gross",
           "{\"start\":25800,\"created\":4000,\"moved_in\":27000,\"reopened\":15000,\"up\":2000,\"lost\":-15000,"
           "\"end\":58800,"
           "...}");
    expect(MARCH "&expected_close=2026-01-01..2026-03-31",
           "{\"start\":60000,\"down\":-5000,\"won\":-35000,\"moved_out\":-20000,\"end\":0,...}");
}

static void golden_leaderboard(void **state)
{
    (void)state;
    if (!shared("../analytics/golden_events.csv"))
        skip();
    expect(API "/reports/leaderboard?pipeline=3&as_of=2026-04-01",
           "{\"owners\":[{\"name\":\"bob\",\"won\":2,\"closed\":3,...},{\"name\":\"ann\",\"won\":1,\"closed\":2,...}],"
           "\"evidence\":{\"differ\":false,...},...}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(golden_answers), cmocka_unit_test(golden_waterfall),
                                       cmocka_unit_test(golden_leaderboard)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

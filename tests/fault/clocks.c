/*
 * The machine's clock set back an hour, forward a year, drawn slower and faster, while the program works. What must
 * hold: the times of the log never go back, so that its past by the recorded clock is the past by its order; what was
 * written is answered and told to listeners at once; work begun before goes on; a claim of before does not hold it up;
 * a repeated request is still known.
 */
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "events.h"
#include "rebuild.h"
#include "world.h"

/* -- the clock: linked before the C library's, for the program and for SQLite ----------------------------- */

static atomic_llong shift; /* milliseconds */

int clock_gettime(clockid_t which, struct timespec *ret)
{
    long r = syscall(SYS_clock_gettime, which, ret);

    if (r == 0 && which == CLOCK_REALTIME) {
        long long ns = ret->tv_nsec + atomic_load(&shift) % 1000 * 1000000;
        ret->tv_sec += atomic_load(&shift) / 1000 + (ns < 0 ? -1 : ns / 1000000000);
        ret->tv_nsec = (long)((ns + 1000000000) % 1000000000);
    }
    return (int)r;
}

int gettimeofday(struct timeval *restrict ret, void *restrict zone)
{
    struct timespec t;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &t);
    *ret = (struct timeval){t.tv_sec, t.tv_nsec / 1000};
    return 0;
}

/* -- what is done under it -------------------------------------------------------------------------------- */

static struct world w;

static int64_t number(const char *sql)
{
    struct arena *a = arena_new(1u << 20);
    struct txn *t = txn_read(w.app->store, a, &w.err);
    struct value v = VALUE_NULL;

    assert_non_null(t);
    assert_int_equal(sql_row(t, sql, NO_ARGS, &v, 1, &w.err), 1);
    txn_end(t);
    arena_free(a);
    return v.i;
}

static void say(const char *method, const char *target, const char *body, int status)
{
    struct http_exchange *x = world_say(&w, "ann", method, target, body);

    if (x->status != status)
        fail_msg("%s %s: %d " STR_FMT, method, target, x->status, STR_ARG(http_reply_body(x)));
    http_exchange_free(x);
}

static void rename_to(const char *title)
{
    char body[100];

    snprintf(body, sizeof(body), "{\"title\":\"%s\"}", title);
    say("PATCH", "/api/v1/deals/1", body, 200);
}

static void times_never_go_back(void)
{
    assert_int_equal(number("SELECT count(*) FROM changes a JOIN changes b ON b.seq > a.seq AND b.recorded_at < "
                            "a.recorded_at"),
                     0);
    struct rebuild_report report;
    assert_int_equal(rebuild_compare(w.app, &report, NULL, &w.err), 0);
    assert_int_equal(report.differences, 0);
}

static const struct jump {
    const char *name;
    long long by;
} jumps[] = {{"as it is", 0},
             {"an hour back", -HOUR},
             {"a minute on", -HOUR + MINUTE},
             {"a year on", 365 * DAY_MS},
             {"as it is again", 0},
             {"a little back", -17},
             {"a little on", 23}};

static void the_log_keeps_its_order(void **state)
{
    (void)state;
    atomic_store(&shift, 0);
    say("POST", "/api/v1/deals", "{\"title\":\"first\"}", 201);
    for (size_t i = 0; i < COUNT(jumps); i++) {
        atomic_store(&shift, jumps[i].by);
        rename_to(jumps[i].name);
        say("POST", "/api/v1/notes", "{\"body\":\"while\",\"deal_id\":1}", 201);
        times_never_go_back();
    }
    atomic_store(&shift, 0);
}

/* The deal as the log knows it by the recorded clock just after each change bears that change's name, as long as the
 * next came later: those of one moment are told apart by their order only. */
static void the_past_is_that_of_the_log(void **state)
{
    (void)state;
    assert_int_equal(number("SELECT count(*) FROM changes WHERE kind = 'deals' AND row_id = 1"), 1 + COUNT(jumps));
    int64_t last = number("SELECT max(recorded_at) FROM changes");
    char target[200], when[MSEC_LEN + 1];
    msec_format(last + 1, when);
    atomic_store(&shift, 2 * 365 * DAY_MS);
    snprintf(target, sizeof(target), "/api/v1/deals/1?as_of=%s&clock=recorded", when);
    struct http_exchange *x = world_say(&w, "ann", "GET", target, NULL);
    assert_int_equal(x->status, 200);
    assert_true(str_contains(http_reply_body(x), S("\"title\":\"a little on\"")));
    http_exchange_free(x);
    atomic_store(&shift, 0);
}

static void listeners_hear_at_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(jumps); i++) {
        struct http_exchange *stream = world_say(&w, "ann", "GET", "/api/v1/events", NULL);
        assert_int_equal(stream->status, 200);
        atomic_store(&shift, jumps[i].by);
        rename_to("heard");
        rename_to(jumps[i].name);
        bool heard = false;
        for (int k = 0; k < 2000 && !heard; k++) {
            usleep(5000);
            heard = str_contains(http_events_taken(stream), S("\"kind\":\"deals\""));
        }
        assert_true(heard);
        http_exchange_free(stream);
    }
    atomic_store(&shift, 0);
}

static int leave_claim(struct txn *t, void *arg, struct err *err)
{
    (void)arg;
    return sql_run(t,
                   "INSERT INTO jobs (type, payload, state, run_at, claimed_until, attempts) VALUES ('import', '99', "
                   "'waiting', 0, $1, 1)",
                   ARGS(value_int(clock_now() + 15 * SECOND)), NULL, err);
}

/* A server was killed while it worked, and then the clock was set back: nobody waits an hour for its claim. */
static void work_is_not_held_up(void **state)
{
    (void)state;
    atomic_store(&shift, 0);
    assert_int_equal(store_write(w.app->store, w.arena, leave_claim, NULL, &w.err), 0);
    atomic_store(&shift, -HOUR);
    jobs_wake(w.jobs);
    int64_t attempts = 1;
    for (int i = 0; i < 2000 && attempts == 1; i++) {
        usleep(5000);
        attempts = number("SELECT coalesce(max(attempts), 2) FROM jobs WHERE payload = '99'");
    }
    assert_int_not_equal(attempts, 1);
    atomic_store(&shift, 0);
}

static void a_repeated_request_is_known(void **state)
{
    static const struct header key = {{"Idempotency-Key", 15}, {"once", 4}};

    (void)state;
    for (int i = 0; i < 3; i++) {
        atomic_store(&shift, i == 1 ? -HOUR : 0);
        struct http_exchange *x =
            world_ask(&w, "ann", S("POST"), S("/api/v1/organisations"), &key, 1, S("{\"name\":\"Only one\"}"));
        assert_int_equal(x->status, 201);
        http_exchange_free(x);
    }
    assert_int_equal(number("SELECT count(*) FROM organisations WHERE name = 'Only one'"), 1);
}

static int setup(void **state)
{
    (void)state;
    return world_open(&w);
}

static int teardown(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_log_keeps_its_order),     cmocka_unit_test(the_past_is_that_of_the_log),
        cmocka_unit_test(listeners_hear_at_once),      cmocka_unit_test(work_is_not_held_up),
        cmocka_unit_test(a_repeated_request_is_known),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

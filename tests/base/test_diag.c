#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "diag.h"

static void as_json(const char *line, const char *expected)
{
    struct buf b;

    buf_init(&b, 4096);
    diag_json(&b, "T", "info", str_of(line));
    buf_char(&b, '\0');
    assert_string_equal(b.p, expected);
    buf_clear(&b);
}

static void test_json(void **state)
{
    (void)state;
    as_json("stopping", "{\"time\":\"T\",\"level\":\"info\",\"text\":\"stopping\"}");
    as_json("request id=a1 ms=1.204 status=200 user=0", "{\"time\":\"T\",\"level\":\"info\",\"text\":\"request\","
                                                        "\"id\":\"a1\",\"ms\":1.204,\"status\":200,\"user\":0}");
    /* A value with blanks, in quotes or not; quotes inside; what only looks like a number. */
    as_json("job failed id=7 reason=The disk is full",
            "{\"time\":\"T\",\"level\":\"info\",\"text\":\"job failed\",\"id\":7,\"reason\":\"The disk is full\"}");
    as_json("sql us=5 sql=\"SELECT \"a\" FROM t WHERE b = $1\" more=007",
            "{\"time\":\"T\",\"level\":\"info\",\"text\":\"sql\",\"us\":5,"
            "\"sql\":\"SELECT \\\"a\\\" FROM t WHERE b = $1\",\"more\":\"007\"}");
    as_json("x a=1.2.3 b=- c= d=\"5\" e=1e5 f=-3", "{\"time\":\"T\",\"level\":\"info\",\"text\":\"x\",\"a\":\"1.2.3\","
                                                   "\"b\":\"-\",\"c\":\"\",\"d\":\"5\",\"e\":\"1e5\","
                                                   "\"f\":-3}");
    as_json("back\\slash k=\"open",
            "{\"time\":\"T\",\"level\":\"info\",\"text\":\"back\\\\slash\",\"k\":\"\\\"open\"}");
}

/* What `say` writes to stderr. */
static char *captured(void (*say)(void))
{
    static char text[1 << 16];
    char name[] = "/tmp/penstock-diag-XXXXXX";
    int file = mkstemp(name), was = dup(STDERR_FILENO);

    assert_true(file >= 0 && dup2(file, STDERR_FILENO) >= 0);
    say();
    dup2(was, STDERR_FILENO);
    ssize_t n = pread(file, text, sizeof(text) - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    close(file);
    close(was);
    unlink(name);
    return text;
}

static void say_things(void)
{
    diag(DIAG_INFO, "first name=%s", "a\nb\x1b[31m");
    diag(DIAG_DEBUG, "unseen");
    diag_start();
    for (int i = 0; i < 100; i++)
        diag(DIAG_WARN, "many n=%d", i);
    diag_stop();
    diag(DIAG_ERROR, "last");
}

static void test_lines(void **state)
{
    const char *text = captured(say_things), *last = strstr(text, " warn many n=99\n");
    int lines = 0;

    (void)state;
    for (const char *p = text; *p; p++)
        lines += *p == '\n';
    assert_int_equal(lines, 102);
    assert_non_null(strstr(text, " info first name=a b [31m\n"));
    assert_null(strstr(text, "unseen"));
    assert_non_null(last);
    assert_non_null(strstr(last, " error last\n")); /* what was handed on comes before what is said behind it */
}

static void test_rate(void **state)
{
    struct diag_rate r = {.per_second = 3};
    unsigned missed, told = 0, lost = 0;

    (void)state;
    for (int i = 0; i < 3000; i++) {
        told += diag_may(&r, &missed);
        lost += missed;
    }
    /* The loop may straddle two seconds or, on a bad day, several. */
    assert_true(told >= 3 && told < 1000);
    lost += atomic_load(&r.missed);
    assert_int_equal(told + lost, 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_json), cmocka_unit_test(test_lines),
                                       cmocka_unit_test(test_rate)};

    unsetenv("JOURNAL_STREAM");
    return cmocka_run_group_tests(tests, NULL, NULL);
}

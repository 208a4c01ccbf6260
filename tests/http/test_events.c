/* Event streams over loopback. */
#include <time.h>

#include "ceilings.h"
#include "site.h"
#include "wire.h"

static struct site site;
static unsigned port;

static int setup(void **state)
{
    struct http_config config = {.max_streams = 1500};

    (void)state;
    site_open(&site, &config);
    site_serve(&site);
    port = http_port(site.server);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    site_close(&site);
    return 0;
}

#define SUBSCRIBE "GET /events HTTP/1.1\r\nHost: test\r\n\r\n"

static int subscribe(const char *request)
{
    size_t before = site_streams(&site);
    int fd = wire_open(port);

    wire_say(fd, request);
    while (site_streams(&site) == before)
        usleep(500);
    return fd;
}

/* Reads until the text has come. */
static void expect(int fd, const char *text)
{
    char got[8192];
    size_t n = 0;

    while (n < sizeof(got) - 1) {
        ssize_t some = wire_some(fd, got + n, sizeof(got) - 1 - n, 5000);
        if (some <= 0)
            fail_msg("\"%s\" did not come", text);
        n += (size_t)some;
        got[n] = 0;
        if (strstr(got, text))
            return;
    }
    fail_msg("\"%s\" did not come", text);
}

static void unsubscribe(int fd)
{
    int gone = atomic_load(&site.gone);

    close(fd);
    assert_true(site_wait(&site, &site.gone, gone + 1));
}

static void test_push(void **state)
{
    (void)state;
    int fd = subscribe(SUBSCRIBE);

    expect(fd, "HTTP/1.1 200 OK\r\n");
    site_push(&site, S("id: 1\ndata: {}\n\n"));
    expect(fd, "id: 1\ndata: {}\n\n");
    site_push(&site, S(": beat\n\n"));
    expect(fd, ": beat\n\n");
    unsubscribe(fd);
}

static void test_head_and_resume(void **state)
{
    (void)state;
    char got[4096] = "";
    size_t n = 0;
    int fd = subscribe("GET /events HTTP/1.1\r\nHost: test\r\nLast-Event-ID: 41\r\n\r\n");

    while (!strstr(got, "after 41")) {
        ssize_t some = wire_some(fd, got + n, sizeof(got) - 1 - n, 5000);
        assert_true(some > 0);
        n += (size_t)some;
    }
    assert_non_null(strstr(got, "Content-Type: text/event-stream\r\n"));
    assert_non_null(strstr(got, "Cache-Control: no-store\r\n"));
    assert_non_null(strstr(got, "X-Content-Type-Options: nosniff\r\n"));
    assert_null(strstr(got, "Content-Length"));
    int mday, year, hour, minute, second;
    char wday[4], month[4];
    const char *date = strstr(got, "\r\nDate: ");
    assert_non_null(date);
    assert_int_equal(sscanf(date, "\r\nDate: %3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT\r\n", wday, &mday, month,
                            &year, &hour, &minute, &second),
                     7);
    time_t now = time(NULL);
    struct tm tm;
    gmtime_r(&now, &tm);
    assert_int_equal(year, tm.tm_year + 1900);
    assert_non_null(strstr(got, "\r\n\r\nretry: 2000\n\ndata: after 41\n\n"));
    unsubscribe(fd);
}

static void test_head_request(void **state)
{
    (void)state;
    int gone = atomic_load(&site.gone);
    {
        ask(port, "HEAD /events HTTP/1.1\r\nHost: test\r\n\r\n");
        assert_int_equal(a.status, 200);
        assert_string_equal(answer_header(&a, "Content-Type"), "text/event-stream");
    }
    assert_true(site_wait(&site, &site.gone, gone + 1));
}

static void test_slow_reader(void **state)
{
    (void)state;
    static char block[64 << 10];
    int gone = atomic_load(&site.gone);
    int fd = subscribe(SUBSCRIBE);

    memset(block, 'x', sizeof(block));
    /* What the sockets hold, what the stream keeps, and then it is over; the pushes never wait. */
    for (int i = 0; i < 2000 && atomic_load(&site.gone) == gone; i++)
        site_push(&site, (struct str){block, sizeof(block)});
    assert_true(site_wait(&site, &site.gone, gone + 1));
    assert_true(wire_closed(fd, 5000));
    close(fd);
}

static void test_late_reader_catches_up(void **state)
{
    (void)state;
    enum { PIECES = 64, PIECE = 16 << 10 };
    static char block[PIECE];
    int fd = subscribe(SUBSCRIBE);
    size_t total = 0;
    int last = 0;

    memset(block, 'y', sizeof(block));
    int small = 16 << 10;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    expect(fd, "retry: 2000\n\n");
    for (int i = 0; i < PIECES; i++) {
        block[PIECE - 1] = (char)i;
        site_push(&site, (struct str){block, sizeof(block)});
        /* reads about as much as is sent, but late */
        char got[PIECE];
        ssize_t n = i > 8 ? wire_some(fd, got, sizeof(got), 2000) : 0;
        for (ssize_t k = 0; k < n; k++)
            if (got[k] != 'y')
                assert_int_equal(got[k], last++);
        total += n > 0 ? (size_t)n : 0;
    }
    while (total < (size_t)PIECES * PIECE) {
        char got[PIECE];
        ssize_t n = wire_some(fd, got, sizeof(got), 5000);
        assert_true(n > 0);
        for (ssize_t k = 0; k < n; k++)
            if (got[k] != 'y')
                assert_int_equal(got[k], last++);
        total += (size_t)n;
    }
    assert_int_equal(last, PIECES);
    unsubscribe(fd);
}

static void test_owner_closes(void **state)
{
    (void)state;
    int gone = atomic_load(&site.gone);
    int fd = subscribe(SUBSCRIBE);

    pthread_mutex_lock(&site.lock);
    http_events_push(site.streams[0], S("data: last\n\n"));
    http_events_close(site.streams[0]);
    assert_false(http_events_push(site.streams[0], S("data: too late\n\n")));
    pthread_mutex_unlock(&site.lock);
    expect(fd, "data: last\n\n");
    assert_true(wire_closed(fd, 5000));
    assert_true(site_wait(&site, &site.gone, gone + 1));
    close(fd);
}

static long resident_kb(void)
{
    long pages = 0, ignored;
    FILE *f = fopen("/proc/self/statm", "r");

    assert_non_null(f);
    assert_int_equal(fscanf(f, "%ld %ld", &ignored, &pages), 2);
    fclose(f);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Both ends are in this process; what is measured includes neither, as sockets are the kernel's. */
static void test_many_idle_streams(void **state)
{
    enum { MANY = 1500 };
    static int fds[MANY];
    struct http_stats stats = {0};

    (void)state;
    long before = resident_kb();
    for (int i = 0; i < MANY; i++) {
        fds[i] = wire_open(port);
        wire_say(fds[i], SUBSCRIBE);
    }
    for (int i = 0; i < 5000; i++) {
        http_stats(site.server, &stats);
        if (stats.streams == MANY && !stats.running)
            break;
        usleep(2000);
    }
    assert_int_equal(stats.streams, MANY);
    print_message("%d idle streams: %ld KB\n", MANY, resident_kb() - before);
    {
        ask(port, SUBSCRIBE); /* one too many */
        assert_int_equal(a.status, 503);
        assert_non_null(answer_header(&a, "Retry-After"));
    }
    for (int i = 0; i < MANY; i++)
        close(fds[i]);
    for (int i = 0; i < 5000; i++) {
        http_stats(site.server, &stats);
        if (!stats.streams)
            break;
        usleep(2000);
    }
    assert_int_equal(stats.streams, 0);
}

static void *push_all(void *arg)
{
    (void)arg;
    for (int i = 0; i < 2000; i++)
        site_push(&site, S("data: x\n\n"));
    return NULL;
}

/* Pushes while clients come and go. */
static void test_pushes_and_leavers(void **state)
{
    pthread_t threads[2];

    (void)state;
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, push_all, NULL);
    for (int i = 0; i < 100; i++) {
        int fd = wire_open(port);
        wire_say(fd, SUBSCRIBE);
        usleep((useconds_t)(i % 7) * 300);
        close(fd);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    struct http_stats stats = {0};
    for (int i = 0; i < 5000; i++) {
        http_stats(site.server, &stats);
        if (!stats.streams)
            break;
        usleep(2000);
    }
    assert_int_equal(stats.streams, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_push),
        cmocka_unit_test(test_head_and_resume),
        cmocka_unit_test(test_head_request),
        cmocka_unit_test(test_slow_reader),
        cmocka_unit_test(test_late_reader_catches_up),
        cmocka_unit_test(test_owner_closes),
        cmocka_unit_test(test_many_idle_streams),
        cmocka_unit_test(test_pushes_and_leavers),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

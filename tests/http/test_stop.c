/* Starting and stopping: what runs is finished, what cannot be is dropped, nothing is lost or kept. */
#include "listen.h"
#include "site.h"
#include "wire.h"

static struct site site;

static int open_site(void **state)
{
    (void)state;
    site_open(&site, NULL);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    site_close(&site);
    return 0;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: test\r\n\r\n"

static void *stop_slowly(void *arg)
{
    (void)arg;
    http_stop(site.server, 5 * SECOND);
    site.server = NULL;
    return NULL;
}

static void test_finishes_what_runs(void **state)
{
    struct answer a;
    pthread_t t;

    (void)state;
    site_serve(&site);
    unsigned port = http_port(site.server);
    int fd = wire_open(port), stream = wire_open(port);
    wire_say(fd, GET("/later"));
    wire_say(stream, GET("/events"));
    while (!site_put_off(&site) || !site_streams(&site))
        usleep(1000);
    pthread_create(&t, NULL, stop_slowly, NULL);
    assert_true(site_wait(&site, &site.gone, 1)); /* streams end at once */
    assert_true(wire_closed(stream, 5000));
    site_release(&site);
    wire_answer(fd, &a, false);
    assert_str(buf_view(&a.body), "released");
    assert_string_equal(answer_header(&a, "Connection"), "close");
    answer_clear(&a);
    pthread_join(t, NULL);
    close(fd);
    close(stream);
}

static void test_drops_what_does_not_end(void **state)
{
    enum { N = 20 };
    int fds[N];

    (void)state;
    site_serve(&site);
    for (int i = 0; i < N; i++) {
        fds[i] = wire_open(http_port(site.server));
        wire_say(fds[i], GET("/later"));
    }
    while (site_put_off(&site) < N)
        usleep(1000);
    int done = atomic_load(&site.done);
    http_stop(site.server, 50);
    site.server = NULL;
    for (int i = 0; i < N; i++) {
        assert_true(wire_closed(fds[i], 5000));
        close(fds[i]);
    }
    site_release(&site); /* the handlers still have theirs, and give them up now */
    assert_int_equal(atomic_load(&site.done), done);
}

static void *release_for_a_while(void *arg)
{
    (void)arg;
    for (int i = 0; i < 200; i++) {
        site_release(&site);
        usleep(300);
    }
    return NULL;
}

/* Stops in the middle of everything, again and again. */
static void test_stops_under_load(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        int fds[60];
        pthread_t t;
        site_serve(&site);
        for (size_t i = 0; i < 60; i++) {
            static const char *const what[] = {GET("/later"), GET("/threaded"), GET("/events"),
                                               GET("/large"), GET("/stream"),   "POST /echo/x HTTP/1.1\r\n"};
            fds[i] = wire_open(http_port(site.server));
            wire_say(fds[i], what[i % 6]);
        }
        usleep((useconds_t)round * 500);
        pthread_create(&t, NULL, release_for_a_while, NULL);
        http_stop(site.server, round % 2 ? 0 : 20);
        site.server = NULL;
        pthread_join(t, NULL);
        site_release(&site);
        for (size_t i = 0; i < 60; i++)
            close(fds[i]);
    }
}

static void test_inherited_socket(void **state)
{
    struct err err = {0};
    int fd = listen_open("127.0.0.1:0", &err);

    (void)state;
    site.config.listen_fd = fd;
    site_serve(&site);
    assert_int_equal(http_port(site.server), listen_port(fd));
    {
        ask(listen_port(fd), GET("/hello"));
        assert_int_equal(a.status, 200);
    }
    http_stop(site.server, SECOND);
    site.server = NULL;
    site.config.listen_fd = 0;
    /* It is the owner's, and still open. */
    int client = wire_open(listen_port(fd));
    close(client);
    close(fd);
}

static void test_ipv6_and_proxies(void **state)
{
    struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct answer a;

    (void)state;
    site.config.listen = "[::1]:0";
    site.config.threads = 1;
    site.config.trusted_proxies = "::1";
    site_serve(&site);
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    to.sin6_port = htons((uint16_t)http_port(site.server));
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    wire_say(fd, "GET /peer HTTP/1.1\r\nHost: test\r\nX-Forwarded-For: 1.2.3.4\r\n"
                 "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\r\n");
    wire_answer(fd, &a, false);
    assert_str(buf_view(&a.body), "203.0.113.9 secure");
    answer_clear(&a);
    close(fd);
    http_stop(site.server, SECOND);
    site.server = NULL;

    /* Nobody is believed who is not on the list. */
    site.config.listen = NULL;
    site.config.threads = 0;
    site_serve(&site);
    wire_ask(http_port(site.server),
             "GET /peer HTTP/1.1\r\nHost: test\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n\r\n", &a);
    assert_str(buf_view(&a.body), "127.0.0.1 plain");
    answer_clear(&a);
    http_stop(site.server, SECOND);
    site.server = NULL;
    site.config.trusted_proxies = NULL;
}

/* The id a trusted proxy gives is taken when it is one; everything else in its place gets one of ours. */
static void test_request_ids(void **state)
{
    static const char *const ids[] = {"1f0c2d3e-4a5b-6c7d", "short", "has a blank in it", "quote\"d-and-more", NULL};
    char request[300];

    (void)state;
    site.config.trusted_proxies = "127.0.0.1";
    site_serve(&site);
    for (size_t i = 0; ids[i]; i++) {
        struct answer a;
        snprintf(request, sizeof(request), "GET /hello HTTP/1.1\r\nHost: test\r\nX-Request-Id: %s\r\n\r\n", ids[i]);
        wire_ask(http_port(site.server), request, &a);
        const char *given = answer_header(&a, "X-Request-Id");
        assert_non_null(given);
        assert_int_equal(strcmp(given, ids[i]) == 0, i == 0);
        assert_true(i == 0 || strlen(given) == 16);
        answer_clear(&a);
    }
    http_stop(site.server, SECOND);
    site.server = NULL;
    site.config.trusted_proxies = NULL;
}

/* Who is being served when the server stops gets his answer, and with it the word that the connection ends. */
static void test_drain(void **state)
{
    struct answer a;

    (void)state;
    site_serve(&site);
    int fd = wire_open(http_port(site.server));
    wire_say(fd, "GET /hello HTTP/1.1\r\nHost: test\r\n\r\n");
    wire_answer(fd, &a, false);
    assert_null(answer_header(&a, "Connection"));
    answer_clear(&a);
    assert_true(http_alive(site.server, 60 * SECOND)); /* whatever it says to that */
    http_quiesce(site.server);
    wire_say(fd, "GET /hello HTTP/1.1\r\nHost: test\r\n\r\n");
    wire_answer(fd, &a, false);
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_header(&a, "Connection"), "close");
    answer_clear(&a);
    assert_true(wire_closed(fd, 10000));
    http_drain(site.server, 60 * SECOND); /* nobody is left, so it does not wait */
    http_stop(site.server, SECOND);
    site.server = NULL;
    close(fd);
}

static void test_cannot_start(void **state)
{
    struct http_config config = site.config;
    struct http_server *s;
    struct err err = {0};

    (void)state;
    config.listen = "127.0.0.1";
    assert_int_equal(http_serve(&s, &config, &err), -1);
    assert_non_null(strstr(err.msg, "ADDRESS:PORT"));
    config.listen = "127.0.0.1:0";
    config.trusted_proxies = "nonsense";
    assert_int_equal(http_serve(&s, &config, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finishes_what_runs), cmocka_unit_test(test_drops_what_does_not_end),
        cmocka_unit_test(test_stops_under_load),   cmocka_unit_test(test_inherited_socket),
        cmocka_unit_test(test_request_ids),        cmocka_unit_test(test_drain),
        cmocka_unit_test(test_ipv6_and_proxies),   cmocka_unit_test(test_cannot_start),
    };
    return cmocka_run_group_tests(tests, open_site, close_site);
}

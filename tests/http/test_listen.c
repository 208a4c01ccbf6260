#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "listen.h"
#include "server.h"

static void test_open(void **state)
{
    static const char *const good[] = {"127.0.0.1:0", "[::1]:0", ":0", "*:0", "localhost:0", "[::]:0"};
    static const char *const bad[] = {
        "", "127.0.0.1", "127.0.0.1:x", "::1:0", "127.0.0.1:65536", "127.0.0.1:-1", "no such host:0", "256.0.0.1:0"};
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        int fd = listen_open(good[i], &err);
        if (fd < 0)
            fail_msg("%s: %s", good[i], err.msg);
        assert_true(listen_port(fd) > 0);
        close(fd);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        err_clear(&err);
        assert_int_equal(listen_open(bad[i], &err), -1);
        assert_true(err.msg[0]);
    }
}

static void test_taken_port(void **state)
{
    struct err err = {0};
    char address[32];

    (void)state;
    int fd = listen_open("127.0.0.1:0", &err);
    snprintf(address, sizeof(address), "127.0.0.1:%u", listen_port(fd));
    assert_int_equal(listen_open(address, &err), -1);
    assert_non_null(strstr(err.msg, "in use"));
    close(fd);
}

static void test_address_text(void **state)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    struct sockaddr_storage other = {.ss_family = AF_UNIX};
    char text[ADDRESS_LEN];

    (void)state;
    inet_pton(AF_INET, "192.0.2.7", &four.sin_addr);
    address_text((struct sockaddr *)&four, text);
    assert_string_equal(text, "192.0.2.7");
    inet_pton(AF_INET6, "2001:db8::1", &six.sin6_addr);
    address_text((struct sockaddr *)&six, text);
    assert_string_equal(text, "2001:db8::1");
    inet_pton(AF_INET6, "::ffff:192.0.2.7", &six.sin6_addr);
    address_text((struct sockaddr *)&six, text);
    assert_string_equal(text, "192.0.2.7");
    address_text((struct sockaddr *)&other, text);
    assert_string_equal(text, "local");
}

static void test_proxies(void **state)
{
    static const struct {
        const char *peer, *forwarded, *client;
    } cases[] = {
        {"127.0.0.1", "203.0.113.9", "203.0.113.9"},
        {"127.0.0.1", "1.2.3.4, 203.0.113.9, 10.1.2.3", "203.0.113.9"}, /* what the client claims is not believed */
        {"127.0.0.1", "203.0.113.9:4711", "203.0.113.9"},
        {"127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"},
        {"127.0.0.1", "2001:db8::7", "2001:db8::7"},
        {"127.0.0.1", "unknown, 10.0.0.1", "10.0.0.1"},
        {"127.0.0.1", "", "127.0.0.1"},
        {"127.0.0.1", "10.0.0.1, 10.0.0.2", "10.0.0.1"},
        {"203.0.113.1", "1.2.3.4", "203.0.113.1"}, /* not a proxy of ours */
        {"fd00::1", "1.2.3.4", "1.2.3.4"},
        {"fd80::1", "1.2.3.4", "fd80::1"},
        {"local", "1.2.3.4", "1.2.3.4"},
    };
    struct addresses *p;
    struct err err = {0};

    (void)state;
    assert_int_equal(addresses_parse(&p, "127.0.0.1, 10.0.0.0/8,fd00::/9, local,", &err), 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_str(addresses_client(p, str_of(cases[i].peer), str_of(cases[i].forwarded)), cases[i].client);
    addresses_free(p);
    assert_int_equal(addresses_parse(&p, NULL, &err), 0);
    assert_false(addresses_has(p, S("127.0.0.1")));
    addresses_free(p);
    assert_int_equal(addresses_parse(&p, "10.0.0.0/33", &err), -1);
    assert_int_equal(addresses_parse(&p, "example.org", &err), -1);
    assert_int_equal(addresses_parse(&p, "::1/-1", &err), -1);
}

static void test_inherited(void **state)
{
    struct err err = {0};
    char pid[16];

    (void)state;
    unsetenv("LISTEN_FDS");
    assert_int_equal(http_inherited(), -1);
    int fd = listen_open("127.0.0.1:0", &err), kept = dup(3);
    snprintf(pid, sizeof(pid), "%d", (int)getpid());
    setenv("LISTEN_PID", pid, 1);
    setenv("LISTEN_FDS", "1", 1);
    if (fd != 3)
        dup2(fd, 3);
    assert_int_equal(http_inherited(), 3);
    setenv("LISTEN_PID", "1", 1);
    assert_int_equal(http_inherited(), -1);
    if (kept >= 0) {
        dup2(kept, 3);
        close(kept);
    } else {
        close(3);
    }
    if (fd != 3)
        close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open),    cmocka_unit_test(test_taken_port), cmocka_unit_test(test_address_text),
        cmocka_unit_test(test_proxies), cmocka_unit_test(test_inherited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

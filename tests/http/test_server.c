/* The server over loopback: ordinary requests and every kind of reply. */
#include "site.h"
#include "wire.h"

static struct site site;
static unsigned port;

static int setup(void **state)
{
    (void)state;
    site_open(&site, NULL);
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

#define HOST "Host: test\r\n"

static void test_get(void **state)
{
    (void)state;
    ask(port, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(a.status, 200);
    assert_str(buf_view(&a.body), "hello");
    assert_string_equal(answer_header(&a, "Content-Type"), "text/plain");
    assert_string_equal(answer_header(&a, "ETag"), "\"7\"");
    assert_string_equal(answer_header(&a, "X-Content-Type-Options"), "nosniff");
    assert_non_null(strstr(answer_header(&a, "Content-Security-Policy"), "frame-ancestors 'none'"));
    assert_int_equal(strlen(answer_header(&a, "X-Request-Id")), 16);
}

static void test_head(void **state)
{
    (void)state;
    int fd = wire_open(port);
    struct answer a;

    /* Two on one connection: no byte of a body may stand between them. */
    wire_say(fd, "HEAD /hello HTTP/1.1\r\n" HOST "\r\nGET /hello HTTP/1.1\r\n" HOST "\r\n");
    wire_answer(fd, &a, true);
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_header(&a, "Content-Length"), "5");
    answer_clear(&a);
    wire_answer(fd, &a, false);
    assert_str(buf_view(&a.body), "hello");
    answer_clear(&a);
    close(fd);
}

static void test_post(void **state)
{
    (void)state;
    ask(port, "POST /echo/w%C3%B6rd?name=a%26+b HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nbody");
    assert_str(buf_view(&a.body), "POST wörd|a& b|body");
}

static void test_chunked_upload(void **state)
{
    (void)state;
    ask(port, "POST /echo/x HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    assert_str(buf_view(&a.body), "POST x||abcde");
}

static void test_not_modified(void **state)
{
    (void)state;
    ask(port, "GET /hello HTTP/1.1\r\n" HOST "If-None-Match: \"6\", W/\"7\"\r\n\r\n");
    assert_int_equal(a.status, 304);
    assert_string_equal(answer_header(&a, "ETag"), "\"7\"");
}

static void test_not_found_and_method(void **state)
{
    (void)state;
    {
        ask(port, "GET /nowhere HTTP/1.1\r\n" HOST "\r\n");
        assert_int_equal(a.status, 404);
        assert_string_equal(answer_header(&a, "Content-Type"), "application/problem+json");
    }
    {
        ask(port, "DELETE /echo/x HTTP/1.1\r\n" HOST "\r\n");
        assert_int_equal(a.status, 405);
        assert_string_equal(answer_header(&a, "Allow"), "OPTIONS, GET, HEAD, POST");
    }
    {
        ask(port, "OPTIONS /echo/x HTTP/1.1\r\n" HOST "\r\n");
        assert_int_equal(a.status, 204);
        assert_string_equal(answer_header(&a, "Allow"), "OPTIONS, GET, HEAD, POST");
    }
}

static void test_gzip(void **state)
{
    (void)state;
    {
        ask(port, "GET /large HTTP/1.1\r\n" HOST "Accept-Encoding: br, gzip\r\n\r\n");
        assert_string_equal(answer_header(&a, "Content-Encoding"), "gzip");
        assert_string_equal(answer_header(&a, "Vary"), "Accept-Encoding");
        assert_true(a.body.n < 1000000);
        assert_memory_equal(a.body.p, "\x1f\x8b", 2);
    }
    {
        ask(port, "GET /large HTTP/1.1\r\n" HOST "Accept-Encoding: gzip;q=0\r\n\r\n");
        assert_null(answer_header(&a, "Content-Encoding"));
        assert_true(a.body.n > 2000000);
    }
}

static void test_reply_too_large(void **state)
{
    (void)state;
    ask(port, "GET /too-large HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(a.status, 500);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    ask(port, "GET /hungry HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(a.status, 503);
}

static void test_file_ranges(void **state)
{
    static const struct {
        const char *range, *body, *content_range;
        int status;
    } cases[] = {
        {"", "0123456789", NULL, 200},
        {"Range: bytes=2-4\r\n", "234", "bytes 2-4/10", 206},
        {"Range: bytes=7-\r\n", "789", "bytes 7-9/10", 206},
        {"Range: bytes=-3\r\n", "789", "bytes 7-9/10", 206},
        {"Range: bytes=5-99\r\n", "56789", "bytes 5-9/10", 206},
        {"Range: bytes=4-2\r\n", "0123456789", NULL, 200},
        {"Range: bytes=0-1,3-4\r\n", "0123456789", NULL, 200},
        {"Range: bytes=10-\r\n", NULL, "bytes */10", 416},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char request[256];
        snprintf(request, sizeof(request), "GET /file HTTP/1.1\r\n" HOST "%s\r\n", cases[i].range);
        ask(port, request);
        assert_int_equal(a.status, cases[i].status);
        if (cases[i].body)
            assert_str(buf_view(&a.body), cases[i].body);
        if (cases[i].content_range)
            assert_string_equal(answer_header(&a, "Content-Range"), cases[i].content_range);
    }
}

static void test_stream(void **state)
{
    (void)state;
    int closed = atomic_load(&site.closed);
    {
        ask(port, "GET /stream HTTP/1.1\r\n" HOST "\r\n");
        assert_string_equal(answer_header(&a, "Transfer-Encoding"), "chunked");
        assert_false(a.closed);
        assert_true(str_ends(buf_view(&a.body), S("\n99999\n")));
    }
    {
        ask(port, "GET /stream?end=3 HTTP/1.0\r\n\r\n");
        assert_str(buf_view(&a.body), "0\n1\n2\n");
    }
    {
        ask(port, "GET /stream?end=-1 HTTP/1.1\r\n" HOST "\r\n");
        assert_true(a.closed); /* torn: no last chunk */
    }
    {
        ask(port, "HEAD /stream HTTP/1.1\r\n" HOST "\r\n");
        assert_int_equal(a.status, 200);
    }
    assert_true(site_wait(&site, &site.closed, closed + 4));
}

static void test_later(void **state)
{
    (void)state;
    int fd = wire_open(port);
    struct answer a;

    wire_say(fd, "GET /later HTTP/1.1\r\n" HOST "\r\n");
    while (!site_put_off(&site))
        usleep(1000);
    site_release(&site);
    wire_answer(fd, &a, false);
    assert_str(buf_view(&a.body), "released");
    answer_clear(&a);
    /* and the connection goes on, also when the handler was quicker than the suspension */
    for (int i = 0; i < 300; i++) {
        wire_say(fd, i % 2 ? "GET /threaded HTTP/1.1\r\n" HOST "\r\n" : "GET /at-once HTTP/1.1\r\n" HOST "\r\n");
        wire_answer(fd, &a, false);
        assert_str(buf_view(&a.body), "threaded");
        answer_clear(&a);
    }
    close(fd);
}

static void test_keep_alive_and_pipelining(void **state)
{
    (void)state;
    int fd = wire_open(port);
    struct answer a;

    for (int i = 0; i < 20; i++)
        wire_say(fd, i % 4 ? "GET /hello HTTP/1.1\r\n" HOST "\r\n"
                           : "POST /echo/p HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc");
    for (int i = 0; i < 20; i++) {
        wire_answer(fd, &a, false);
        assert_str(buf_view(&a.body), i % 4 ? "hello" : "POST p||abc");
        answer_clear(&a);
    }
    close(fd);
}

static void test_multipart(void **state)
{
    static const char head[] =
        "--b\r\nContent-Disposition: form-data; name=\"deal_id\"\r\n\r\n7\r\n"
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\x\\\\deals.csv\"\r\n"
        "Content-Type: text/csv\r\n\r\n";
    static const char tail[] = "\r\n--b--\r\n";
    size_t size = 5u << 20;
    char *content = malloc(size), request[256];
    struct answer a;
    int fd = wire_open(port);

    (void)state;
    memset(content, '-', size);
    snprintf(request, sizeof(request),
             "POST /form HTTP/1.1\r\n" HOST
             "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: %zu\r\n\r\n",
             strlen(head) + size + strlen(tail));
    wire_say(fd, request);
    wire_say(fd, head);
    wire_send(fd, content, size);
    wire_say(fd, tail);
    wire_answer(fd, &a, false);
    assert_str(buf_view(&a.body), "2 parts, deal 7, file deals.csv of 5242880 bytes there");
    answer_clear(&a);
    close(fd);
    free(content);
    while (site_files(&site))
        usleep(1000);
}

static void test_two_hundred_at_once(void **state)
{
    int fds[200];

    (void)state;
    for (size_t i = 0; i < 200; i++) {
        fds[i] = wire_open(port);
        wire_say(fds[i], i % 2 ? "GET /later HTTP/1.1\r\n" HOST "\r\n" : "GET /threaded HTTP/1.1\r\n" HOST "\r\n");
    }
    while (site_put_off(&site) < 100)
        usleep(1000);
    site_release(&site);
    for (size_t i = 0; i < 200; i++) {
        struct answer a;
        wire_answer(fds[i], &a, false);
        assert_str(buf_view(&a.body), i % 2 ? "released" : "threaded");
        answer_clear(&a);
        close(fds[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_post),
        cmocka_unit_test(test_chunked_upload),
        cmocka_unit_test(test_not_modified),
        cmocka_unit_test(test_not_found_and_method),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_reply_too_large),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_file_ranges),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_later),
        cmocka_unit_test(test_multipart),
        cmocka_unit_test(test_keep_alive_and_pipelining),
        cmocka_unit_test(test_two_hundred_at_once),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

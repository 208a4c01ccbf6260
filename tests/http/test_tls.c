/* Inside TLS everything is as it is in the clear; and certificates are exchanged while people work. */
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <time.h>

#include "site.h"
#include "wire.h"

static struct site site;
static unsigned port;
static char folder[] = "/tmp/penstock-tls-XXXXXX", cert_file[64], key_file[64];

/* -- certificates ----------------------------------------------------------------------------------- */

static void put_file(const char *path, gnutls_datum_t text)
{
    char fresh[80];

    snprintf(fresh, sizeof(fresh), "%s.new", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, text.data, text.size), text.size);
    close(fd);
    assert_int_equal(rename(fresh, path), 0);
    gnutls_free(text.data);
}

/* A certificate of its own signature, by its serial number. */
static void make_certificate(unsigned char serial)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t cert;
    gnutls_datum_t cert_text, key_text;

    gnutls_x509_privkey_init(&key);
    gnutls_x509_crt_init(&cert);
    assert_int_equal(
        gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0), 0);
    gnutls_x509_crt_set_version(cert, 3);
    gnutls_x509_crt_set_serial(cert, &serial, 1);
    gnutls_x509_crt_set_activation_time(cert, time(NULL) - 60);
    gnutls_x509_crt_set_expiration_time(cert, time(NULL) + 86400);
    gnutls_x509_crt_set_dn(cert, "CN=localhost", NULL);
    gnutls_x509_crt_set_key(cert, key);
    assert_int_equal(gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0), 0);
    gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &cert_text);
    gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &key_text);
    put_file(cert_file, cert_text);
    put_file(key_file, key_text);
    gnutls_x509_crt_deinit(cert);
    gnutls_x509_privkey_deinit(key);
}

/* -- a client --------------------------------------------------------------------------------------- */

struct client {
    int fd;
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    unsigned char serial; /* of the server's certificate */
};

/* 0, or what the handshake came to. */
static int client_open(struct client *c, const char *priorities)
{
    const gnutls_datum_t *chain;
    gnutls_x509_crt_t cert;
    size_t size = 1;
    unsigned n;

    c->fd = wire_open(port);
    gnutls_certificate_allocate_credentials(&c->credentials);
    gnutls_init(&c->session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL);
    assert_int_equal(gnutls_priority_set_direct(c->session, priorities ? priorities : "NORMAL", NULL), 0);
    gnutls_credentials_set(c->session, GNUTLS_CRD_CERTIFICATE, c->credentials);
    gnutls_transport_set_int(c->session, c->fd);
    gnutls_handshake_set_timeout(c->session, 20000);
    int r = gnutls_handshake(c->session);
    if (r < 0)
        return r;
    chain = gnutls_certificate_get_peers(c->session, &n);
    gnutls_x509_crt_init(&cert);
    gnutls_x509_crt_import(cert, &chain[0], GNUTLS_X509_FMT_DER);
    gnutls_x509_crt_get_serial(cert, &c->serial, &size);
    gnutls_x509_crt_deinit(cert);
    return 0;
}

static void client_close(struct client *c)
{
    gnutls_deinit(c->session);
    gnutls_certificate_free_credentials(c->credentials);
    close(c->fd);
}

static void say(struct client *c, const char *text, size_t n)
{
    while (n) {
        ssize_t done = gnutls_record_send(c->session, text, n);
        if (done == GNUTLS_E_AGAIN || done == GNUTLS_E_INTERRUPTED)
            continue;
        assert_true(done > 0);
        text += done;
        n -= (size_t)done;
    }
}

/* Reads until `mark` has come or, without one, until the server closes. */
static void hear(struct client *c, struct buf *b, const char *mark)
{
    char piece[16384];

    while (!mark || !b->n || !str_contains(buf_view(b), str_of(mark))) {
        ssize_t n = gnutls_record_recv(c->session, piece, sizeof(piece));
        if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
            continue;
        if (n == 0 && !mark)
            return; /* with a goodbye: a cut would be an error */
        if (n <= 0)
            fail_msg("\"%s\" did not come: %s", mark ? mark : "the end", gnutls_strerror((int)n));
        buf_add(b, piece, (size_t)n);
    }
}

static void expect(struct client *c, const char *request, const char *mark)
{
    struct buf b;

    buf_init(&b, 1 << 20);
    say(c, request, strlen(request));
    hear(c, &b, mark);
    buf_clear(&b);
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: test\r\n\r\n"
#define LAST(path) "GET " path " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"

/* -- cases ------------------------------------------------------------------------------------------ */

static void test_keep_alive(void **state)
{
    struct client c;
    struct buf b;

    (void)state;
    assert_int_equal(client_open(&c, NULL), 0);
    for (int i = 0; i < 20; i++)
        expect(&c, GET("/hello"), "\r\n\r\nhello");
    expect(&c, GET("/peer"), "127.0.0.1 secure");
    buf_init(&b, 1 << 20);
    say(&c, LAST("/hello"), strlen(LAST("/hello")));
    hear(&c, &b, NULL);
    assert_true(str_contains(buf_view(&b), S("Strict-Transport-Security: max-age=")));
    assert_true(str_ends(buf_view(&b), S("hello")));
    buf_clear(&b);
    client_close(&c);
}

static void test_large(void **state)
{
    const char *before = "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    const char *behind = "\r\n--cut--\r\n";
    char head[200], *body = malloc(1000000);
    struct client c;
    struct buf b;

    (void)state;
    assert_int_equal(client_open(&c, NULL), 0);
    buf_init(&b, 64 << 20);
    say(&c, LAST("/large"), strlen(LAST("/large")));
    usleep(100000); /* let it back up behind the client */
    hear(&c, &b, NULL);
    assert_true(b.n > 200000 * 10 && str_ends(buf_view(&b), S("{\"id\":199999},")));
    client_close(&c);

    assert_int_equal(client_open(&c, NULL), 0);
    memset(body, 'x', 1000000);
    snprintf(head, sizeof(head),
             "POST /form HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Type: multipart/form-data; "
             "boundary=cut\r\nContent-Length: %zu\r\n\r\n",
             strlen(before) + 1000000 + strlen(behind));
    say(&c, head, strlen(head));
    say(&c, before, strlen(before));
    say(&c, body, 1000000);
    say(&c, behind, strlen(behind));
    buf_reset(&b);
    hear(&c, &b, NULL);
    assert_true(str_starts(buf_view(&b), S("HTTP/1.1 200")));
    assert_true(str_contains(buf_view(&b), S("1000000")));
    buf_clear(&b);
    client_close(&c);
    free(body);
}

/* In the middle of a body, which takes the socket out of libmicrohttpd's hands. */
static void test_refusal(void **state)
{
    const char *request = "POST /early HTTP/1.1\r\nHost: t\r\nContent-Length: 100000000\r\n\r\nabc";
    struct client c;
    struct buf b;

    (void)state;
    assert_int_equal(client_open(&c, NULL), 0);
    buf_init(&b, 1 << 20);
    say(&c, request, strlen(request));
    hear(&c, &b, NULL);
    assert_true(str_starts(buf_view(&b), S("HTTP/1.1 4")));
    buf_clear(&b);
    client_close(&c);
}

static void test_events(void **state)
{
    int gone = atomic_load(&site.gone);
    struct client c;

    (void)state;
    assert_int_equal(client_open(&c, NULL), 0);
    expect(&c, GET("/events"), "retry: 2000");
    for (int i = 0; i < 5; i++) {
        site_push(&site, S("data: news\n\n"));
        expect(&c, "", "data: news");
    }
    client_close(&c);
    assert_true(site_wait(&site, &site.gone, gone + 1)); /* it is noticed without a word being sent */
}

static void test_versions(void **state)
{
    struct client c;

    (void)state;
    assert_int_equal(client_open(&c, "NORMAL:-VERS-ALL:+VERS-TLS1.2"), 0);
    expect(&c, GET("/hello"), "hello");
    client_close(&c);
    assert_int_equal(client_open(&c, "NORMAL:-VERS-ALL:+VERS-TLS1.3"), 0);
    client_close(&c);
    assert_true(client_open(&c, "LEGACY:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0") < 0);
    client_close(&c);
    assert_true(client_open(&c, "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA") < 0);
    client_close(&c);
}

/* Who does not speak TLS, or stops in the middle of the handshake, does not stay. */
static void test_strangers(void **state)
{
    int plain = wire_open(port), mute = wire_open(port);

    (void)state;
    wire_say(plain, GET("/hello"));
    assert_true(wire_closed(plain, 10000));
    wire_say(mute, "\x16\x03\x01");
    assert_true(wire_closed(mute, 20000));
    close(plain);
    close(mute);
}

static atomic_bool enough;
static atomic_int asked;

static void *keep_asking(void *arg)
{
    (void)arg;
    while (!atomic_load(&enough)) {
        struct client c;
        assert_int_equal(client_open(&c, NULL), 0);
        for (int i = 0; i < 5; i++)
            expect(&c, GET("/hello"), "\r\n\r\nhello");
        atomic_fetch_add(&asked, 1);
        client_close(&c);
    }
    return NULL;
}

static void test_exchange(void **state)
{
    struct err err = {0};
    struct client before, c;
    pthread_t threads[3];
    gnutls_datum_t junk = {gnutls_malloc(5), 5};

    (void)state;
    assert_int_equal(client_open(&before, NULL), 0);
    assert_int_equal(before.serial, 1);
    assert_int_equal(http_reload(site.server, false, &err), 0);
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, keep_asking, NULL);
    for (unsigned char serial = 2; serial < 12; serial++) {
        make_certificate(serial);
        assert_int_equal(http_reload(site.server, false, &err), 1);
        assert_int_equal(client_open(&c, NULL), 0);
        assert_int_equal(c.serial, serial);
        client_close(&c);
    }
    /* A certificate that is none changes nothing. */
    memcpy(junk.data, "junk\n", 5);
    put_file(cert_file, junk);
    assert_int_equal(http_reload(site.server, false, &err), -1);
    assert_true(strstr(err.msg, cert_file) != NULL);
    assert_int_equal(client_open(&c, NULL), 0);
    assert_int_equal(c.serial, 11);
    client_close(&c);
    expect(&before, GET("/hello"), "hello"); /* who was there all along */
    client_close(&before);
    atomic_store(&enough, true);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    assert_true(atomic_load(&asked) > 0);
}

static int setup(void **state)
{
    struct http_config config = {.tls_cert = cert_file, .tls_key = key_file, .header_time = 2 * SECOND};

    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(cert_file, sizeof(cert_file), "%s/cert.pem", folder);
    snprintf(key_file, sizeof(key_file), "%s/key.pem", folder);
    make_certificate(1);
    site_open(&site, &config);
    site_serve(&site);
    port = http_port(site.server);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    site_close(&site);
    unlink(cert_file);
    unlink(key_file);
    rmdir(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keep_alive), cmocka_unit_test(test_large),    cmocka_unit_test(test_refusal),
        cmocka_unit_test(test_events),     cmocka_unit_test(test_versions), cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_exchange),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}

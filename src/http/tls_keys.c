#include <errno.h>
#include <gnutls/x509.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "diag.h"
#include "tls.h"

/* No RSA key exchange and no CBC: every session has forward secrecy and authenticated encryption. */
#define PRIORITIES "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-AES-128-CBC:-AES-256-CBC:%SERVER_PRECEDENCE"

/* A file as it was when it was read. */
struct stamp {
    ino_t inode;
    off_t size;
    struct timespec changed;
};

struct tls_keys {
    atomic_uint refs;
    gnutls_certificate_credentials_t credentials;
    gnutls_priority_t priorities;
    gnutls_datum_t tickets; /* the key of session tickets: gone with the process */
    char *cert_file, *key_file;
    struct stamp cert, key;
    msec expires;
};

static struct stamp stamp_of(const char *path)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return (struct stamp){0};
    return (struct stamp){st.st_ino, st.st_size, st.st_ctim};
}

static bool stamp_eq(struct stamp a, struct stamp b)
{
    return a.inode == b.inode && a.size == b.size && a.changed.tv_sec == b.changed.tv_sec &&
           a.changed.tv_nsec == b.changed.tv_nsec;
}

static void warn_of_readers(const char *path)
{
    struct stat st;

    if (stat(path, &st) == 0 && (st.st_mode & S_IRWXO))
        diag(DIAG_WARN, "everybody on this machine may read the key of the certificate file=\"%s\"", path);
}

static msec read_expiry(const struct tls_keys *k)
{
    gnutls_x509_crt_t *list = NULL;
    unsigned n = 0;
    msec at = 0;

    if (gnutls_certificate_get_x509_crt(k->credentials, 0, &list, &n) < 0)
        return 0;
    if (n)
        at = (msec)gnutls_x509_crt_get_expiration_time(list[0]) * SECOND;
    for (unsigned i = 0; i < n; i++)
        gnutls_x509_crt_deinit(list[i]);
    gnutls_free(list);
    return at;
}

static int fill(struct tls_keys *k, struct err *err)
{
    const char *wrong;
    int r;

    if (stat(k->cert_file, &(struct stat){0}) < 0)
        return err_set(err, ERR_INVALID, "The certificate %s: %s.", k->cert_file, strerror(errno));
    if (stat(k->key_file, &(struct stat){0}) < 0)
        return err_set(err, ERR_INVALID, "The certificate's key %s: %s.", k->key_file, strerror(errno));
    k->cert = stamp_of(k->cert_file);
    k->key = stamp_of(k->key_file);
    r = gnutls_certificate_allocate_credentials(&k->credentials);
    if (r == 0)
        r = gnutls_certificate_set_x509_key_file2(k->credentials, k->cert_file, k->key_file, GNUTLS_X509_FMT_PEM, NULL,
                                                  0);
    if (r < 0)
        return err_set(err, ERR_INVALID, "The certificate %s with the key %s cannot be used: %s", k->cert_file,
                       k->key_file, gnutls_strerror(r));
    k->expires = read_expiry(k);
    r = gnutls_priority_init(&k->priorities, PRIORITIES, &wrong);
    if (r == 0)
        r = gnutls_session_ticket_key_generate(&k->tickets);
    return r < 0 ? err_set(err, ERR_INTERNAL, "TLS cannot be set up: %s", gnutls_strerror(r)) : 0;
}

int tls_keys_load(struct tls_keys **ret, const char *cert_file, const char *key_file, struct err *err)
{
    struct tls_keys *k = calloc(1, sizeof(*k));

    if (!k)
        return err_set(err, ERR_BUSY, "Out of memory.");
    atomic_store(&k->refs, 1);
    k->cert_file = strdup(cert_file);
    k->key_file = strdup(key_file);
    if (!k->cert_file || !k->key_file || fill(k, err) < 0) {
        tls_keys_unref(k);
        return err->code ? -1 : err_set(err, ERR_BUSY, "Out of memory.");
    }
    warn_of_readers(key_file);
    *ret = k;
    return 0;
}

struct tls_keys *tls_keys_ref(struct tls_keys *k)
{
    atomic_fetch_add(&k->refs, 1);
    return k;
}

void tls_keys_unref(struct tls_keys *k)
{
    if (!k || atomic_fetch_sub(&k->refs, 1) > 1)
        return;
    if (k->credentials)
        gnutls_certificate_free_credentials(k->credentials);
    if (k->priorities)
        gnutls_priority_deinit(k->priorities);
    if (k->tickets.data) {
        gnutls_memset(k->tickets.data, 0, k->tickets.size);
        gnutls_free(k->tickets.data);
    }
    free(k->cert_file);
    free(k->key_file);
    free(k);
}

int tls_keys_session(struct tls_keys *k, int fd, gnutls_session_t *ret)
{
    static const gnutls_datum_t protocol = {(unsigned char *)(uintptr_t) "http/1.1", 8};
    gnutls_session_t s;

    if (gnutls_init(&s, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0)
        return -1;
    if (gnutls_priority_set(s, k->priorities) < 0 ||
        gnutls_credentials_set(s, GNUTLS_CRD_CERTIFICATE, k->credentials) < 0 ||
        gnutls_session_ticket_enable_server(s, &k->tickets) < 0 || gnutls_alpn_set_protocols(s, &protocol, 1, 0) < 0) {
        gnutls_deinit(s);
        return -1;
    }
    gnutls_certificate_server_set_request(s, GNUTLS_CERT_IGNORE);
    gnutls_transport_set_int(s, fd);
    *ret = s;
    return 0;
}

msec tls_keys_expire(const struct tls_keys *k)
{
    return k->expires;
}

bool tls_keys_changed(const struct tls_keys *k)
{
    return !stamp_eq(k->cert, stamp_of(k->cert_file)) || !stamp_eq(k->key, stamp_of(k->key_file));
}

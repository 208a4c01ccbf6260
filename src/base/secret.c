#include "secret.h"

#include <sodium.h>
#include <string.h>

int secret_init(void)
{
    return sodium_init() < 0 ? -1 : 0;
}

struct str token_new(struct arena *a, const char *prefix)
{
    char bytes[TOKEN_BYTES];

    randombytes_buf(bytes, sizeof(bytes));
    struct str text = base64url(a, (struct str){bytes, sizeof(bytes)});
    sodium_memzero(bytes, sizeof(bytes));
    return arena_printf(a, "%s" STR_FMT, prefix, STR_ARG(text));
}

struct str sha256_hex(struct arena *a, struct str data)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    char *out = arena_alloc(a, 2 * sizeof(digest) + 1);

    crypto_hash_sha256(digest, (const unsigned char *)(data.p ? data.p : ""), data.n);
    sodium_bin2hex(out, 2 * sizeof(digest) + 1, digest, sizeof(digest));
    return str_of(out);
}

struct str base64url(struct arena *a, struct str data)
{
    size_t room = sodium_base64_ENCODED_LEN(data.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc(a, room);

    sodium_bin2base64(out, room, (const unsigned char *)(data.p ? data.p : ""), data.n,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_of(out);
}

bool base64url_read(struct arena *a, struct str text, struct str *ret)
{
    char *out = arena_alloc(a, text.n + 1);
    size_t n;

    if (sodium_base642bin((unsigned char *)out, text.n, text.p ? text.p : "", text.n, NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return false;
    *ret = (struct str){out, n};
    return true;
}

bool secret_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}

bool password_hash(struct arena *a, struct str password, struct str *ret)
{
    char *out = arena_alloc(a, crypto_pwhash_STRBYTES);

    if (crypto_pwhash_str(out, password.p, password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return false;
    *ret = str_of(out);
    return true;
}

bool password_fits(struct str hash, struct str password)
{
    char z[crypto_pwhash_STRBYTES] = "";

    if (hash.n >= sizeof(z))
        return false;
    memcpy(z, hash.p, hash.n);
    return crypto_pwhash_str_verify(z, password.p, password.n) == 0;
}

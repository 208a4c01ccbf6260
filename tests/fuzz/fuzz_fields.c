/* Any bytes as the value of every header that is read closely. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "ceilings.h"
#include "cond.h"
#include "fields.h"
#include "listen.h"
#include "private.h"

#define MUST(x)                                                                                                        \
    do {                                                                                                               \
        if (!(x))                                                                                                      \
            abort();                                                                                                   \
    } while (0)

static const struct http_config config;

static void read_ranges(struct str s)
{
    static const uint64_t sizes[] = {0, 1, 10, 1000, UINT64_MAX / 2};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        uint64_t from = 0, count = 0;
        if (http_range(s, sizes[i], &from, &count) == HTTP_RANGE_PART)
            MUST(count > 0 && from < sizes[i] && count <= sizes[i] - from);
    }
}

static void read_proxies(struct str s)
{
    struct addresses *p;
    struct err err = {0};

    MUST(addresses_parse(&p, "10.0.0.0/8, fd00::/8", &err) == 0);
    struct str client = addresses_client(p, S("10.0.0.1"), s);
    MUST(client.n > 0 && client.n < ADDRESS_LEN);
    addresses_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_exchange *x = exchange_new(&config);
    struct str s = {(const char *)data, size}, rest = s, member;
    int64_t version;

    MUST(x != NULL);
    while (field_next(&rest, &member)) {
        int q = field_quality(member);
        MUST(member.n > 0 && q >= 0 && q <= 1000);
        (void)field_token(field_value(member));
    }
    int accepts = field_accepts(s, S("text/csv"));
    MUST(accepts >= 0 && accepts <= 1000);
    (void)field_accepts_coding(s, S("gzip"));
    struct str name = field_param(x->arena, s, "name");
    MUST(name.n <= s.n);

    struct str copy = arena_str(x->arena, s);
    static const char *const names[] = {"Cookie", "If-Match", "If-None-Match", "Content-Type"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        http_pairs_add(&x->headers, x->arena, str_of(names[i]), copy);
    MUST(http_cookie(x, "session").n <= s.n);
    (void)http_if_match(x, S("\"7\""));
    (void)http_if_match_version(x, &version);
    (void)http_not_modified(x, S("\"7\""));
    MUST(http_content_type(x).n <= s.n);
    http_reply_header(x, "X-Test", s);
    struct str sent = http_reply_header_get(x, "X-Test");
    for (size_t i = 0; i < sent.n; i++)
        MUST((unsigned char)sent.p[i] >= ' ' && sent.p[i] != 0x7f);
    MUST(strlen(sent.p) == sent.n);

    read_ranges(s);
    read_proxies(s);
    exchange_free(x);
    return 0;
}

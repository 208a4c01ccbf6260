#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "frame_private.h"

struct frame_reader {
    int fd;
    bool encrypted, ended;
    crypto_secretstream_xchacha20poly1305_state cipher;
    uint64_t number, taken;
    struct buf stored, open, plain; /* as in the file, decrypted, inflated */
};

static int cut_short(struct err *err)
{
    return err_set(err, ERR_INVALID, "The backup is cut short: its end is missing.");
}

static int changed(const struct frame_reader *r, struct err *err)
{
    return err_set(err, ERR_INVALID, "The backup is damaged in block %llu, near byte %llu.",
                   (unsigned long long)r->number, (unsigned long long)r->taken);
}

/* As many bytes as there are, up to n; fewer only at the end of the file. */
static ssize_t take(struct frame_reader *r, void *to, size_t n, struct err *err)
{
    size_t at = 0;

    while (at < n) {
        ssize_t got = read(r->fd, (char *)to + at, n - at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(err, ERR_INTERNAL, "The backup cannot be read: %s.", strerror(errno));
        if (got == 0)
            break;
        at += (size_t)got;
    }
    r->taken += at;
    return (ssize_t)at;
}

static int take_all(struct frame_reader *r, void *to, size_t n, struct err *err)
{
    ssize_t got = take(r, to, n, err);

    return got < 0 ? -1 : (size_t)got < n ? cut_short(err) : 0;
}

static int take_seal(struct frame_reader *r, const struct backup_key *key, struct err *err)
{
    unsigned char seal[SEALED], fingerprint[FINGERPRINT];

    if (!key)
        return err_set(err, ERR_INVALID, "The backup is encrypted; name its key with --key-file FILE.");
    if (take_all(r, seal, sizeof(seal), err) < 0)
        return -1;
    key_fingerprint(fingerprint, key);
    if (sodium_memcmp(fingerprint, seal + sizeof(seal) - FINGERPRINT, FINGERPRINT) != 0)
        return err_set(err, ERR_INVALID, "The backup was made with another key.");
    if (crypto_secretstream_xchacha20poly1305_init_pull(&r->cipher, seal, key->bytes) != 0)
        return changed(r, err);
    return 0;
}

static int take_preamble(struct frame_reader *r, const struct backup_key *key, struct err *err)
{
    unsigned char begin[PREAMBLE];
    ssize_t n = take(r, begin, sizeof(begin), err);

    if (n < 0)
        return -1;
    if (n < 16 || memcmp(begin, MAGIC, 16) != 0)
        return err_set(err, ERR_INVALID, "This is not a backup of Penstock.");
    if (n < PREAMBLE)
        return cut_short(err);
    if (begin[16] != FORMAT || (begin[17] & ~FLAG_ENCRYPTED) != 0 || memcmp(begin + 18, "\0\0\0\0\0", 6) != 0)
        return err_set(err, ERR_INVALID, "The backup has a form that this Penstock does not know; use a newer one.");
    r->encrypted = (begin[17] & FLAG_ENCRYPTED) != 0;
    if (r->encrypted)
        return take_seal(r, key, err);
    /* Who expects encryption is not to be handed somebody else's words. */
    return key ? err_set(err, ERR_INVALID,
                         "The backup is not encrypted; leave the key file out to use it all the same.")
               : 0;
}

int frame_reader_new(struct frame_reader **ret, int fd, const struct backup_key *key, struct err *err)
{
    struct frame_reader *r = calloc(1, sizeof(*r));

    if (!r)
        return err_set(err, ERR_BUSY, "There is no memory for reading a backup now.");
    *r = (struct frame_reader){.fd = fd};
    buf_init(&r->stored, FRAME_MOST * 2);
    buf_init(&r->open, FRAME_MOST * 2);
    buf_init(&r->plain, FRAME_MOST);
    if (take_preamble(r, key, err) < 0) {
        frame_reader_free(r);
        return -1;
    }
    *ret = r;
    return 0;
}

/* Takes n bytes of the file into `stored` piece by piece, so that a length that lies costs no more than the file has.
 */
static int take_stored(struct frame_reader *r, size_t n, struct err *err)
{
    buf_reset(&r->stored);
    while (r->stored.n < n) {
        size_t piece = n - r->stored.n < FRAME_FULL * 4 ? n - r->stored.n : FRAME_FULL * 4;
        char *room = buf_reserve(&r->stored, piece);
        if (!room)
            return err_set(err, ERR_BUSY, "There is no memory for reading a backup now.");
        if (take_all(r, room, piece, err) < 0)
            return -1;
        buf_advance(&r->stored, piece);
    }
    return 0;
}

/* What is in the frame once its seal is off. */
static int unseal(struct frame_reader *r, const unsigned char head[HEAD], struct str *ret, struct err *err)
{
    unsigned char tag = 0;
    unsigned long long n = 0;

    *ret = buf_view(&r->stored);
    if (!r->encrypted)
        return 0;
    buf_reset(&r->open);
    if (ret->n < OVERHEAD)
        return changed(r, err);
    char *room = buf_reserve(&r->open, ret->n);
    if (!room)
        return err_set(err, ERR_BUSY, "There is no memory for reading a backup now.");
    bool last = head[8] == FRAME_END;
    if (crypto_secretstream_xchacha20poly1305_pull(&r->cipher, (unsigned char *)room, &n, &tag,
                                                   (const unsigned char *)ret->p, ret->n, head, HEAD) != 0 ||
        (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) != last)
        return changed(r, err);
    *ret = (struct str){room, (size_t)n};
    return 0;
}

static int unpack(struct frame_reader *r, const unsigned char head[HEAD], struct str packed, struct str *ret,
                  struct err *err)
{
    uLongf n = take_u32(head + 4);

    if (head[9] == METHOD_PLAIN) {
        *ret = packed;
        return packed.n == n ? 0 : changed(r, err);
    }
    /* deflate gives at most about a thousand bytes for one */
    if (n / 1100 > packed.n)
        return changed(r, err);
    buf_reset(&r->plain);
    char *room = buf_reserve(&r->plain, n ? n : 1);
    if (!room)
        return err_set(err, ERR_BUSY, "There is no memory for reading a backup now.");
    uLongf made = n;
    if (uncompress((Bytef *)room, &made, (const Bytef *)packed.p, packed.n) != Z_OK || made != n)
        return changed(r, err);
    *ret = (struct str){room, n};
    return 0;
}

static int nothing_behind(struct frame_reader *r, struct err *err)
{
    char one;
    ssize_t n = take(r, &one, 1, err);

    if (n > 0)
        return err_set(err, ERR_INVALID, "The backup is damaged: there is more behind its end.");
    return n < 0 ? -1 : 0;
}

int frame_read(struct frame_reader *r, struct frame *ret, struct err *err)
{
    unsigned char head[HEAD], sum[SUM], found[SUM];
    struct str packed;

    if (r->ended)
        return 0;
    if (take_all(r, head, HEAD, err) < 0)
        return -1;
    uint32_t stored = take_u32(head), plain = take_u32(head + 4);
    if (plain > FRAME_MOST || stored > FRAME_MOST + OVERHEAD || head[8] < FRAME_HEAD || head[8] >= FRAME__N ||
        head[9] >= METHOD__N || head[10] || head[11])
        return changed(r, err);
    if (take_stored(r, stored, err) < 0 || take_all(r, sum, SUM, err) < 0)
        return -1;
    frame_sum(found, r->number, head, r->stored.p ? r->stored.p : "", stored);
    if (memcmp(sum, found, SUM) != 0)
        return changed(r, err);
    ret->type = (enum frame_type)head[8];
    if (unseal(r, head, &packed, err) < 0 || unpack(r, head, packed, &ret->payload, err) < 0)
        return -1;
    r->number++;
    r->ended = ret->type == FRAME_END;
    return r->ended && nothing_behind(r, err) < 0 ? -1 : 1;
}

uint64_t frame_taken(const struct frame_reader *r)
{
    return r->taken;
}

void frame_reader_free(struct frame_reader *r)
{
    if (!r)
        return;
    sodium_memzero(&r->cipher, sizeof(r->cipher));
    buf_clear(&r->stored);
    buf_clear(&r->open);
    buf_clear(&r->plain);
    free(r);
}

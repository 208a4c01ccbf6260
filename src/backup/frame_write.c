#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "frame_private.h"

#define LEVEL 2          /* of compression: most of what is to be had, at several times the speed */
#define FLUSH (8u << 20) /* bytes after which the disk is told to begin, so that the end has little to wait for */

struct frame_writer {
    int fd;
    bool encrypted;
    crypto_secretstream_xchacha20poly1305_state cipher;
    uint64_t number; /* of the next frame */
    uint64_t written, flushed;
    struct buf packed; /* what deflate made */
    struct buf out;    /* a frame as it goes to the file */
};

static int put(struct frame_writer *w, const void *p, size_t n, struct err *err)
{
    for (size_t at = 0; at < n;) {
        ssize_t done = write(w->fd, (const char *)p + at, n - at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0 && (errno == ENOSPC || errno == EDQUOT))
            return err_set(err, ERR_INTERNAL, "There is no room for the backup on its disk.");
        if (done < 0)
            return err_set(err, ERR_INTERNAL, "The backup cannot be written: %s.", strerror(errno));
        at += (size_t)done;
    }
    w->written += n;
    if (w->written - w->flushed >= FLUSH) {
        sync_file_range(w->fd, (off_t)w->flushed, (off_t)(w->written - w->flushed), SYNC_FILE_RANGE_WRITE);
        w->flushed = w->written;
    }
    return 0;
}

static int put_preamble(struct frame_writer *w, const struct backup_key *key, struct err *err)
{
    unsigned char begin[PREAMBLE + SEALED] = MAGIC;

    begin[16] = FORMAT;
    begin[17] = key ? FLAG_ENCRYPTED : 0;
    if (key) {
        crypto_secretstream_xchacha20poly1305_init_push(&w->cipher, begin + PREAMBLE, key->bytes);
        key_fingerprint(begin + PREAMBLE + crypto_secretstream_xchacha20poly1305_HEADERBYTES, key);
    }
    return put(w, begin, key ? sizeof(begin) : PREAMBLE, err);
}

int frame_writer_new(struct frame_writer **ret, int fd, const struct backup_key *key, struct err *err)
{
    struct frame_writer *w = calloc(1, sizeof(*w));

    if (!w)
        return err_set(err, ERR_BUSY, "There is no memory for a backup now.");
    *w = (struct frame_writer){.fd = fd, .encrypted = key != NULL};
    buf_init(&w->packed, FRAME_MOST * 2);
    buf_init(&w->out, FRAME_MOST * 2);
    if (put_preamble(w, key, err) < 0) {
        frame_writer_free(w);
        return -1;
    }
    *ret = w;
    return 0;
}

/* What goes into the frame: deflated, unless that makes it no shorter. */
static int pack(struct frame_writer *w, struct str payload, struct str *ret, int *ret_method)
{
    uLongf n = compressBound(payload.n);

    *ret = payload;
    *ret_method = METHOD_PLAIN;
    buf_reset(&w->packed);
    char *room = buf_reserve(&w->packed, n);
    if (!room)
        return -1;
    if (compress2((Bytef *)room, &n, (const Bytef *)payload.p, payload.n, LEVEL) == Z_OK && n < payload.n) {
        *ret = (struct str){room, n};
        *ret_method = METHOD_DEFLATE;
    }
    return 0;
}

int frame_write(struct frame_writer *w, enum frame_type type, struct str payload, struct err *err)
{
    unsigned char head[HEAD] = {0}, sum[SUM];
    struct str packed;
    int method;

    if (payload.n > FRAME_MOST)
        return err_set(err, ERR_TOO_LARGE, "A record is too large to be backed up.");
    if (pack(w, payload, &packed, &method) < 0)
        return err_set(err, ERR_BUSY, "There is no memory for a backup now.");
    size_t stored = packed.n + (w->encrypted ? OVERHEAD : 0);
    put_u32(head, (uint32_t)stored);
    put_u32(head + 4, (uint32_t)payload.n);
    head[8] = (unsigned char)type;
    head[9] = (unsigned char)method;

    buf_reset(&w->out);
    buf_add(&w->out, head, HEAD);
    unsigned char *body = (unsigned char *)buf_reserve(&w->out, stored + SUM);
    if (!body)
        return err_set(err, ERR_BUSY, "There is no memory for a backup now.");
    if (w->encrypted)
        crypto_secretstream_xchacha20poly1305_push(
            &w->cipher, body, NULL, (const unsigned char *)packed.p, packed.n, head, HEAD,
            type == FRAME_END ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                              : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
    else if (packed.n)
        memcpy(body, packed.p, packed.n);
    frame_sum(sum, w->number++, head, body, stored);
    memcpy(body + stored, sum, SUM);
    buf_advance(&w->out, stored + SUM);
    return put(w, w->out.p, w->out.n, err);
}

uint64_t frame_written(const struct frame_writer *w)
{
    return w->written;
}

void frame_writer_free(struct frame_writer *w)
{
    if (!w)
        return;
    sodium_memzero(&w->cipher, sizeof(w->cipher));
    buf_clear(&w->packed);
    buf_clear(&w->out);
    free(w);
}

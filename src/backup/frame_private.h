/* The layout that writer and reader of frames share; docs/BACKUP.md describes it. Numbers are little-endian. */
#ifndef BACKUP_FRAME_PRIVATE_H
#define BACKUP_FRAME_PRIVATE_H

#include <sodium.h>
#include <string.h>

#include "frame.h"

#define PREAMBLE 24 /* magic, version, flags, six bytes of nothing */
#define MAGIC "PENSTOCK BACKUP\n"
#define FORMAT 1
#define FLAG_ENCRYPTED 1u
#define FINGERPRINT 16
#define SEALED (crypto_secretstream_xchacha20poly1305_HEADERBYTES + FINGERPRINT) /* follows when encrypted */

#define HEAD 12 /* stored length, plain length, type, method, two bytes of nothing */
#define SUM 16  /* BLAKE2b of the number of the frame, its head and what is stored */
#define OVERHEAD crypto_secretstream_xchacha20poly1305_ABYTES
enum { METHOD_PLAIN, METHOD_DEFLATE, METHOD__N };

static inline void put_u32(unsigned char *to, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(v >> (8 * i));
}

static inline uint32_t take_u32(const unsigned char *from)
{
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static inline void frame_sum(unsigned char ret[SUM], uint64_t number, const unsigned char head[HEAD],
                             const void *stored, size_t n)
{
    crypto_generichash_state state;
    unsigned char count[8];

    for (int i = 0; i < 8; i++)
        count[i] = (unsigned char)(number >> (8 * i));
    crypto_generichash_init(&state, NULL, 0, SUM);
    crypto_generichash_update(&state, count, sizeof(count));
    crypto_generichash_update(&state, head, HEAD);
    crypto_generichash_update(&state, stored, n);
    crypto_generichash_final(&state, ret, SUM);
}

/* Tells keys apart without telling anything of them. */
static inline void key_fingerprint(unsigned char ret[FINGERPRINT], const struct backup_key *key)
{
    static const char purpose[] = "penstock backup key";

    crypto_generichash(ret, FINGERPRINT, (const unsigned char *)purpose, sizeof(purpose), key->bytes,
                       sizeof(key->bytes));
}

#endif

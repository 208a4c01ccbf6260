#include "gzip.h"

#include <zlib.h>

#define STEP (64u << 10)
#define GZIP_WINDOW (15 + 16) /* zlib.h, deflateInit2: 16 more asks for the gzip wrapper */

bool gzip_pack(struct buf *out, struct str in, int level)
{
    z_stream z = {0};
    int r;

    if (in.n > UINT32_MAX || deflateInit2(&z, level, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    z.next_in = (Bytef *)(uintptr_t)in.p;
    z.avail_in = (uInt)in.n;
    do {
        size_t room = out->ceiling - out->n < STEP ? out->ceiling - out->n : STEP;
        char *p = room ? buf_reserve(out, room) : NULL;
        if (!p) {
            deflateEnd(&z);
            return false;
        }
        z.next_out = (Bytef *)p;
        z.avail_out = (uInt)room;
        r = deflate(&z, Z_FINISH);
        buf_advance(out, room - z.avail_out);
    } while (r == Z_OK || r == Z_BUF_ERROR);
    deflateEnd(&z);
    return r == Z_STREAM_END;
}

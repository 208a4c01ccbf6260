/* Whole texts as gzip (RFC 1952). */
#ifndef HTTP_GZIP_H
#define HTTP_GZIP_H

#include "buf.h"

/* false when it does not fit into the buffer's ceiling or memory is short. level 1..9 */
bool gzip_pack(struct buf *out, struct str in, int level);

#endif

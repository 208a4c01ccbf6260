/*
 * Rows as bytes, the same for every database, and a digest of many of them that does not depend on their order: two
 * tables hold the same rows when they have the same digest, whatever engine keeps them.
 */
#ifndef BACKUP_ROWCODE_H
#define BACKUP_ROWCODE_H

#include "buf.h"
#include "value.h"

/* A column, as far as a backup needs to know it. */
struct column {
    const char *name;
    enum value_type type; /* of its values, when they are not null */
    bool json;            /* JSON, which a database may write its own way: compared by its meaning */
    bool derived;         /* made anew from other rows: not in the digest */
};

void rowcode_put(struct buf *b, const struct value *v, int n);

/* One row off the front; text points into it. False when the bytes are no row. */
bool rowcode_take(struct str *rest, struct value *v, int n);

struct digest {
    uint64_t sum[4];
    int64_t rows;
    struct buf work;
};

void digest_init(struct digest *d);
void digest_clear(struct digest *d);
void digest_add(struct digest *d, const struct column *columns, const struct value *v, int n);

#define DIGEST_TEXT 64
void digest_text(const struct digest *d, char out[DIGEST_TEXT + 1]); /* hexadecimal */

#endif

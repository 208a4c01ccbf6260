/* The content of files on its way from a backup into DIR/files, under the digest that its bytes must have. */
#ifndef BACKUP_RECEIVE_H
#define BACKUP_RECEIVE_H

#include "arena.h"
#include "err.h"

struct receiving;

/* The first frame of a content; *ret is NULL again when it is complete, which an empty one is at once. */
int receive_begin(struct receiving **ret, struct arena *a, const char *dir, struct str head, int64_t *count,
                  struct err *err);
int receive_bytes(struct receiving **r, struct str bytes, int64_t *count, struct err *err);
void receive_free(struct receiving **r);

#endif

/*
 * Keys of encrypted backups: 32 random bytes in a file that only its owner can read, as one line of text. Whoever loses
 * the file loses every backup made with it; it is to be kept away from the backups.
 */
#ifndef BACKUP_KEY_H
#define BACKUP_KEY_H

#include "err.h"

struct backup_key {
    unsigned char bytes[32];
};

int key_make(const char *path, struct err *err); /* never over an existing file */
int key_read(const char *path, struct backup_key *ret, struct err *err);

#endif

/*
 * Where the bytes of a table come from: a file, or memory. Reading is by offset, so any number of readers can share
 * one source and none owns it.
 *
 *     struct tab_source src;
 *     if (tab_source_open(&src, path, err) < 0) ...
 *     tab_source_close(&src);
 */
#ifndef TAB_SOURCE_H
#define TAB_SOURCE_H

#include <sys/types.h>

#include "err.h"
#include "str.h"

struct tab_source {
    int fd;            /* -1: memory */
    struct str memory; /* must live as long as the source */
    int64_t size;
};

int tab_source_open(struct tab_source *s, const char *path, struct err *err);
void tab_source_memory(struct tab_source *s, struct str bytes);
void tab_source_close(struct tab_source *s);

/* Up to n bytes from `offset`: fewer only at the end, -1 when the file cannot be read. */
ssize_t tab_source_read(const struct tab_source *s, int64_t offset, char *p, size_t n, struct err *err);

#endif
